"""Keeping a message until it has been sent: once, however often it is asked for. ``now`` is timezone-aware."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hinomi.deliver.notify import queries
from hinomi.deliver.notify.models import About, Attachment, Notification
from hinomi.deliver.notify.recipients import Reader
from hinomi.incidents.models import Incident
from hinomi.tenants.models import Tenant

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(minutes=15)
SUBJECT = 300


@dataclass(frozen=True)
class Words:
    """What a message says. ``text`` may hold :data:`hinomi.library.contracts.ACKNOWLEDGE` where its link belongs."""

    subject: str
    text: str
    link: str = ""
    """Address of the page it is about; ours."""


@dataclass(frozen=True)
class Step:
    """Which telling of an incident a message is."""

    incident: Incident
    occasion: str
    rung: int
    asks: bool
    """Whoever reads it is asked to acknowledge."""


def idempotency_key(*parts: str | int) -> str:
    """The same for the same parts."""
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def message_id(key: str) -> str:
    """At this deployment's host (RFC 5322, section 3.6.4)."""
    return f"{key}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def queue(
    reader: Reader,
    words: Words,
    key: str,
    now: datetime,
    *,
    about: About,
    tenant: Tenant | None,
    step: Step | None = None,
    not_before: datetime | None = None,
    attachments: Iterable[Attachment] = (),
) -> bool:
    """Keep the message; False where it is kept or was sent already, also where another process was faster."""
    told = {}
    if step:
        told = {
            "incident": step.incident,
            "severity_id": step.incident.severity_id,
            "occasion": step.occasion,
            "rung": step.rung,
            "nonce": token_hex(32) if step.asks else "",
        }
    with transaction.atomic():
        row, is_new = Notification.objects.get_or_create(
            key=key,
            defaults={
                "about": about,
                "tenant": tenant,
                "recipient": reader.user,
                "contact": reader.contact,
                "channel": reader.channel,
                "staff": reader.staff,
                "address": reader.address,
                "subject": words.subject[:SUBJECT],
                "text": words.text,
                "link": words.link,
                "message_id": message_id(key),
                "next_attempt": max(now, not_before or now),
                "created": now,
                **told,
            },
        )
        if is_new:
            row.attachments.set(attachments)
    return is_new


def claim(row: Notification, now: datetime) -> bool:
    """Take the row for this process. One that dies with it leaves it due again, as after any failed attempt."""
    later = now + wait(row.attempts)
    return bool(queries.pending(now).filter(pk=row.pk).update(attempts=F("attempts") + 1, next_attempt=later))


def wait(attempts: int) -> timedelta:
    """Until the next attempt, after so many before this one."""
    return min(FIRST_WAIT * (1 << min(attempts, 10)), LONGEST_WAIT)
