"""How often literals are seen in events: by it the rarest witnesses of each rule are chosen."""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from hinomi.pipeline.detect.sigma.engine.needles import SEEN_BITS, Counts
from hinomi.pipeline.detect.sigma.kept import Kept
from hinomi.pipeline.detect.sigma.necessity import Cost, Literal, by_length

DOUBT = 50.0
"""Events that the guess by a literal's length is worth."""
GAP = 50_000
"""Events between two measurements at most."""
FIRST, GROWTH = 64, 8
"""A kind of event is measured when so many were seen, and again when so many times more."""


@dataclass
class Frequencies(Kept):
    """``events`` and ``counts``: events measured, and those of them that have a literal; ``grams``: how often four
    octets were seen, or three, by their hashes (:mod:`.needles`)."""

    LATE: ClassVar[tuple[str, ...]] = ("counts", "grams")

    events: int = 0
    counts: Counter[Literal] = field(default_factory=Counter)
    grams: Counts = field(default_factory=lambda: np.zeros(1 << SEEN_BITS, dtype=np.int64))

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
        return self.seen >= self.next

    def measured(self) -> None:
        self.next = self.seen * GROWTH


@dataclass
class Pace:
    """Lets measuring begin: it is done for many kinds at once, and takes ten times as long as matching does."""

    seen: int = 0
    next: int = 0

    def due(self, events: int, kinds: int) -> bool:
        """Whether to measure now, after so many more events, when so many kinds are due."""
        self.seen += events
        if not kinds or self.seen < self.next:
            return False
        self.next = self.seen + min(self.seen, GAP)
        return True
