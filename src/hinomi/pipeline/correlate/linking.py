"""Which findings belong together, and by what they share.

A link needs an entity that is specific, and little time between: what many machines have in common (a
site everyone reads, an address behind which many hide) tells nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from hinomi.library.contracts import Kind
from hinomi.pipeline.correlate.crossing import crossings
from hinomi.pipeline.correlate.pair import Pair
from hinomi.pipeline.correlate.policy import OF_MACHINES, OF_WATCH, is_work
from hinomi.pipeline.correlate.sighting import Sighting
from hinomi.pipeline.surroundings.moves import Move

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WINDOWS: Final = {
    "event": timedelta.max,
    "file": 24 * HOUR,
    "site": 24 * HOUR,
    "contact": 7 * DAY,
    "logon": DAY,
    "host": 6 * HOUR,
    "address": 6 * HOUR,
    "user": 24 * HOUR,
    "account": 24 * HOUR,
    "hash": 24 * HOUR,
    "matter": 28 * DAY,
}
"""How far apart two findings may be that share an entity of a kind; the kind that says most comes first."""
FEW = 3
"""Machines that may have a file, a site or a user in common for it to say something of a story."""
PASSED = (Kind.UTM, Kind.IDS, Kind.ROUTER, Kind.SERVER)
"""Sensors that a machine's own traffic passes: who used it is the reader of a mail before."""
READ_BY_ANYONE = ("malicious_site", "support_scam")
"""Two people who read the same bad page are two stories."""


Entity = tuple[str, str]


def entities(one: Sighting) -> Iterator[Entity]:
    """What a sighting may share with others; values are folded."""
    if one.aspect in OF_WATCH:
        yield "matter", one.aspect if one.aspect in OF_MACHINES else f"{one.aspect} {one.sensor}"
        return
    yield "event", one.event
    if one.sha256:
        yield "hash", one.sha256.lower()
    if one.file:
        yield "file", one.file
    if one.site and one.aspect not in READ_BY_ANYONE:
        yield "site", one.site
    if one.user and one.machine and (one.is_endpoint or one.kind in PASSED):
        yield "user", one.user
    if one.user and one.is_of_account:
        yield "account", one.user
    if len(one.recipients) <= FEW:
        yield from (("user", recipient) for recipient in one.recipients)
    if one.machine:
        yield "host" if one.host else "address", one.machine
    if one.outside and machine(one) and is_work(one):
        yield "contact", f"{machine(one)} {one.aspect} {one.outside}"


def pairs(seen: Sequence[Sighting], moves: Sequence[Move] = (), *, anywhen: bool = False) -> list[Pair]:
    """Neighbours in time of every specific entity, the most telling kind and the smallest gap first.

    ``seen`` is in order of time; ``moves`` are logons between their machines. ``anywhen`` leaves the windows out of
    account, for findings known to belong together.
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
    found += crossings(seen, moves)
    order = {kind: place for place, kind in enumerate(WINDOWS)}
    return sorted(found, key=lambda pair: (order[pair.kind], pair.gap, pair.earlier.uid, pair.later.uid, pair.value))


def neighbours(kind: str, value: str, held: Sequence[Sighting]) -> Iterator[Pair]:
    """Pairs of sightings that follow one another, if the entity tells anything."""
    if kind == "user":
        yield from of_one_person(value, held)
    elif kind == "host":
        yield from of_one_machine(held)
    elif kind in ("event", "address", "contact", "matter") or len({machine(one) for one in held}) <= FEW:
        yield from (Pair(kind, value, one, other) for one, other in pairwise(held))


def of_one_person(value: str, held: Sequence[Sighting]) -> Iterator[Pair]:
    """A mail and what its reader's machine did next; or grave findings on two machines, each naming one person."""
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
        if one.is_grave and one.is_endpoint and not one.by_use:
            if grave and machine(grave) != machine(one) and one.time - grave.time <= WINDOWS["host"]:
                yield Pair("user", value, grave, one)
            grave = one


def of_one_machine(held: Sequence[Sighting]) -> Iterator[Pair]:
    """By the name where sensors wrote it; told by the address where that is all that one of them wrote."""
    yield from (
        Pair("host", machine(one), one, other) for one, other in pairwise(one for one in held if not one.by_address)
    )
    for one, other in pairwise(held):
        if by_address(one, other):
            same = one.address is not None and one.address == other.address
            yield Pair("address", str(one.address), one, other) if same else Pair("host", machine(one), one, other)


def by_address(one: Sighting, other: Sighting) -> bool:
    return one.by_address or other.by_address


def machine(one: Sighting) -> str:
    """The machine by its name, else its address; of a mail, its readers."""
    return (one.machine or one.address or ",".join(sorted(one.recipients))).lower()


def groups(seen: Sequence[Sighting], moves: Sequence[Move] = ()) -> list[list[Sighting]]:
    """The sightings divided into those that are linked, directly or through others; each in order of time."""
    forest = Forest()
    for pair in pairs(seen, moves):
        forest.join(pair.earlier.uid, pair.later.uid)
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in seen:
        found[forest.root(one.uid)].append(one)
    return list(found.values())


def spanning(seen: Sequence[Sighting], moves: Sequence[Move] = ()) -> list[Pair]:
    """The fewest, most telling pairs that hold a group together."""
    forest = Forest()
    return [pair for pair in pairs(seen, moves, anywhen=True) if forest.join(pair.earlier.uid, pair.later.uid)]


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
