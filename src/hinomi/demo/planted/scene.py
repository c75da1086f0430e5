"""A stage for one plot: the company, its machines and its sensors, an attacker, and a clock that runs."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from hinomi.demo.hosts import Host
from hinomi.demo.planted.attacker import Attacker
from hinomi.demo.planted.happening import Happening
from hinomi.demo.programme import SensorPlan


@dataclass
class Scene:
    """What a plot writes on. ``plans`` are the company's sensors; ``now`` is a wall clock of Japan."""

    tenant: str
    hosts: tuple[Host, ...]
    plans: tuple[SensorPlan, ...]
    now: datetime
    random: Random
    attacker: Attacker
    told: list[tuple[datetime, Happening]] = field(default_factory=list)

    @property
    def host(self) -> Host:
        """The machine to which it happens first."""
        return self.hosts[0]

    def then(self, what: Happening, after: tuple[float, float] = (2, 90)) -> None:
        """It happens, so many seconds after what happened before it (from, to)."""
        self.now += timedelta(seconds=round(self.random.uniform(*after)))
        self.told.append((self.now, what))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def severity(self, *pool: str) -> str:
        return self.random.choice(pool)


@dataclass(frozen=True)
class Expected:
    """What a person must be told of a plot: which machines or people (any of them), and which cards would do."""

    names: frozenset[str]
    kinds: frozenset[str]


def expect(hosts: Collection[Host | str], kinds: Collection[str]) -> Expected:
    """Machines are known by name, address and user."""
    names: set[str] = set()
    for one in hosts:
        names |= {one} if isinstance(one, str) else {one.name, one.ip, one.user, one.mail}
    return Expected(frozenset(name.lower() for name in names if name), frozenset(kinds))
