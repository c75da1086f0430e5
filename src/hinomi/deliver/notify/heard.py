"""Whether the company knows of an incident. That an analyst works on it does not mean that it was heard of."""

from collections.abc import Sequence
from datetime import datetime

from hinomi.deliver.notify import queries
from hinomi.deliver.notify.acknowledging import acknowledge
from hinomi.deliver.notify.models import Notification
from hinomi.incidents.models import Change, Incident, Status
from hinomi.tenants.models import User
from hinomi.tenants.roles import MEMBERS


def is_heard(incident: Incident, told: Sequence[Notification]) -> bool:
    """Nobody need be told again. ``told`` is what was queued of it at its present gravity."""
    if incident.status in queries.QUIET or any(row.acknowledged_at for row in told):
        return True
    of_company = [row.created for row in told if not row.staff]
    if not of_company:  # nobody else was to be told: who works on it knows
        return incident.status != Status.NEW
    return did_something(incident, min(of_company))


def did_something(incident: Incident, since: datetime) -> bool:
    """Somebody of the company wrote a note, answered or did a step since then."""
    theirs = {"who__memberships__tenant": incident.tenant_id, "who__memberships__role__in": MEMBERS}
    return Change.objects.filter(incident=incident, at__gte=since, **theirs).exists()


def by_phone(incident: Incident, caller: User, now: datetime, *, address: str) -> int:
    """Note that the company was spoken to; returns how many of its messages that acknowledges. ``now`` is aware."""
    waiting = [row for row in queries.tellings([incident]).get(incident.pk, []) if not row.staff]
    return sum(acknowledge(row, now, address=address, caller=caller) for row in waiting if not row.acknowledged_at)
