"""All companies on one screen; the company that needs a person first comes first."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from hinomi.console.overview.figures import Cell, Figures
from hinomi.incidents import queries as incidents
from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import SeverityId
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import SensorState, SensorView, sensors_with_state

GRAVE = (SeverityId.FATAL, SeverityId.CRITICAL, SeverityId.HIGH)
REJECTS = """
SELECT tenant, sum(rejects)::BIGINT AS rejects FROM blocks WHERE rejects > 0 GROUP BY tenant
"""


@dataclass(frozen=True)
class Row:
    """One company: ``open`` are (severity, incidents), gravest first; ``silent`` of ``sensors`` do not report."""

    tenant: Tenant
    open: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    silent: int
    sensors: int
    rejects: int
    ended: int = 0
    """Sensors whose observation is over."""

    @property
    def level(self) -> str:
        """``act`` (grave incidents are open), ``check`` (something waits), ``blind`` (nobody looks),
        ``ended`` (nobody looks any more) or ``calm``."""
        if any(severity in GRAVE for severity, _count in self.open):
            return "act"
        if self.open or self.silent:
            return "check"
        if self.sensors:
            return "calm"
        return "ended" if self.ended else "blind"

    @property
    def urgency(self) -> tuple[object, ...]:
        gravest = tuple((-severity, -count) for severity, count in self.open) or ((1, 0),)
        return (gravest, -self.silent, -self.rejects, self.tenant.uid)


@dataclass(frozen=True)
class Total:
    """What waits over all companies shown."""

    grave: int
    open: int
    silent: int
    rejects: int


def rows(user: User, tenants: Iterable[Tenant], figures: Figures, lake: Lake, now: datetime) -> list[Row]:
    """``now`` is aware."""
    tenants = list(tenants)
    waiting = open_incidents(user)
    watched = sensors(tenants, now)
    unread = rejects(lake, [tenant.uid for tenant in tenants])
    found = [
        Row(
            tenant=tenant,
            open=tuple(sorted(waiting[tenant.uid].items(), reverse=True)),
            cells=figures.cells[tenant.uid],
            silent=sum(view.state in (SensorState.SILENT, SensorState.NEVER_HEARD) for view in watched[tenant.uid]),
            sensors=len(watched[tenant.uid]) - ended(watched[tenant.uid]),
            ended=ended(watched[tenant.uid]),
            rejects=unread.get(tenant.uid, 0),
        )
        for tenant in tenants
    ]
    return sorted(found, key=lambda row: row.urgency)


def total(found: Iterable[Row]) -> Total:
    found = list(found)
    return Total(
        grave=sum(count for row in found for severity, count in row.open if severity in GRAVE),
        open=sum(count for row in found for _severity, count in row.open),
        silent=sum(row.silent for row in found),
        rejects=sum(row.rejects for row in found),
    )


def open_incidents(user: User) -> dict[str, Counter[int]]:
    grouped = incidents.open_only(incidents.for_user(user)).order_by().values_list("tenant", "severity_id")
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for tenant, severity, count in grouped.annotate(count=Count("pk")):
        counts[tenant][severity] = count
    return counts


def sensors(tenants: list[Tenant], now: datetime) -> dict[str, list[SensorView]]:
    views: dict[str, list[SensorView]] = defaultdict(list)
    for view in sensors_with_state(tenants, now):
        views[view.sensor.tenant_id].append(view)
    return views


def ended(views: list[SensorView]) -> int:
    return sum(view.state is SensorState.ENDED for view in views)


def rejects(lake: Lake, tenants: list[str]) -> dict[str, int]:
    return {row["tenant"]: row["rejects"] for row in lake.ask_companies(tenants, REJECTS).rows()}
