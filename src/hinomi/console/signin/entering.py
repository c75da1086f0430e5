"""The way in: a first factor, a second where there is one, and only then a session that is somebody's.

Between the two the browser's session belongs to nobody and remembers for ten minutes who has shown the first.
"""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hinomi.console.shell import clock
from hinomi.tenants import second_factor
from hinomi.tenants.models import User
from hinomi.tenants.problems import FirstFactorGone

BACKEND = "django.contrib.auth.backends.ModelBackend"
FIRST = "first_factor"
SECOND = "second_factor"
"""In a session: how the second factor was shown (``totp``, ``recovery``, ``passkey``, ``oidc``); absent: it was not."""
PATIENCE = timedelta(minutes=10)


def enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """After the first factor: in, or to the second one."""
    if not second_factor.has(user):
        return finish(request, user, target)
    logout(request)
    request.session[FIRST] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": clock.now().isoformat(),
        "target": target,
    }
    brief(request)
    request.session.cycle_key()
    return redirect("sign-in-second")


def brief(request: HttpRequest) -> None:
    """A session that is nobody's is forgotten soon; the one that follows is new."""
    if not request.user.is_authenticated:
        request.session.set_expiry(PATIENCE)


def expected(request: HttpRequest) -> tuple[User, str]:
    """Who has shown a first factor here, and where they want to go.

    Raises:
        FirstFactorGone: nobody has, it was long ago, the account was closed or its password changed meanwhile.
    """
    kept = request.session.get(FIRST)
    if not kept or clock.now() - datetime.fromisoformat(kept["at"]) > PATIENCE:
        raise FirstFactorGone
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        raise FirstFactorGone
    return user, kept["target"]


def finish(request: HttpRequest, user: User, target: str, second: str = "") -> HttpResponse:
    """Start the session under a new key; one of somebody else in this browser ends."""
    logout(request)
    login(request, user, backend=BACKEND)
    if second:
        request.session[SECOND] = second
    return redirect(target)
