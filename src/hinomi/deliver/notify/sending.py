"""Emptying the outbox: each message on its own, once; what is away is waited for. ``now`` is timezone-aware."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hinomi.deliver.notify import acknowledging, queries
from hinomi.deliver.notify.heard import is_heard
from hinomi.deliver.notify.models import Channel, Encoding, Notification, State
from hinomi.deliver.notify.outbox import claim, wait
from hinomi.deliver.notify.recipients import AddressBook
from hinomi.library import catalog
from hinomi.library.contracts import ACKNOWLEDGE, Message, Occasion, Target
from hinomi.net import chat, mail, post
from hinomi.tenants.operations import record_audit

DESK = "監視センター"
AT_ONCE = 20
"""Messages sent in one round, so that the pipeline is not kept waiting."""


PATIENCE = 10.0
"""Seconds after which a round begins no further chat: one that answers slowly keeps the pipeline waiting no longer."""


@dataclass
class Round:
    """What one round of sending did; ``problem`` is why the mail server could not be used."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def tried(self) -> bool:
        return bool(self.sent or self.refused or self.problem)


def send_due(now: datetime, at_once: int = AT_ONCE) -> Round:
    """Send what is due; a server that is away postpones what it is to take and raises nothing."""
    done = Round()
    if queries.expired(now).exists():
        queries.expired(now).update(state=State.EXPIRED)
    waiting = queries.due(now)
    if not settings.SMTP_SECRET_URL:
        waiting = waiting.exclude(channel=Channel.MAIL)
    rows = still_wanted(list(waiting[:at_once]))
    mails = [row for row in rows if row.channel == Channel.MAIL]
    if mails:
        send_mails(mails, now, done)
    until = monotonic() + PATIENCE
    for row in rows:
        if row.channel != Channel.MAIL and monotonic() < until and claim(row, now):
            hand_over(row, now, done)
    return done


def still_wanted(rows: Sequence[Notification]) -> list[Notification]:
    """Those whose reader still is one; the others are withdrawn."""
    book = AddressBook.read() if rows else None
    kept = []
    for row in rows:
        if book and is_wanted(row, book):
            kept.append(row)
        else:
            Notification.objects.filter(pk=row.pk, state=State.PENDING).update(state=State.WITHDRAWN)
    return kept


def is_wanted(row: Notification, book: AddressBook) -> bool:
    who = (row.recipient_id, None) if row.recipient_id else (None, row.contact_id)
    if row.incident:
        if row.occasion in (Occasion.REMINDER, Occasion.ESCALATION) and is_heard(
            row.incident, queries.tellings([row.incident]).get(row.incident_id or "", [])
        ):
            return False
        readers = book.desk(row.tenant_id) if row.staff else book.company(row.incident)
        return any(reader.who == who for reader in readers)
    if row.contact:
        return row.contact.removed is None
    if not row.recipient or not row.recipient.is_active or not row.recipient.email:
        return False
    return row.tenant_id is None or book.knows(who, row.tenant_id, staff=row.staff)


def send_mails(rows: Sequence[Notification], now: datetime, done: Round) -> None:
    try:
        with mail.connected(mail.Server.parse(settings.SMTP_SECRET_URL)) as session:
            for row in rows:
                if claim(row, now):
                    send(session, row, now, done)
    except (mail.ServerAway, mail.BadMailUrl) as error:
        done.problem = str(error)
        postpone(rows, done.problem, now)


def send(session: mail.Session, row: Notification, now: datetime, done: Round) -> None:
    """Hand the mail over and note it. A crash between the two sends it again, under the same Message-ID."""
    letter = written(row)
    try:
        session.send(letter, now)
    except (mail.Refused, mail.BadMessage) as error:
        failed(row, str(error), error.permanent, done)
        return
    sent(row, letter.to, now, done)


def written(row: Notification) -> mail.Letter:
    """The mail, with its acknowledging link, to the address this person has now."""
    contact = row.contact
    files = tuple(mail.File(one.name, one.content_type, bytes(one.data)) for one in row.attachments.order_by("pk"))
    return mail.Letter(
        to=contact.address if contact else row.recipient.email if row.recipient else "",
        subject=row.subject,
        text=row.text.replace(ACKNOWLEDGE, acknowledging.url(row)),
        message_id=row.message_id,
        files=files,
        iso_2022_jp=bool(contact and contact.encoding == Encoding.ISO_2022_JP),
    )


def hand_over(row: Notification, now: datetime, done: Round) -> None:
    """Post the message where its channel wants it, and note it."""
    contact = row.contact
    assert contact is not None, "a chat is reached through a contact"
    link = acknowledging.url(row)
    message = Message(contact.name, row.subject, row.text.replace(ACKNOWLEDGE, link), row.link, link)
    try:
        if row.channel == Channel.APPRISE:
            chat.notify(contact.target, message.subject, message.text, private=settings.ALLOW_PRIVATE_WEBHOOKS)
        else:
            asked = catalog.requester(row.channel)(message, Target(contact.target, contact.secret), row.key, now)
            headers = {**asked.headers, "Idempotency-Key": row.key}
            post.post(asked.url, headers, asked.body, private=settings.ALLOW_PRIVATE_WEBHOOKS)
    except post.PostError as error:
        failed(row, str(error), error.permanent, done)
        if not error.permanent:  # nor would it take the next one
            queries.pending(now).filter(contact=contact).update(next_attempt=now + wait(row.attempts))
        return
    sent(row, contact.shown, now, done)


def failed(row: Notification, problem: str, permanent: bool, done: Round) -> None:
    done.refused.append(problem)
    state = State.REFUSED if permanent else State.PENDING
    Notification.objects.filter(pk=row.pk, state=State.PENDING).update(state=state, last_error=problem)


def sent(row: Notification, to: str, now: datetime, done: Round) -> None:
    """Note it once, also where two senders had it."""
    with transaction.atomic():
        changes = {"state": State.SENT, "sent_at": now, "address": to, "last_error": ""}
        if not Notification.objects.filter(pk=row.pk).exclude(state=State.SENT).update(**changes):
            return
        record_audit(
            actor=None,
            action="notification.sent",
            now=now,
            tenant=row.tenant_id or "",
            subject=row.incident_id or "",
            detail={
                "to": DESK if row.staff else to,  # the company reads this; the outbox knows which of the desk
                "recipient": row.recipient.username if row.recipient and not row.staff else "",
                "channel": row.channel,
                "about": row.about,
                "occasion": row.occasion,
                "severity_id": row.severity_id,
                "message_id": row.message_id,
            },
        )
    done.sent += 1


def postpone(rows: Sequence[Notification], problem: str, now: datetime) -> None:
    """Let every mail that is due wait, not only this round's: the server is away for all of them."""
    Notification.objects.filter(pk__in=[row.pk for row in rows], state=State.PENDING).update(last_error=problem)
    later = now + wait(max(row.attempts for row in rows))
    mails = queries.pending(now).filter(channel=Channel.MAIL)
    mails.update(attempts=F("attempts") + 1, next_attempt=later, last_error=problem)
