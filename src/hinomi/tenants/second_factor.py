"""Who has a second factor, who must have one, and what it proves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from hinomi.tenants import recovery, totp, visits
from hinomi.tenants.lockout import guarded
from hinomi.tenants.models import Factor, Membership, Passkey, RecoveryCode, TotpDevice, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import FactorNeeded, Unchanged
from hinomi.tenants.roles import STAFF


def has(user: User) -> bool:
    """Whether an app or a passkey is registered: then no sign-in goes without."""
    return TotpDevice.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def is_required(user: User) -> bool:
    """Whether the person must have one: staff by ``REQUIRE_SECOND_FACTOR``, a company's people by their company."""
    rows = Membership.objects.filter(user=user)
    if settings.REQUIRE_SECOND_FACTOR and rows.filter(role__in=STAFF).exists():
        return True
    return rows.filter(tenant__requires_second_factor=True).exclude(role__in=STAFF).exists()


def verify(user: User, code: str, now: datetime, *, address: str) -> str:
    """Take an app's code or a recovery code; says which: ``totp`` or ``recovery``.

    Raises:
        WrongCode, CodeReplayed: nobody is signed in.
        TooManyAttempts: see ``lockout.LIMITS``.
    """
    how = "recovery" if recovery.looks_like(code) else "totp"
    with guarded(Factor.CODE, user.username, address, now):
        if how == "recovery":
            recovery.spend(user, code, now)
        else:
            totp.check(user, code, now)
    record_audit(actor=user, action=f"second_factor.{how}", now=now, subject=user.username, address=address)
    return how


def may_lose_one(user: User) -> None:
    """Raises :class:`FactorNeeded` where the last factor of somebody who must have one would go."""
    held = TotpDevice.objects.filter(user=user).count() + Passkey.objects.filter(user=user).count()
    if held <= 1 and is_required(user):
        raise FactorNeeded


def forget_codes_of_none(user: User) -> None:
    """Recovery codes stand in for a factor: they go with the last one."""
    if not has(user):
        RecoveryCode.objects.filter(user=user).delete()


def reset(user: User, now: datetime, *, actor: User | None = None, address: str = "") -> None:
    """Take away app, passkeys and recovery codes of somebody who lost them, and end their sessions.

    Raises:
        Unchanged: there is nothing to take away.
    """
    with transaction.atomic():
        gone = TotpDevice.objects.filter(user=user).delete()[0] + Passkey.objects.filter(user=user).delete()[0]
        gone += RecoveryCode.objects.filter(user=user).delete()[0]
        if not gone:
            raise Unchanged
        visits.end_all(user)
        record_audit(actor=actor, action="second_factor.reset", now=now, subject=user.username, address=address)
