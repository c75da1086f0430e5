"""What people do at the Firebox and what it says of itself: sign-ins, settings, leases, tunnels."""

import re

from hinomi.library.formats import dhcpd
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.sources.watchguard_firebox.findings import told
from hinomi.library.sources.watchguard_firebox.records import ADDRESS, Record
from hinomi.library.sources.watchguard_firebox.traffic import endpoints, ip, person
from hinomi.ocsf.classes import ClassUid, StatusId

LOGON, LOGOFF = 1, 2
OPEN, CLOSE, OTHER = 1, 2, 99
PRODUCT = ("WatchGuard", "Firebox")
SIGN_IN = re.compile(
    r"\blogg?ed (?:in|out)\b|\blog in attempt\b|^Authentication (?:of|error)|already logged in|\blocked out\b"
    r"|MUVPN user (?:authentication|'[^']*' is authenticated)|user login because",
    re.IGNORECASE,
)
OUT = re.compile(r"\blogg?ed out\b", re.IGNORECASE)
FAILED = re.compile(r"reject|fail|error|locked out|not found", re.IGNORECASE)
WHO = re.compile(
    r"\b(?:[Uu]ser|client)(?:name)? (?:\[(?P<bracket>[^\]]+)\]|'(?P<quote>[^']+)'|(?P<word>[^\s\[<>,]+?))"
    r"(?=[,.:]?(?:\s|$))"
)
WHERE = re.compile(rf"\b(?:from|[Rr]eal IP address is) ({ADDRESS})(?=[\s,.:]|$)")
VIRTUAL = re.compile(rf"virtual IP (?:address )?is ({ADDRESS})", re.IGNORECASE)
UNKNOWN = re.compile(r"not found for (\S+?)\.?$")
NO_NAME = ("login", "from", "is", "has", "log", "authentication")
CHANGED = re.compile(
    r"^(?:Management user \S+ from \S+ (?:modified|added|deleted|removed|changed|updated)"
    r"|\S+ (?:added|removed) feature key"
    r"|Moved .+ policy|Administrative accounts were reset|Updated the value|Logon Disclaimer|The configuration file"
    r"|Device configuration file|Deleted syslog)"
)
ADMINISTRATOR = re.compile(
    r"^(?:Management user )?(\S+?)(?: from \S+)? (?:modified|added|deleted|removed|changed|updated)"
    r"|.*\brequest from (\S+) from\b"
)
VPN = re.compile(r"^(?:02[0-9A-F]{2}-|5B0[0-9]-|2500-)")
VPN_WORDS = re.compile(r"tunnel|negotiation|phase-?\d|\bIKE|\bgateway\b|VPN", re.IGNORECASE)
ENDPOINTS = re.compile(
    rf"(?:from|local(?:gw)?:|local) ?({ADDRESS})\S* (?:.*?(?:to|remote(?:gw)?:|remote) ?({ADDRESS}))?", re.IGNORECASE
)
TUNNEL_ENDS = re.compile(r"is down|presumed dead|deleted|terminated|disconnected", re.IGNORECASE)
TUNNEL_BEGINS = re.compile(r"is established|completed successfully|is up\b", re.IGNORECASE)


def own(record: Record) -> Row:
    """A message without traffic columns; what is not known is a Base Event."""
    message = record.message
    if leased := dhcpd.read(message, PRODUCT):
        return leased
    if SIGN_IN.search(message):
        return signed(record)
    if CHANGED.search(message):
        found = ADMINISTRATOR.match(message)
        row = activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1) | told(record) | {"message": message}
        name = person(found[1] or found[2]) if found and "user" not in (found[1] or "") else {}
        return row | {column.replace("user.", "actor.user."): value for column, value in name.items()}
    if VPN.match(record.id) and VPN_WORDS.search(message):
        return tunnelled(record)
    row = activity(ClassUid.BASE_EVENT, 0) | named(message) | told(record)
    row |= {name: value for name, value in endpoints(record).items() if value is not None}
    return row | {"message": message or record.id}


def signed(record: Record) -> Row:
    """Users of the firewall and of its VPNs, administrators, and whom it locked out."""
    message = record.message
    row = activity(ClassUid.AUTHENTICATION, LOGOFF if OUT.search(message) else LOGON)
    unknown = UNKNOWN.search(message)
    row |= person(unknown[1]) if unknown else named(message)
    where, virtual = WHERE.search(message), VIRTUAL.search(message)
    row |= {
        "src_endpoint.ip": ip(where[1]) if where else None,
        "device.ip": ip(virtual[1]) if virtual else None,
        "status_id": int(StatusId.FAILURE if FAILED.search(message) else StatusId.SUCCESS),
        "message": message,
    }
    return row


def named(message: str) -> Row:
    """The user or the peer that a message is about."""
    for found in WHO.finditer(message):
        name: str = found["bracket"] or found["quote"] or found["word"]
        if name.lower() not in NO_NAME:
            return person(name)
    return {}


def tunnelled(record: Record) -> Row:
    message = record.message
    opened = OPEN if TUNNEL_BEGINS.search(message) else OTHER
    row = activity(ClassUid.TUNNEL_ACTIVITY, CLOSE if TUNNEL_ENDS.search(message) else opened) | named(message)
    found = ENDPOINTS.search(message)
    row |= {
        "src_endpoint.ip": ip(found[1]) if found else None,
        "dst_endpoint.ip": ip(found[2]) if found else None,
        "status_id": int(StatusId.FAILURE if FAILED.search(message) else StatusId.SUCCESS),
        "message": message,
    }
    return row
