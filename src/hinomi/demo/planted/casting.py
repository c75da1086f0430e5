"""Who gets which plot, and when: companies, machines and hours drawn by seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from hinomi.demo.hosts import Host, hosts
from hinomi.demo.inventory import company
from hinomi.demo.planted import hours
from hinomi.demo.planted.attacker import Attacker
from hinomi.demo.planted.plots import PLOTS
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Scene
from hinomi.demo.programme import MONTHS, SensorPlan

APART = timedelta(days=10)
"""Between two incidents of one company: otherwise nobody could say where the one ends."""
REGULAR = 3
"""First machines of a company, which do regular things of their own (:mod:`hinomi.demo.machinery`)."""
SET_ASIDE = 6


@dataclass(frozen=True)
class Cast:
    plot: Plot
    hour: str
    scene: Scene


def cast(seed: int, count: int, plans: Sequence[SensorPlan]) -> list[Cast]:
    """So many plots, as many kinds as there are, on companies that have what the plot needs."""
    random = Random(f"{seed} cast")  # noqa: S311 - a reproducible draw is the point
    chosen = drawn(random, count)
    taken: dict[str, list[datetime]] = {}
    found = []
    for place, (plot, hour) in enumerate(zip(chosen, hours.deck(random, count), strict=True)):
        own = Random(f"{seed} plot {place}")  # noqa: S311
        at = hours.moment(own, hour, max(hours.LEARNED if plot.learned else MONTHS[0], first_month(plot, plans)))
        tenant = company_for(own, plot, at, plans, taken)
        taken.setdefault(tenant, []).append(at)
        machines = own.sample(free(tenant), min(len(free(tenant)), max(plot.machines, 12)))
        standing = tuple(plan for plan in plans if plan.tenant == tenant)
        found.append(Cast(plot, hour, Scene(tenant, tuple(machines), standing, at, own, Attacker(own))))
    return found


def drawn(random: Random, count: int) -> list[Plot]:
    """Each plot once before any is there twice."""
    pool: list[Plot] = []
    while len(pool) < count:
        pool += random.sample(PLOTS, len(PLOTS))
    return pool[:count]


def free(tenant: str) -> list[Host]:
    """Machines to which something may happen; noise is made on others."""
    return [host for host in hosts(tenant)[REGULAR:] if host not in machines_of_noise(tenant)]


def machines_of_noise(tenant: str) -> tuple[Host, ...]:
    """Those that a larger company has for it; a small one has none."""
    known = hosts(tenant)[REGULAR:]
    return (*known[:SET_ASIDE], *known[-SET_ASIDE:]) if len(known) > 3 * SET_ASIDE else ()


def company_for(
    random: Random, plot: Plot, at: datetime, plans: Sequence[SensorPlan], taken: dict[str, list[datetime]]
) -> str:
    """One of the 43 to which the plot can happen then; those to whom nothing happened yet come first."""
    month = at.date().replace(day=1)
    able = [tenant for tenant in sorted({plan.tenant for plan in plans}) if is_able(tenant, plot, month, plans)]
    quiet = [tenant for tenant in able if tenant not in taken]
    rested = [tenant for tenant in able if all(abs(at - other) >= APART for other in taken.get(tenant, ()))]
    return random.choice(quiet or rested or able)


def first_month(plot: Plot, plans: Sequence[SensorPlan]) -> date:
    """In which the plot can happen to anybody."""
    tenants = sorted({plan.tenant for plan in plans})
    return next(month for month in MONTHS if any(is_able(tenant, plot, month, plans) for tenant in tenants))


def is_able(tenant: str, plot: Plot, month: date, plans: Sequence[SensorPlan]) -> bool:
    """Whether the company has what the plot needs in that month, and never gets what would show more of it."""
    own = [plan for plan in plans if plan.tenant == tenant]
    standing = {name for plan in own if plan.observed(month) for name in (plan.kind, plan.source)}
    ever = {name for plan in own for name in (plan.kind, plan.source)}
    return company(tenant).in_study and set(plot.needs) <= standing and not set(plot.without) & ever
