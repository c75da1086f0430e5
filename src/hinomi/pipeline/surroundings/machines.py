"""Which machine an address belonged to, when, and how that is known. Never a static table: addresses change hands."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

import polars as pl

from hinomi.pipeline.surroundings.naming import Names, companions, names
from hinomi.pipeline.surroundings.observing import NOTHING

NEAR = timedelta(minutes=10)
"""Between two machines, so near to the one and not to the other, an address is still or already that one's."""
REACH = timedelta(hours=6)
"""So long before and after it was seen with an address, a machine is taken to have it if no other is named."""
KEPT = timedelta(hours=24)
"""A machine seen twice with an address within this time, and no other in between, had it all the while."""
LEASED = timedelta(days=4)
"""The same where an address server lent it: half of the longest usual lease."""
ROW = timedelta(hours=1)
"""What a row of observations spans at most."""
GIVEN_BACK = "release"


@dataclass(frozen=True)
class Sight:
    """A machine with an address, from ``first`` to ``last`` (naive UTC, within an hour), and by which evidence."""

    first: datetime
    last: datetime
    machine: str
    evidence: str
    sensor: str
    uid: str

    @property
    def leased(self) -> bool:
        return self.evidence == "lease"


@dataclass(frozen=True)
class Holder:
    """Whose an address was at a moment: a machine's by the evidence of ``sight``, nobody's as it is ``shared``, or
    unknown (neither)."""

    sight: Sight | None = None
    shared: bool = False


@dataclass(frozen=True)
class Tenure:
    """A machine had an address from ``since`` to ``until`` (naive UTC) as far as it was seen."""

    address: str
    machine: str
    since: datetime
    until: datetime
    evidence: tuple[str, ...]
    """Kinds of evidence, by name."""
    uid: str
    """``metadata.uid`` of one event that shows it."""


UNKNOWN, SHARED = Holder(), Holder(shared=True)


class Machines:
    """What ``bindings`` (rows of :data:`observing.BINDINGS` of one company) say of its machines."""

    def __init__(self, bindings: pl.DataFrame = NOTHING["bindings"]) -> None:
        self.bindings = bindings
        self._held: dict[str, Held] = {}
        self._used_by: dict[tuple[str, datetime], set[tuple[datetime, datetime, str]]] = {}

    def also(self, bindings: pl.DataFrame) -> "Machines":
        """With further observations."""
        if bindings.is_empty():
            return self
        return Machines(pl.concat([self.bindings, bindings.select(self.bindings.columns)]))

    @cached_property
    def names(self) -> Names:
        said = self.bindings.select("sensor", "name", "mac").unique().drop_nulls("name")
        agents = self.bindings.filter(pl.col("evidence") == "agent")["sensor"].unique().to_list()
        return names(said.iter_rows(), agents, companions(self.bindings))

    @cached_property
    def _by_address(self) -> pl.DataFrame:
        """Rows that name a machine with an address."""
        named = pl.col("name").is_not_null() | pl.col("mac").is_not_null()
        return self.bindings.filter(named & pl.col("ip").is_not_null())

    def held(self, address: str) -> "Held":
        known = self._held.get(address)
        if known is None:
            rows = self._by_address.filter(pl.col("ip") == address).iter_rows(named=True)
            known = self._held[address] = Held([self._sight(row) for row in rows])
        return known

    def _sight(self, row: dict[str, Any]) -> Sight:
        machine = self.names.key(row["name"] or row["mac"])
        return Sight(row["first"], row["last"], machine, row["evidence"], row["sensor"], row["uid"] or "")

    def machine(self, name: str) -> str:
        """The key of the machine with this name, in whatever case and by whichever of its names."""
        return self.names.key(name)

    def name(self, machine: str) -> str:
        """How a machine is written."""
        return self.names.show(machine)

    def holder(self, address: str, time: datetime) -> Holder:
        return self.held(address).at(time)

    def host_at(self, address: str, time: datetime) -> str | None:
        """The name of the machine that had the address; None where that is unknown, or where many hide behind it."""
        sight = self.holder(address, time).sight
        return self.name(sight.machine) if sight else None

    def addresses_of(self, host: str, since: datetime, until: datetime) -> tuple[Tenure, ...]:
        """When a machine was seen with which address between two moments, in order."""
        machine = self.machine(host)
        found = (
            tenure
            for address in self._by_address["ip"].unique().sort().to_list()
            for tenure in self.tenures(address)
            if tenure.machine == machine and tenure.since <= until and tenure.until >= since
        )
        return tuple(sorted(found, key=lambda tenure: (tenure.since, tenure.address)))

    def tenures(self, address: str) -> tuple[Tenure, ...]:
        """Who had an address one after another."""
        return tuple(
            Tenure(
                address,
                run[0].machine,
                run[0].first,
                max(sight.last for sight in run),
                tuple(sorted({sight.evidence for sight in run})),
                run[0].uid,
            )
            for run in self.held(address).runs
        )

    def user_at(self, host: str, time: datetime) -> str | None:
        """Who used a machine: the only person seen on it then, else who was seen last before, not too long ago."""
        seen = self._people(self.machine(host), time.replace(minute=0, second=0, microsecond=0))
        now = {person for first, last, person in seen if first <= time <= last}
        if now:
            return now.pop() if len(now) == 1 else None
        before = [(last, person) for _, last, person in seen if time - REACH <= last < time]
        latest = max((last for last, _ in before), default=None)
        people = {person for last, person in before if last == latest}
        return people.pop() if len(people) == 1 else None

    def _people(self, machine: str, hour: datetime) -> set[tuple[datetime, datetime, str]]:
        """People seen on a machine about an hour, with the first and last moment of it.

        An account with which the machine turned to another one may be a service's.
        """
        known = self._used_by.get((machine, hour))
        if known is None:
            about = pl.col("first").is_between(hour - REACH - ROW, hour + ROW)
            sitting = pl.col("person").is_not_null() & (pl.col("evidence") != "logon")
            rows = self.bindings.filter(sitting & about).iter_rows(named=True)
            known = {(row["first"], row["last"], row["person"]) for row in rows if self._named(row) == machine}
            self._used_by[machine, hour] = known
        return known

    def _named(self, row: dict[str, Any]) -> str | None:
        """The machine of a row: where it has no name, that which had its address."""
        if row["name"] or row["mac"]:
            return self.names.key(row["name"] or row["mac"])
        sight = self.holder(row["ip"], row["first"]).sight
        return sight.machine if sight else None


