"""What a standing decision already answers is asked nobody again; what changed is. Called before anybody is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from hinomi.incidents.models import Incident, Status
from hinomi.incidents.review import words
from hinomi.incidents.review.answering import (
    Covering,
    answer,
    answer_to,
    in_hands,
    keep_status,
    last_answer,
    reopened_by_hand,
    standing,
)
from hinomi.incidents.review.likeness import beyond
from hinomi.incidents.review.models import Answer, Decision, Reading
from hinomi.incidents.review.reading import Read, read, unread
from hinomi.tenants.models import Tenant

AT_ONCE = 200
"""Incidents dealt with in one transaction."""


def recognise(now: datetime) -> int:
    """Answer new and grown incidents by what was decided before; returns how many changed. ``now`` is aware.

    An incident is closed or watched by a standing decision for its company if all that it is lies within what was
    decided over. One that a decision closed and that grew is opened again if it became something else, or if no
    decision stands any more. What a person has in hands is left alone. Done again it changes nothing.
    """
    uids = unread()
    return look_at(uids, standing(now), now) if uids else 0


def answer_waiting(decision: Decision, now: datetime) -> int:
    """Incidents that wait for a decision and that this new one answers, too."""
    waiting = Reading.objects.filter(kind=decision.kind, incident__merged_into=None, incident__status=Status.NEW)
    if not decision.everywhere:
        waiting = waiting.filter(incident__tenant__in=decision.tenants.all())
    uids = [row.incident_id for row in waiting if not beyond(row.likeness, decision.likeness)]
    return look_at(sorted(uids), standing(now, [decision.kind]), now)


def look_at(uids: Sequence[str], decisions: Sequence[Covering], now: datetime) -> int:
    changed = 0
    for start in range(0, len(uids), AT_ONCE):
        with transaction.atomic():
            rows = held(uids[start : start + AT_ONCE])
            changed += sum(settle(each, decisions, now) for each in list(read(rows)))
    return changed


def held(uids: Iterable[str]) -> list[Incident]:
    """Rows of incidents, locked after their companies': as recording does, so that neither waits for the other."""
    rows = Incident.objects.filter(pk__in=list(uids), merged_into=None)
    tenants = sorted(set(rows.order_by().values_list("tenant_id", flat=True)))
    list(Tenant.objects.select_for_update(no_key=True).filter(pk__in=tenants).order_by("pk"))
    return list(rows.select_for_update(of=("self",)).order_by("uid"))


def settle(one: Read, decisions: Sequence[Covering], now: datetime) -> bool:
    """Answer it, ask again, or leave it as it is."""
    changed = settled(one, decisions, now)
    if changed:  # what was done here is no news
        Reading.objects.filter(pk=one.incident.pk).update(read=one.incident.updated)
    return changed


def settled(one: Read, decisions: Sequence[Covering], now: datetime) -> bool:
    incident, last = one.incident, last_answer(one.incident)
    match incident.status:
        case Status.NEW if not in_hands(incident, last):
            found = answer_to(one.likeness, incident.tenant_id, decisions)
            return found is not None and answer(one, found, now, None)
        case Status.WATCHING | Status.CLOSED if last and one.has_grown and not reopened_by_hand(incident, last):
            found = answer_to(one.likeness, incident.tenant_id, decisions)
            return answer(one, found, now, None) if found else ask_again(one, last, now)
    return False


def ask_again(one: Read, last: Answer, now: datetime) -> bool:
    """What was closed or watched is new again: it is not what was decided over any more."""
    said = words.asked_again(last.decision, beyond(one.likeness, last.decision.likeness), now)
    keep_status(one.incident, Status.NEW.value, "", said, now, None)
    one.incident.save()
    return True
