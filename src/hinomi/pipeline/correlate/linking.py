"""Which findings belong together, and by what they share.

A link needs an entity that is specific, and little time between: what many machines have in common (a
site everyone reads, an address behind which many hide) tells nothing.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from hinomi.pipeline.correlate.policy import is_work
from hinomi.pipeline.correlate.sighting import Sighting

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WINDOWS: Final = {
    "event": timedelta.max,
    "file": 24 * HOUR,
    "site": 24 * HOUR,
    "contact": 7 * DAY,
    "host": 6 * HOUR,
    "address": 6 * HOUR,
    "user": 24 * HOUR,
    "hash": 24 * HOUR,
}
"""How far apart two findings may be that share an entity of a kind; the kind that says most comes first."""
FEW = 3
"""Machines that may have a file, a site or a user in common for it to say something of a story."""
READ_BY_ANYONE = ("malicious_site", "support_scam")
"""Two people who read the same bad page are two stories."""


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


Entity = tuple[str, str]


def entities(one: Sighting) -> Iterator[Entity]:
    """What a sighting may share with others; values are folded."""
    yield "event", one.event
    if one.sha256:
        yield "hash", one.sha256.lower()
    if one.file:
        yield "file", one.file
    if one.site and one.aspect not in READ_BY_ANYONE:
        yield "site", one.site
    if one.user and one.is_endpoint:
        yield "user", one.user
    if len(one.recipients) <= FEW:
        yield from (("user", recipient) for recipient in one.recipients)
    if one.host:
        yield "host", one.host.lower()
    if one.address:
        yield "address", one.address
    if one.outside and machine(one) and is_work(one):
        yield "contact", f"{machine(one)} {one.aspect} {one.outside}"


def pairs(seen: Sequence[Sighting], *, anywhen: bool = False) -> list[Pair]:
    """Neighbours in time of every specific entity, the most telling kind and the smallest gap first.

    ``seen`` is in order of time. ``anywhen`` leaves the windows out of account, for findings known to
    belong together.
    """
    holders: dict[Entity, list[Sighting]] = defaultdict(list)
    for one in seen:
        for entity in entities(one):
            holders[entity].append(one)
    found = [
        pair
        for (kind, value), held in holders.items()
        for pair in neighbours(kind, value, held)
        if anywhen or pair.gap <= WINDOWS[kind]
    ]
    order = {kind: place for place, kind in enumerate(WINDOWS)}
    return sorted(found, key=lambda pair: (order[pair.kind], pair.gap, pair.earlier.uid, pair.later.uid, pair.value))


def neighbours(kind: str, value: str, held: Sequence[Sighting]) -> Iterator[Pair]:
    """Pairs of sightings that follow one another, if the entity tells anything."""
    if kind == "user":
        yield from of_one_person(value, held)
    elif kind == "address":
        yield from of_one_address(value, held)
    elif kind in ("event", "host", "contact") or len({machine(one) for one in held}) <= FEW:
        yield from (Pair(kind, value, one, other) for one, other in pairwise(held))


def of_one_person(value: str, held: Sequence[Sighting]) -> Iterator[Pair]:
    """A mail and what its reader's machine did next; or grave findings on two machines of one person."""
    if len({machine(one) for one in held if not one.recipients}) > FEW:
        return
    mail: Sighting | None = None
    grave: Sighting | None = None
    for one in held:
        if one.recipients:
            mail = one
            continue
        if mail:
            yield Pair("user", value, mail, one)
        if one.is_grave:
            if grave and grave.host != one.host and one.time - grave.time <= WINDOWS["host"]:
                yield Pair("user", value, grave, one)
            grave = one


def of_one_address(value: str, held: Sequence[Sighting]) -> Iterator[Pair]:
    """An address stands for a machine as long as nobody else is named behind it about that time."""
    named = [one for one in held if one.host]
    times = [one.time for one in named]
    for one, other in pairwise(held):
        first = bisect_left(times, one.time - WINDOWS["address"])
        last = bisect_right(times, other.time + WINDOWS["address"])
        if len({machine(near) for near in named[first:last]}) <= 1:
            yield Pair("address", value, one, other)


def machine(one: Sighting) -> str:
    """The machine by its name, else its address; of a mail, its readers."""
    return (one.host or one.address or ",".join(sorted(one.recipients))).lower()


def groups(seen: Sequence[Sighting]) -> list[list[Sighting]]:
    """The sightings divided into those that are linked, directly or through others; each in order of time."""
    forest = Forest()
    for pair in pairs(seen):
        forest.join(pair.earlier.uid, pair.later.uid)
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in seen:
        found[forest.root(one.uid)].append(one)
    return list(found.values())


def spanning(seen: Sequence[Sighting]) -> list[Pair]:
    """The fewest, most telling pairs that hold a group together."""
    forest = Forest()
    return [pair for pair in pairs(seen, anywhen=True) if forest.join(pair.earlier.uid, pair.later.uid)]


class Forest:
    """Disjoint sets (union by naming, path halving)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, uid: str) -> str:
        parent = self._parent
        while (above := parent.get(uid, uid)) != uid:
            parent[uid] = parent.get(above, above)
            uid = above
        return uid

    def join(self, one: str, other: str) -> bool:
        """Whether the two were apart until now."""
        one, other = self.root(one), self.root(other)
        self._parent[other] = one
        return one != other
