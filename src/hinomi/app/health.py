"""The watch over the watch: sensors and machines examined, silence that ended, and this server's own disk."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from hinomi.app import place
from hinomi.app.watching import companies
from hinomi.deliver.notify.operations import About, queue_message
from hinomi.incidents import ending
from hinomi.lake.space import space
from hinomi.pipeline.health import Watched, examine
from hinomi.pipeline.watch import record
from hinomi.tenants.models import Sensor, User
from hinomi.tenants.queries import SensorState, machine_roles, state_of
from hinomi.tenants.roles import Role


def look_after(data_dir: Path, now: datetime) -> int:
    """Examine every company; returns the number of new findings. ``now`` is aware."""
    lake, moment = place.lake(data_dir), now.astimezone(UTC).replace(tzinfo=None)
    found = 0
    for tenant, company in companies().items():
        rows = Sensor.objects.filter(tenant_id=tenant).select_related("tenant").prefetch_related("tokens")
        sensors = [watched(row, now) for row in rows if state_of(row, now) is not SensorState.ENDED]
        if sensors:
            found += record(lake, examine(lake, company, sensors, moment, machine_roles(tenant))).height
    return found


def watched(row: Sensor, now: datetime) -> Watched:
    silent = state_of(row, now) is SensorState.SILENT and row.last_seen
    since = row.last_seen.astimezone(UTC).replace(tzinfo=None) if silent and row.last_seen else None
    return Watched(row.name, row.title, row.source, row.kind, since)


def hear_again(data_dir: Path, now: datetime) -> int:
    """Close what was told of sensors that are heard again; returns how many incidents. ``now`` is aware."""
    ended = 0
    for tenant in ending.with_silence():
        rows = Sensor.objects.filter(tenant_id=tenant).select_related("tenant").prefetch_related("tokens")
        heard = {row.name: row for row in rows if state_of(row, now) is SensorState.HEARD}
        ended += len(ending.heard_again(tenant, heard, now))
    return ended


def look_at_disk(data_dir: Path, now: datetime) -> int:
    """Tell the operators of a disk with little room, once a day; returns how many are told now. ``now`` is aware."""
    left = space(data_dir)
    if not left.is_little:
        return 0
    level = "full" if left.is_nearly_full else "little"
    grave = "このままでは、届いた記録を残せなくなります。" if left.is_nearly_full else ""
    text = (
        f"火の見のサーバーのディスクの空きが少なくなっています: {left.said} (free / total)\n{grave}"
        "古いデータを hinomi maintain --retain-days で消すか、ディスクを足してください。\n"
        "The disk of the hinomi server has little room left. Forget old data or add a disk.\n"
        f"{settings.BASE_URL}/sensors/\n"
    )
    people = User.objects.filter(is_active=True, memberships__role=Role.OPERATOR).distinct()
    return sum(
        queue_message(
            person,
            key=("disk", level, now.astimezone(UTC).date().isoformat()),
            about=About.OTHER,
            subject="火の見: サーバーのディスクの空きが少なくなっています (disk nearly full)",
            text=text,
            now=now,
        )
        for person in people
    )
