"""Addresses, ports and protocols as devices write them.

endpoint("192.0.2.1:443")        # ("192.0.2.1", 443)
endpoint("2001:db8::1.443")      # Yamaha: the last dot
endpoint("192.0.2.1#53", "#")    # BIND
"""

import re
from functools import lru_cache
from ipaddress import ip_address

NUMBERS = {
    "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51,
    "ipv6-icmp": 58, "icmp6": 58, "icmpv6": 58, "ospf": 89, "sctp": 132,
}  # fmt: skip
"""Source: IANA, Assigned Internet Protocol Numbers."""
NAMES = {1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah",
         58: "ipv6-icmp", 89: "ospf", 132: "sctp"}  # fmt: skip
ABSENT = frozenset({"", "-", "--", "N/A", "n/a", "None", "none", "unknown", "undefined"})
"""What devices write for nothing; a source uses it only for fields where its vendor does."""
MAC = re.compile(r"([0-9A-Fa-f]{2})[:.-]?([0-9A-Fa-f]{2})[:.-]?" * 3)


def ip(value: object) -> str | None:
    """An address in its usual form, brackets and zone id taken off; None if it is none or unspecified."""
    return known(value) if isinstance(value, str) else None


@lru_cache(maxsize=1 << 16)
def known(text: str) -> str | None:
    """:func:`ip` of a text; the same addresses come again and again."""
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return None if address.is_unspecified else str(address)


def port(value: object) -> int | None:
    """A port as a number or as text, 0 to 65535."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        value = int(value)
    return value if type(value) is int and 0 <= value <= 65535 else None


def endpoint(text: str, separator: str = ":") -> tuple[str | None, int | None]:
    """Address and port of ``address SEPARATOR port``; the address alone where there is no port.

    ``[2001:db8::1]:443`` always; ``2001:db8::1.443`` and ``192.0.2.1.443`` where the last dot must be the
    separator. (None, None) where no address is.
    """
    text = text.strip()
    if alone := ip(text):
        return alone, None
    for mark in dict.fromkeys((separator, ":", ".")):
        address, found, number = text.rpartition(mark)
        if found and (host := ip(address)):
            return host, port(number)
    return None, None


def mac(value: object) -> str | None:
    """A hardware address as ``00:00:5e:00:53:01``, however it is written."""
    found = MAC.fullmatch(value.strip()) if isinstance(value, str) else None
    return ":".join(found.groups()).lower() if found else None


def protocol(value: object) -> dict[str, str | int | None]:
    """Columns of a protocol given by name or by number."""
    name = str(value).strip().lower() if value is not None else ""
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= 3 else NUMBERS.get(name)
    known = NAMES.get(number) if number is not None else None
    shown = known or (name if not name.isdigit() else None)
    return {"connection_info.protocol_name": shown or None, "connection_info.protocol_num": number}


def present(value: object, absent: frozenset[str] = ABSENT) -> str | None:
    """Text, or None where it is one of the vendor's words for nothing."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    return None if value in absent else value
