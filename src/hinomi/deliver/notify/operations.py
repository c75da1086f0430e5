"""The outbox's contract: what others call. ``now`` is timezone-aware.

:func:`queue_message` keeps a message for one recipient, :func:`enqueue` those that open incidents ask for,
:func:`send_due` sends what is due. What cannot reach anybody (no HINOMI_SMTP_URL, no address) is not queued.
"""

from collections.abc import Iterable
from datetime import datetime

from hinomi.deliver.notify.ladder import climb, enqueue, enqueue_decided
from hinomi.deliver.notify.models import About, Attachment, Contact
from hinomi.deliver.notify.outbox import Words, claim, idempotency_key, queue
from hinomi.deliver.notify.recipients import Reader
from hinomi.deliver.notify.sending import Round, send_due
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import is_staff

__all__ = [
    "About",
    "Attachment",
    "Round",
    "attach",
    "claim",
    "climb",
    "enqueue",
    "enqueue_decided",
    "queue_message",
    "send_due",
]


def queue_message(
    to: User | Contact,
    *,
    key: tuple[str | int, ...],
    about: About,
    subject: str,
    text: str,
    now: datetime,
    tenant: Tenant | None = None,
    link: str = "",
    not_before: datetime | None = None,
    attachments: Iterable[Attachment] = (),
) -> bool:
    """Keep a message for one recipient, to be sent soon; it is sent once.

    Args:
        to: a person (by mail), or a contact over its channel.
        key: what makes it this message and no other, such as ``("answer", answer.pk)``; the recipient joins it.
            Asked for again with the same key nothing happens.
        about: what it is about; ``About.OTHER`` where nothing else fits.
        tenant: the company it is about. Who may not see that company any more when it is sent does not get it.
        link: the page it is about, as ``settings.BASE_URL`` + path; a chat shows it as a button. A mail's ``text``
            names it itself.
        not_before: when to send it at the earliest.
        attachments: files from :func:`attach`; chats get the text alone.

    Returns:
        False where it was queued before or there is no way to this recipient.
    """
    if isinstance(to, User):
        own = Contact.objects.filter(user=to, tenant=tenant, removed=None).first() if tenant else None
        reader = Reader(is_staff(to), to, own)
    else:
        reader = Reader(to.tenant is None, to.user, to)
    if not reader.reachable:
        return False
    return queue(
        reader,
        Words(subject, text, link),
        idempotency_key(about, *key, "to", *map(str, reader.who)),
        now,
        about=about,
        tenant=tenant,
        not_before=not_before,
        attachments=attachments,
    )


def attach(name: str, content_type: str, data: bytes, now: datetime) -> Attachment:
    """Keep a file that several messages may carry; ``name`` in ASCII, for every mail program reads that."""
    return Attachment.objects.create(name=name, content_type=content_type, data=data, created=now)
