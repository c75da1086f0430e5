"""What has time: a process beside the worker that looks over time and never makes a line wait.

It gives way to the others (nice) and holds the lake only while it adds what it found.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import DatabaseAway, connected, open_desk

log = logging.getLogger("hinomi")

NICENESS = 10
PULSE = 1.0
"""Seconds between looks at the clock."""


@dataclass(frozen=True)
class Task:
    """Something done again ``every`` so often; ``run`` takes the data folder and an aware now."""

    name: str
    every: timedelta
    run: Callable[[Path, datetime], object]


def look(data_dir: Path, now: datetime) -> object:
    from hinomi.app.watching import look_over_time

    return look_over_time(place.lake(data_dir), now)


def scan(data_dir: Path, now: datetime) -> object:
    from hinomi.app import retro

    return retro.go_on(data_dir, now)


def forget_scans(data_dir: Path, now: datetime) -> None:
    from hinomi.app import retro

    retro.tidy(data_dir, now)


TASKS = (
    Task("watch", timedelta(minutes=1), look),
    Task("scan", timedelta(seconds=2), scan),
    Task("forget scans", timedelta(hours=6), forget_scans),
)


def work(data_dir: Path) -> None:
    """Until told to stop: every task when it is due. A task that fails is said, and tried again when next due."""
    from hinomi.app.serve import orphaned

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    os.nice(NICENESS)
    open_desk(data_dir)
    due = dict.fromkeys(TASKS, datetime.now(UTC))
    while not stop.wait(PULSE) and not orphaned():
        for task in TASKS:
            now = datetime.now(UTC)
            if due[task] > now or stop.is_set():
                continue
            try:
                with connected():
                    task.run(data_dir, now)
            except (OSError, DatabaseAway) as error:
                log.error("%s を続けられません。後でもう一度試します (will be tried again): %s", task.name, error)
            except Exception:  # a fault of ours in one task must not stop the others
                log.exception("%s が失敗しました。後でもう一度試します (failed; will be tried again)", task.name)
            due[task] = datetime.now(UTC) + task.every
