"""Whose one address was at a moment, from when it was seen with whom. Doubt makes it nobody's."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

NEAR = timedelta(minutes=10)
"""Between two machines, so near to the one and not to the other, an address is still or already that one's."""
REACH = timedelta(hours=6)
"""So long before and after it was seen with an address, a machine is taken to have it if no other is named."""
KEPT = timedelta(hours=24)
"""A machine seen twice with an address within this time, and no other in between, had it all the while."""
LEASED = timedelta(days=4)
"""The same where an address server lent it: half of the longest usual lease."""
STRAY = timedelta(minutes=2)
"""So long after an address changed hands a late word of its former machine does not count."""
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


UNKNOWN, SHARED = Holder(), Holder(shared=True)


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
        """Whether another machine was seen in the midst of this sight."""
        around = slice(bisect_left(self.firsts, one.first), bisect_right(self.firsts, one.last))
        others = (other for other in self.sights[around] if other.machine != one.machine)
        return any(one.last - other.first > STRAY for other in others)

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
        """The last sight before, unless its machine gave the address back since; a lease just before it says more."""
        place = bisect_left(self.lasts, time)
        if not place:
            return None
        late = self.by_end[bisect_left(self.lasts, self.lasts[place - 1] - STRAY) : place]
        sight = next((one for one in reversed(late) if one.leased), late[-1])
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
