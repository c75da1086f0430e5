"""New indicators against what is in the lake already: "it had been happening before we knew".

A round takes the indicators that came since the last, and goes through the lake day by day, oldest first, file by file
and group by group of rows, so that neither many indicators nor many events take much memory. After each day it writes
down how far it is: cut off at any moment, it goes on there. The same event found live and here is the same finding.
"""

import json
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from hinomi.lake.lake import Lake
from hinomi.lake.landing import write_durably
from hinomi.ocsf.schema import conform, empty
from hinomi.pipeline.intelligence import findings, matching
from hinomi.pipeline.intelligence.findings import Sighted
from hinomi.pipeline.intelligence.index import Index, load
from hinomi.pipeline.intelligence.shelf import Shelf
from hinomi.pipeline.watch import record

log = logging.getLogger("hinomi")

FILE = "lookback.json"
MOST = 20_000
"""Findings of a day; an indicator that meets more than so many machines is none."""
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
COLUMNS = tuple(dict.fromkeys((*findings.NEEDED, *matching.COLUMNS)))
KNOWN = 'SELECT "metadata.uid" AS uid FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'

Seen = dict[str, tuple[Sighted, pl.DataFrame]]
"""By uid, what was seen and the first of its events."""


@dataclass(frozen=True)
class Progress:
    """How far looking back has come; times are naive UTC."""

    looked: datetime | None = None
    """Indicators that came until then were looked for."""
    until: datetime | None = None
    """Those that came until then are being looked for, where a round is under way."""
    after: datetime | None = None
    """The last day of the lake that this round has seen."""
    since: dict[str, datetime] = field(default_factory=dict)
    """When this round first saw a machine with an indicator."""


@dataclass(frozen=True)
class Round:
    """What came of a turn: new findings, and whether every new indicator was looked for in all of the lake."""

    found: int
    done: bool


def look_back(
    lake: Lake,
    shelf: Shelf,
    tenants: Collection[str],
    seconds: float,
    settled: datetime,
    clock: Callable[[], float] = time.monotonic,
) -> Round:
    """Go on looking back for about so many seconds, at least a day of the lake, over these tenants' events.

    Indicators that came after ``settled`` (naive UTC) wait: what arrives meanwhile may not be looked at for them yet.
    """
    path, until = shelf.root / FILE, clock() + seconds
    progress = read(path)
    if progress.until is None:
        newest = newest_indicator(shelf)
        if newest is None or newest == progress.looked or newest > settled:
            return Round(0, done=True)
        progress = Progress(progress.looked, until=newest)
    index = load(shelf, progress.looked, progress.until)
    found = 0
    for start, _ in lake.days() if len(index) else ():
        if progress.after is not None and start <= progress.after:
            continue
        seen = seen_on(lake, index, start, tenants)
        rows, since = told(seen, progress.since)
        found += record(lake, unknown(lake, rows, start)).height
        progress = replace(progress, after=start, since=since)
        write(path, progress)
        if clock() >= until:
            return Round(found, done=False)
    write(path, Progress(progress.until))
    return Round(found, done=True)


def newest_indicator(shelf: Shelf) -> datetime | None:
    """When the last indicator came."""
    times = [pl.scan_parquet(shelf.path(name)).select(pl.col("added").max()).collect().item() for name in shelf.names()]
    return max((moment for moment in times if moment), default=None)


def seen_on(lake: Lake, index: Index, day: datetime, tenants: Collection[str]) -> Seen:
    """What is worth telling of a day (UTC), by uid, each with the first of its events."""
    seen: Seen = {}
    for one, event in sightings(lake, index, day, tenants):
        before = seen.get(one.uid)
        if before is None:
            if len(seen) < MOST:
                seen[one.uid] = one, event
            continue
        first, its = min((before, (one, event)), key=lambda each: each[1]["time"][0])
        seen[one.uid] = findings.counted(first, before[0].count + one.count), its
    if len(seen) == MOST:
        log.warning("%s 分の脅威情報の一致が %s 件を超えました (too many matches on a day)", f"{day:%Y-%m-%d}", MOST)
    return seen


def sightings(
    lake: Lake, index: Index, day: datetime, tenants: Collection[str]
) -> Iterator[tuple[Sighted, pl.DataFrame]]:
    for path in lake.files("events", day, day + DAY - MOMENT):
        with pq.ParquetFile(path) as file:
            columns = [name for name in COLUMNS if name in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                part = pl.DataFrame(pl.from_arrow(file.read_row_group(group, columns=columns)))
                mine = part["tenant"].is_in(list(tenants)).arg_true()
                if mine.is_empty():
                    continue
                found = findings.sighted(index, conform(part[mine]))
                if not found:
                    continue
                whole = pl.DataFrame(pl.from_arrow(file.read_row_group(group)))
                for one in found:
                    yield one, conform(whole[[mine[one.row]]])


def told(seen: Seen, since: Mapping[str, datetime]) -> tuple[pl.DataFrame, dict[str, datetime]]:
    """Findings of a day, and when each machine was first seen with its indicator, this day included."""
    if not seen:
        return empty(), dict(since)
    first, began = dict(since), {}
    for uid, (one, event) in seen.items():
        said = one.hit.known.indicator
        key = "\n".join((event["tenant"][0] or "", said.kind, said.value, one.machine))
        moment = first.setdefault(key, event["time"][0])
        if moment < one.hit.known.added:
            began[uid] = moment
    ordered = [replace(one, row=row) for row, (one, _) in enumerate(seen.values())]
    events = pl.concat([event for _, event in seen.values()])
    return findings.as_rows(events, ordered, began), first


def unknown(lake: Lake, rows: pl.DataFrame, day: datetime) -> pl.DataFrame:
    """Those that the lake does not hold, at whatever time of the day it may."""
    if rows.is_empty():
        return rows
    asked = lake.ask_companies(
        rows["tenant"].unique().to_list(), KNOWN, [rows["metadata.uid"].to_list()], since=day, until=day + DAY
    )
    return rows.filter(~pl.col("metadata.uid").is_in(asked.frame()["uid"].to_list()))


def read(path: Path) -> Progress:
    if not path.exists():
        return Progress()
    said = json.loads(path.read_text(encoding="utf-8"))
    times = {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("looked", "until", "after")}
    return Progress(**times, since={key: datetime.fromisoformat(moment) for key, moment in said["since"].items()})


def write(path: Path, progress: Progress) -> None:
    said = {
        name: moment.isoformat() if (moment := getattr(progress, name)) else None
        for name in ("looked", "until", "after")
    }
    since = {key: moment.isoformat() for key, moment in progress.since.items()}
    write_durably(path, json.dumps(said | {"since": since}).encode())
