"""Recovery codes: ten, each for one sign-in when telephone and passkeys are away; shown once, kept as hashes.

A code has 80 random bits, so one SHA-256 keeps it as well as a slow hash would.
"""

import base64
import secrets
from datetime import datetime

from django.db import transaction

from hinomi.tenants.models import RecoveryCode, User
from hinomi.tenants.operations import hashed, record_audit
from hinomi.tenants.problems import WrongCode
from hinomi.tenants.totp import typed

NUMBER = 10
OCTETS = 10
LENGTH = OCTETS * 8 // 5
"""Characters of a code, without the hyphens."""


def renew(user: User, now: datetime, *, address: str = "") -> list[str]:
    """Ten new codes, returned here and nowhere else; the old ones work no more."""
    codes = [base64.b32encode(secrets.token_bytes(OCTETS)).decode() for _ in range(NUMBER)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=hashed(code), created=now) for code in codes)
        record_audit(actor=user, action="recovery_codes.issued", now=now, subject=user.username, address=address)
    return [shown(code) for code in codes]


def shown(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def looks_like(text: str) -> bool:
    """Whether this is meant as a recovery code and not as an app's."""
    return len(typed(text)) == LENGTH


def spend(user: User, text: str, now: datetime) -> None:
    """Take a code, once.

    Raises:
        WrongCode: there is no such code, or it was taken.
    """
    kept = RecoveryCode.objects.filter(user=user, code_hash=hashed(typed(text).upper()), used_at=None)
    if not kept.update(used_at=now):
        raise WrongCode


def left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()
