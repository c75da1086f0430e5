"""Tokens with which sensors send over HTTP: made and shown once, kept only as hashes, taken away in time."""

import secrets
from datetime import datetime

from django.db import transaction

from hinomi.tenants.models import Sensor, SensorToken, User
from hinomi.tenants.operations import hashed, record_audit
from hinomi.tenants.problems import Unchanged

TOKEN_BYTES = 32


def issue(sensor: Sensor, now: datetime, *, actor: User | None = None) -> str:
    """A new token of this sensor beside those it has; returned here and nowhere else.

    It has 256 random bits, so one SHA-256 keeps it as well as a slow hash would.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        SensorToken.objects.create(sensor=sensor, token_hash=hashed(token), created=now)
        record_audit(actor=actor, action="sensor_token.issued", now=now, tenant=sensor.tenant_id, subject=sensor.name)
    return token


def revoke(sensor: Sensor, now: datetime, *, keep_newest: bool = False, actor: User | None = None) -> int:
    """Take away the sensor's tokens, or all but the newest; returns how many.

    Raises:
        Unchanged: there is none to take away.
    """
    with transaction.atomic():
        held = list(SensorToken.objects.filter(sensor=sensor).values_list("pk", flat=True))
        gone = held[1:] if keep_newest else held
        if not gone:
            raise Unchanged
        SensorToken.objects.filter(pk__in=gone).delete()
        record_audit(
            actor=actor,
            action="sensor_token.revoked",
            now=now,
            tenant=sensor.tenant_id,
            subject=sensor.name,
            detail={"tokens": len(gone)},
        )
    return len(gone)
