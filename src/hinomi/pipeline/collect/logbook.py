"""What collectors must tell a person although it never reaches the lake: who knocked unknown, what was dropped.

Each process that listens keeps one file below ``strangers/`` in the data folder, written when something changed;
``hinomi doctor`` and the console read them all. Bounded: those that knocked least and longest ago are forgotten first.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from hinomi.lake.landing import write_durably

log = logging.getLogger("hinomi.collect")

FOLDER = "strangers"
MOST = 1000
KEEP = timedelta(days=30)
SAVE_EVERY = timedelta(seconds=5)
SAMPLE = 160


@dataclass(frozen=True)
class Stranger:
    """Somebody who sent without being registered; times are naive UTC.

    ``way`` is ``udp``, ``tcp``, ``tls`` or ``http`` (a wrong token); ``port`` is ours. ``sample`` is the start of
    the first thing it sent, escaped: it is not to be trusted.
    """

    address: str
    way: str
    port: int
    count: int
    first_seen: datetime
    last_seen: datetime
    sample: str


@dataclass(frozen=True)
class Dropped:
    """Lines of a registered sensor that were lost because the disk stayed full; times are naive UTC."""

    tenant: str
    sensor: str
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Overrun:
    """Datagrams that came to a port faster than they were taken, counted by the kernel; times are naive UTC."""

    port: int
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Page:
    """What is noted, the most recent first."""

    strangers: tuple[Stranger, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    overrun: tuple[Overrun, ...] = ()


class Logbook:
    """One process's notes, read again when it starts. Notes are made in one thread and may be saved in another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = Lock()
        page = read_page(path)
        self.strangers = {(entry.way, entry.port, entry.address): entry for entry in page.strangers}
        self.dropped = {(entry.tenant, entry.sensor): entry for entry in page.dropped}
        self.overruns = {entry.port: entry for entry in page.overrun}
        self.changed = False
        self.saved: datetime | None = None

    def knock(self, way: str, port: int, address: str, sent: bytes, now: datetime) -> bool:
        """Note a stranger; True where it is new."""
        who = (way, port, address)
        with self.lock:
            self.changed = True
            if known := self.strangers.get(who):
                self.strangers[who] = replace(known, count=known.count + 1, last_seen=now)
                return False
            self.strangers[who] = Stranger(address, way, port, 1, now, now, escaped(sent))
            if len(self.strangers) > MOST:
                self.forget_half()
            return True

    def drop(self, tenant: str, sensor: str, now: datetime) -> None:
        """Note a lost line."""
        with self.lock:
            self.changed = True
            entry = self.dropped.get((tenant, sensor)) or Dropped(tenant, sensor, 0, now, now)
            self.dropped[tenant, sensor] = replace(entry, count=entry.count + 1, last_seen=now)

    def overrun(self, port: int, count: int, now: datetime) -> None:
        """Note datagrams that the kernel had no room for."""
        with self.lock:
            self.changed = True
            entry = self.overruns.get(port) or Overrun(port, 0, now, now)
            self.overruns[port] = replace(entry, count=entry.count + count, last_seen=now)

    def forget_half(self) -> None:
        ranked = sorted(self.strangers.items(), key=lambda item: (item[1].count, item[1].last_seen), reverse=True)
        self.strangers = dict(ranked[: MOST // 2])

    def welcome(self, way: str, port: int, address: str) -> None:
        """Strike out one who has shown since that it is known."""
        with self.lock:
            if self.strangers.pop((way, port, address), None):
                self.changed = True

    def forget(self, is_known: Callable[[Stranger], bool]) -> None:
        """Strike out those that have been registered since."""
        with self.lock:
            left = {who: entry for who, entry in self.strangers.items() if not is_known(entry)}
            self.changed = self.changed or len(left) < len(self.strangers)
            self.strangers = left

    def save(self, now: datetime, *, at_once: bool = False) -> None:
        """Write the file if something changed, at most every few seconds; a full disk is only logged."""
        with self.lock:
            is_due = at_once or self.saved is None or now - self.saved >= SAVE_EVERY
            if not (self.changed and is_due):
                return
            self.strangers = {who: entry for who, entry in self.strangers.items() if now - entry.last_seen < KEEP}
            self.dropped = {who: entry for who, entry in self.dropped.items() if now - entry.last_seen < KEEP}
            self.overruns = {port: entry for port, entry in self.overruns.items() if now - entry.last_seen < KEEP}
            page = Page(tuple(self.strangers.values()), tuple(self.dropped.values()), tuple(self.overruns.values()))
            self.changed, self.saved = False, now
        try:
            write_durably(self.path, json.dumps(asdict(page), default=datetime.isoformat).encode())
        except OSError as error:
            self.changed = True
            log.warning("知らない送り手の記録を書けません (cannot write down who knocked): %s", error)


def escaped(sent: bytes) -> str:
    """The first bytes of what was sent as harmless ASCII."""
    return sent[:SAMPLE].decode("latin-1").encode("unicode_escape").decode("ascii")[:SAMPLE]


def read(data_dir: Path) -> Page:
    """What every process that listens has noted."""
    pages = [read_page(path) for path in sorted((data_dir / FOLDER).glob("*.json"))]
    return Page(
        tuple(sorted((s for page in pages for s in page.strangers), key=lambda s: s.last_seen, reverse=True)),
        tuple(sorted((d for page in pages for d in page.dropped), key=lambda d: d.last_seen, reverse=True)),
        tuple(sorted((o for page in pages for o in page.overrun), key=lambda o: o.last_seen, reverse=True)),
    )


def read_page(path: Path) -> Page:
    """Empty where there is no file, or none that can be read."""
    try:
        document = json.loads(path.read_bytes())
        return Page(
            tuple(Stranger(**timed(row)) for row in document["strangers"]),
            tuple(Dropped(**timed(row)) for row in document["dropped"]),
            tuple(Overrun(**timed(row)) for row in document.get("overrun", ())),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return Page()


def timed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: datetime.fromisoformat(row[name]) for name in ("first_seen", "last_seen")}
