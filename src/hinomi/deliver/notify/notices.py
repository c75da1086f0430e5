"""From the desk's rows to what a notifier may say. Settings enter here."""

from hashlib import sha256
from urllib.parse import quote, urlsplit

from django.conf import settings

from hinomi.deliver.notify.recipients import AddressBook, Reader
from hinomi.incidents.models import Incident
from hinomi.library import catalog
from hinomi.library.contracts import Notice, Occasion

PAGE = "/incidents/"
"""Where the console shows an incident; written out, for loading every page would keep a command waiting."""


def notice(incident: Incident, reader: Reader, occasion: Occasion, book: AddressBook) -> Notice:
    entries = incident.entries.order_by("-severity_id", "time", "finding")
    gravest, tenant = entries.first(), incident.tenant
    return Notice(
        to=reader.user.email,
        reader=reader.user.name,
        staff=reader.staff,
        occasion=occasion,
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
        card=catalog.cards().get(incident.kind),
        link=link(incident),
        centre=settings.CENTRE_CONTACT,
        vendor=tenant.vendor_contact,
        company_readers=len(book.company(incident)),
    )


def link(incident: Incident) -> str:
    """The incident's page; whoever follows it signs in first."""
    return f"{settings.BASE_URL}{PAGE}{quote(incident.pk, safe='')}/"


def message_id(*parts: str | int) -> str:
    """The same for the same parts; at this deployment's host (RFC 5322, section 3.6.4)."""
    key = "\0".join(map(str, parts))
    return f"{sha256(key.encode()).hexdigest()[:32]}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"
