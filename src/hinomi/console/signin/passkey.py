"""Signing in with a passkey: the device knows whose it is, and has verified its user itself, so it is both factors."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hinomi.console.shell import clock
from hinomi.console.signin.entering import FIRST, brief, finish
from hinomi.console.signin.views import safe_target, ways
from hinomi.tenants import passkeys
from hinomi.tenants.problems import PasskeyRefused, SignInRefused

CHALLENGE = "passkey_challenge"


@login_not_required
@never_cache
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    """JSON for ``navigator.credentials.get``; its challenge is kept in the session until it is answered once."""
    ceremony = passkeys.begin_signing_in(site())
    request.session[CHALLENGE] = ceremony.challenge
    brief(request)
    return HttpResponse(ceremony.options, content_type="application/json")


@login_not_required
@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    target = safe_target(request)
    challenge, first = request.session.pop(CHALLENGE, ""), request.session.get(FIRST)
    try:
        user = passkeys.sign_in(
            request.POST.get("credential", ""), challenge, site(), clock.now(), address=clock.address(request)
        )
        if first and first["user"] != user.pk:
            raise PasskeyRefused
    except SignInRefused as refusal:
        return render(request, "signin/sign_in.html", {**ways(target), "problem": refusal}, status=422)
    return finish(request, user, first["target"] if first else target, "passkey")


def site() -> passkeys.Site:
    found = passkeys.site()
    if found is None:
        raise Http404
    return found
