"""Sensors with what is known of them: when they were last heard, and what became of what they sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import Manifest
from hinomi.tenants.models import Sensor, Tenant
from hinomi.tenants.queries import SensorState, sensors_with_state

ORDER = (SensorState.SILENT, SensorState.NEVER_HEARD, SensorState.HEARD, SensorState.IMPORTED, SensorState.ENDED)
"""What needs a person comes first."""

RECEIVED = """
SELECT tenant, sensor, sum(records)::BIGINT AS records, sum(events)::BIGINT AS events,
       sum(rejects)::BIGINT AS rejects, sum(findings)::BIGINT AS findings, max(time) AS received,
       count(problem)::BIGINT AS problems
FROM blocks GROUP BY ALL
"""
NOTHING = {"records": 0, "events": 0, "rejects": 0, "findings": 0, "received": None, "problems": 0}


@dataclass(frozen=True)
class Watched:
    """A sensor, its state, and the lines received from it; ``received`` is naive UTC.

    ``manifest`` is None where the shelf no longer has the source.
    """

    sensor: Sensor
    state: SensorState
    manifest: Manifest | None
    records: int
    events: int
    rejects: int
    findings: int
    received: datetime | None
    problems: int


def watched(lake: Lake, tenants: Iterable[Tenant], now: datetime) -> list[Watched]:
    """Sensors of these companies, those that need a person first; ``now`` is aware."""
    tenants = list(tenants)
    counts = received(lake, [tenant.uid for tenant in tenants])
    known = catalog.manifests()
    views = [
        Watched(
            sensor=view.sensor,
            state=view.state,
            manifest=known.get(view.sensor.source),
            **counts.get((view.sensor.tenant_id, view.sensor.name), NOTHING),
        )
        for view in sensors_with_state(tenants, now)
    ]
    return sorted(views, key=lambda view: (ORDER.index(view.state), view.sensor.tenant_id, view.sensor.name))


def received(lake: Lake, tenants: list[str]) -> Mapping[tuple[str, str], dict[str, Any]]:
    rows = lake.ask_companies(tenants, RECEIVED).rows()
    return {(row.pop("tenant"), row.pop("sensor")): row for row in rows}
