"""Lines of ISC dhcpd and Kea to OCSF DHCP Activity: which machine had which address, and when.

Source: ``dhcpd(8)``; Kea Administrator Reference Manual, "Kea Messages Manual".
"""

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import daemon, dhcpd
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row

DHCPD, KEA = ("ISC", "DHCP Server"), ("ISC", "Kea")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; the time is that of the header."""
    return daemon.normalize(payload, context, DHCPD, read)


def read(said: Told) -> Row | None:
    if "[kea-" not in said.text:
        return dhcpd.read(said.text, DHCPD)
    row = dhcpd.read(said.text, KEA) or daemon.unknown(said, KEA)
    if said.line.header.host in dhcpd.KEA_LEVELS:  # Kea's own files have a level where syslog has a host
        row |= {"device.hostname": None}
    return row
