"""What only a person can tell: that findings told as one event are two, or that two incidents are one.

Both are remembered: :func:`hinomi.incidents.recording.record` neither joins again what was taken apart nor takes
apart what was joined.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max, Min, Q

from hinomi.incidents import assessment
from hinomi.incidents.combining import Share, part
from hinomi.incidents.merging import merge, separate
from hinomi.incidents.models import Change, Incident, Status
from hinomi.incidents.operations import held
from hinomi.incidents.problems import CannotMerge, CannotSplit
from hinomi.incidents.queries import kept_apart
from hinomi.incidents.recording import alone_with, fitted
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.roles import Ability


@transaction.atomic
def split(user: User, incident: Incident, findings: Collection[str], now: datetime, *, address: str = "") -> Incident:
    """Take some findings out into an incident of their own, which has the same state and assignee.

    The gravity of the incident they leave stays; that of the new one is its gravest finding's.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        CannotSplit: no finding of this incident was chosen, or all of them.
    """
    alone_with(incident.tenant_id)
    origin = held(user, incident, Ability.WORK, "incident.split")
    rows = list(origin.entries.filter(finding__in=findings))
    if not rows or len(rows) == origin.entries.count():
        raise CannotSplit
    uids = frozenset(row.finding for row in rows)
    gravest = min(rows, key=lambda row: (-row.severity_id, row.time, row.finding))
    taken = Incident(
        uid=free_uid(origin),
        tenant=origin.tenant,
        title=fitted(gravest.title),
        kind=origin.kind,
        severity_id=gravest.severity_id,
        status=origin.status if origin.is_open else Status.NEW,
        assignee=origin.assignee,
        first_seen=rows[0].time,
        last_seen=rows[-1].time,
        created=now,
        updated=now,
    )
    taken.save(force_insert=True)
    share_out(origin, taken, uids)
    name_machine(taken, origin)
    for other in (origin, *kept_apart(origin)):
        separate(taken.pk, other.pk, user, now)
    why = f"担当者が、{len(rows)}件の検知を別の出来事と判断して分けました。"
    for row in (origin, taken):
        row.updated = now
        row.save()
        Change.objects.create(incident=row, who=user, at=now, field="split", before=origin.pk, after=taken.pk, why=why)
    record_audit(
        actor=user,
        action="incident.split",
        now=now,
        tenant=origin.tenant_id,
        subject=origin.pk,
        detail={"into": taken.pk, "findings": sorted(uids)},
        address=address,
    )
    return taken


@transaction.atomic
def join(user: User, incident: Incident, other: Incident, now: datetime, *, address: str = "") -> Incident:
    """Make one of two incidents of a company, and return it: the older, to which the younger one's page leads.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        CannotMerge: they are of two companies, or one already.
    """
    if incident.tenant_id != other.tenant_id or incident.pk == other.pk:
        raise CannotMerge
    alone_with(incident.tenant_id)
    rows = [held(user, one, Ability.WORK, "incident.merge") for one in (incident, other)]
    if any(row.merged_into_id for row in rows):
        raise CannotMerge
    older, younger = sorted(rows, key=lambda row: (row.created, row.first_seen, row.uid))
    merge(younger, into=older, now=now, who=user)
    older.updated = now
    older.save()
    record_audit(
        actor=user,
        action="incident.merged",
        now=now,
        tenant=older.tenant_id,
        subject=older.pk,
        detail={"younger": younger.pk},
        address=address,
    )
    return older


def free_uid(origin: Incident) -> str:
    """``uid.2`` for the first that is taken out of an incident, ``uid.3`` for the next."""
    stem = origin.pk.partition(".")[0]
    taken = Incident.objects.filter(pk__startswith=f"{stem}.").count()
    return f"{stem}.{taken + 2}"


def share_out(origin: Incident, taken: Incident, uids: frozenset[str]) -> None:
    """Entries and links go with their findings, links between the two go; both are assessed by what they have left."""
    whole = assessment.of_incident(origin)
    origin.entries.filter(finding__in=uids).update(incident=taken)
    origin.links.filter(finding__in=uids, other__in=uids).update(incident=taken)
    origin.links.filter(Q(finding__in=uids) | Q(other__in=uids)).delete()
    rest = frozenset(origin.entries.values_list("finding", flat=True))
    for row, share in ((origin, Share(rest, uids)), (taken, Share(uids, rest))):
        span = row.entries.aggregate(first=Min("time"), last=Max("time"))
        row.first_seen, row.last_seen = span["first"], span["last"]
        times = naive(row.first_seen), naive(row.last_seen)
        assessment.keep(row, part(whole, share, times))


def name_machine(taken: Incident, origin: Incident) -> None:
    """The part is about a machine if what is left of the assessment names one alone."""
    known = assessment.of_incident(taken)
    machines = {course.machine for course in known.courses} or set(known.spread.machines if known.spread else ())
    if len(machines) != 1 or not (machine := machines.pop()):
        return
    if machine == origin.host:
        taken.address, taken.user_name = origin.address, origin.user_name
    taken.host, taken.title = machine, fitted(f"{machine}: {taken.title}")


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
