"""The queue: incidents over all companies that wait for a decision, those that are alike together. ``now`` is aware."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from hinomi.incidents.models import Incident, Status
from hinomi.incidents.review.answering import Covering, covering, still_watched
from hinomi.incidents.review.likeness import Beyond, Facet, Likeness, beyond, together
from hinomi.incidents.review.models import Decision, Reading
from hinomi.incidents.review.problems import UnknownCluster
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import serves_all, tenants_for
from hinomi.tenants.roles import Ability

SHOWN = 3
"""Earlier decisions that are shown of a cluster."""


@dataclass(frozen=True)
class Case:
    """One incident of a cluster."""

    incident: Incident
    likeness: Likeness
    findings: int

    @property
    def state(self) -> str:
        """What was seen of it: a decision is over this, and over nothing that it became since."""
        return self.likeness.state


@dataclass(frozen=True)
class Again:
    """Why something is asked that was decided before."""

    decision: Decision
    is_over: bool
    """It expired, or a person ended it."""
    new: Beyond


@dataclass(frozen=True)
class Cluster:
    """Incidents that are alike, the most urgent first; there is at least one."""

    key: str
    cases: tuple[Case, ...]
    again: tuple[Again, ...] = ()
    """The earlier decision that is nearest to it first."""

    @property
    def first_case(self) -> Case:
        return self.cases[0]

    @cached_property
    def likeness(self) -> Likeness:
        return together(case.likeness for case in self.cases)

    @property
    def kind(self) -> str:
        return self.likeness.kind

    @property
    def title(self) -> str:
        return about(self.first_case.incident)

    @cached_property
    def tenants(self) -> tuple[Tenant, ...]:
        each = {case.incident.tenant_id: case.incident.tenant for case in self.cases}
        return tuple(each[uid] for uid in sorted(each))

    @property
    def findings(self) -> int:
        return sum(case.findings for case in self.cases)

    @property
    def first_seen(self) -> datetime:
        return min(case.incident.first_seen for case in self.cases)

    @property
    def last_seen(self) -> datetime:
        return max(case.incident.last_seen for case in self.cases)

    @property
    def seen(self) -> dict[str, str]:
        """What a decision on this page is made over: incidents by uid, each with its state."""
        return {case.incident.pk: case.state for case in self.cases}


def queue(user: User | AnonymousUser, now: datetime) -> list[Cluster]:
    """What waits for a decision of this person, the most urgent first."""
    rows = list(asked(user))
    return clusters(rows, decisions_for(user, {row.kind for row in rows}), now)


def everything(now: datetime) -> list[Cluster]:
    """What waits, for the operator on the command line."""
    rows = list(waiting())
    return clusters(rows, covering(Decision.objects.filter(kind__in={row.kind for row in rows})), now)


def cluster(user: User | AnonymousUser, key: str, now: datetime) -> Cluster:
    """Raises :class:`UnknownCluster`."""
    rows = list(asked(user).filter(key=key))
    found = clusters(rows, decisions_for(user, {row.kind for row in rows}), now)
    if not found:
        raise UnknownCluster(key)
    return found[0]


def also_answered(user: User | AnonymousUser, one: Cluster, chosen: Sequence[Case], everywhere: bool) -> int:
    """How many incidents of other clusters wait that a decision over the chosen cases answers, too."""
    tenants = {case.incident.tenant_id for case in chosen}
    rows = asked(user).filter(kind=one.kind, incident__status=Status.NEW).exclude(key=one.key)
    if not everywhere:
        rows = rows.filter(incident__tenant__in=tenants)
    over = together(case.likeness for case in chosen)
    return sum(1 for row in rows if not beyond(row.likeness, over))


def asked(user: User | AnonymousUser) -> QuerySet[Reading]:
    """Incidents this person may work on that nobody has begun to work on, and those watched by no standing decision."""
    return waiting().filter(incident__tenant__in=tenants_for(user, Ability.WORK))


def waiting() -> QuerySet[Reading]:
    return (
        Reading.objects.filter(incident__merged_into=None)
        .filter(Q(incident__status__in=(Status.NEW, Status.WATCHING)))
        .select_related("incident", "incident__tenant", "incident__assignee")
    )


def clusters(rows: Sequence[Reading], before: Sequence[Covering], now: datetime) -> list[Cluster]:
    """``before`` are decisions that may be shown with them."""
    watched = still_watched([row.incident_id for row in rows if row.incident.status == Status.WATCHING], now)
    groups: dict[str, list[Case]] = defaultdict(list)
    for row in rows:
        if row.incident_id not in watched:
            groups[row.key].append(Case(row.incident, row.likeness, row.findings))
    found = [made(key, cases, before, now) for key, cases in groups.items()]
    return sorted(found, key=lambda one: urgency(one.first_case.incident))


def made(key: str, cases: Sequence[Case], before: Sequence[Covering], now: datetime) -> Cluster:
    ordered = tuple(sorted(cases, key=lambda case: urgency(case.incident)))
    return Cluster(key, ordered, again(Cluster(key, ordered), before, now))


def urgency(incident: Incident) -> tuple[int, int, int, float, str]:
    seen = incident.last_seen.timestamp()
    return -incident.urgency, -incident.priority_score, -incident.severity_id, -seen, incident.pk


def decisions_for(user: User | AnonymousUser, kinds: Iterable[str]) -> list[Covering]:
    return covering(seen_by(user).filter(kind__in=set(kinds)))


def seen_by(user: User | AnonymousUser) -> QuerySet[Decision]:
    """Decisions over companies that this person may work on alone: what they were made over tells of all of them."""
    if serves_all(user):
        return Decision.objects.all()
    others = Tenant.objects.exclude(pk__in=tenants_for(user, Ability.WORK))
    return Decision.objects.filter(everywhere=False).exclude(tenants__in=others)


def again(one: Cluster, before: Sequence[Covering], now: datetime) -> tuple[Again, ...]:
    """Decisions on what was noticed by a rule of this cluster in one of its companies, the nearest first."""
    found = []
    for each in before:
        decided = each.decision.likeness
        if decided.kind != one.kind or not decided.of(Facet.RULES) & one.likeness.of(Facet.RULES):
            continue
        if any(each.covers(tenant.pk) for tenant in one.tenants):
            found.append(Again(each.decision, not each.decision.stands(now), beyond(one.likeness, decided)))
    told = [each for each in found if each.is_over or each.new]
    return tuple(sorted(told, key=lambda each: sum(map(len, each.new.facets.values())))[:SHOWN])


def about(incident: Incident) -> str:
    """What happened, without the machine or person it happened to."""
    whose, _, said = incident.title.partition(": ")
    return said if said and whose in (incident.host, incident.address, incident.user_name) else incident.title
