"""Who signs in, which tunnels and lines come and go, which addresses are lent: the router's rarer lines."""

import re
from collections.abc import Callable

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.library.sources.yamaha_rtx.intrusion import flow
from hinomi.library.sources.yamaha_rtx.traffic import INTERFACE, MAC, PRODUCT
from hinomi.ocsf.classes import ClassUid, StatusId

OPEN, CLOSE, RENEW, OTHER = 1, 2, 3, 99
LOGON, LOGOFF = 1, 2
INTERACTIVE, NETWORK = 2, 3
LEASES = {
    "offers": 2, "declines": 4, "allocates": 5, "assigns": 5, "binds": 5, "extends": 5, "releases": 7,
    "frees": 9, "expires": 9, "deletes": 9,
}  # fmt: skip
"""Verbs of the DHCP server as activities of OCSF DHCP Activity."""
CLOSED = re.compile(
    r"\b(?:disconnect\w*|down|delete[ds]?|released?|terminated?|closed?|expired?|timeout|fail\w*|lost)\b", re.I
)
OPENED = re.compile(r"\b(?:established|connect\w*|initiate|respond|up|created?|online)\b", re.I)
RENEWED = re.compile(r"\b(?:rekey\w*|refresh\w*|renew\w*|extend\w*|updated?)\b", re.I)
FAILED = re.compile(
    r"\b(?:fail\w*|(?<!No )error|incorrect|denied|invalid|illegal|mismatch|nak|timeout|reject\w*|refused)\b", re.I
)


def happened(class_uid: ClassUid, activity_id: int, log_name: str, text: str) -> Row:
    row = events.activity(class_uid, activity_id, product=PRODUCT)
    return {**row, "metadata.log_name": log_name, "message": text}


