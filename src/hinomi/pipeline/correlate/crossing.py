"""One infection over several machines: it went from the one to the other by a logon, and both show it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
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
Infected = Mapping[str, Sequence[Sighting]]


def is_infection(one: Sighting) -> bool:
    """A sign that somebody's program runs on the machine; what only came in and was stopped is none."""
    if STAGES.get(one.aspect, "entry") == "entry" or one.machine is None:
        return False
    noted = one.is_endpoint and one.severity >= SeverityId.MEDIUM and not one.stopped
    return one.is_grave or noted or one.aspect == "cnc_callback"


def infected(seen: Sequence[Sighting]) -> Infected:
    """Signs of infection in order of time, by machine."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in seen:
        if one.machine and is_infection(one):
            found[one.machine].append(one)
    return found


def moves_between(seen: Sequence[Sighting], machines: Machines, rows: pl.DataFrame) -> tuple[Move, ...]:
    """Logons and sessions between machines of which both show an infection; ``rows`` are of :data:`observing.MOVES`."""
    ill = infected(seen)
    if len(ill) < 2 or rows.is_empty():
        return ()
    return tuple(move for move in moves(machines, rows) if move.origin in ill and move.target in ill)


def crossings(seen: Sequence[Sighting], moves: Sequence[Move]) -> Iterator[Pair]:
    """``seen`` is in order of time."""
    machines = infected(seen)
    if len(machines) < 2:
        return
    for move in moves:
        yield from crossed(move, machines)
    for signs in machines.values():
        for one in signs:
            if one.peer and one.peer != one.machine:
                yield from met(one, machines.get(one.peer, ()))


def crossed(move: Move, machines: Infected) -> Iterator[Pair]:
    """The last sign on the machine that it came from and the first on the other."""
    before = [one for one in machines.get(move.origin, ()) if -SLACK <= move.last - one.time <= WITHIN]
    after = [one for one in machines.get(move.target, ()) if -SLACK <= one.time - move.first <= WITHIN]
    if before and after:
        yield ordered(f"{move.origin} {move.target}", before[-1], after[0])


def met(one: Sighting, others: Sequence[Sighting]) -> Iterator[Pair]:
    """A finding between two machines, and the sign on the other that is nearest to it."""
    near = [other for other in others if abs(other.time - one.time) <= WITHIN]
    if near:
        nearest = min(near, key=lambda other: (abs(other.time - one.time), other.time, other.uid))
        yield ordered(f"{one.machine} {one.peer}", one, nearest)


def ordered(value: str, one: Sighting, other: Sighting) -> Pair:
    earlier, later = sorted((one, other), key=lambda sighting: (sighting.time, sighting.uid))
    return Pair("logon", value, earlier, later)
