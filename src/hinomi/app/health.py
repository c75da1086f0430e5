"""The desk's sensors and the lake's events, examined together once an hour."""

from datetime import UTC, datetime
from pathlib import Path

from hinomi.app import place
from hinomi.app.watching import companies
from hinomi.pipeline.health import Watched, examine
from hinomi.pipeline.watch import record
from hinomi.tenants.models import Sensor
from hinomi.tenants.queries import SensorState, state_of


def look_after(data_dir: Path, now: datetime) -> int:
    """Examine every company; returns the number of new findings. ``now`` is aware."""
    lake, moment = place.lake(data_dir), now.astimezone(UTC).replace(tzinfo=None)
    found = 0
    for tenant, company in companies().items():
        rows = Sensor.objects.filter(tenant_id=tenant).select_related("tenant").prefetch_related("tokens")
        sensors = [watched(row, now) for row in rows if state_of(row, now) is not SensorState.ENDED]
        if sensors:
            found += record(lake, examine(lake, company, sensors, moment)).height
    return found


def watched(row: Sensor, now: datetime) -> Watched:
    silent = state_of(row, now) is SensorState.SILENT and row.last_seen
    since = row.last_seen.astimezone(UTC).replace(tzinfo=None) if silent and row.last_seen else None
    return Watched(row.name, row.title, row.source, row.kind, since)
