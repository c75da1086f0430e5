"""Filling the outbox and emptying it. ``now`` is timezone-aware. Without HINOMI_SMTP_URL neither does anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hinomi.deliver.notify import queries
from hinomi.deliver.notify.models import Notification, State
from hinomi.deliver.notify.notices import message_id, notice
from hinomi.deliver.notify.recipients import AddressBook, Reader
from hinomi.incidents.models import Incident
from hinomi.library import catalog
from hinomi.library.contracts import Occasion
from hinomi.net import mail
from hinomi.tenants.operations import record_audit

NEWS = timedelta(days=7)
"""An incident that began longer ago is history: a replay of old logs tells nobody."""
AT_ONCE = 20
"""Mails sent in one round, so that the pipeline is not kept waiting."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(minutes=15)


@dataclass
class Round:
    """What one round of sending did; ``problem`` is why the server could not be used."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def tried(self) -> bool:
        return bool(self.sent or self.refused or self.problem)


def enqueue(now: datetime, news: timedelta = NEWS) -> int:
    """Queue a mail to everybody who was not told of an incident at its present gravity; returns how many.

    Doing it again changes nothing: what was told is compared with what is.
    """
    book = AddressBook.read() if settings.SMTP_SECRET_URL else None
    if book is None or not (book.staff or book.members):
        return 0
    incidents = queries.newsworthy(now - news)
    told = queries.told(incidents)
    queued = 0
    for incident in incidents:
        for reader in book.readers(incident):
            before = told.get((incident.pk, reader.user.pk))
            if before is None or before.severity_id < incident.severity_id:
                occasion = Occasion.GRAVER if before and before.heard else Occasion.NEW
                queued += queue(incident, reader, occasion, book, now)
    return queued


def queue(incident: Incident, reader: Reader, occasion: Occasion, book: AddressBook, now: datetime) -> bool:
    """Word the mail and keep it; False where another process was faster."""
    message = catalog.notifier("mail")(notice(incident, reader, occasion, book))
    _, is_new = Notification.objects.get_or_create(
        incident=incident,
        recipient=reader.user,
        severity_id=incident.severity_id,
        defaults={
            "occasion": occasion.value,
            "address": message.to,
            "subject": message.subject,
            "text": message.text,
            "message_id": message_id(incident.pk, reader.user.pk, incident.severity_id),
            "next_attempt": now,
            "created": now,
        },
    )
    return is_new


def send_due(now: datetime, at_once: int = AT_ONCE) -> Round:
    """Send what is due, each mail on its own; a server that is away postpones all and raises nothing."""
    done = Round()
    if not settings.SMTP_SECRET_URL:
        return done
    if queries.expired(now).exists():
        queries.expired(now).update(state=State.EXPIRED)
    rows = still_wanted(list(queries.due(now)[:at_once]))
    if not rows:
        return done
    try:
        with mail.connected(mail.Server.parse(settings.SMTP_SECRET_URL)) as session:
            for row in rows:
                if claim(row, now):
                    send(session, row, now, done)
    except (mail.ServerAway, mail.BadMailUrl) as error:
        done.problem = str(error)
        postpone(rows, done.problem, now)
    return done


def still_wanted(rows: Sequence[Notification]) -> list[Notification]:
    """Those whose reader still is one; the others are withdrawn."""
    book = AddressBook.read() if rows else None
    kept = []
    for row in rows:
        if book and any(reader.user == row.recipient for reader in book.readers(row.incident)):
            kept.append(row)
        else:
            Notification.objects.filter(pk=row.pk, state=State.PENDING).update(state=State.WITHDRAWN)
    return kept


def claim(row: Notification, now: datetime) -> bool:
    """Take the row for this process. One that dies with it leaves it due again, as after any failed attempt."""
    later = now + wait(row.attempts)
    return bool(queries.pending(now).filter(pk=row.pk).update(attempts=F("attempts") + 1, next_attempt=later))


def wait(attempts: int) -> timedelta:
    """Until the next attempt, after so many before this one."""
    return min(FIRST_WAIT * (1 << min(attempts, 10)), LONGEST_WAIT)


def send(session: mail.Session, row: Notification, now: datetime, done: Round) -> None:
    """Hand the mail over and note it. A crash between the two sends it again, under the same Message-ID."""
    to = row.recipient.email
    try:
        session.send(mail.Letter(to, row.subject, row.text, row.message_id), now)
    except (mail.Refused, mail.BadMessage) as error:
        done.refused.append(str(error))
        state = State.REFUSED if error.permanent else State.PENDING
        Notification.objects.filter(pk=row.pk).update(state=state, last_error=str(error))
        return
    with transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=now, address=to, last_error="")
        record_audit(
            actor=None,
            action="notification.sent",
            now=now,
            tenant=row.incident.tenant_id,
            subject=row.incident_id,
            detail={
                "to": to,
                "recipient": row.recipient.username,
                "occasion": row.occasion,
                "severity_id": row.severity_id,
                "message_id": row.message_id,
            },
        )
    done.sent += 1


def postpone(rows: Sequence[Notification], problem: str, now: datetime) -> None:
    """Let everything that is due wait, not only this round's: the server is away for all of them."""
    Notification.objects.filter(pk__in=[row.pk for row in rows], state=State.PENDING).update(last_error=problem)
    later = now + wait(max(row.attempts for row in rows))
    queries.pending(now).update(attempts=F("attempts") + 1, next_attempt=later, last_error=problem)
