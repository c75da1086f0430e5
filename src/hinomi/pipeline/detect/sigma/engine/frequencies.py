"""How often literals are seen in events: by it the rarest witnesses of each rule are chosen."""

from collections import Counter
from dataclasses import dataclass, field

from hinomi.pipeline.detect.sigma.necessity import Cost, Literal, by_length

DOUBT = 50.0
"""Events that the guess by a literal's length is worth."""
FIRST, GROWTH = 64, 8
"""A kind of event is measured when so many were seen, and again when so many times more."""


@dataclass
class Frequencies:
    """``events`` and ``counts``: events measured, and those of them that have a literal."""

    events: int = 0
    counts: Counter[Literal] = field(default_factory=Counter)

    def cost(self) -> Cost:
        events, counts = self.events, self.counts

        def expected(literal: Literal) -> float:
            return (counts[literal] + DOUBT * by_length(literal)) / (events + DOUBT)

        return expected

    def add(self, events: int, counts: "Counter[Literal]") -> None:
        self.events += events
        self.counts.update(counts)


@dataclass
class Schedule:
    """When a kind of event is measured: often at first, then ever more seldom."""

    seen: int = 0
    next: int = FIRST

    def due(self, events: int) -> bool:
        self.seen += events
        if self.seen < self.next:
            return False
        self.next = self.seen * GROWTH
        return True