def status(failed: bool) -> Row:
    return {"status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS)}


def signed_in(found: re.Match[str]) -> Row:
    """``Login succeeded for SSH: 192.168.0.2 admin``, ``Logout from Serial``, ``'administrator' failed for …``."""
    what, result, service, address, user = found.groups()
    return {
        **happened(ClassUid.AUTHENTICATION, LOGOFF if what == "Logout" else LOGON, "login", found[0]),
        **status(bool(result) and result != "succeeded"),
        "src_endpoint.ip": addresses.ip(address),
        "user.name": user,
        "app_name": service,
        "logon_type_id": INTERACTIVE if service.lower() in ("serial", "console", "usb") else NETWORK,
    }


def refused(found: re.Match[str]) -> Row:
    """Any other line that says that somebody could not sign in."""
    text = found.string
    user = re.search(r"\buser(?:name)?[ :='\"(]+([^\s'\",)]+)", text, re.IGNORECASE)
    return {
        **happened(ClassUid.AUTHENTICATION, LOGON, "login", text),
        **status(failed=True),
        **source(text),
        "user.name": user[1] if user else None,
    }


def dialled_in(found: re.Match[str]) -> Row:
    """A VPN user's name, said when his PPP session begins."""
    interface, user = found.groups()
    return {
        **happened(ClassUid.AUTHENTICATION, LOGON, "PP", found[0]),
        "user.name": user,
        "src_endpoint.interface_name": interface,
        "logon_type_id": NETWORK,
    }


def unanswered(found: re.Match[str]) -> Row:
    """CHAP or PAP that failed."""
    return {
        **happened(ClassUid.AUTHENTICATION, LOGON, "PP", found.string),
        **status(failed=True),
        "src_endpoint.interface_name": found[1],
    }


def configured(found: re.Match[str]) -> Row:
    """``Configuration saved in "CONFIG0" by SSH(admin)``."""
    row = happened(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, "configuration", found[0])
    return {**row, "app_name": found[1], "user.name": found[2]}


def tunnel(found: re.Match[str]) -> Row:
    """A line of IKE, IPsec, L2TP, PPTP, PPPoE, PPP or a tunnel; its words say whether something opens or closes."""
    log_name, text = found[1], found.string
    closed, opened, renewed = CLOSED.search(text), OPENED.search(text), RENEWED.search(text)
    activity = CLOSE if closed else RENEW if renewed else OPEN if opened else OTHER
    interface = re.search(r"\b(PPPOE|PP|TUNNEL|Tunnel)\[([^\]]+)\]", text)
    cause = re.search(r"cause \[([^\]]*)\]", text)
    row = {
        **happened(ClassUid.TUNNEL_ACTIVITY, activity, log_name, text),
        **peers(text),
        "src_endpoint.interface_name": f"{interface[1].upper()}[{interface[2]}]" if interface else None,
        "status_detail": cause[1] if cause else None,
    }
    return row | (status(failed=True) if FAILED.search(text) else {})


def peers(text: str) -> Row:
    """``to X (local address Y)``, ``connected from X``, ``(Local: X, Remote: Y)``."""
    row: Row = {}
    for pattern, side in PEERS:
        found = pattern.search(text)
        address, port = addresses.endpoint(found[1].rstrip(".,")) if found else (None, None)
        if address:
            row |= {f"{side}.ip": address, f"{side}.port": port}
    return row


PEERS = (
    (re.compile(r"\bfrom ([0-9A-Fa-f]*[.:][0-9A-Fa-f:.]+)"), "src_endpoint"),
    (re.compile(r"\b[Ll]ocal(?: address|  ?PP IP address|:) ?([0-9A-Fa-f]*[.:][0-9A-Fa-f:.]+)"), "src_endpoint"),
    (
        re.compile(r"\b(?:to|with|peer|[Rr]emote(?: address|:)|Remote PP IP address) ([0-9A-Fa-f]*[.:][0-9A-Fa-f:.]+)"),
        "dst_endpoint",
    ),
)


def lease(found: re.Match[str]) -> Row:
    interface, verb, address, hardware = found.groups()
    return {
        **happened(ClassUid.DHCP_ACTIVITY, LEASES.get(verb.lower(), OTHER), "DHCPD", found.string),
        "src_endpoint.interface_name": interface,
        "src_endpoint.ip": addresses.ip(address),
        "src_endpoint.mac": addresses.mac(hardware),
    }


def translated(found: re.Match[str]) -> Row:
    """An address translation that begins or ends: inside <-> outside ==> peer."""
    rule, interface, verb, protocol, inner, target = found.groups()
    source, source_port = addresses.endpoint(inner, ".")
    peer, peer_port = addresses.endpoint(target, ".")
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, CLOSE if verb == "Released" else OPEN, product=PRODUCT),
        **addresses.protocol(protocol),
        "metadata.log_name": "NAT",
        "firewall_rule.uid": rule,
        "dst_endpoint.interface_name": interface or None,
        "src_endpoint.ip": source,
        "src_endpoint.port": source_port,
        "dst_endpoint.ip": peer,
        "dst_endpoint.port": peer_port,
    }


def called_for(found: re.Match[str]) -> Row:
    """The packet for which a line is dialled."""
    row = events.activity(ClassUid.NETWORK_ACTIVITY, OPEN, product=PRODUCT)
    row |= {"metadata.log_name": "PP", "message": found.string, "dst_endpoint.interface_name": found[1]}
    return {**row, **addresses.protocol(found[2]), **flow(found[3])}


def asked_for(found: re.Match[str]) -> Row:
    """The name for which a line is dialled."""
    interface, name, client = found.groups()
    return {
        **happened(ClassUid.DNS_ACTIVITY, 1, "PP", found.string),
        "query.hostname": name,
        "src_endpoint.ip": addresses.ip(client),
        "dst_endpoint.interface_name": interface,
    }


def illegal_arp(found: re.Match[str]) -> Row:
    """An ARP from another network than the interface's."""
    interface, address, hardware = found.groups()
    return {
        **happened(ClassUid.BASE_EVENT, 0, "ARP", found.string),
        "src_endpoint.interface_name": interface,
        "src_endpoint.ip": addresses.ip(address),
        "src_endpoint.mac": addresses.mac(hardware),
    }


