"""What an expert reads out of a month's detections of a company (survey report, section 6.3), as values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Example:
    """A thing seen, how often, and the machine it was seen on most; texts are a sender's own: defang them."""

    words: str
    machine: str
    hits: int


@dataclass(frozen=True)
class Evidence:
    """What stands behind one finding: ``hits`` counts detections, ``uids`` are the first of their findings.

    ``first`` and ``last`` are naive UTC; ``examples`` and ``machines`` have the most frequent first.
    """

    hits: int
    sensors: tuple[str, ...]
    uids: tuple[str, ...]
    machines: tuple[str, ...]
    examples: tuple[Example, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Proposal:
    """One kind of thing seen at one company in one month (``2022-12``), proposed from its detections."""

    tenant: str
    month: str
    kind: str
    evidence: Evidence


@dataclass(frozen=True)
class Decided:
    """What a person decided about a proposal; ``sensors`` are those of its evidence."""

    tenant: str
    month: str
    kind: str
    sensors: tuple[str, ...]
    confirmed: bool
