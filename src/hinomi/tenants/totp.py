"""Codes of an authenticator app (RFC 6238: HMAC-SHA1, 6 digits, 30 seconds, which every app speaks).

A code of the step before and after is taken too, for clocks differ; no code and none older is taken twice.
"""

import hmac
import unicodedata
from datetime import datetime

import pyotp
from django.db import transaction

from hinomi.tenants.models import TotpDevice, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import CodeReplayed, Unchanged, WrongCode
from hinomi.tenants.sealing import Unopenable, seal, unseal

STEP = 30
"""Seconds."""
TOLERANCE = 1
"""Steps before and after."""
ISSUER = "Hinomi"


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def address_of(user: User, secret: str) -> str:
    """The ``otpauth://`` address that apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The newest time step whose code this is; None: of none that is near."""
    current = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    steps = [
        step
        for step in range(current - TOLERANCE, current + TOLERANCE + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    return max(steps, default=None)


def typed(text: str) -> str:
    """A code as it was meant: full-width digits and spaces come from Japanese keyboards."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")


def add(user: User, secret: str, code: str, now: datetime, *, address: str = "") -> TotpDevice:
    """Keep the app, once it has shown that it holds the secret; one that was there before is replaced.

    Raises:
        WrongCode: it does not.
    """
    step = step_of(secret, typed(code), now)
    if step is None:
        raise WrongCode
    with transaction.atomic():
        device, _ = TotpDevice.objects.update_or_create(
            user=user,
            defaults={"sealed_secret": seal(secret.encode(), purpose(user)), "created": now, "last_step": step},
        )
        record_audit(actor=user, action="totp.added", now=now, subject=user.username, address=address)
    return device


def check(user: User, code: str, now: datetime) -> None:
    """Take a code, once.

    Raises:
        WrongCode: of no step that is near, there is no app, or its secret cannot be opened any more.
        CodeReplayed: it, or one after it, was taken already.
    """
    device = TotpDevice.objects.filter(user=user).first()
    if device is None:
        raise WrongCode
    try:
        secret = unseal(bytes(device.sealed_secret), purpose(user)).decode()
    except Unopenable as error:
        raise WrongCode from error
    step = step_of(secret, typed(code), now)
    if step is None:
        raise WrongCode
    # One statement, so that two who show the same code at the same moment do not both get in.
    if not TotpDevice.objects.filter(pk=device.pk, last_step__lt=step).update(last_step=step):
        raise CodeReplayed


def remove(user: User, now: datetime, *, address: str = "") -> None:
    """Raises :class:`Unchanged` where there is no app."""
    with transaction.atomic():
        if not TotpDevice.objects.filter(user=user).delete()[0]:
            raise Unchanged
        record_audit(actor=user, action="totp.removed", now=now, subject=user.username, address=address)


def purpose(user: User) -> str:
    return f"totp {user.pk}"
