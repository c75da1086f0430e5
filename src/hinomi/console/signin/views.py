"""Signing in by password or by a link that works once, choosing a password, and signing out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.tenants import operations, passwords
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import SignInRefused

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = safe_target(request)
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(target)
        return render(request, "signin/sign_in.html", {"next": target})
    username = request.POST.get("username", "")
    try:
        user = passwords.sign_in(
            username, request.POST.get("password", ""), address=clock.address(request), now=clock.now()
        )
    except SignInRefused as refusal:
        answer = {"next": target, "problem": refusal, "username": username}
        return render(request, "signin/sign_in.html", answer, status=422)
    return enter(request, user, target)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows a button: mail scanners follow links, and must not spend this one."""
    if request.method == "GET":
        return render(request, "signin/link.html")
    try:
        user = operations.redeem_sign_in_link(token, clock.now(), address=clock.address(request))
    except SignInRefused as refusal:
        return render(request, "signin/link.html", {"problem": refusal}, status=422)
    return enter(request, user, settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@seen_by(*EVERYONE)
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password. Who has one must know it; who came by a link may set their first."""
    user = person(request)
    form_class = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = form_class(user, request.POST or None, label_suffix="")
    if not form.is_valid():
        return render(request, "signin/password.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    update_session_auth_hash(request, user)
    record_audit(
        actor=user, action="password.set", now=clock.now(), subject=user.username, address=clock.address(request)
    )
    messages.success(request, _("パスワードを変えました。次からはパスワードでサインインできます。"))
    return redirect("overview")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For monitoring: the console answers and so does its database; says nothing else."""
    User.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    return redirect(target)


def safe_target(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours, never somebody else's."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL
