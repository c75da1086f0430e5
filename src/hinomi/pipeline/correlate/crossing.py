"""One infection over several machines: it went from the one to the other by a logon, and both show it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.correlate.pair import Pair
from hinomi.pipeline.correlate.policy import STAGES
from hinomi.pipeline.correlate.sighting import Sighting
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.moves import Move, moves

WITHIN: Final = timedelta(hours=24)
"""From the infection's last sign on the one machine to the logon, and from there to its first on the other."""
SLACK: Final = timedelta(minutes=10)
"""The other order of logon and sign that a clock or a slow sensor may make."""


class Signs:
    """Signs of infection on one machine, in order of time."""

    def __init__(self, signs: Sequence[Sighting]) -> None:
        self.signs = signs
        self.times = [one.time for one in signs]

    def last(self, since: datetime, until: datetime) -> Sighting | None:
        place = bisect_right(self.times, until)
        return self.signs[place - 1] if place and self.times[place - 1] >= since else None

    def first(self, since: datetime, until: datetime) -> Sighting | None:
        place = bisect_left(self.times, since)
        return self.signs[place] if place < len(self.times) and self.times[place] <= until else None

    def nearest(self, time: datetime) -> Sighting | None:
        """The one nearest to a moment, of equals the earlier; none that is further off than a day."""
        found = (self.last(time - WITHIN, time), self.first(time, time + WITHIN))
        return min((one for one in found if one), key=lambda one: abs(one.time - time), default=None)


Infected = Mapping[str, Signs]


def is_infection(one: Sighting) -> bool:
    """A sign that somebody's program runs on the machine; what only came in and was stopped is none."""
    if STAGES.get(one.aspect, "entry") == "entry" or one.machine is None:
        return False
    noted = one.is_endpoint and one.severity >= SeverityId.MEDIUM and not one.stopped
    return one.is_grave or noted or one.aspect == "cnc_callback"


def infected(seen: Sequence[Sighting]) -> Infected:
    """Signs of infection by machine; ``seen`` is in order of time."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in seen:
        if one.machine and is_infection(one):
            found[one.machine].append(one)
    return {machine: Signs(signs) for machine, signs in found.items()}


def moves_between(seen: Sequence[Sighting], machines: Machines, rows: pl.DataFrame) -> tuple[Move, ...]:
    """Logons and sessions between machines of which both show an infection; ``rows`` are of :data:`observing.MOVES`."""
    ill = infected(seen)
    if len(ill) < 2 or rows.is_empty():
        return ()
    return tuple(move for move in moves(machines, rows) if move.origin in ill and move.target in ill)


def crossings(seen: Sequence[Sighting], moves: Sequence[Move]) -> Iterator[Pair]:
    """Signs on two machines that a logon joins, or of which one is about both; ``seen`` is in order of time."""
    ill = infected(seen)
    if len(ill) < 2:
        return
    for move in moves:
        if move.origin in ill and move.target in ill:
            before = ill[move.origin].last(move.last - WITHIN, move.last + SLACK)
            after = ill[move.target].first(move.first - SLACK, move.first + WITHIN)
            if before and after:
                yield ordered(f"{move.origin} {move.target}", before, after)
    for machine, known in ill.items():
        for one in known.signs:
            if one.peer and one.peer != machine and one.peer in ill and (other := ill[one.peer].nearest(one.time)):
                yield ordered(f"{machine} {one.peer}", one, other)


def ordered(value: str, one: Sighting, other: Sighting) -> Pair:
    earlier, later = sorted((one, other), key=lambda sighting: (sighting.time, sighting.uid))
    return Pair("logon", value, earlier, later)
