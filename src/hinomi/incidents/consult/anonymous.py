"""An answer to one company as it may be shown beside another's question: without names, machines and addresses."""

import re
from collections.abc import Iterable

from hinomi.incidents.models import Incident
from hinomi.tenants.models import Tenant, User

MARK = "〇〇"
SHORTEST = 2
"""Characters of a name; a shorter one would take ordinary words with it."""
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
PRIVATE = re.compile(r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}(?![\d])")
"""RFC 1918, section 3."""


def names_of(tenant: Tenant) -> frozenset[str]:
    """What gives the company away: its name, its people, the machines and users of its incidents."""
    firm, *rest = tenant.vendor_contact.split() or [""]
    given: set[str] = {tenant.name, tenant.uid, firm, *(part for part in rest if any(map(str.isdigit, part)))}
    for person in User.objects.filter(memberships__tenant=tenant):
        given |= {person.name, person.username, *person.name.split()}
    for row in Incident.objects.filter(tenant=tenant).values_list("host", "address", "user_name").distinct():
        given |= set(row)
    for sensor in tenant.sensors.all():
        given |= {sensor.name, sensor.title}
    return frozenset(given)


def anonymous(text: str, names: Iterable[str]) -> str:
    """The text with these names and every mail address and private address taken out."""
    known = sorted({name.strip() for name in names if len(name.strip()) >= SHORTEST}, key=len, reverse=True)
    for name in known:
        text = re.sub(bounded(name), MARK, text, flags=re.IGNORECASE)
    return PRIVATE.sub(MARK, MAIL.sub(MARK, text))


def bounded(name: str) -> str:
    """A Latin name ends where its word ends (``pc`` is not in ``PCR``); a Japanese one stands between other letters."""
    ends = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
    return ends.format(re.escape(name)) if name.isascii() else re.escape(name)
