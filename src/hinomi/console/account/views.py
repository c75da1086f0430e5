"""What a person sees and changes of their own account: factors, password, where they are signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.account.agents import called
from hinomi.console.account.guard import before_second_factor, freshly_signed_in
from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.console.signin.entering import SECOND
from hinomi.tenants import identities, passkeys, recovery, second_factor, visits
from hinomi.tenants.models import OidcIdentity, TotpDevice, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import Unchanged


@require_safe
@seen_by(*EVERYONE)
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "account/index.html", about(request, person(request)))


def about(request: HttpRequest, user: User) -> dict[str, Any]:
    mine = request.session.get(visits.KEPT_AS)
    return {
        "app": TotpDevice.objects.filter(user=user).first(),
        "passkeys": user.passkeys.all(),
        "passkeys_work": passkeys.site() is not None,
        "codes_left": recovery.left(user),
        "has_second": second_factor.has(user),
        "identities": user.identities.all(),
        "visits": [(visit, called(visit.agent), visit.key == mine) for visit in visits.of(user, clock.now())],
    }


@before_second_factor
@require_safe
@seen_by(*EVERYONE)
def setup(request: HttpRequest) -> HttpResponse:
    """The first thing somebody sees who must have a second factor and has none."""
    if second_factor.has(person(request)):
        return redirect("account")
    answer = {"passkeys_work": passkeys.site() is not None, "is_required": second_factor.is_required(person(request))}
    return render(request, "account/setup.html", answer)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@seen_by(*EVERYONE)
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password. Who has one must know it; who came by a link may set their first. Other sessions end."""
    user = person(request)
    form_class = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = form_class(user, request.POST or None, label_suffix="")
    if not form.is_valid():
        return render(request, "account/password.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    update_session_auth_hash(request, user)
    visits.end_others(user, request.session[visits.KEPT_AS])
    record_audit(
        actor=user, action="password.set", now=clock.now(), subject=user.username, address=clock.address(request)
    )
    messages.success(request, _("パスワードを変えました。次からはパスワードでサインインできます。"))
    return redirect("overview")


@require_POST
@seen_by(*EVERYONE)
def end_sessions(request: HttpRequest) -> HttpResponse:
    """All but this one."""
    user = person(request)
    ended = visits.end_others(user, request.session[visits.KEPT_AS])
    record_audit(
        actor=user,
        action="sessions.ended",
        now=clock.now(),
        subject=user.username,
        detail={"sessions": ended},
        address=clock.address(request),
    )
    messages.success(request, _("ほかの端末のサインインを %(ended)d 件終わらせました。") % {"ended": ended})
    return redirect("account")


@require_POST
@seen_by(*EVERYONE)
@freshly_signed_in
def unlink(request: HttpRequest, key: int) -> HttpResponse:
    """Part with an identity provider: it signs this person in no more."""
    identity = get_object_or_404(OidcIdentity, pk=key, user=person(request))
    try:
        identities.unlink(person(request), identity, clock.now(), address=clock.address(request))
    except Unchanged as nothing:
        messages.warning(request, str(nothing))
    return redirect("account")


def secured(request: HttpRequest, how: str) -> list[str]:
    """After a factor was added in this session: it counts as shown, a first one ends all other sessions and brings
    recovery codes, which are returned to be shown once.
    """
    user, now = person(request), clock.now()
    is_first = not request.session.get(SECOND)
    request.session[SECOND] = how
    request.session.cycle_key()
    if is_first:
        visits.end_others(user, request.session[visits.KEPT_AS])
    if recovery.left(user):
        return []
    return recovery.renew(user, now, address=clock.address(request))
