"""Two findings that have something in common."""

from dataclasses import dataclass
from datetime import timedelta

from hinomi.pipeline.correlate.sighting import Sighting


@dataclass(frozen=True)
class Pair:
    """Two sightings, the earlier first, that share an entity."""

    kind: str
    value: str
    earlier: Sighting
    later: Sighting

    @property
    def gap(self) -> timedelta:
        return self.later.time - self.earlier.time
