"""One source on a sample: how much it reads, and how much of that it understands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hinomi.lake.block import Block, Header
from hinomi.library import catalog
from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.schema import COLUMNS
from hinomi.pipeline.normalize import Outcome, normalize

NAME = "try"
OURS = frozenset({"tenant", "sensor", "source", "metadata.uid", "metadata.logged_time", "raw_ref"})
"""Columns the pipeline fills."""
KEPT_TEXT = frozenset({"raw_data", "unmapped"})
"""Columns that keep what was received, understood or not."""
SAYS_LITTLE = frozenset(
    {"time", "class_uid", "activity_id", "severity_id", "is_alert", "message", "device.hostname", "status_detail"}
)
"""What every line has, also one that nobody understood."""
TELLING = [name for name in COLUMNS if name not in OURS | KEPT_TEXT | SAYS_LITTLE and not name.startswith("metadata.")]
GENERIC = frozenset({"syslog", "cef", "leef"})
"""Sources that read an envelope and know nothing of what is in it."""

LEAST_SHARE = 0.5
"""Of the records, for a source to be taken for theirs."""


@dataclass(frozen=True)
class Attempt:
    """``records`` == ``events`` + rejects; ``known`` events have a class of their own.

    ``cells`` counts the columns with something to say, over all events; ``problem`` is why nothing could be tried.
    """

    source: str
    records: int = 0
    events: int = 0
    known: int = 0
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
        """Whether it understands a line, or at least the envelope that is its trade."""
        return bool(self.known or (self.source in GENERIC and self.events))

    @property
    def is_sure(self) -> bool:
        """Whether most of the lines are this source's, and not only its envelope's."""
        return self.source not in GENERIC and self.records > 0 and self.known >= LEAST_SHARE * self.records


def outcome(source: str, payload: bytes, timezone: str, received: datetime) -> Outcome:
    """What a source makes of a payload; never raises for what is in it."""
    header = Header(NAME, NAME, NAME, source, timezone, received, NAME, False, len(payload), payload.count(b"\n"), "")
    return normalize(Block(header, payload))


def attempt(source: str, payload: bytes, timezone: str, received: datetime) -> Attempt:
    made = outcome(source, payload, timezone, received)
    cells = made.events.select(pl.sum_horizontal(pl.col(TELLING).is_not_null().sum())).item()
    known = int((made.events["class_uid"] != int(ClassUid.BASE_EVENT)).sum())
    return Attempt(source, made.records, made.events.height, known, cells, made.problem)


def rank(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The likeliest first: specific before generic, then by how much is read out of a record."""

    def likelihood(one: Attempt) -> tuple[int, float, float, bool, str]:
        tier = 2 if one.is_sure else 1 if one.source in GENERIC and one.share >= LEAST_SHARE else 0
        return -tier, -one.depth, -one.share, catalog.source_manifest(one.source).assumed, one.source

    return sorted(attempts, key=likelihood)


def likeliest(ranked: Sequence[Attempt]) -> Attempt | None:
    """The first, if it reads anything at all."""
    return next((one for one in ranked[:1] if one.reads_something), None)


def shelf() -> list[str]:
    """Every source, generic ones last."""
    return sorted(catalog.manifests(), key=lambda name: (name in GENERIC, name))
