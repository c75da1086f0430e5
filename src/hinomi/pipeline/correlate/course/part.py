"""What a story holds of each machine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hinomi.pipeline.correlate.sighting import Sighting


@dataclass(frozen=True)
class Part:
    """The sightings on one machine, and the mails to those who use it, both in order of time."""

    host: str | None
    address: str | None
    own: tuple[Sighting, ...]
    mails: tuple[Sighting, ...]

    def and_beside(self, slight: Iterable[Sighting], until: datetime) -> "Part":
        """With what was found beside the story on this machine, from its first sighting on."""
        keys = {one.machine for one in self.own} - {None}
        same = [one for one in slight if one.machine in keys and self.own[0].time <= one.time <= until]
        return replace(self, own=in_order({one.uid: one for one in [*self.own, *same]}.values()))

    @property
    def machine(self) -> str:
        """Its name, else its address; empty where nobody knows either."""
        return self.host or self.address or ""


def parts(group: Sequence[Sighting]) -> tuple[Part, ...]:
    """One for each machine, the one seen first before; ``group`` is in order of time.

    What names no machine, or an address behind which many hide, belongs to the story's only machine; where it has
    several, or none, it is a part by itself.
    """
    mails = [one for one in group if one.recipients]
    held: dict[str, list[Sighting]] = defaultdict(list)
    for one in group:
        if not one.recipients:
            held[one.machine or ""].append(one)
    if len(held) == 2 and "" in held:
        nameless = held.pop("")
        [own] = held.values()
        own += nameless
    return tuple(part(own, mails) for own in held.values())


def part(own: Sequence[Sighting], mails: Sequence[Sighting]) -> Part:
    users = {one.user for one in own if one.user}
    return Part(
        host=next(values(own, "host"), None),
        address=next(values(own, "address"), None),
        own=in_order(own),
        mails=tuple(one for one in mails if one.recipients & users),
    )


def in_order(seen: Iterable[Sighting]) -> tuple[Sighting, ...]:
    return tuple(sorted(seen, key=lambda one: (one.time, one.uid)))


def values(own: Sequence[Sighting], attribute: str) -> Iterator[str]:
    return (value for one in own if (value := getattr(one, attribute)))
