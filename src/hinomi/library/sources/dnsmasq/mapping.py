"""Lines of dnsmasq to OCSF: its resolver's to DNS Activity, its DHCP server's to DHCP Activity.

Source: dnsmasq manual page (``--log-queries``, ``--log-dhcp``).
"""

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import daemon, dhcpd, dnsmasq
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row

PRODUCT = ("Simon Kelley", "dnsmasq")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; the time is that of the header."""
    return daemon.normalize(payload, context, PRODUCT, read)


def read(said: Told) -> Row | None:
    return dhcpd.read(said.text, PRODUCT) or dnsmasq.read(said.text, said.line.whole, PRODUCT)
