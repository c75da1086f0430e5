"""Asking and answering. Each leaves a line in the audit trail; ``now`` is aware.

Only the words themselves are not written there: they stay in the thread.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from hinomi.incidents import operations as incidents
from hinomi.incidents.consult import attachments
from hinomi.incidents.consult.models import SUBJECT_LENGTH, TEXT_LENGTH, Attachment, Post, State, Thread
from hinomi.incidents.consult.problems import NothingSaid, TooLong, UnknownThread
from hinomi.incidents.consult.queries import is_desk, threads
from hinomi.incidents.models import Incident
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed, Unchanged
from hinomi.tenants.queries import may
from hinomi.tenants.roles import Ability


@dataclass(frozen=True)
class Upload:
    """A file as it came, and the folder where such files are kept."""

    name: str
    content: bytes
    folder: Path


@dataclass(frozen=True)
class About:
    """What a question is about; all empty for a question about anything."""

    incident: Incident | None = None
    card: str = ""
    month: str = ""


@transaction.atomic
def ask(
    user: User,
    tenant: Tenant,
    subject: str,
    text: str,
    now: datetime,
    *,
    about: About = About(),
    upload: Upload | None = None,
    address: str = "",
) -> Post:
    """Open a thread for the company; it waits for the desk from now on.

    Raises:
        NotAllowed: this person does not speak for the company; the desk asks by an inquiry.
        UnknownIncident: it is about an incident that is not the company's.
        NothingSaid, TooLong, BadAttachment: it cannot be taken as it is.
    """
    if is_desk(user, tenant) or not may(user, Ability.NOTE, tenant):
        raise NotAllowed("thread.asked")
    words, called = said(text, TEXT_LENGTH), said(subject, SUBJECT_LENGTH)
    card = about.card
    if about.incident is not None:
        row = incidents.held(user, about.incident, Ability.NOTE, "thread.asked")
        if row.tenant_id != tenant.pk:
            raise NotAllowed("thread.asked")
        card = row.kind
        incidents.changed(user, row, "consulted", "", called, now=now, address=address)
    thread = Thread.objects.create(
        tenant=tenant,
        subject=called,
        incident=about.incident,
        card=card,
        month=about.month,
        opened_by=user,
        opened=now,
        waiting_since=now,
        updated=now,
    )
    post = Post.objects.create(thread=thread, author=user, at=now, text=words, from_desk=False)
    attach(post, upload)
    trail(user, thread, "asked", now, address)
    return post


@transaction.atomic
def write(
    user: User,
    thread: Thread,
    text: str,
    now: datetime,
    *,
    internal: bool = False,
    upload: Upload | None = None,
    address: str = "",
) -> Post:
    """Say something more: the desk's word answers the thread, the company's makes it wait.

    Raises:
        UnknownThread, NotAllowed: not this person's to do.
        NothingSaid, TooLong, BadAttachment: it cannot be taken as it is.
    """
    row, desk = held(user, thread), is_desk(user, thread.tenant_id)
    if internal and not desk:
        raise NotAllowed("thread.noted")
    post = Post.objects.create(
        thread=row, author=user, at=now, text=said(text, TEXT_LENGTH), from_desk=desk, internal=internal
    )
    attach(post, upload)
    if desk and not internal:
        row.state, row.waiting_since, row.assignee = State.ANSWERED, None, row.assignee or user
    elif not desk:
        row.state, row.waiting_since = State.WAITING, row.waiting_since or now
    keep(row, now)
    trail(user, row, "noted" if internal else "answered" if desk else "written", now, address)
    return post


@transaction.atomic
def close(user: User, thread: Thread, now: datetime, *, address: str = "") -> Thread:
    """Say that it is settled; a later word of the company opens it again.

    Raises:
        UnknownThread, NotAllowed: not this person's to do.
        Unchanged: it is closed already.
    """
    row = held(user, thread)
    if row.state == State.CLOSED:
        raise Unchanged
    row.state, row.waiting_since = State.CLOSED, None
    keep(row, now)
    trail(user, row, "closed", now, address)
    return row


@transaction.atomic
def take(user: User, thread: Thread, now: datetime, *, address: str = "") -> Thread:
    """Take the thread as the one who answers it, also from a colleague.

    Raises:
        UnknownThread, NotAllowed: not this person's to do.
        Unchanged: it is theirs already.
    """
    row = held(user, thread)
    if not is_desk(user, row.tenant_id):
        raise NotAllowed("thread.taken")
    if row.assignee_id == user.pk:
        raise Unchanged
    row.assignee = user
    row.save(update_fields=["assignee"])
    trail(user, row, "taken", now, address)
    return row


def held(user: User, thread: Thread) -> Thread:
    """The thread's row as it is now, locked; only for one who may see it and speak in it."""
    seen = threads(user).filter(pk=thread.pk).exists()
    row = Thread.objects.select_for_update().filter(pk=thread.pk).first() if seen else None
    if row is None:
        raise UnknownThread
    if not may(user, Ability.NOTE, row.tenant_id):
        raise NotAllowed("thread")
    return row


def keep(row: Thread, now: datetime) -> None:
    row.updated = now
    row.save()


def said(text: str, longest: int) -> str:
    """The text without what surrounds it; forms of a browser send line ends as CR LF."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise NothingSaid
    if len(words) > longest:
        raise TooLong(longest)
    return words


def attach(post: Post, upload: Upload | None) -> None:
    if upload is None:
        return
    kind = attachments.media_type(upload.content)
    key = attachments.keep(upload.folder, upload.content)
    try:
        Attachment.objects.create(
            post=post,
            name=attachments.name_of(upload.name, kind),
            media_type=kind,
            size=len(upload.content),
            key=key,
        )
    except Exception:
        attachments.forget(upload.folder, key)
        raise


def trail(user: User, thread: Thread, verb: str, now: datetime, address: str) -> None:
    record_audit(
        actor=user,
        action=f"thread.{verb}",
        now=now,
        tenant=thread.tenant_id,
        subject=str(thread.pk),
        detail={"subject": thread.subject, "incident": thread.incident_id or ""},
        address=address,
    )
