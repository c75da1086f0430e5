"""The company says which steps of the advice card it has done. ``now`` is aware."""

from datetime import datetime

from django.db import transaction

from hinomi.incidents.consult.models import WORDS_LENGTH, DoneStep
from hinomi.incidents.consult.operations import said
from hinomi.incidents.consult.queries import whole
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import changed, held
from hinomi.tenants.models import User
from hinomi.tenants.problems import Unchanged
from hinomi.tenants.roles import Ability


@transaction.atomic
def mark_done(user: User, incident: Incident, words: str, now: datetime, *, address: str = "") -> DoneStep:
    """Say that this step of the card is done; ``words`` are the card's, in Japanese.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        Unchanged: somebody said so already.
    """
    row = held(user, incident, Ability.NOTE, "incident.step")
    step = said(words[:WORDS_LENGTH], WORDS_LENGTH)
    if DoneStep.objects.filter(incident__in=whole(row), words=step).exists():
        raise Unchanged
    changed(user, row, "step", "", step, now=now, address=address)
    return DoneStep.objects.create(incident=row, words=step, who=user, at=now)


@transaction.atomic
def take_back(user: User, incident: Incident, words: str, now: datetime, *, address: str = "") -> None:
    """Say that it is not done after all.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        Unchanged: nobody had said that it is.
    """
    row = held(user, incident, Ability.NOTE, "incident.step")
    step = words[:WORDS_LENGTH].strip()
    gone, _kinds = DoneStep.objects.filter(incident__in=whole(row), words=step).delete()
    if not gone:
        raise Unchanged
    changed(user, row, "step", step, "", now=now, address=address)
