"""Registering and removing passkeys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hinomi.console.account.agents import called
from hinomi.console.account.guard import before_second_factor, freshly_signed_in
from hinomi.console.account.views import secured
from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.console.signin.passkey import CHALLENGE, site
from hinomi.tenants import passkeys, second_factor
from hinomi.tenants.models import Passkey
from hinomi.tenants.problems import DeskError


@before_second_factor
@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def options(request: HttpRequest) -> HttpResponse:
    """JSON for ``navigator.credentials.create``."""
    ceremony = passkeys.begin_adding(person(request), site())
    request.session[CHALLENGE] = ceremony.challenge
    return HttpResponse(ceremony.options, content_type="application/json")


@before_second_factor
@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def add(request: HttpRequest) -> HttpResponse:
    user, challenge = person(request), request.session.pop(CHALLENGE, "")
    name = request.POST.get("name", "") or called(request.META.get("HTTP_USER_AGENT", ""))
    try:
        passkeys.add(
            user,
            request.POST.get("credential", ""),
            challenge,
            name,
            site(),
            clock.now(),
            address=clock.address(request),
        )
    except DeskError as refusal:
        messages.warning(request, str(refusal))
        return redirect("account" if second_factor.has(user) else "account-setup")
    codes = secured(request, "passkey")
    messages.success(request, _("パスキーを登録しました。"))
    return render(request, "account/codes.html", {"codes": codes}) if codes else redirect("account")


@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def remove(request: HttpRequest, key: int) -> HttpResponse:
    user = person(request)
    passkey = get_object_or_404(Passkey, pk=key, user=user)
    try:
        second_factor.may_lose_one(user)
        passkeys.remove(user, passkey, clock.now(), address=clock.address(request))
        second_factor.forget_codes_of_none(user)
    except DeskError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("パスキーを外しました。"))
    return redirect("account")
