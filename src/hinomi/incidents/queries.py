"""Questions about incidents; every one of them goes through ``tenants.queries.tenants_for``."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, QuerySet

from hinomi.incidents.models import Change, Entry, Incident, Link, Note, Separation, Status
from hinomi.incidents.problems import UnknownIncident
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import tenants_for

ABOUT = timedelta(days=30)
"""How far apart incidents may lie that a person may still find to be one."""


def for_user(user: User | AnonymousUser) -> QuerySet[Incident]:
    """Incidents this person may see, the most urgent first, then the gravest and latest; none merged into another."""
    return (
        Incident.objects.filter(tenant__in=tenants_for(user), merged_into=None)
        .select_related("tenant", "assignee")
        .order_by("-urgency", "-priority_score", "-severity_id", "-last_seen", "uid")
    )


def for_tenant(tenant: Tenant) -> QuerySet[Incident]:
    """Incidents of one company, for commands and reports; pages ask :func:`for_user`."""
    return Incident.objects.filter(tenant=tenant, merged_into=None).select_related("tenant", "assignee")


def open_only(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    return incidents.exclude(status=Status.CLOSED)


def find(user: User | AnonymousUser, uid: str) -> Incident:
    """The incident with this uid, or the one it was merged into.

    Raises:
        UnknownIncident: there is none, or not for this person.
    """
    incident = Incident.objects.filter(pk=uid, tenant__in=tenants_for(user)).first()
    while incident is not None and incident.merged_into is not None:
        incident = incident.merged_into
    if incident is None:
        raise UnknownIncident(uid)
    return incident


@dataclass(frozen=True)
class OpenCount:
    """A company's open incidents, and the gravest of them (OCSF ``severity_id``; None: none open)."""

    tenant: Tenant
    open: int
    severity_id: int | None


def open_counts(user: User | AnonymousUser) -> list[OpenCount]:
    """One row for each company this person may see, also where nothing is open."""
    grouped = (
        open_only(for_user(user)).order_by().values("tenant").annotate(open=Count("pk"), severity=Max("severity_id"))
    )
    rows = {row["tenant"]: (row["open"], row["severity"]) for row in grouped}
    return [OpenCount(tenant, *rows.get(tenant.uid, (0, None))) for tenant in tenants_for(user)]


def timeline(incident: Incident) -> list[Entry]:
    """Findings, earliest first."""
    return list(incident.entries.order_by("time", "finding"))


def links(incident: Incident) -> list[Link]:
    """Why these findings are told together."""
    return list(incident.links.order_by("id"))


def notes(incident: Incident) -> list[Note]:
    return list(incident.notes.select_related("author").order_by("at", "id"))


def history(incident: Incident) -> list[Change]:
    """Who changed what, oldest first."""
    return list(incident.changes.select_related("who").order_by("at", "id"))


def kept_apart(incident: Incident) -> list[Incident]:
    """Those that a person decided are different events from this one, oldest first."""
    pairs = Separation.objects.filter(Q(one=incident) | Q(other=incident)).select_related("one", "other")
    return [row.other if row.one_id == incident.pk else row.one for row in pairs]


def neighbours(incident: Incident) -> QuerySet[Incident]:
    """Other incidents of the company from about that time, latest first: one of them may be the same event."""
    near = Q(last_seen__gte=incident.first_seen - ABOUT, first_seen__lte=incident.last_seen + ABOUT)
    others = Incident.objects.filter(near, tenant=incident.tenant_id, merged_into=None).exclude(pk=incident.pk)
    return others.order_by("-last_seen", "uid")