class Held:
    """Who had one address, as far as it was seen."""

    def __init__(self, sights: Sequence[Sight]) -> None:
        order = sorted(sights, key=lambda sight: (sight.first, sight.last, sight.machine, sight.evidence, sight.uid))
        self.given_back = sorted((s.first, s.machine) for s in order if s.evidence == GIVEN_BACK)
        self.sights = [sight for sight in order if sight.evidence != GIVEN_BACK]
        self.firsts = [sight.first for sight in self.sights]
        self.by_end = sorted(self.sights, key=lambda sight: (sight.last, sight.first, sight.machine))
        self.lasts = [sight.last for sight in self.by_end]

    @cached_property
    def runs(self) -> list[list[Sight]]:
        """Sights of one machine that follow each other."""
        found: list[list[Sight]] = []
        for sight in self.sights:
            if found and found[-1][0].machine == sight.machine:
                found[-1].append(sight)
            else:
                found.append([sight])
        return found

    @cached_property
    def mixed(self) -> list[datetime]:
        """When an address was seen with a machine that another one had before it and after it, and that was not lent
        it anew: the mark of a gateway or a server behind which many hide."""
        found = {sight.first for sight in self.sights if self.is_among(sight)}
        last_of: dict[str, datetime] = {}
        for one, other in pairwise(self.runs):
            last_of[one[0].machine] = max(sight.last for sight in one)
            left = last_of.get(other[0].machine)
            if left is not None and other[0].first - left <= REACH and not other[0].leased:
                found.add(other[0].first)
        return sorted(found)

    def is_among(self, one: Sight) -> bool:
        """Whether another machine was seen in the midst of this sight, or for long at the same time."""
        around = slice(bisect_left(self.firsts, one.first), bisect_right(self.firsts, one.last))
        others = (other for other in self.sights[around] if other.machine != one.machine)
        return any(other.last < one.last or one.last - other.first > NEAR for other in others)

    def at(self, time: datetime) -> Holder:
        around = slice(bisect_left(self.firsts, time - ROW), bisect_right(self.firsts, time))
        here = [sight for sight in self.sights[around] if sight.last >= time]
        if len({sight.machine for sight in here}) > 1 or self.is_shared(time):
            return SHARED
        if here:
            return Holder(here[0])
        before, after = self.before(time), self.after(time)
        if before and after:
            return self.between(before, after, time)
        if before:
            return Holder(before) if time - before.last <= REACH else UNKNOWN
        return Holder(after) if after and not after.leased and after.first - time <= REACH else UNKNOWN

    def is_shared(self, time: datetime) -> bool:
        place = bisect_left(self.mixed, time - REACH)
        return place < len(self.mixed) and self.mixed[place] <= time + REACH

    def before(self, time: datetime) -> Sight | None:
        """The last sight before, unless its machine gave the address back since."""
        place = bisect_left(self.lasts, time)
        if not place:
            return None
        sight = self.by_end[place - 1]
        back = any(sight.last <= moment <= time and machine == sight.machine for moment, machine in self.given_back)
        return None if back else sight

    def after(self, time: datetime) -> Sight | None:
        place = bisect_right(self.firsts, time)
        return self.sights[place] if place < len(self.sights) else None

    def between(self, before: Sight, after: Sight, time: datetime) -> Holder:
        since, until = time - before.last, after.first - time
        if before.machine == after.machine:
            whole = LEASED if before.leased or after.leased else KEPT
            return Holder(before) if since + until <= whole or min(since, until) <= REACH else UNKNOWN
        if after.leased:
            return Holder(before) if since <= REACH else UNKNOWN
        if (since <= NEAR) != (until <= NEAR):
            return Holder(before if since <= NEAR else after)
        if since <= REACH and until <= REACH:
            return SHARED
        if min(since, until) <= REACH:
            return Holder(before if since <= until else after)
        return UNKNOWN
