"""A round: hours with something new become profiles, profiles become what is remembered, and the shelf judges the days.

Work is in proportion to what is new. Done again after a crash, or over events that came late, it ends the same.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.behaviour import frames, memory, profile
from hinomi.pipeline.behaviour.frames import Past
from hinomi.pipeline.behaviour.seen import Seen, gather, midnight
from hinomi.pipeline.behaviour.store import SMALL, State, Store
from hinomi.pipeline.hours import fresh
from hinomi.pipeline.hours.files import alone
from hinomi.pipeline.hours.fresh import chunks, covered
from hinomi.pipeline.watch.company import Company
from hinomi.pipeline.watch.recording import record
from hinomi.pipeline.watch.rows import as_findings

log = logging.getLogger("hinomi")

JUDGED_DAYS = 10
"""Days judged at once, and the most that are judged again where a behaviour failed."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEPT = timedelta(days=75)
"""How long the hours of a profile are kept; first contacts and sums of days stay longer."""
TOLD = 'SELECT "metadata.uid" AS uid FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'
AROUND = timedelta(days=3)
"""A finding is sought this far around: events that came late may have moved the moment at which it is made."""


def look(
    lake: Lake,
    companies: Mapping[str, Company],
    now: datetime,
    harmless: frozenset[str] = frozenset(),
    behaviours: Sequence[Behaviour] | None = None,
) -> pl.DataFrame:
    """New findings about what happened over time, recorded in the lake; ``now`` is naive UTC.

    ``harmless`` are destinations that the operator adds to the shelf's. Waits for another process that does the
    same; for the pipeline only when something was found.
    """
    judges = catalog.behaviours() if behaviours is None else behaviours
    store = opened(lake.root)
    with alone(store.root), thrown_away_if_damaged(store):
        latest, state = lake.last_epoch(), store.state()
        if state.epoch > latest:  # the lake was made anew
            store.clear()
            state = State()
        hours = fresh.hours(lake, state.epoch, latest, now)
        for group in chunks(hours):
            store.put(profile.profiles(lake, group[0], group[-1] + HOUR), covered(group))
        days = touched(hours, companies)
        newest = max(days | ({state.newest} if state.newest else set()), default=None)
        if state.newest and newest != state.newest:
            days.add(state.newest)  # a day that ended is remembered for good
        days |= set(state.owed)
        found, owed = judged(store, companies, sorted(days), harmless | catalog.harmless_destinations(), judges)
        fresh_findings = recorded(lake, store, found)
        if newest:
            store.forget(newest - KEPT)
        if (latest, newest, owed) != (state.epoch, state.newest, state.owed):
            store.keep(State(latest, newest, owed))
    return fresh_findings


@cache
def opened(lake_root: Path) -> Store:
    """The store of a lake, with what this process read of it."""
    return Store(lake_root)


@contextmanager
def thrown_away_if_damaged(store: Store) -> Iterator[None]:
    """Profiles that cannot be read are made anew by the next round."""
    try:
        yield
    except (pl.exceptions.PolarsError, json.JSONDecodeError, KeyError):
        store.clear()
        raise


def touched(hours: Iterable[datetime], companies: Mapping[str, Company]) -> set[date]:
    """Days of the companies' own calendars into which the hours fall."""
    zones = {company.timezone for company in companies.values()}
    return {hour.replace(tzinfo=UTC).astimezone(zone).date() for hour in hours for zone in zones}


def runs(days: list[date]) -> Iterator[list[date]]:
    """Days that follow one another, together; not too many."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] > DAY or len(run) == JUDGED_DAYS):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def judged(
    store: Store,
    companies: Mapping[str, Company],
    days: list[date],
    harmless: frozenset[str],
    behaviours: Sequence[Behaviour],
) -> tuple[list[Notable], tuple[date, ...]]:
    """What the behaviours say of the days, and the days for which one of them failed."""
    met = memory.recall(store, "met", memory.MET)
    totals = memory.recall(store, "totals", memory.TOTALS)
    found: list[Notable] = []
    failed: set[date] = set()
    for run in runs(days):
        common = memory.common(met, midnight(run[0], companies), harmless)
        seen = gather(store, companies, run[0], run[-1], common)
        met = memory.merged(met, memory.met(seen.daily, seen.asked))
        totals = memory.replaced(totals, memory.totals(seen.daily, seen.inward, seen.asked))
        view = View(seen, Past(met, totals, harmless))
        for behaviour in behaviours:
            try:
                found += view.asked(behaviour)
            except Exception:  # a fault of ours in one behaviour must not stop the others
                log.exception("ふるまい %s が失敗しました (behaviour failed)", behaviour.name)
                failed.update(run)
        store.release(run[-1] - DAY, SMALL)
    if len(days) > 1:
        store.remember("met", met)
        store.remember("totals", totals)
    return found, tuple(sorted(failed))[-JUDGED_DAYS:]


class View:
    """Some days as behaviours look at them, each frame made once."""

    def __init__(self, seen: Seen, past: Past) -> None:
        self.seen, self.past = seen, past
        self.frames: dict[Look, pl.DataFrame] = {}

    def asked(self, behaviour: Behaviour) -> tuple[Notable, ...]:
        look = behaviour.looks_at
        if look not in self.frames:
            self.frames[look] = frames.frame(look, self.seen, self.past)
        return behaviour.judge(self.frames[look]) if self.frames[look].height else ()


def recorded(lake: Lake, store: Store, found: list[Notable]) -> pl.DataFrame:
    """Those of the findings that the lake did not hold, which it now does."""
    rows = as_findings(found).filter(~pl.col("metadata.uid").is_in(list(store.told)))
    if rows.is_empty():
        return rows
    times = rows["time"].to_list()
    held = lake.ask_population(
        TOLD,
        [rows["metadata.uid"].to_list()],
        since=min(times) - AROUND,
        until=max(times) + AROUND,
    ).frame()
    fresh_rows = record(lake, rows.filter(~pl.col("metadata.uid").is_in(held["uid"].to_list())))
    store.told.update(rows["metadata.uid"].to_list())
    return fresh_rows
