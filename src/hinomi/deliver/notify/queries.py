"""Questions about the outbox. ``now`` is timezone-aware."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from hinomi.deliver.notify.models import Notification, State
from hinomi.incidents.models import Incident, Status
from hinomi.incidents.queries import open_only
from hinomi.tenants.models import Tenant

GIVE_UP = timedelta(days=5)
"""How long sending is tried (RFC 5321, section 4.5.4.1: at least four to five days)."""


def outbox(tenant: Tenant | None = None) -> QuerySet[Notification]:
    """Everything that was queued for one company's incidents (None: for staff's commands, for all), oldest first."""
    rows = Notification.objects.select_related("incident", "recipient")
    return rows.filter(incident__tenant=tenant) if tenant else rows


def newsworthy(since: datetime) -> QuerySet[Incident]:
    """Open incidents that began after ``since``, or that somebody was told of and that went on after it."""
    told = Exists(Notification.objects.filter(incident=OuterRef("pk")))
    recent = Q(first_seen__gte=since) | (Q(last_seen__gte=since) & Q(told))
    return open_only(Incident.objects.filter(recent, merged_into=None)).select_related("tenant").order_by("created")


@dataclass(frozen=True)
class Told:
    """The gravest a person was told of an incident, or is going to be; ``heard``: a mail went out."""

    severity_id: int
    heard: bool


def told(incidents: QuerySet[Incident]) -> dict[tuple[str, int], Told]:
    """What people know, by incident and recipient. What they heard of one that was merged into it they know too."""
    asked = incidents.order_by()
    rows = Notification.objects.order_by().filter(
        Q(incident__in=asked) | Q(incident__merged_into__in=asked, state=State.SENT)
    )
    about = Coalesce("incident__merged_into", "incident")
    known = rows.values("recipient", about=about).annotate(gravest=Max("severity_id"), sent=Max("sent_at"))
    return {(row["about"], row["recipient"]): Told(row["gravest"], row["sent"] is not None) for row in known}


def pending(now: datetime) -> QuerySet[Notification]:
    """Those whose time to be tried has come."""
    return Notification.objects.filter(state=State.PENDING, next_attempt__lte=now)


def due(now: datetime) -> QuerySet[Notification]:
    """What to send now, the gravest first. What is no news any more waits until it expires.

    That is an incident that was closed or merged, or of which a graver word is on the way to the same person.
    """
    graver = Notification.objects.filter(
        incident=OuterRef("incident"), recipient=OuterRef("recipient"), severity_id__gt=OuterRef("severity_id")
    )
    return (
        pending(now)
        .filter(~Exists(graver), incident__merged_into=None)
        .exclude(incident__status=Status.CLOSED)
        .select_related("incident", "recipient")
        .order_by("-severity_id", "next_attempt", "pk")
    )


def expired(now: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(state=State.PENDING, created__lte=now - GIVE_UP)
