"""What has time: a process beside the worker that looks over time and never makes a line wait.

It gives way to the others (nice) and holds the lake only while it adds what it found.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import DatabaseAway, connected, open_desk
from hinomi.app.processes import orphaned, stop_on_signal
from hinomi.app.tidying import compact, tidy
from hinomi.app.troubles import Troubles

log = logging.getLogger("hinomi")

NICENESS = 10
UPKEEP = timedelta(hours=1)
PULSE = 1.0
"""Seconds between looks at the clock."""


@dataclass(frozen=True)
class Task:
    """Something done again ``every`` so often; ``run`` takes the data folder and an aware ``now``."""

    name: str
    every: timedelta
    run: Callable[..., object]
    begins_after: timedelta = timedelta(0)


def look(data_dir: Path, now: datetime) -> object:
    from hinomi.app.watching import look_over_time

    return look_over_time(place.lake(data_dir), now)


def scan(data_dir: Path, now: datetime) -> object:
    from hinomi.app import retro

    return retro.go_on(data_dir, now)


def examine_rules(data_dir: Path, now: datetime) -> object:
    from hinomi.app import retro

    return retro.examine(data_dir, now)


def forget_scans(data_dir: Path, now: datetime) -> None:
    from hinomi.app import retro

    retro.tidy(data_dir, now)


def pull_feeds(data_dir: Path, now: datetime) -> None:
    from hinomi.app import intelligence

    intelligence.pull_beside(data_dir, now)


def look_back(data_dir: Path, now: datetime) -> object:
    from hinomi.app import intelligence

    return intelligence.look_back(data_dir, now)


def look_after(data_dir: Path, now: datetime) -> object:
    from hinomi.app import health

    return health.look_after(data_dir, now)


def hear_again(data_dir: Path, now: datetime) -> object:
    from hinomi.app import health

    return health.hear_again(data_dir, now)


def look_at_disk(data_dir: Path, now: datetime) -> object:
    from hinomi.app import health

    return health.look_at_disk(data_dir, now)


def deliver(data_dir: Path, now: datetime) -> object:
    from hinomi.deliver.schedule import delivery

    return delivery.run(data_dir, now)


TASKS = (
    Task("watch", timedelta(minutes=1), look),
    Task("rules", timedelta(seconds=30), examine_rules),
    Task("health", timedelta(hours=1), look_after, timedelta(minutes=5)),
    Task("heard again", timedelta(minutes=1), hear_again),
    Task("disk", timedelta(minutes=10), look_at_disk),
    Task("compact", timedelta(minutes=5), compact),
    Task("deliver", timedelta(minutes=5), deliver, timedelta(minutes=1)),
    Task("scan", timedelta(seconds=2), scan),
    Task("forget scans", timedelta(hours=6), forget_scans),
    Task("pull feeds", timedelta(minutes=1), pull_feeds),
    Task("look back", timedelta(seconds=10), look_back),
)


def work(data_dir: Path, retain_days: int | None) -> None:
    """Until told to stop: every task when it is due. A task that fails is said, and tried again when next due."""
    stop = stop_on_signal()
    os.nice(NICENESS)
    open_desk(data_dir)
    tasks = (*TASKS, Task("upkeep", UPKEEP, partial(tidy, retain_days=retain_days), UPKEEP))
    started = datetime.now(UTC)
    due = {task: started + task.begins_after for task in tasks}
    troubles = Troubles(data_dir)
    while not stop.wait(PULSE) and not orphaned():
        for task in tasks:
            now = datetime.now(UTC)
            if due[task] > now or stop.is_set():
                continue
            attempt(task, data_dir, now, troubles)
            due[task] = datetime.now(UTC) + task.every


def attempt(task: Task, data_dir: Path, now: datetime, troubles: Troubles) -> None:
    """Run the task; what stops it is said and kept for the doctor."""
    try:
        with connected():
            task.run(data_dir, now=now)
        troubles.worked(task.name)
    except Exception as error:  # a fault of ours in one task must not stop the others
        if isinstance(error, (OSError, DatabaseAway)):
            log.error("%s を続けられません。後でもう一度試します (will be tried again): %s", task.name, error)
        else:
            log.exception("%s が失敗しました。後でもう一度試します (failed; will be tried again)", task.name)
        with suppress(OSError):  # a disk that is full is the likely reason
            troubles.failed(task.name, error, now)
