"""Where river and desk meet: what the lake holds since last time becomes sensors heard and incidents.

Done again after a crash it changes nothing: incidents are recorded by what they hold.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hinomi.app import revision
from hinomi.app.registration import known_sensor, known_tenant
from hinomi.app.stories import tell
from hinomi.deliver.notify import operations as notify
from hinomi.incidents import operations as incidents
from hinomi.incidents.recording import active
from hinomi.incidents.review.recognising import recognise
from hinomi.lake.lake import Lake, Times
from hinomi.lake.landing import write_durably
from hinomi.pipeline import reread
from hinomi.pipeline.reread import Reread
from hinomi.pipeline.watch import news
from hinomi.pipeline.watch.news import News
from hinomi.tenants import operations as tenants

MARKER = "settled.json"
FOLLOWED = timedelta(hours=2)
"""So long after its last finding an incident is told again with what is heard: a sensor's silence says more by then."""

HEARD = """
SELECT tenant, sensor, source, timezone, min(first_time) AS first_time, max(last_time) AS last_time,
       sum(findings) AS findings
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
    epoch, latest = settled_epoch(lake), lake.last_epoch()
    sensors = lake.ask_population(HEARD, [epoch]).rows()
    for row in sensors:
        hear(row, now)
    notes, added = list(reread.noted(lake.root, latest)), list(news.noted(lake.root))
    spans = windows(sensors, notes, added)
    created = updated = 0
    for done, (tenant, told) in enumerate(tell(lake, spans, now), start=1):
        for note in notes:  # first, so that an incident's history says that logs were read again
            if note.tenant == tenant:
                updated += revision.revise(lake, note, told, now)
        recorded = incidents.record(told, now, spans[tenant])
        created, updated = created + recorded.created, updated + recorded.updated
        on_tenant(tenant, done, len(spans))
    recognise(now)  # what was decided before is told nobody
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
    """First and last time of what is new of each company of which there is something to tell.

    Of its events, over its sensors, where there are findings among them or an incident is followed; of those read
    again; of findings added.
    """
    found = {row["tenant"] for row in sensors if row["findings"]} | followed(sensors)
    seen = [(row["tenant"], row["first_time"], row["last_time"]) for row in sensors if row["tenant"] in found]
    spans: dict[str, Times] = {}
    seen += [(note.tenant, note.times.first, note.times.last) for note in notes]
    seen += [(one.tenant, one.first, one.last) for one in added]
    for tenant, first, last in seen:
        if first is not None and last is not None:
            known = spans.get(tenant, (first, last))
            spans[tenant] = (min(known[0], first), max(known[1], last))
    return spans


def followed(sensors: list[dict[str, Any]]) -> frozenset[str]:
    """Companies with an incident that what was heard now may tell more of."""
    heard = [row for row in sensors if row["first_time"] is not None]
    if not heard:
        return frozenset()
    found = active((min(row["first_time"] for row in heard) - FOLLOWED).replace(tzinfo=UTC))
    return frozenset(
        row["tenant"]
        for row in heard
        if row["tenant"] in found and row["first_time"].replace(tzinfo=UTC) - FOLLOWED <= found[row["tenant"]]
    )


def hear(row: dict[str, Any], now: datetime) -> None:
    """Note when a sensor was last heard; one that nobody registered is registered."""
    tenant = known_tenant(row["tenant"], now)
    first = row["first_time"].replace(tzinfo=UTC) if row["first_time"] else now
    known_sensor(tenant, row["sensor"], row["source"], row["timezone"], first.astimezone(tenant.zone).date())
    if row["last_time"]:
        tenants.hear(tenant.uid, row["sensor"], row["last_time"].replace(tzinfo=UTC))
