"""Where river and desk meet: what the lake holds since last time becomes sensors heard and incidents.

Done again after a crash it changes nothing: incidents are recorded by what they hold.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hinomi.incidents import operations as incidents
from hinomi.lake.lake import Lake
from hinomi.lake.landing import write_durably
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.detect import faults
from hinomi.tenants import operations as tenants
from hinomi.tenants import queries

REACH = timedelta(days=7)
"""Findings this long before and after the new ones are told together with them."""

TOUCHED = """
SELECT tenant, min(first_time) AS first_time, max(last_time) AS last_time
FROM blocks WHERE epoch > ? GROUP BY tenant ORDER BY tenant
"""
HEARD = """
SELECT tenant, sensor, source, max(last_time) AS last_time, max(time) AS received, sum(events)::BIGINT AS events
FROM blocks WHERE epoch > ? GROUP BY ALL ORDER BY tenant, sensor
"""


@dataclass(frozen=True)
class Settled:
    """What settling did."""

    tenants: int
    created: int
    updated: int


def settle(
    lake: Lake, now: datetime, on_tenant: Callable[[str, int, int], None] = lambda tenant, done, total: None
) -> Settled:
    """Bring the desk up to the lake; ``now`` is aware."""
    marker = lake.root / "settled.json"
    epoch, latest = settled_epoch(marker), lake.last_epoch()
    touched = lake.ask_population(TOUCHED, [epoch]).rows()
    created = updated = 0
    for done, row in enumerate(touched, start=1):
        if row["first_time"] is not None:
            recorded = correlate(lake, row["tenant"], row["first_time"] - REACH, row["last_time"] + REACH, now)
            created, updated = created + recorded.created, updated + recorded.updated
        on_tenant(row["tenant"], done, len(touched))
    hear(lake, epoch, now)
    write_durably(marker, json.dumps({"epoch": latest}).encode())
    return Settled(len(touched), created, updated)


def settled_epoch(marker: Path) -> int:
    return int(json.loads(marker.read_text())["epoch"]) if marker.exists() else 0


def correlate(lake: Lake, tenant: str, since: datetime, until: datetime, now: datetime) -> incidents.Recorded:
    """Findings of one tenant in a window, told as incidents."""
    zone = ZoneInfo(queries.tenant(tenant).timezone)
    exclusions = faults.exclusions(lake, tenant, since, until, zone)
    findings = lake.ask(tenant, "SELECT * FROM findings", since=since, until=until).frame()
    return incidents.record(stories(findings, exclusions), now)


def hear(lake: Lake, epoch: int, now: datetime) -> None:
    """Note for each sensor when it was last heard; a sensor nobody registered is registered."""
    for row in lake.ask_population(HEARD, [epoch]).rows():
        tenants.hear(row["tenant"], row["sensor"], row["source"], row["last_time"], row["events"], now)
