"""How far a scan is, and what it has seen so far."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

EXAMPLES = 2_000
"""Hits of a trial that are kept by name: enough to ask what became of them."""

MEASURABLE = 5_000
"""Events below which nothing is said of a rule's cost."""


class Phase(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self not in (Phase.WAITING, Phase.RUNNING)


@dataclass(frozen=True)
class Hit:
    """An event on which a rule fired; ``time`` is naive UTC."""

    tenant: str
    uid: str
    time: str
    rule: str

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.time)


@dataclass(frozen=True)
class Progress:
    """``hits``, ``weeks`` and ``recorded`` count by rule and company, by the week's Monday, and by rule."""

    phase: Phase = Phase.WAITING
    done: int = 0
    total: int = 0
    """Windows of the scan, and those that are behind it."""
    events: int = 0
    seconds: float = 0.0
    """CPU time of matching alone, without reading the lake."""
    hits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    weeks: Mapping[str, int] = field(default_factory=dict)
    recorded: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Hit, ...] = ()
    problem: str = ""
    ended: datetime | None = None
    """Naive UTC."""

    @property
    def count(self) -> int:
        return sum(sum(by_tenant.values()) for by_tenant in self.hits.values())

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def seconds_per_million(self) -> float | None:
        """None where there were too few events to measure anything."""
        return self.seconds * 1e6 / self.events if self.events >= MEASURABLE else None

    def by_tenant(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for counts in self.hits.values():
            for tenant, count in counts.items():
                found[tenant] = found.get(tenant, 0) + count
        return found

    def of_rule(self, rule: str) -> int:
        return sum(self.hits.get(rule, {}).values())

    def end(self, phase: Phase, now: datetime, problem: str = "") -> "Progress":
        return replace(self, phase=phase, ended=now, problem=problem)

    def as_json(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, data: bytes) -> "Progress":
        document: dict[str, Any] = orjson.loads(data)
        ended = document.pop("ended")
        examples = tuple(Hit(**one) for one in document.pop("examples"))
        phase = Phase(document.pop("phase"))
        return cls(**document, phase=phase, examples=examples, ended=datetime.fromisoformat(ended) if ended else None)
