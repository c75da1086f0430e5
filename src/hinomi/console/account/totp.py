"""Setting up an authenticator app, and recovery codes."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hinomi.console.account.guard import before_second_factor, freshly_signed_in
from hinomi.console.account.views import secured
from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.tenants import recovery, second_factor, totp
from hinomi.tenants.models import User
from hinomi.tenants.problems import DeskError, WrongCode
from hinomi.tenants.sealing import Unopenable, seal, unseal

DRAFT = "totp_draft"
"""In the session, sealed: the secret of an app that has not shown a code yet."""


@before_second_factor
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@seen_by(*EVERYONE)
@freshly_signed_in
def app(request: HttpRequest) -> HttpResponse:
    """GET shows a new secret as a QR code, until an app has shown one of its codes; after that never again."""
    user = person(request)
    if request.method == "GET":
        secret = totp.new_secret()
        request.session[DRAFT] = seal(secret.encode(), purpose(user)).hex()
        return page(request, secret)
    try:
        secret = unseal(bytes.fromhex(request.session.get(DRAFT, "")), purpose(user)).decode()
    except Unopenable:
        return redirect("account-app")
    try:
        totp.add(user, secret, request.POST.get("code", ""), clock.now(), address=clock.address(request))
    except WrongCode as refusal:
        return page(request, secret, problem=refusal)
    del request.session[DRAFT]
    codes = secured(request, "totp")
    messages.success(request, _("認証アプリを登録しました。"))
    return render(request, "account/codes.html", {"codes": codes}) if codes else redirect("account")


def page(request: HttpRequest, secret: str, problem: WrongCode | None = None) -> HttpResponse:
    user = person(request)
    answer = {
        "qr": drawn(totp.address_of(user, secret)),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "problem": problem,
        "replaces": second_factor.has(user),
    }
    return render(request, "account/app.html", answer, status=422 if problem else 200)


def drawn(address: str) -> SafeString:
    """The QR code as SVG within the page: nothing to fetch, nothing that the policy forbids."""
    return mark_safe(segno.make(address).svg_inline(scale=5, border=4, light="#fff"))  # noqa: S308 (segno's own drawing)


@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def remove(request: HttpRequest) -> HttpResponse:
    user = person(request)
    try:
        second_factor.may_lose_one(user)
        totp.remove(user, clock.now(), address=clock.address(request))
        second_factor.forget_codes_of_none(user)
    except DeskError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("認証アプリの登録を外しました。"))
    return redirect("account")


@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New ones, shown in this answer alone."""
    user = person(request)
    if not second_factor.has(user):
        return redirect("account-setup")
    codes = recovery.renew(user, clock.now(), address=clock.address(request))
    return render(request, "account/codes.html", {"codes": codes})


def purpose(user: User) -> str:
    return f"totp draft {user.pk}"
