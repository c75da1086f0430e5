"""Logs of Linux firewalls and of the routers that are built of Linux or BSD, to OCSF.

Packets by netfilter, pf or RouterOS; addresses lent by dhcpd or dnsmasq; sign-ins by sshd and PAM; everything else
by its words. Source: see :mod:`netfilter`, :mod:`appliance` and :mod:`unix` of this folder.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import addresses, daemon, dhcpd, dnsmasq, syslog_message, times, unbound
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row
from hinomi.library.sources.iptables import appliance, netfilter, unix
from hinomi.library.sources.iptables.unix import PRODUCT

LAST = re.compile(r"(?:,| )[A-Z][a-z]+day, (([A-Z][a-z]{2,8}) [0-9]{1,2},[0-9]{4} [0-9:]{8})$")
UNIFI = re.compile(r"(?:(?P<model>[\w-]+),)?(?P<mac>[0-9a-f]{12}),v\d[\w.+-]*$")
"""What UniFi access points and switches call themselves: model, hardware address, firmware."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; the time is that of the header."""
    return daemon.normalize(payload, context, PRODUCT, partial(dated, zone=context.timezone))


def dated(said: Told, *, zone: ZoneInfo) -> Row | None:
    """NETGEAR writes the time last, and no header."""
    row, found = read(said), LAST.search(said.line.text) if said.line.text.startswith("[") else None
    if row is not None and found and not said.line.header.time:
        shape = "%B %d,%Y %H:%M:%S" if len(found[2]) > len("Jan") else "%b %d,%Y %H:%M:%S"
        row |= {"time": times.local(found[1], shape, zone), "metadata.original_time": found[1]}
    return row


def read(said: Told) -> Row | None:
    text, app, header = said.text, said.app, said.line.header
    row = netfilter.read(said.line.text, header.app) or appliance.read(text, app, said.line.whole) or served(said)
    if row is not None or daemon.FOREIGN.match(text) or not text:
        return row
    row = unix.read(text, app) or syslog_message.message(said.line._replace(text=text), PRODUCT)
    if found := UNIFI.match(header.host or "") or UNIFI.match(app):
        row |= {"device.hostname": found["model"], "device.mac": addresses.mac(found["mac"])}
        row |= {"metadata.product.vendor_name": "Ubiquiti", "metadata.product.name": "UniFi"}
    return row


def served(said: Told) -> Row | None:
    """Lines of the DHCP server and the resolver that most such routers run."""
    text, raw = said.text, said.line.whole
    if said.app.startswith(("dhcpd", "dnsmasq")) or "DHCP" in text:
        return dhcpd.read(text, PRODUCT) or dnsmasq.read(text, raw, PRODUCT)
    if said.app == "unbound" and (head := unbound.HEAD.match(text)):
        return unbound.read(head["text"], raw, PRODUCT)
    return None
