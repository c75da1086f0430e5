"""Lines of DHCP servers: ISC dhcpd, Kea, dnsmasq and the routers that are built of them.

    read("DHCPACK on 192.168.0.9 to 00:00:5e:00:53:01 (pc9) via eth1", ("ISC", "dhcpd"))

The client is the source, in the server's replies too: a line joins its address, hardware and name.
Source: ISC dhcpd (``dhcpd(8)``, ``server/dhcp.c``), Kea messages manual, dnsmasq (``--log-dhcp``).
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, StatusId

OTHER = 99
ACTIVITIES = {
    "DISCOVER": 1, "SOLICIT": 1, "OFFER": 2, "ADVERTISE": 2, "ADVERT": 2, "REQUEST": 3, "CONFIRM": 3, "RENEW": 3,
    "REBIND": 3, "DECLINE": 4, "ACK": 5, "REPLY": 5, "ALLOC": 5, "NAK": 6, "NACK": 6, "RELEASE": 7, "INFORM": 8,
    "INFORMATION-REQUEST": 8, "EXPIRE": 9,
}  # fmt: skip
MAC = r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}"
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)"
IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
ISC = re.compile(r"(?:DHCP|BOOT)(?P<kind>[A-Z]+) (?P<rest>.*)")
ADDRESS = re.compile(rf"\b(?:on|for|of|to|from) ({IPV4})(?: \(({IPV4})\))?")
HARDWARE = re.compile(rf"(?<![0-9A-Fa-f:])({MAC})(?![0-9A-Fa-f:])\)?(?: \(([^)]*)\))?")
VIA = re.compile(r" via ([^\s,]+?):?(?=[\s,]|$)")
DNSMASQ = re.compile(
    rf"(?:(?P<transaction>\d+) )?DHCP(?P<kind>[A-Z]+)\((?P<via>[^)]+)\)(?: (?!{MAC}(?: |$))(?P<ip>{IP}))?"
    rf"(?: (?P<mac>[0-9A-Fa-f]{{2}}(?::[0-9A-Fa-f]{{2}})+))?(?: (?P<rest>.*))?"
)
KEA = re.compile(
    rf"\[kea-[^\]]*\] (?P<code>DHCP[46]_(?:LEASE_|PACKET_)?(?P<kind>[A-Z]+)\w*) \[(?:hwtype=\d+ (?P<mac>{MAC}))?.*?"
    rf"\b(?:lease|address) (?P<ip>{IP})"
)
MESSAGE6 = re.compile(
    rf"(?:(?P<kind>[A-Z][a-z-]+) message from (?P<client>{IP}) port"
    rf"|(?P<reply>Advertise|Reply) [A-Z]{{2}}: address (?P<ip>{IP}) to client with duid (?P<duid>[0-9a-f:]+))"
)
KEA_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL")
REFUSED = re.compile(
    r"no free leases|unknown lease|wrong network|not found|ignored|unavailable|no address|not available", re.I
)


def read(text: str, product: tuple[str, str]) -> Row | None:
    """A DHCP event; None for a line that is none."""
    if found := DNSMASQ.match(text):
        return leased(found, text, product)
    if text.startswith(("DHCP", "BOOTRE")) and (found := ISC.match(text)):
        return served(found, text, product)
    if "kea-" in text and (found := KEA.search(text)):
        return {**leased(found, text, product), "metadata.event_code": found["code"]}
    if found := MESSAGE6.match(text):
        return version6(found, text, product)
    return None


def served(found: re.Match[str], text: str, product: tuple[str, str]) -> Row:
    """ISC dhcpd; the address in parentheses after the client's is the server's."""
    rest = found["rest"]
    address, hardware, via = ADDRESS.search(text), HARDWARE.search(rest), VIA.search(rest)
    row = dhcp(found["kind"].removeprefix("REPLY") or "ACK", text, product)
    if address:
        row |= {"src_endpoint.ip": addresses.ip(address[1]), "dst_endpoint.ip": addresses.ip(address[2])}
    if hardware:
        row |= {"src_endpoint.mac": addresses.mac(padded(hardware[1])), "src_endpoint.hostname": hardware[2] or None}
    if via and not addresses.ip(via[1]):
        row["src_endpoint.interface_name"] = via[1]
    if reason := REFUSED.search(rest):
        row |= {"status_id": int(StatusId.FAILURE), "status_detail": reason[0]}
    return row


def leased(found: re.Match[str], text: str, product: tuple[str, str]) -> Row:
    """dnsmasq and Kea; what dnsmasq writes after an acknowledged client is its name, after a refused one the reason."""
    said = found.groupdict()
    kind, rest = said["kind"], said.get("rest")
    refused = kind in ("NAK", "DECLINE") or REFUSED.search(rest or "")
    row = {
        **dhcp(kind, text, product),
        "src_endpoint.ip": addresses.ip(said["ip"]),
        "src_endpoint.mac": addresses.mac(said["mac"]),
        "src_endpoint.hostname": rest.split(" ")[0] if rest and not refused else None,
        "src_endpoint.interface_name": said.get("via"),
        "metadata.correlation_uid": said.get("transaction"),
    }
    return row | ({"status_id": int(StatusId.FAILURE), "status_detail": rest} if refused else {})


def padded(hardware: str | None) -> str | None:
    """``0:c0:9f:1:2:3`` as some daemons write it, in full."""
    return ":".join(part.zfill(2) for part in hardware.split(":")) if hardware else None


def version6(found: re.Match[str], text: str, product: tuple[str, str]) -> Row:
    address = found["ip"] or found["client"]
    return {**dhcp((found["kind"] or found["reply"]).upper(), text, product), "src_endpoint.ip": addresses.ip(address)}


def dhcp(kind: str, text: str, product: tuple[str, str]) -> Row:
    return {
        **events.activity(ClassUid.DHCP_ACTIVITY, ACTIVITIES.get(kind, OTHER), product=product),
        "metadata.log_name": f"DHCP{kind}",
        "message": text,
    }
