"""Two incidents that turn out to be one: the older takes over all the younger one held."""

from datetime import datetime

from django.db.models import Q

from hinomi.incidents import assessment
from hinomi.incidents.combining import joined
from hinomi.incidents.models import Change, Incident, Link, Separation
from hinomi.tenants.models import User


def merge(younger: Incident, *, into: Incident, now: datetime, who: User | None = None) -> None:
    """Move findings, links, notes and history; what people did to the younger one is not lost.

    An open younger one keeps a closed older one open: its work is not finished. ``into`` is changed
    but not saved; the younger one's page leads to it from now on.
    """
    younger.entries.update(incident=into)
    younger.notes.update(incident=into)
    younger.changes.update(incident=into)
    take_links(younger, into)
    take_separations(younger, into)
    Change.objects.create(
        incident=into,
        who=who,
        at=now,
        field="merged",
        before=younger.uid,
        after=into.uid,
        why=f"「{younger.title[:200]}」は同じ出来事とわかったため、1件にまとめました。",
    )
    if younger.is_open and not into.is_open:
        Change.objects.create(
            incident=into,
            at=now,
            field="status",
            before=into.status,
            after=younger.status,
            why="まとめたインシデントの対応が終わっていません。",
        )
        into.status, into.reason = younger.status, ""
    into.assignee = into.assignee or younger.assignee
    into.severity_id = max(into.severity_id, younger.severity_id)
    into.first_seen = min(into.first_seen, younger.first_seen)
    into.last_seen = max(into.last_seen, younger.last_seen)
    into.host = into.host or younger.host
    into.address = into.address or younger.address
    into.user_name = into.user_name or younger.user_name
    into.what = into.what or younger.what
    assessment.keep(into, joined(assessment.of_incident(into), assessment.of_incident(younger)))
    younger.merged_into, younger.updated = into, now
    younger.save()


def take_links(younger: Incident, into: Incident) -> None:
    moved = [
        Link(
            incident=into,
            finding=link.finding,
            other=link.other,
            kind=link.kind,
            value=link.value,
            reason=link.reason,
        )
        for link in younger.links.all()
    ]
    Link.objects.bulk_create(moved, ignore_conflicts=True)
    younger.links.all().delete()


def take_separations(younger: Incident, into: Incident) -> None:
    """What is a different event from the one is so from both; between the two themselves it is over."""
    for row in Separation.objects.filter(Q(one=younger) | Q(other=younger)):
        uid = row.other_id if row.one_id == younger.pk else row.one_id
        if uid != into.pk:
            separate(into.pk, uid, row.who, row.at)
        row.delete()


def separate(uid: str, other: str, who: User | None, now: datetime) -> None:
    """Remember that these two incidents are different events."""
    first, second = sorted((uid, other))
    Separation.objects.get_or_create(one_id=first, other_id=second, defaults={"who": who, "at": now})
