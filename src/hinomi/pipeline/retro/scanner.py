"""Works through the scans that wait, a window at a time, and gives way to the live river."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing, write_durably
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.retro.job import Job, Jobs, Kind
from hinomi.pipeline.retro.progress import EXAMPLES, Hit, Phase, Progress
from hinomi.pipeline.retro.span import Window, windows
from hinomi.pipeline.watch import record

log = logging.getLogger("hinomi")

LATE = 4.0
"""Seconds that a block may wait in the inbox before a scan stands aside."""
SAVED = 1.0
"""Seconds of work that a crash may cost: it is done again, and finds the same."""
FEW = 200
EVENTS = "SELECT * FROM events"


@dataclass(frozen=True)
class Work:
    """A scan under way: its rules compiled, its windows known."""

    job: Job
    rules: RuleSet
    windows: tuple[Window, ...]


class Scanner:
    """``rules_of`` makes the rules of a scan; what it raises ends that scan with the message."""

    def __init__(
        self, lake: Lake, landing: Landing, jobs: Jobs, rules_of: Callable[[Job], RuleSet], zone: str = "Asia/Tokyo"
    ) -> None:
        self.lake, self.landing, self.jobs, self.rules_of, self.zone = lake, landing, jobs, rules_of, zone
        self.work: Work | None = None

    def advance(self, seconds: float, only: Job | None = None) -> bool:
        """Go on for about so long, or until the live river needs the machine; False where there is nothing to do.

        One scan alone (``only``) is somebody's who waits before a terminal: it does not stand aside.
        May be killed at any moment: the next call goes on, and what it finds again is the same.
        """
        until = time.monotonic() + seconds
        for job, _progress in self.jobs.open():
            if only is not None and job.uid != only.uid:
                continue
            with self.jobs.alone(job) as is_ours:
                if not is_ours:
                    continue
                try:
                    self.go_on(job, self.jobs.progress(job), until, stands_aside=only is None)
                except Exception as error:  # a rule's or a fault of ours: it must not stop the other scans
                    log.exception("ルールの走査 %s が失敗しました (scan failed)", job.uid)
                    problem = f"{type(error).__name__}: {error}"
                    self.jobs.save(job, self.jobs.progress(job).end(Phase.FAILED, utc(), problem))
            return True
        return False

    def go_on(self, job: Job, progress: Progress, until: float, stands_aside: bool) -> None:
        if progress.phase.is_over:
            return
        work = self.work if self.work and self.work.job.uid == job.uid else self.begin(job)
        self.work = work
        progress = replace(progress, phase=Phase.RUNNING, total=len(work.windows))
        saved = time.monotonic()
        while progress.done < progress.total:
            if self.jobs.is_cancelled(job):
                self.end(job, progress, Phase.CANCELLED)
                return
            if time.monotonic() > until or (stands_aside and self.is_late()):
                self.jobs.save(job, progress)
                return
            progress = self.look(work, progress)
            if time.monotonic() - saved > SAVED:
                self.jobs.save(job, progress)
                saved = time.monotonic()
        self.end(job, progress, Phase.DONE)

    def begin(self, job: Job) -> Work:
        """What there is to look at is written down once, so that a scan that goes on has the same windows."""
        path = self.jobs.folder(job.uid) / "windows.json"
        if not path.exists():
            planned = windows(self.lake, job.tenants, job.since, job.until)
            rows = [[one.tenant, one.since.isoformat(), one.until.isoformat(), one.events] for one in planned]
            write_durably(path, json.dumps(rows).encode())
        return Work(job, self.rules_of(job), read_windows(path))

    def end(self, job: Job, progress: Progress, phase: Phase) -> None:
        self.jobs.save(job, progress.end(phase, utc()))
        self.work = None

    def look(self, work: Work, progress: Progress) -> Progress:
        """One window: read, matched and, for a retro, recorded."""
        window = work.windows[progress.done]
        events = self.lake.ask(window.tenant, EVENTS, since=window.since, until=window.until).frame()
        if progress.done == 0:
            work.rules.match(events.head(FEW))  # what is made once for a set of rules is no cost of its events
        started = time.process_time()
        found = work.rules.match(events)
        seconds = time.process_time() - started
        found = found.filter(pl.col("finding_info.analytic.uid").is_in(list(work.job.rules)))
        fresh = record(self.lake, found) if work.job.kind is Kind.RETRO else found.clear()
        return with_window(progress, window.tenant, events.height, seconds, found, fresh, self.zone)

    def is_late(self) -> bool:
        """Whether the live river is behind: then nothing else is urgent."""
        now = time.time()
        for path in self.landing.inbox.glob("*/*/[!.]*.zst"):
            try:
                if now - path.stat().st_mtime > LATE:
                    return True
            except FileNotFoundError:  # it was normalised just now
                continue
        return False


def with_window(
    progress: Progress,
    tenant: str,
    events: int,
    seconds: float,
    found: pl.DataFrame,
    fresh: pl.DataFrame,
    zone: str,
) -> Progress:
    """The progress after a window in which ``found`` was seen and ``fresh`` of it was new to the lake."""
    hits = {rule: dict(by_tenant) for rule, by_tenant in progress.hits.items()}
    for rule, count in found["finding_info.analytic.uid"].value_counts().iter_rows():
        hits.setdefault(rule, {})[tenant] = hits.get(rule, {}).get(tenant, 0) + count
    recorded = dict(progress.recorded)
    for rule, count in fresh["finding_info.analytic.uid"].value_counts().iter_rows():
        recorded[rule] = recorded.get(rule, 0) + count
    weeks = dict(progress.weeks)
    local = found["time"].dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.truncate("1w").dt.date()
    for monday, count in local.value_counts().iter_rows():
        weeks[monday.isoformat()] = weeks.get(monday.isoformat(), 0) + count
    return replace(
        progress,
        done=progress.done + 1,
        events=progress.events + events,
        seconds=progress.seconds + seconds,
        hits=hits,
        recorded=recorded,
        weeks=weeks,
        examples=(*progress.examples, *named(found, EXAMPLES - len(progress.examples))),
    )


def named(found: pl.DataFrame, most: int) -> list[Hit]:
    """The first of these findings by the events behind them."""
    rows = found.head(max(most, 0)).select(
        "tenant", pl.col("finding_info.related_events").list.first(), "time", "finding_info.analytic.uid"
    )
    return [Hit(tenant, uid, time.isoformat(), rule) for tenant, uid, time, rule in rows.iter_rows()]


def read_windows(path: Path) -> tuple[Window, ...]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Window(tenant, datetime.fromisoformat(since), datetime.fromisoformat(until), events)
        for tenant, since, until, events in rows
    )


def utc() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
