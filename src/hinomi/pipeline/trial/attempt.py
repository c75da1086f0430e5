"""One source on a sample: how much it reads, and how much of that it understands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hinomi.lake.block import Block, Header
from hinomi.library import catalog
from hinomi.ocsf.schema import COLUMNS
from hinomi.pipeline.normalize import Outcome, normalize

NAME = "try"
OURS = frozenset({"tenant", "sensor", "source", "metadata.uid", "metadata.logged_time", "raw_ref"})
"""Columns the pipeline fills."""
KEPT_TEXT = frozenset({"raw_data", "unmapped"})
"""Columns that keep what was received, understood or not."""
SAYS_LITTLE = frozenset(
    {
        "time",
        "class_uid",
        "activity_id",
        "severity_id",
        "is_alert",
        "message",
        "status_detail",
        "device.hostname",
        "device.ip",
        "actor.process.name",
        "actor.process.pid",
        "app_name",
    }
)
"""What every syslog line has, also one that nobody understood."""
TELLING = ["metadata.event_code"] + [
    name for name in COLUMNS if name not in OURS | KEPT_TEXT | SAYS_LITTLE and not name.startswith("metadata.")
]
GENERIC = {"syslog": 1.01, "cef": 0.5, "leef": 0.5}
"""Sources that read an envelope and know nothing of what is in it: how many times as much another must read.

Many read any syslog line, as syslog itself does; whoever reads half of a CEF message knows its vendor.
"""

LEAST_SHARE, LEAST_DEPTH = 0.5, 1.0
"""Of the records, and columns in each, for a source to be taken for theirs."""
SURE_DEPTH = 1.5
"""Columns that are not filled by chance: a stray key that another product has too."""


@dataclass(frozen=True)
class Attempt:
    """``records`` == ``events`` + rejects; ``problem`` is why nothing could be tried.

    ``cells`` counts the columns with something to say, over all events.
    """

    source: str
    records: int = 0
    events: int = 0
    cells: int = 0
    problem: str | None = None

    @property
    def share(self) -> float:
        return self.events / self.records if self.records else 0.0

    @property
    def percent(self) -> int:
        """Of the records that were read; 100 only where all were."""
        return int(100 * self.share)

    @property
    def depth(self) -> float:
        """Columns with something to say, in a record on average."""
        return self.cells / self.records if self.records else 0.0

    @property
    def reads_something(self) -> bool:
        """Whether it understands anything, or at least the envelope that is its trade."""
        return bool(self.cells or (self.source in GENERIC and self.events))


def outcome(source: str, payload: bytes, timezone: str, received: datetime) -> Outcome:
    """What a source makes of a payload; never raises for what is in it."""
    header = Header(NAME, NAME, NAME, source, timezone, received, NAME, False, len(payload), payload.count(b"\n"), "")
    return normalize(Block(header, payload))


def attempt(source: str, payload: bytes, timezone: str, received: datetime) -> Attempt:
    made = outcome(source, payload, timezone, received)
    cells = made.events.select(pl.sum_horizontal(pl.col(TELLING).is_not_null().sum())).item()
    return Attempt(source, made.records, made.events.height, cells, made.problem)


def rank(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The likeliest first: who reads more than the envelope, then envelopes, then the rest."""
    attempts = list(attempts)
    floor = envelope(attempts)

    def likelihood(one: Attempt) -> tuple[int, float, float, bool, str]:
        is_fit = one.share >= LEAST_SHARE if one.source in GENERIC else one.depth >= floor
        tier = 0 if not is_fit else 1 if one.source in GENERIC else 2
        return -tier, -one.depth, -one.share, catalog.source_manifest(one.source).assumed, one.source

    return sorted(attempts, key=likelihood)


def envelope(attempts: Iterable[Attempt]) -> float:
    """The depth from which a source reads clearly more than what any line has."""
    generic = (one.depth * GENERIC[one.source] for one in attempts if one.source in GENERIC)
    return max([LEAST_DEPTH, *generic])


def is_sure(ranked: Sequence[Attempt]) -> bool:
    """Whether these are the lines of the first, and not only its envelope's, and no other reads them as well."""
    if not ranked:
        return False
    first, *others = ranked
    has_rival = any(one.depth >= first.depth and one.share >= first.share for one in others)
    is_deep = first.depth >= max(SURE_DEPTH, envelope(ranked))
    return first.source not in GENERIC and first.share >= LEAST_SHARE and is_deep and not has_rival


def likeliest(ranked: Sequence[Attempt]) -> Attempt | None:
    """The first, if it reads anything at all."""
    return next((one for one in ranked[:1] if one.reads_something), None)


def shelf() -> list[str]:
    """Every source, generic ones last."""
    return sorted(catalog.manifests(), key=lambda name: (name in GENERIC, name))