def started(found: re.Match[str]) -> Row:
    """The model and the firmware, which the router says of itself when it starts."""
    row = happened(ClassUid.BASE_EVENT, 0, "boot", found.string)
    return {**row, "metadata.product.name": found[1], "metadata.product.version": found[2]}


def station(found: re.Match[str]) -> Row:
    """A wireless access point (WLX) about a station."""
    row = happened(ClassUid.BASE_EVENT, 0, "WLAN", found.string)
    return {**row, "metadata.product.name": "WLX", "src_endpoint.mac": addresses.mac(found[1])}


def tagged(found: re.Match[str]) -> Row:
    return happened(ClassUid.BASE_EVENT, 0, found[1], found.string)


def source(text: str) -> Row:
    return {name: value for name, value in flow(text).items() if name.startswith("src_")}


REFUSED = re.compile(
    r"(?=.*\b(?:login|logon|authentication|password|passwd)\b)"
    r".*\b(?:fail\w*|incorrect|denied|invalid|illegal|mismatch|refused)\b",
    re.IGNORECASE,
)
SERVICE = r"([A-Za-z][A-Za-z0-9./()_-]*?)"
IP = r"([0-9A-Fa-f]*[:.][0-9A-Fa-f:.]+)"
READERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Row]], ...] = (
    (
        "",
        re.compile(
            rf"(Login|Logout|'\w+')(?: (succeeded|failed|denied|refused))? (?:for|from) {SERVICE}(?: user)?"
            rf"(?::? +{IP})?(?: +([^ ]+))?\s*$"
        ),
        signed_in,
    ),
    ("Configuration", re.compile(r"Configuration .*? by (\w+)(?:\(([^)]*)\))?\s*$"), configured),
    ("[DHCPD]", re.compile(rf"\[DHCPD\] (?:({INTERFACE}) )?([A-Z][a-z]+) ([0-9.]+)(?:: *({MAC}))?"), lease),
    (
        "<->",
        re.compile(rf"\[NAT\(([^:)]*)\):?([^\]]*)\] (\w+) (\S+) {IP} <-> [0-9A-Fa-f:.]+ ==> {IP}"),
        translated,
    ),
    ("Call detected", re.compile(r"(PP\[[^\]]+\]) Call detected from user '?([^']*?)'?\s*$"), dialled_in),
    ("PP[", re.compile(r"(PP\[[^\]]+\]) .*\b(?:CHAP|PAP|EAP)\b.*(?:Error|Failure|NAK|fail)"), unanswered),
    ("DNS Query", re.compile(rf"(PP\[[^\]]+\]) IP Commencing.*DNS Query \[([^\]]+)\] from {IP}\)"), asked_for),
    ("IP Commencing", re.compile(r"(PP\[[^\]]+\]) IP Commencing:? \(?(\S+) (.*)"), called_for),
    ("ARP", re.compile(rf"ARP: Illegal packet at ([^,]+), IP=([0-9.]+), MAC=({MAC})"), illegal_arp),
    ("starts", re.compile(r"((?:RTX|RTV|RTA|RT|NVR|FWX|SRT|vRX|WLX)\S*) .*?Rev\.([0-9.]+).* starts"), started),
    (
        "",
        re.compile(r"\[?(IKE|IPSEC|L2TP|PPTP|IPIP|GRE|PPPOE|PP|TUNNEL|MAP-E|IP(?:v6)? Tunnel)(?:v?[0-9])?[\[\]]", re.I),
        tunnel,
    ),
    ("", REFUSED, refused),
    ("STA", re.compile(rf".*\bSTA\b.*?\(?({MAC})\)?"), station),
    ("", re.compile(r"\[([A-Za-z][A-Za-z0-9 ._/-]{0,30})\]"), tagged),
    (
        "",
        re.compile(r"(ARP|DHCP\w*|DNS|NTP|SNTP|SNMP|SSHD?|BGP|OSPF|RIP|VRRP|LAN[0-9A-Z./]*|PORT[0-9-]*|USB\w*)\b"),
        tagged,
    ),
)
"""Literal, pattern of the message, and its reader; the first that fits reads."""
