"""Questions about the outbox. ``now`` is timezone-aware."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from hinomi.deliver.notify.models import Notification, State
from hinomi.incidents.models import Incident, Status
from hinomi.incidents.queries import open_only
from hinomi.tenants.models import Tenant

GIVE_UP = timedelta(days=5)
"""How long sending is tried (RFC 5321, section 4.5.4.1: at least four to five days)."""
QUIET = (Status.CLOSED, Status.WATCHING)
"""Nobody is told of these; when one that is watched becomes graver it is watched no more."""


def outbox(tenant: Tenant | None = None) -> QuerySet[Notification]:
    """Everything that was queued about one company (None: for staff's commands, about all), oldest first."""
    rows = Notification.objects.select_related("incident", "recipient", "contact", "tenant")
    return rows.filter(tenant=tenant) if tenant else rows


def newsworthy(since: datetime) -> QuerySet[Incident]:
    """Open incidents that began after ``since``, or that somebody was told of and that went on after it."""
    told = Exists(Notification.objects.filter(incident=OuterRef("pk")))
    recent = Q(first_seen__gte=since) | (Q(last_seen__gte=since) & Q(told))
    found = open_only(Incident.objects.filter(recent, merged_into=None)).exclude(status__in=QUIET)
    return found.select_related("tenant").order_by("created")


@dataclass(frozen=True)
class Told:
    """The gravest somebody was told of an incident, or is going to be; ``heard``: a message went out."""

    severity_id: int
    heard: bool


def told(incidents: QuerySet[Incident]) -> dict[tuple[str, tuple[int | None, int | None]], Told]:
    """What recipients know, by incident and recipient. What they heard of one that was merged into it they know too."""
    asked = incidents.order_by()
    rows = Notification.objects.order_by().filter(
        Q(incident__in=asked) | Q(incident__merged_into__in=asked, state=State.SENT)
    )
    about = Coalesce("incident__merged_into", "incident")
    known = rows.values("recipient", "contact", of=about).annotate(gravest=Max("severity_id"), sent=Max("sent_at"))
    found: dict[tuple[str, tuple[int | None, int | None]], Told] = {}
    for row in known:
        who = (row["recipient"], None) if row["recipient"] else (None, row["contact"])
        before = found.get((row["of"], who), Told(0, False))
        found[row["of"], who] = Told(max(before.severity_id, row["gravest"]), before.heard or row["sent"] is not None)
    return found


def unanswered(since: datetime) -> QuerySet[Incident]:
    """Incidents told of after ``since`` that are not over."""
    told = Exists(Notification.objects.filter(incident=OuterRef("pk"), created__gte=since))
    found = Incident.objects.filter(told, merged_into=None).exclude(status__in=QUIET)
    return found.select_related("tenant").order_by("created")


def tellings(incidents: Sequence[Incident]) -> dict[str, list[Notification]]:
    """What was queued of each at its present gravity, oldest first; also of those that were merged into it."""
    about = Coalesce("incident__merged_into", "incident")
    rows = (
        Notification.objects.annotate(
            of=about, now=Coalesce("incident__merged_into__severity_id", "incident__severity_id")
        )
        .filter(of__in=[incident.pk for incident in incidents], severity_id=F("now"))
        .order_by("created", "pk")
    )
    found: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        found[row.of].append(row)
    return found


def history(incident: Incident) -> list[Notification]:
    """Everything that was queued of an incident and of those merged into it, oldest first."""
    about = Q(incident=incident) | Q(incident__merged_into=incident)
    return list(Notification.objects.filter(about).select_related("recipient", "contact").order_by("created", "pk"))


def pending(now: datetime) -> QuerySet[Notification]:
    """Those whose time to be tried has come."""
    return Notification.objects.filter(state=State.PENDING, next_attempt__lte=now)


def due(now: datetime) -> QuerySet[Notification]:
    """What to send now, the gravest first. What is no news any more waits until it expires.

    That is an incident that was closed, merged or is only watched, or of which a graver word is on the way to the same
    recipient.
    """
    same = {name: OuterRef(name) for name in ("incident", "channel")}
    whom = Q(recipient=OuterRef("recipient")) | Q(recipient=None, contact=OuterRef("contact"))
    graver = Notification.objects.filter(whom, **same, severity_id__gt=OuterRef("severity_id"))
    return (
        pending(now)
        .filter(~Exists(graver), incident__merged_into=None)
        .exclude(incident__status__in=QUIET)
        .select_related("incident", "tenant", "recipient", "contact", "contact__user")
        .order_by(F("severity_id").desc(nulls_last=True), "next_attempt", "pk")
    )


def expired(now: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(state=State.PENDING, created__lte=now - GIVE_UP)
