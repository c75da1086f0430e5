"""What people do to an incident. Each writes a :class:`Change` and a line of the audit trail; ``now`` is aware.

All take an incident as :func:`hinomi.incidents.queries.find` gives it to that person, and ask again
whether it is theirs.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from hinomi.incidents.models import Change, Incident, Note, Reason, Status
from hinomi.incidents.problems import CannotBeAssigned, EmptyNote, NoteTooLong, ReasonNeeded, UnknownIncident
from hinomi.incidents.recording import Recorded, record
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed, Unchanged
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability

LONGEST_NOTE = 4000
"""Characters."""

__all__ = ["Recorded", "add_note", "assign", "record", "set_status"]


@transaction.atomic
def assign(user: User, incident: Incident, assignee: User | None, now: datetime, *, address: str = "") -> Change:
    """Give the incident to a person, or to nobody.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        CannotBeAssigned: the assignee may not work on this company's incidents.
        Unchanged: it is theirs already.
    """
    row = held(user, incident, Ability.WORK, "incident.assign")
    if assignee is not None and not may(assignee, Ability.WORK, row.tenant_id):
        raise CannotBeAssigned(str(assignee))
    if row.assignee == assignee:
        raise Unchanged
    before, row.assignee = row.assignee, assignee
    return changed(user, row, "assignee", str(before or ""), str(assignee or ""), now=now, address=address)


@transaction.atomic
def set_status(
    user: User, incident: Incident, status: Status, now: datetime, *, reason: Reason | None = None, address: str = ""
) -> Change:
    """Move the incident on; closing needs a reason, and a closed one may be opened again.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        ReasonNeeded: closing without saying why.
        Unchanged: it is so already.
    """
    row = held(user, incident, Ability.WORK, "incident.status")
    if status is Status.CLOSED and reason is None:
        raise ReasonNeeded
    wanted = reason.value if reason and status is Status.CLOSED else ""
    if (row.status, row.reason) == (status.value, wanted):
        raise Unchanged
    before = row.status
    row.status, row.reason = status.value, wanted
    with override("ja"):  # the history is in one language, whoever writes it
        why = str(reason.label) if reason and wanted else ""
    return changed(user, row, "status", before, status.value, now=now, address=address, why=why)


@transaction.atomic
def add_note(user: User, incident: Incident, text: str, now: datetime, *, address: str = "") -> Note:
    """Write a note beside the timeline; the company sees it too.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        EmptyNote, NoteTooLong: there is nothing in it, or more than anyone would read.
    """
    row = held(user, incident, Ability.NOTE, "incident.note")
    if not text.strip():
        raise EmptyNote
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong(LONGEST_NOTE)
    note = Note.objects.create(incident=row, author=user, at=now, text=text.strip())
    changed(user, row, "note", "", "", now=now, address=address)
    return note


def held(user: User, incident: Incident, ability: Ability, act: str) -> Incident:
    """The incident's row as it is now, locked; only for one who may see it and do this."""
    row = Incident.objects.select_for_update().filter(pk=incident.pk, tenant__in=tenants_for(user)).first()
    if row is None:
        raise UnknownIncident(incident.pk)
    if not may(user, ability, row.tenant_id):
        raise NotAllowed(act)
    return row


def changed(
    user: User,
    incident: Incident,
    field: str,
    before: str,
    after: str,
    *,
    now: datetime,
    address: str,
    why: str = "",
) -> Change:
    incident.updated = now
    incident.save()
    record_audit(
        actor=user,
        action=f"incident.{field}",
        now=now,
        tenant=incident.tenant_id,
        subject=incident.pk,
        detail={"before": before, "after": after, "why": why},
        address=address,
    )
    return Change.objects.create(incident=incident, who=user, at=now, field=field, before=before, after=after, why=why)
