"""Sign-in by password, with a pause after repeated failures (OWASP ASVS 5.0, 6.3.1)."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate

from hinomi.tenants.models import SignInFailure, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import TooManyAttempts, WrongPassword

FAILURES = 10
WINDOW = timedelta(minutes=15)
PAUSE = timedelta(minutes=15)


def sign_in(username: str, password: str, *, address: str, now: datetime) -> User:
    """The person these belong to; the caller starts the session (``django.contrib.auth.login``).

    Raises:
        WrongPassword: no such person or password; which of the two is not said.
        TooManyAttempts: this name failed ten times within 15 minutes from this address; asks for no hash.
    """
    username, address = username[:150], address[:64]
    if until := paused_until(username, address, now):
        raise TooManyAttempts(until)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        SignInFailure.objects.create(username=username, address=address, at=now)
        if until := paused_until(username, address, now):
            record_audit(actor=None, action="sign_in.paused", now=now, subject=username, address=address)
            raise TooManyAttempts(until)
        raise WrongPassword
    SignInFailure.objects.filter(username=username, address=address).delete()
    record_audit(actor=user, action="sign_in.by_password", now=now, subject=username, address=address)
    return user


def paused_until(username: str, address: str, now: datetime) -> datetime | None:
    """When this name may try again from this address; None: now."""
    failures = SignInFailure.objects.filter(username=username, address=address).order_by("-at", "-id")
    times = list(failures.values_list("at", flat=True)[:FAILURES])
    if len(times) < FAILURES or times[0] - times[-1] > WINDOW:
        return None
    until = times[0] + PAUSE
    return until if now < until else None
