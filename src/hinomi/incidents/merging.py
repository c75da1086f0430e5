"""Two incidents that turn out to be one: the older takes over all the younger one held."""

from datetime import datetime

from hinomi.incidents.models import Change, Incident, Link


def merge(younger: Incident, *, into: Incident, now: datetime) -> None:
    """Move findings, links, notes and history; what people did to the younger one is not lost.

    An open younger one keeps a closed older one open: its work is not finished. ``into`` is changed
    but not saved; the younger one's page leads to it from now on.
    """
    younger.entries.update(incident=into)
    younger.notes.update(incident=into)
    younger.changes.update(incident=into)
    take_links(younger, into)
    Change.objects.create(
        incident=into,
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
