"""The desk asks the company about an incident, and the company answers. ``now`` is aware.

While something is asked the incident waits (:attr:`Status.WAITING`); with the last answer work on it goes on.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from hinomi.incidents.consult.models import WORDS_LENGTH, Inquiry, Reply
from hinomi.incidents.consult.operations import said
from hinomi.incidents.consult.problems import AlreadyAnswered, IncidentClosed, ReplyNeeded, TooLong
from hinomi.incidents.consult.queries import find_inquiry, whole
from hinomi.incidents.models import Change, Incident, Note, Status
from hinomi.incidents.operations import changed, held
from hinomi.tenants.models import User
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import may
from hinomi.tenants.roles import Ability

LONGEST_WORDS = 1000
"""Characters of an answer in words."""
SHOWN = 300
"""Characters of an answer that the history repeats."""


@transaction.atomic
def inquire(
    user: User, incident: Incident, text: str, now: datetime, *, choices: bool = True, address: str = ""
) -> Inquiry:
    """Ask the company something about its incident.

    Raises:
        NotAllowed, UnknownIncident: not this person's to do.
        IncidentClosed: nobody would read the answer.
        NothingSaid, TooLong: it cannot be asked like this.
    """
    row = held(user, incident, Ability.WORK, "incident.asked")
    if not row.is_open:
        raise IncidentClosed
    words = said(text, WORDS_LENGTH)
    asked = Inquiry.objects.create(incident=row, text=words, choices=choices, asked_by=user, asked=now)
    changed(user, row, "asked", "", words, now=now, address=address)
    moved(user, row, Status.WAITING, now, address)
    return asked


@transaction.atomic
def reply(
    user: User, inquiry: Inquiry, now: datetime, *, answer: Reply | None = None, words: str = "", address: str = ""
) -> Change:
    """Answer it: for the company, or for staff who heard the answer by telephone.

    Raises:
        NotAllowed, UnknownInquiry, UnknownIncident: not this person's to do.
        AlreadyAnswered: somebody was faster, or it is asked no more.
        ReplyNeeded, NothingSaid, TooLong: there is no answer in it, or too much.
    """
    row, incident = taken(user, inquiry, Ability.NOTE)
    if row.choices and answer is None:
        raise ReplyNeeded
    more = words.replace("\r\n", "\n").strip() if row.choices else said(words, LONGEST_WORDS)
    if len(more) > LONGEST_WORDS:
        raise TooLong(LONGEST_WORDS)
    row.reply, row.words, row.answered_by, row.answered = (answer if row.choices else None) or "", more, user, now
    row.save()
    with override("ja"):  # the history is in one language, whoever writes it
        told = " ".join(filter(None, (str(Reply(row.reply).label) if row.reply else "", more)))
    Note.objects.create(incident=incident, author=user, at=now, text=f"質問: {row.text}\n答え: {told}")
    change = changed(user, incident, "replied", row.text, told[:SHOWN], now=now, address=address)
    go_on(user, incident, now, address)
    return change


@transaction.atomic
def withdraw(user: User, inquiry: Inquiry, now: datetime, *, address: str = "") -> Inquiry:
    """Ask it no more.

    Raises:
        NotAllowed, UnknownInquiry, UnknownIncident: not this person's to do.
        AlreadyAnswered: the answer is there, or it was withdrawn before.
    """
    row, incident = taken(user, inquiry, Ability.WORK)
    row.withdrawn = now
    row.save(update_fields=["withdrawn"])
    changed(user, incident, "asked", row.text, "", now=now, address=address)
    go_on(user, incident, now, address)
    return row


def taken(user: User, inquiry: Inquiry, ability: Ability) -> tuple[Inquiry, Incident]:
    """The question's row, locked and still open, and the incident it now belongs to."""
    seen = find_inquiry(user, inquiry.pk)
    if not may(user, ability, seen.incident.tenant_id):
        raise NotAllowed("incident.replied")
    row = Inquiry.objects.select_for_update().get(pk=seen.pk)
    if row.answered or row.withdrawn:
        raise AlreadyAnswered
    owner = seen.incident
    while owner.merged_into is not None:
        owner = owner.merged_into
    return row, held(user, owner, ability, "incident.replied")


def go_on(user: User, incident: Incident, now: datetime, address: str) -> None:
    """Work continues once nothing is asked any more."""
    open_still = Inquiry.objects.filter(incident__in=whole(incident), answered=None, withdrawn=None)
    if incident.status == Status.WAITING and not open_still.exists():
        moved(user, incident, Status.WORKING, now, address)


def moved(user: User, incident: Incident, status: Status, now: datetime, address: str) -> None:
    if incident.status != status:
        before, incident.status = incident.status, status.value
        changed(user, incident, "status", before, status.value, now=now, address=address)
