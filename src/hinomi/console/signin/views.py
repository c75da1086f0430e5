"""Signing in by password, or by a link that works once, then by a second factor; signing out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.shell import clock
from hinomi.console.signin.entering import FIRST, enter, expected, finish
from hinomi.tenants import operations, passkeys, passwords, recovery, second_factor
from hinomi.tenants.lockout import guarded
from hinomi.tenants.models import Factor, TotpDevice, User
from hinomi.tenants.problems import FirstFactorGone, SignInRefused

FEW = 3
"""Recovery codes that are left: then the person is told."""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = safe_target(request)
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(target)
        return render(request, "signin/sign_in.html", ways(target))
    username = request.POST.get("username", "")
    try:
        user = passwords.sign_in(
            username, request.POST.get("password", ""), address=clock.address(request), now=clock.now()
        )
    except SignInRefused as refusal:
        answer = {**ways(target), "problem": refusal, "username": username}
        return render(request, "signin/sign_in.html", answer, status=422)
    return enter(request, user, target)


def ways(target: str) -> dict[str, Any]:
    """What the page offers beside the password."""
    return {"next": target, "has_passkeys": passkeys.site() is not None, "providers": settings.OIDC_PROVIDERS}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows a button: mail scanners follow links, and must not spend this one."""
    if request.method == "GET":
        return render(request, "signin/link.html")
    now, address = clock.now(), clock.address(request)
    try:
        with guarded(Factor.LINK, "", address, now):
            user = operations.redeem_sign_in_link(token, now, address=address)
    except SignInRefused as refusal:
        return render(request, "signin/link.html", {"problem": refusal}, status=422)
    return enter(request, user, settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second factor of somebody who has shown the first."""
    try:
        user, target = expected(request)
    except FirstFactorGone as refusal:
        request.session.pop(FIRST, None)
        return render(request, "signin/sign_in.html", {**ways("/"), "problem": refusal}, status=422)
    if request.method == "GET":
        return render(request, "signin/second.html", factors(user))
    try:
        how = second_factor.verify(user, request.POST.get("code", ""), clock.now(), address=clock.address(request))
    except SignInRefused as refusal:
        return render(request, "signin/second.html", {**factors(user), "problem": refusal}, status=422)
    answer = finish(request, user, target, how)
    if how == "recovery" and (left := recovery.left(user)) <= FEW:
        messages.warning(
            request, _("回復コードの残りは %(left)d 個です。アカウントのページで作り直せます。") % {"left": left}
        )
    return answer


def factors(user: User) -> dict[str, Any]:
    return {
        "has_app": TotpDevice.objects.filter(user=user).exists(),
        "has_passkeys": user.passkeys.exists() and passkeys.site() is not None,
    }


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For monitoring: the console answers and so does its database; says nothing else."""
    User.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def safe_target(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours, never somebody else's."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL
