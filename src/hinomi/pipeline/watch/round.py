"""A round of watching: each watcher looks at what is new of each company since its last round."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from hinomi.lake.lake import Lake, groups
from hinomi.lake.landing import write_durably
from hinomi.pipeline.watch.company import Company, Span
from hinomi.pipeline.watch.recording import record

log = logging.getLogger("hinomi")

FOLDER = "watch"
AHEAD = timedelta(days=1)
"""A device's clock may run ahead so far; what is later still is nobody's behaviour."""
NEW = """
SELECT tenant, min(first_time) AS first, max(last_time) AS last
FROM blocks WHERE epoch > ? AND epoch <= ? AND first_time IS NOT NULL GROUP BY tenant ORDER BY tenant
"""


@dataclass(frozen=True)
class Watcher:
    """A question over time. ``look`` answers with findings in the lake's schema, for events that are new.

    It is given companies, each with the span in which its events are new. It may look as far back as it needs, must
    find the same again for the same events, whoever else is looked at with them, and must bound its memory itself: a
    span may be three months.
    """

    name: str
    look: Callable[[Lake, Sequence[tuple[Company, Span]]], pl.DataFrame]


def watch(
    lake: Lake, watchers: Iterable[Watcher], companies: Mapping[str, Company], now: datetime
) -> dict[str, pl.DataFrame]:
    """New findings by watcher's name, recorded in the lake; ``now`` is naive UTC.

    A fault in one watcher or company stops no other; that company is looked at again in the next round.
    """
    latest = lake.last_epoch()
    found: dict[str, pl.DataFrame] = {}
    for watcher in watchers:
        marker = lake.root / FOLDER / f"{watcher.name}.json"
        since, left = begun(marker)
        spans = new_spans(lake, since, latest, now) | left
        failed: dict[str, Span] = {}
        seen: list[pl.DataFrame] = []
        new = [(companies[tenant], span) for tenant, span in sorted(spans.items()) if tenant in companies]
        for group in groups(new):
            parts, missed = looked(lake, watcher, group)
            seen += parts
            failed |= missed
        if seen:
            found[watcher.name] = record(lake, pl.concat(seen))
        if since != latest or left != failed:
            write_durably(marker, json.dumps({"epoch": latest, "failed": as_document(failed)}).encode())
    return found


def looked(
    lake: Lake, watcher: Watcher, new: Sequence[tuple[Company, Span]]
) -> tuple[list[pl.DataFrame], dict[str, Span]]:
    """What a watcher finds, and the companies at which it fails: looked at by themselves, if with others it fails."""
    try:
        return [watcher.look(lake, new)], {}
    except Exception:  # a fault of ours must not stop other tenants
        if len(new) == 1:
            ((company, span),) = new
            log.exception("監視 %s が企業 %s で失敗しました (watcher failed)", watcher.name, company.tenant)
            return [], {company.tenant: span}
    each = [looked(lake, watcher, [one]) for one in new]
    return [part for parts, _ in each for part in parts], {
        tenant: span for _, failed in each for tenant, span in failed.items()
    }


def new_spans(lake: Lake, since: int, latest: int, now: datetime) -> dict[str, Span]:
    rows = lake.ask_population(NEW, [since, latest]).rows() if latest > since else []
    limit = now + AHEAD
    return {row["tenant"]: Span(row["first"], min(row["last"], limit)) for row in rows if row["first"] <= limit}


def begun(marker: Path) -> tuple[int, dict[str, Span]]:
    """The epoch up to which a watcher has looked, and the companies at which it failed then."""
    if not marker.exists():
        return 0, {}
    document = json.loads(marker.read_text(encoding="utf-8"))
    failed = {
        tenant: Span(*(datetime.fromisoformat(moment) for moment in span))
        for tenant, span in document["failed"].items()
    }
    return document["epoch"], failed


def as_document(failed: Mapping[str, Span]) -> dict[str, list[str]]:
    return {tenant: [span.first.isoformat(), span.last.isoformat()] for tenant, span in failed.items()}
