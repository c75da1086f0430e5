"""All that a seed plants: incidents with what must be told of them, noise, and what their sensors say besides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count as counting
from random import Random

from hinomi.demo.inventory import company
from hinomi.demo.planted import hours, noise
from hinomi.demo.planted.attacker import Attacker
from hinomi.demo.planted.casting import cast, machines_of_noise
from hinomi.demo.planted.noise import CAUSES, Cause
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Scene
from hinomi.demo.planted.sensors import everyday, extra_sensors, visits
from hinomi.demo.planted.twins import TWINS
from hinomi.demo.planted.witness import Line, witnessed
from hinomi.demo.programme import MONTHS, SensorPlan, sensors

INCIDENTS, TWINNED = 20, 3
"""Incidents, and how many of them resemble what was decided as harmless before."""


@dataclass(frozen=True)
class Planted:
    """An incident; ``begin`` and ``end`` are wall clocks of Japan."""

    uid: str
    plot: str
    hour: str
    """The name of the hour at which it begins."""
    tenant: str
    names: frozenset[str]
    """Machines and people it is about, in lower case: an incident must name one of them."""
    kinds: frozenset[str]
    """Keys of the advice cards that fit."""
    begin: datetime
    end: datetime
    lines: tuple[Line, ...]
    twin_of: str = ""
    """The cause of noise that it resembles."""


@dataclass(frozen=True)
class Recurrence:
    """One time that a cause of noise showed itself at a company."""

    uid: str
    cause: Cause
    tenant: str
    month: date
    names: frozenset[str]
    begin: datetime
    end: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Planting:
    seed: int
    sensors: tuple[SensorPlan, ...]
    """Sensors that the programme does not have by itself."""
    incidents: tuple[Planted, ...]
    noise: tuple[Recurrence, ...]
    ordinary: tuple[Line, ...]
    """What the added sensors write of daily work."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of it."""
        of_incidents = (line for one in self.incidents for line in one.lines)
        of_noise = (line for one in self.noise for line in one.lines)
        return (*of_incidents, *of_noise, *self.ordinary)


def plant(seed: int, programme: Sequence[SensorPlan] | None = None) -> Planting:
    """The same for the same seed and programme (by default the replayed one's sensors)."""
    added = extra_sensors(seed)
    plans = (*(sensors() if programme is None else programme), *added)
    numbers = counting(seed % 1000 * 10_000_000 + 1)
    recurring = tuple(recurrences(seed, plans, numbers))
    casts = cast(seed, INCIDENTS - TWINNED, plans)
    planted = [acted(f"p{place:02}", one.plot, one.hour, one.scene, numbers) for place, one in enumerate(casts)]
    planted += twins(seed, plans, recurring, numbers)
    usual = [one.scene for one in casts if one.plot.learned]
    usual += [
        stage(seed, cause, tenant, plans, datetime.combine(MONTHS[0], time()))
        for cause in CAUSES
        if cause.learned
        for tenant in sorted({one.tenant for one in recurring if one.cause == cause})
    ]
    ordinary = [
        line for plan in added for at, what in everyday(plan, seed) for line in witnessed(what, plan, at, next(numbers))
    ]
    for scene in usual:
        ordinary += browsed(scene, seed, numbers)
    return Planting(seed, added, tuple(planted), recurring, tuple(ordinary))


def acted(uid: str, plot: Plot, hour: str, scene: Scene, numbers: Iterable[int], twin_of: str = "") -> Planted:
    expected = plot.act(scene)
    lines, begin, end = written(scene, numbers)
    return Planted(uid, plot.name, hour, scene.tenant, expected.names, expected.kinds, begin, end, lines, twin_of)


def written(scene: Scene, numbers: Iterable[int]) -> tuple[tuple[Line, ...], datetime, datetime]:
    """What the company's sensors write of what happened on the scene, and from when to when it did."""
    following = iter(numbers)
    lines = [
        line for at, what in scene.told for plan in scene.plans for line in witnessed(what, plan, at, next(following))
    ]
    lines.sort(key=lambda line: line.at)
    return tuple(lines), scene.told[0][0], scene.told[-1][0]


def browsed(scene: Scene, seed: int, numbers: Iterable[int]) -> Iterable[Line]:
    """What the machine does on the web every working day: without a past nothing stands out."""
    following = iter(numbers)
    for at, what in visits(scene.host, seed):
        for plan in scene.plans:
            yield from witnessed(what, plan, at, next(following))


def recurrences(seed: int, plans: Sequence[SensorPlan], numbers: Iterable[int]) -> Iterable[Recurrence]:
    for cause in CAUSES:
        random = Random(f"{seed} noise {cause.name}")  # noqa: S311 - a reproducible draw is the point
        able = sorted({plan.tenant for plan in plans if stands(plan.tenant, cause, plans)})
        for tenant in sorted(random.sample(able, min(cause.companies, len(able)))):
            for number, month in enumerate(MONTHS):
                for at in noise.moments(random, cause, month):
                    scene = stage(seed, cause, tenant, plans, at)
                    cause.act(scene, number)
                    lines, begin, end = written(scene, numbers)
                    uid = f"{cause.name} {tenant} {begin:%m-%d}"
                    yield Recurrence(uid, cause, tenant, month, noise.about(scene).names, begin, end, lines)


def stands(tenant: str, cause: Cause, plans: Sequence[SensorPlan]) -> bool:
    """Whether the company has the sensors from the first month on."""
    own = [plan for plan in plans if plan.tenant == tenant and plan.observed(MONTHS[0])]
    able = company(tenant).in_study and bool(machines_of_noise(tenant))
    return able and set(cause.needs) <= {plan.kind for plan in own} | {plan.source for plan in own}


def stage(seed: int, cause: Cause, tenant: str, plans: Sequence[SensorPlan], at: datetime) -> Scene:
    """Each time the same machine, and the same names."""
    random = Random(f"{seed} noise {cause.name} {tenant}")  # noqa: S311
    machines, place = machines_of_noise(tenant), [one.name for one in CAUSES].index(cause.name)
    machine = machines[place % len(machines)]
    own = tuple(plan for plan in plans if plan.tenant == tenant)
    return Scene(tenant, (machine,), own, at, random, Attacker(random))


def twins(
    seed: int, plans: Sequence[SensorPlan], recurring: Sequence[Recurrence], numbers: Iterable[int]
) -> list[Planted]:
    """In the last month, at a company where the cause is known, on the machine on which it is."""
    random = Random(f"{seed} twins")  # noqa: S311
    found = []
    for place, cause in enumerate(random.sample(sorted(TWINS), TWINNED)):
        known = [one for one in recurring if one.cause.name == cause]
        tenant = random.choice(sorted({one.tenant for one in known}))
        begun = {one.begin.date() for one in known if one.tenant == tenant}
        hour = (
            "night"
            if cause in ("backup upload", "remote maintenance")
            else random.choice(("office", "night", "weekend"))
        )
        while (at := hours.moment(random, hour, MONTHS[-1])).date() in begun:
            continue
        scene = stage(seed, known[0].cause, tenant, plans, at)
        own = Random(f"{seed} twin {place}")  # noqa: S311
        scene.random, scene.attacker = own, Attacker(own)
        found.append(acted(f"t{place:02}", TWINS[cause], hour, scene, numbers, twin_of=cause))
    return found
