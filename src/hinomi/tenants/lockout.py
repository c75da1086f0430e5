"""A pause after repeated failures (OWASP ASVS 5.0, 6.3.1; NIST SP 800-63B-4, 3.2.2). A pause always ends by itself,
and ``hinomi user unlock`` on the machine ends it at once, so that nobody is shut out for good, nor the last operator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from hinomi.tenants.models import Factor, SignInFailure, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import SignInRefused, TooManyAttempts, Unchanged

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many failures within ``window``, for a name, from an address, or both together, end in a pause."""

    failures: int
    window: timedelta
    pause: timedelta
    name: bool = False
    address: bool = False


LIMITS: dict[Factor, tuple[Limit, ...]] = {
    # A name is paused for one address only: else anybody could shut a known name out.
    Factor.PASSWORD: (
        Limit(10, QUARTER, QUARTER, name=True, address=True),
        Limit(100, QUARTER, QUARTER, address=True),
    ),
    Factor.LINK: (Limit(20, QUARTER, QUARTER, address=True),),
    # Who gets here knows the password. Six digits must not be found from many addresses over months either:
    # with these limits a year of trying finds them with a chance of about 5 in 100.
    Factor.CODE: (
        Limit(5, QUARTER, QUARTER, name=True),
        Limit(20, DAY, timedelta(hours=1), name=True),
    ),
    Factor.PASSKEY: (Limit(50, QUARTER, QUARTER, address=True),),
    Factor.OIDC: (Limit(50, QUARTER, QUARTER, address=True),),
}


@contextmanager
def guarded(factor: Factor, username: str, address: str, now: datetime) -> Iterator[None]:
    """Tries in the body count as failures where they raise :class:`SignInRefused`; a success forgets them.

    Raises:
        TooManyAttempts: this is paused, or this failure began a pause; nothing is tried while it lasts.
    """
    username, address = username[:150], address[:64]
    # Written before it is tried: who guesses many times at once is counted as often.
    attempt = SignInFailure.objects.create(factor=factor, username=username, address=address, at=now)
    if until := paused_until(factor, username, address, now, but=attempt.pk):
        attempt.delete()
        raise TooManyAttempts(until, now)
    try:
        yield
    except SignInRefused:
        if until := paused_until(factor, username, address, now):
            detail = {"factor": factor.value, "until": until}
            record_audit(actor=None, action="sign_in.paused", now=now, subject=username, detail=detail, address=address)
            raise TooManyAttempts(until, now) from None
        raise
    attempt.delete()
    if username:
        failures_of(factor, username, address, by_address=factor is Factor.PASSWORD).delete()


def paused_until(factor: Factor, username: str, address: str, now: datetime, *, but: int = 0) -> datetime | None:
    """When this may be tried again; None: now."""
    ends = []
    for limit in LIMITS[factor]:
        rows = failures_of(factor, username if limit.name else None, address, by_address=limit.address).exclude(pk=but)
        times = list(rows.order_by("-at", "-id").values_list("at", flat=True)[: limit.failures])
        if len(times) == limit.failures and times[0] - times[-1] <= limit.window:
            ends.append(times[0] + limit.pause)
    until = max(ends, default=now)
    return until if now < until else None


def failures_of(factor: Factor, username: str | None, address: str, *, by_address: bool) -> QuerySet[SignInFailure]:
    rows = SignInFailure.objects.filter(factor=factor)
    if username is not None:
        rows = rows.filter(username=username)
    return rows.filter(address=address) if by_address else rows


def unlock(user: User, now: datetime, *, actor: User | None = None, address: str = "") -> None:
    """End every pause of this person's name.

    Raises:
        Unchanged: there was no failure to forget.
    """
    with transaction.atomic():
        if not SignInFailure.objects.filter(username=user.username).delete()[0]:
            raise Unchanged
        record_audit(actor=actor, action="user.unlocked", now=now, subject=user.username, address=address)


def is_paused(username: str, now: datetime) -> bool:
    """Whether a password or code of this name is refused somewhere now; for the list of people."""
    addresses = SignInFailure.objects.filter(username=username).values_list("address", flat=True).distinct()
    return any(
        paused_until(factor, username, address, now)
        for address in addresses
        for factor in (Factor.PASSWORD, Factor.CODE)
    )
