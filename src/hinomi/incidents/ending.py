"""What ends by itself: a sensor that was silent is heard again."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from hinomi.incidents.models import Change, Incident, Note, Reason, Status
from hinomi.tenants.models import Sensor
from hinomi.tenants.operations import record_audit

SILENT = "sensor_silent"
WHY = "記録が再び届き始めました。"


def with_silence() -> list[str]:
    """Companies of which a silence is open."""
    return sorted(set(silences().values_list("tenant_id", flat=True)))


def silences() -> QuerySet[Incident]:
    return Incident.objects.filter(kind=SILENT, merged_into=None).exclude(status=Status.CLOSED).order_by("uid")


@transaction.atomic
def heard_again(tenant: str, heard: Mapping[str, Sensor], now: datetime) -> list[Incident]:
    """Close the company's silences whose sensors are all heard again, with a note that both sides read.

    ``heard`` are sensors, by name, from which records come as they should. ``now`` is aware.
    """
    return list(over(tenant, heard, now))


def over(tenant: str, heard: Mapping[str, Sensor], now: datetime) -> Iterator[Incident]:
    for incident in silences().filter(tenant_id=tenant).select_for_update():
        silent = {entry.sensor: entry.time for entry in incident.entries.order_by("time")}
        back = [heard[name] for name in silent if name in heard and is_later(heard[name], silent[name])]
        if silent and len(back) == len(silent):
            close(incident, back, now)
            yield incident


def is_later(sensor: Sensor, silent_since: datetime) -> bool:
    return sensor.last_seen is not None and sensor.last_seen > silent_since


def close(incident: Incident, back: list[Sensor], now: datetime) -> None:
    names = "、".join(f"「{sensor.title or sensor.name}」" for sensor in back)
    before = incident.status
    incident.status, incident.reason, incident.updated = Status.CLOSED, Reason.RESOLVED, now
    incident.save(update_fields=("status", "reason", "updated"))
    local = now.astimezone(incident.tenant.zone)
    text = f"{names}から、記録が再び届いています({local:%Y-%m-%d %H:%M}に確認)。届かなかった間のことは分かりません。"
    Note.objects.create(incident=incident, author=None, at=now, text=text)
    Change.objects.create(
        incident=incident, who=None, at=now, field="status", before=before, after=Status.CLOSED, why=WHY
    )
    record_audit(
        actor=None,
        action="incident.status",
        now=now,
        tenant=incident.tenant_id,
        subject=incident.pk,
        detail={"before": before, "after": Status.CLOSED, "why": WHY},
    )
