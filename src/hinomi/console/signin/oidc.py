"""Signing in through an organisation's own identity provider (OpenID Connect)."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hinomi.console.shell import clock
from hinomi.console.signin.entering import brief, enter, finish
from hinomi.console.signin.views import safe_target, ways
from hinomi.net import oidc
from hinomi.net.provider import Provider
from hinomi.tenants.identities import Identity, Newcomers, Trust, sign_in
from hinomi.tenants.models import User
from hinomi.tenants.problems import ProviderRefused, SignInRefused
from hinomi.tenants.roles import Role

log = logging.getLogger("hinomi")
ASKED = "oidc"


@login_not_required
@never_cache
@require_safe
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Off to the provider; what must come back stays in the session."""
    provider, _ = signer(name)
    try:
        asked = oidc.begin(provider, callback(name))
    except oidc.OidcError as error:
        log.warning("sign-in through %s: %s", name, error)
        return refused(request, ProviderRefused())
    request.session[ASKED] = {
        "name": name,
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "target": safe_target(request),
    }
    brief(request)
    return redirect(asked.url)


@login_not_required
@never_cache
@require_safe
def back(request: HttpRequest, name: str) -> HttpResponse:
    """Back from the provider; each beginning ends once, whatever came of it."""
    provider, trust = signer(name)
    asked = request.session.pop(ASKED, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not asked or asked["name"] != name or not code or not constant_time_compare(state, asked["state"]):
        return refused(request, ProviderRefused())
    now = clock.now()
    try:
        claims = oidc.finish(provider, callback(name), code, nonce=asked["nonce"], verifier=asked["verifier"], now=now)
        shown = Identity(claims.issuer, claims.subject, claims.email, claims.name)
        user: User = sign_in(shown, trust, now, address=clock.address(request))
    except oidc.OidcError as error:
        log.warning("sign-in through %s: %s", name, error)
        return refused(request, ProviderRefused())
    except SignInRefused as refusal:
        return refused(request, refusal)
    if trust.is_second_factor:
        return finish(request, user, asked["target"], "oidc")
    return enter(request, user, asked["target"])


def signer(name: str) -> tuple[Provider, Trust]:
    for known in settings.OIDC_PROVIDERS:
        if known.name == name:
            domains = {
                domain: Newcomers(Role(made[1]), made[0]) if made else None for domain, made in known.domains.items()
            }
            return known.provider, Trust(domains, known.is_second_factor)
    raise Http404


def callback(name: str) -> str:
    """What the provider has registered as ours."""
    return f"{settings.BASE_URL}{reverse('sign-in-oidc-back', args=(name,))}"


def refused(request: HttpRequest, refusal: SignInRefused) -> HttpResponse:
    return render(request, "signin/sign_in.html", {**ways(settings.LOGIN_REDIRECT_URL), "problem": refusal}, status=422)
