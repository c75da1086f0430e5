"""What the review pages show: evidence of a cluster, decisions with what they answered, effort by month."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Q

from hinomi.incidents.models import Entry
from hinomi.incidents.review.clusters import Case, Cluster, seen_by
from hinomi.incidents.review.effort import BUDGET_YEN, Report, Spent, latest
from hinomi.incidents.review.models import STATES, Decision, Verdict
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import tenants_for

SHOWN, LINES = 30, 3
"""Incidents of a cluster that are shown with evidence, and lines of each."""
MONTHS = 6


@dataclass(frozen=True)
class Told:
    """An incident of a cluster with its gravest lines."""

    case: Case
    lines: tuple[Entry, ...]
    more: int
    """Lines that are not shown."""


@dataclass(frozen=True)
class Company:
    tenant: Tenant
    told: tuple[Told, ...]


def companies(cluster: Cluster) -> list[Company]:
    """The cluster's incidents by company, the most urgent first in each; evidence of the first of them."""
    lines = lines_of([case.incident.pk for case in cluster.cases[:SHOWN]])
    of_each: dict[str, list[Told]] = defaultdict(list)
    for case in cluster.cases:
        mine = lines.get(case.incident.pk, [])
        of_each[case.incident.tenant_id].append(Told(case, tuple(mine[:LINES]), len(mine[LINES:])))
    return [Company(tenant, tuple(of_each[tenant.pk])) for tenant in cluster.tenants]


def titles(shown: Iterable[Company]) -> dict[str, str]:
    """Rules by uid, as their findings are called."""
    lines = (line for company in shown for told in company.told for line in told.lines if line.nature)
    return {line.nature["rule"]: line.title for line in lines}


def lines_of(incidents: Sequence[str]) -> dict[str, list[Entry]]:
    """What each is made of, the gravest first; of equal lines one."""
    found: dict[str, dict[tuple[str, str], Entry]] = defaultdict(dict)
    for row in Entry.objects.filter(incident__in=incidents).order_by("-severity_id", "time", "pk"):
        found[row.incident_id].setdefault((row.title, row.detail), row)
    return {incident: own(list(rows.values())) for incident, rows in found.items()}


def own(lines: list[Entry]) -> list[Entry]:
    """Without what is shown beside the story, as far as that is known."""
    return [line for line in lines if line.nature] or lines


@dataclass(frozen=True)
class Listed:
    """A decision, and how many incidents it answered: those it was made over, and those recognised later."""

    row: Decision
    tenants: tuple[Tenant, ...]
    over: int
    recognised: int
    stands: bool


def decisions(user: User, now: datetime, *, standing: bool) -> list[Listed]:
    rows = seen_by(user).select_related("owner", "ended_by").prefetch_related("tenants")
    counted = rows.annotate(
        over=Count("answers", filter=Q(answers__recognised=False)),
        recognised=Count("answers", filter=Q(answers__recognised=True)),
    )
    if standing:
        counted = counted.filter(ended=None, until__gt=now)
    return [
        Listed(row, tuple(row.tenants.all()), row.over, row.recognised, row.stands(now))
        for row in counted.order_by("-created", "uid")
    ]


@dataclass(frozen=True)
class Line:
    """A company's month, with what it cost."""

    tenant: Tenant
    spent: Spent
    yen: int
    share: int
    """Per cent of what may be spent."""

    @property
    def minutes(self) -> float:
        return round(self.spent.seconds / 60, 1)


@dataclass(frozen=True)
class Month:
    """All companies of a month; the averages are over all of them, also those for which nothing was done."""

    first: date
    lines: tuple[Line, ...]
    companies: int
    yen: int
    """Of a company, on average."""
    minutes: float
    decisions: float
    recognised: int


@dataclass(frozen=True)
class Effort:
    months: tuple[Month, ...]
    report: Report
    per_hour: int
    budget: int

    @property
    def median_minutes(self) -> float | None:
        seconds = self.report.median_seconds
        return None if seconds is None else round(seconds / 60, 1)


def effort(user: User, now: datetime, months: int = MONTHS) -> Effort:
    """Of the companies that this person may see, the latest months first."""
    everyone = list(tenants_for(user))
    report = latest(everyone, now, months)
    per_hour = settings.ANALYST_YEN_PER_HOUR
    named = {tenant.pk: tenant for tenant in everyone}
    of_each: dict[date, list[Line]] = defaultdict(list)
    for row in report.rows:
        yen = row.yen(per_hour)
        of_each[row.month].append(Line(named[row.tenant], row, round(yen), round(100 * yen / BUDGET_YEN)))
    told = tuple(of_month(day, lines, len(everyone), per_hour) for day, lines in sorted(of_each.items(), reverse=True))
    return Effort(told, report, per_hour, BUDGET_YEN)


def of_month(first: date, lines: Iterable[Line], count: int, per_hour: int) -> Month:
    ordered = tuple(sorted(lines, key=lambda line: (-line.spent.seconds, line.tenant.pk)))
    seconds = sum(line.spent.seconds for line in ordered) / count
    return Month(
        first=first,
        lines=ordered,
        companies=count,
        yen=round(seconds / 3600 * per_hour),
        minutes=round(seconds / 60, 1),
        decisions=round(sum(line.spent.shared for line in ordered) / count, 2),
        recognised=sum(line.spent.recognised for line in ordered),
    )


def done(verdict: Verdict) -> str:
    """What the verdict does to an incident: ``close``, ``watch`` or ``work``."""
    return {"closed": "close", "watching": "watch"}.get(STATES[verdict][0].value, "work")
