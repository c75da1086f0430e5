"""Where river and desk meet: what the lake holds since last time becomes sensors heard and incidents.

Done again after a crash it changes nothing: incidents are recorded by what they hold.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hinomi.app import revision
from hinomi.app.registration import known_sensor, known_tenant
from hinomi.deliver import excluded
from hinomi.deliver.notify import operations as notify
from hinomi.incidents import operations as incidents
from hinomi.incidents import suppressing
from hinomi.lake.lake import Lake, Times, groups
from hinomi.lake.landing import write_durably
from hinomi.ocsf.incident import Story
from hinomi.pipeline import reread
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.detect.faults import Asked
from hinomi.pipeline.reread import Reread
from hinomi.pipeline.surroundings import Ledger, Surroundings, Window, surroundings
from hinomi.pipeline.watch import news
from hinomi.pipeline.watch.news import News
from hinomi.tenants import operations as tenants
from hinomi.tenants import queries

MARKER = "settled.json"
REACH = timedelta(days=7)
"""Findings this long before and after the new ones are told together with them."""

HEARD = """
SELECT tenant, sensor, source, timezone, min(first_time) AS first_time, max(last_time) AS last_time
FROM blocks WHERE epoch > ? GROUP BY ALL ORDER BY tenant, sensor
"""

TOLD = "SELECT * EXCLUDE (raw_data, unmapped) FROM findings"
"""What stories are made of: of a finding all but the evidence itself, which is most of it and stays in the lake."""


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
    epoch, latest = settled_epoch(lake), lake.last_epoch()
    sensors = lake.ask_population(HEARD, [epoch]).rows()
    opened(lake.root).gather(lake, now.astimezone(UTC).replace(tzinfo=None))
    for row in sensors:
        hear(row, now)
    notes, added = list(reread.noted(lake.root, latest)), list(news.noted(lake.root))
    spans = windows(sensors, notes, added)
    created = updated = 0
    for done, (tenant, told) in enumerate(tell(lake, spans), start=1):
        recorded = incidents.record(told, now)
        created, updated = created + recorded.created, updated + recorded.updated
        for note in notes:
            if note.tenant == tenant:
                updated += revision.revise(lake, note, told, now)
        on_tenant(tenant, done, len(spans))
    write_durably(lake.root / MARKER, json.dumps({"epoch": latest}).encode())
    for note in notes:
        revision.close(lake, note, now)
    for one in added:
        news.forget(one)
    notify.enqueue(now)
    return Settled(len(spans), created, updated)


def settled_epoch(lake: Lake) -> int:
    """The epoch up to which the desk was brought."""
    marker = lake.root / MARKER
    return int(json.loads(marker.read_text())["epoch"]) if marker.exists() else 0


def windows(sensors: list[dict[str, Any]], notes: list[Reread], added: list[News]) -> dict[str, Times]:
    """First and last time of each company's new events, over its sensors, of those read again, of findings added."""
    seen = [(row["tenant"], row["first_time"], row["last_time"]) for row in sensors]
    spans: dict[str, Times] = {}
    seen += [(note.tenant, note.times.first, note.times.last) for note in notes]
    seen += [(one.tenant, one.first, one.last) for one in added]
    for tenant, first, last in seen:
        if first is not None and last is not None:
            known = spans.get(tenant, (first, last))
            spans[tenant] = (min(known[0], first), max(known[1], last))
    return spans


def hear(row: dict[str, Any], now: datetime) -> None:
    """Note when a sensor was last heard; one that nobody registered is registered."""
    tenant = known_tenant(row["tenant"], now)
    first = row["first_time"].replace(tzinfo=UTC) if row["first_time"] else now
    known_sensor(tenant, row["sensor"], row["source"], row["timezone"], first.astimezone(tenant.zone).date())
    if row["last_time"]:
        tenants.hear(tenant.uid, row["sensor"], row["last_time"].replace(tzinfo=UTC))


def tell(lake: Lake, spans: Mapping[str, Times]) -> Iterator[tuple[str, tuple[Story, ...]]]:
    """Each company with the stories of its findings in and around its span."""
    for group in groups(spans.items()):
        asked = [
            Asked(tenant, first - REACH, last + REACH, queries.tenant(tenant).zone) for tenant, (first, last) in group
        ]
        exclusions = excluded.standing(lake, asked)
        found = lake.ask_windows({one.tenant: (one.since, one.until) for one in asked}, TOLD).frame()
        of_each = {str(tenant): rows for (tenant,), rows in found.partition_by("tenant", as_dict=True).items()}
        around = surroundings(
            opened(lake.root),
            {one.tenant: Window(one.since, one.until, one.timezone) for one in asked if one.tenant in of_each},
        )
        for one in asked:
            findings = of_each.get(one.tenant, found.clear())
            mine = [exclusion for exclusion in exclusions if exclusion.tenant == one.tenant]
            known = around.get(one.tenant, Surroundings())
            yield one.tenant, stories(findings, mine, suppressing.for_tenant(one.tenant), surroundings=known)


@cache
def opened(lake_root: Path) -> Ledger:
    """What events say of machines and sensors, with what this process read of it."""
    return Ledger(lake_root)
