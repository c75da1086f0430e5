"""From the desk's rows to what a notifier may say. Settings enter here."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings

from hinomi.deliver.notify.levels import Level
from hinomi.deliver.notify.outbox import Words
from hinomi.deliver.notify.recipients import AddressBook, Reader
from hinomi.incidents import matters
from hinomi.incidents.cards import card_of
from hinomi.incidents.forwarding import forwarded
from hinomi.incidents.models import Incident
from hinomi.library import catalog
from hinomi.library.contracts import ACKNOWLEDGE, Card, Notice, Occasion
from hinomi.library.telling import PRESSING

PAGE, CALL = "/incidents/", "/notifications/call/"
"""Where the console shows an incident, and what to say on the telephone; written out, for loading every page would
keep a command waiting."""


@dataclass(frozen=True)
class Telling:
    """One reader is told of an incident."""

    incident: Incident
    reader: Reader
    occasion: Occasion
    level: Level
    company_at: datetime
    """When the company may be disturbed about it, in its zone."""
    now: datetime
    asks: bool
    """The reader is asked to acknowledge."""


def words(telling: Telling, book: AddressBook) -> Words:
    """What the reader's channel says."""
    told = notice(telling, book)
    message = catalog.notifier(telling.reader.channel)(told)
    return Words(message.subject, message.text, told.link)


def notice(telling: Telling, book: AddressBook) -> Notice:
    incident, reader = telling.incident, telling.reader
    entries = incident.entries.order_by("-severity_id", "time", "finding")
    gravest, tenant = entries.first(), incident.tenant
    card = card_of(incident.kind)
    by_phone = reader.staff and telling.occasion is Occasion.ESCALATION
    return Notice(
        to=reader.address,
        reader=reader.name,
        staff=reader.staff,
        occasion=telling.occasion,
        tenant=tenant.uid,
        company=tenant.name,
        title=incident.title,
        severity_id=incident.severity_id,
        host=incident.host,
        address=incident.address,
        user=incident.user_name,
        detail=incident.what or (gravest.title if gravest else ""),
        findings=entries.count(),
        first_seen=incident.first_seen.astimezone(tenant.zone),
        last_seen=incident.last_seen.astimezone(tenant.zone),
        card=card,
        link=link(incident, CALL if by_phone else PAGE),
        centre=settings.CENTRE_CONTACT,
        vendor=tenant.vendor_contact,
        company_readers=len(book.company(incident)),
        level=telling.level,
        waits_until=telling.company_at if telling.company_at > telling.now else None,
        acknowledge=ACKNOWLEDGE if telling.asks else "",
        forward="" if reader.staff or telling.level not in PRESSING else forward(incident, card),
    )


def forward(incident: Incident, card: Card | None) -> str:
    """What the company may send on to its vendor, in Japanese."""
    asks = card.vendor.get("ja", ()) if card else ()
    return forwarded(matters.matter(incident, asks, settings.CENTRE_CONTACT)) if asks else ""


def link(incident: Incident, page: str = PAGE) -> str:
    """The incident's page; whoever follows it signs in first."""
    return f"{settings.BASE_URL}{page}{quote(incident.pk, safe='')}/"
