"""Event messages of NEC's UNIVERGE IX routers (IX2000, IX3000; IX-R, IX-V) to OCSF.

    2023/05/06 03:44:37 CNFG.003: Startup config write done  (TTY:1).
    dhcp4r - 001 - Discard packet from 192.168.0.9 (00:00:5e:00:53:01) to 192.168.0.1, GigaEthernet1.0 (no route)

``logging timestamp`` decides what stands in front: a date, a time of day, an uptime, or nothing. What a message
is about follows from its subsystem and its words. Source: UNIVERGE IX series, "イベントメッセージ"; IX-R/IX-V,
"ログメッセージ".
"""

import re
from datetime import datetime, timedelta
from functools import partial

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, daemon, events, syslog_message, textlines, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

PRODUCT = ("NEC", "UNIVERGE IX")
MESSAGE = re.compile(
    r"(?:(?P<date>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:\.\d+)? |(?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)? |(?P<uptime>\d+"
    r"(?::\d\d){2,3}|\d+days?\S*) )?"
    r"(?P<subsystem>[A-Za-z][A-Za-z0-9]{1,15})(?:\.| - )(?P<number>\d{3})(?:: ?| - )(?P<text>.*)"
)
TUNNELS = frozenset(
    [
        "IKE",
        "IKE2",
        "IKEV2",
        "IPS",
        "IPSEC",
        "PPP",
        "PPPE",
        "PPPOE",
        "L2TP",
        "TUN",
        "TUNNEL",
        "GRE",
        "MAPE",
        "MAP",
        "DSL",
    ]
)
"""Subsystems, of which the manuals abbreviate some."""
LOGINS = frozenset(
    {"TELN", "TELNET", "TNET", "SSH", "SSHD", "AAA", "LOGIN", "WEB", "HTTP", "HTTPD", "CONS", "TTY", "RADIUS", "FTP"}
)
OPEN, CLOSE, REFUSE, TRAFFIC, OTHER = 1, 2, 5, 6, 99
ADDRESS = r"\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f]{0,4})\]?(?:[:.(]\d{1,5}\)?)?"
FLOW = re.compile(rf"(?P<source>{ADDRESS})(?: \([^)]*\))? *(?:->|>|to) *(?P<target>{ADDRESS})")
WHO = re.compile(rf"(?:from|by|peer|client)[ :]*(?P<source>{ADDRESS})")
PROTOCOL = re.compile(r"\b(tcp|udp|icmpv?6?|gre|esp|ah|ospf)\b", re.I)
USER = re.compile(r"\buser(?:name)?[ :=\"'(]+([^\s\"',);]+)", re.I)
INTERFACE = re.compile(r"\b((?:Giga|Fast)?Ethernet|Tunnel|Dialer|BRI|Serial|Loopback|BVI|USB-Serial)(\d[\d./:]*)")
MAC = re.compile(r"\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}\b|\b[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}\b")
DENIED = re.compile(r"\b(?:block\w*|discard\w*|den(?:y|ied)|drop\w*|reject\w*|refus\w*)\b", re.I)
PASSED = re.compile(r"\b(?:pass\w*|permit\w*|forward\w*|accept\w*)\b", re.I)
FAILED = re.compile(
    r"\b(?:fail\w*|error|invalid|incorrect|denied|refused|timeout|mismatch|reject\w*|unauthori[sz]ed)\b", re.I
)
ENDED = re.compile(
    r"\b(?:logout|logged out|logoff|exit|disconnect\w*|close[ds]?|down|delete[ds]?|expire[ds]?|terminated?"
    r"|released?)\b",
    re.I,
)
BEGUN = re.compile(
    r"\b(?:login|logged in|established|connect\w*|up|created?|complete[ds]?|open\w*|initiat\w*|start\w*)\b", re.I
)
CONFIGURED = re.compile(r"\bconfig\w*\b", re.I)
DHCP = {
    "discover": 1, "offer": 2, "request": 3, "decline": 4, "ack": 5, "assign": 5, "bind": 5, "nak": 6, "release": 7,
    "inform": 8, "expire": 9,
}  # fmt: skip
LEASE = re.compile(rf"\b(?:DHCP)?({'|'.join(DHCP)})", re.I)


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; dates are in ``context.timezone``, a time of day is the latest before the receipt."""
    return textlines.normalize(payload, context, partial(event, context=context))


def event(line: Line, *, context: Context) -> Row | Reject:
    said = line.text[: daemon.LONGEST]
    found = MESSAGE.match(said) or MESSAGE.match(f"{line.header.app}: {said}")
    if not found:
        if (
            syslog_message.NETFILTER.search(line.text)
            or line.text[:1] in "{<"
            or (not line.header.time and not line.header.priority)
        ):
            return line.reject(Reason.NOT_THIS_FORMAT, "NEC IX のログではありません (no event message of a NEC IX)")
        return {**syslog_message.message(line, PRODUCT)}
    subsystem, text = found["subsystem"], found["text"].strip()
    row = {**described(subsystem.upper(), text), "message": text}
    row |= {"metadata.log_name": subsystem, "metadata.event_code": f"{subsystem}.{found['number']}"}
    if interface := INTERFACE.search(text):
        row["src_endpoint.interface_name"] = "".join(interface.groups())
    if found["date"]:
        row |= {"time": times.local(found["date"], "%Y/%m/%d %H:%M:%S", context.timezone)}
    elif found["clock"] and not line.header.time:
        row |= {"time": today(found["clock"], context)}
    row["metadata.original_time"] = found["date"] or found["clock"]
    return {**syslog_message.sender(line.header.host), **row}


def today(clock: str, context: Context) -> datetime | None:
    """A time of day as the latest moment no more than a minute after the receipt."""
    latest = context.received + timedelta(minutes=1)
    moment = times.local(f"{latest + timedelta(days=1):%Y/%m/%d} {clock}", "%Y/%m/%d %H:%M:%S", context.timezone)
    while moment and moment > latest:
        moment -= timedelta(days=1)
    return moment


def described(subsystem: str, text: str) -> Row:
    """The class by subsystem, the activity by words."""
    if subsystem in LOGINS and (BEGUN.search(text) or ENDED.search(text) or FAILED.search(text)):
        return login(text)
    if subsystem in TUNNELS:
        activity = CLOSE if ENDED.search(text) else OPEN if BEGUN.search(text) else OTHER
        return about(ClassUid.TUNNEL_ACTIVITY, activity, text) | failure(text)
    if subsystem.startswith("DHCP"):
        verb = LEASE.search(text)
        return about(ClassUid.DHCP_ACTIVITY, DHCP[verb[1].lower()] if verb else OTHER, text)
    if subsystem in ("CNFG", "CONFIG") or CONFIGURED.match(text):
        return about(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, text)
    flow = FLOW.search(text)
    if flow and (DENIED.search(text) or PASSED.search(text)):
        denied = bool(DENIED.search(text))
        row = about(ClassUid.NETWORK_ACTIVITY, REFUSE if denied else TRAFFIC, text)
        return row | events.disposed(DispositionId.BLOCKED if denied else DispositionId.ALLOWED)
    if subsystem.startswith("NAT") and flow:
        return about(ClassUid.NETWORK_ACTIVITY, CLOSE if ENDED.search(text) else OPEN, text)
    return about(ClassUid.BASE_EVENT, 0, text)


def login(text: str) -> Row:
    user = USER.search(text)
    row = about(ClassUid.AUTHENTICATION, 2 if ENDED.search(text) and not FAILED.search(text) else 1, text)
    failed = bool(FAILED.search(text))
    row["user.name"] = user[1] if user else None
    return {**row, "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS)}


def failure(text: str) -> Row:
    return {"status_id": int(StatusId.FAILURE)} if FAILED.search(text) else {}


def about(class_uid: ClassUid, activity: int, text: str) -> Row:
    """Columns of the addresses, the protocol and the hardware that a message names."""
    row = events.activity(class_uid, activity, product=PRODUCT)
    found = FLOW.search(text) or WHO.search(text)
    for name, side in (("source", "src_endpoint"), ("target", "dst_endpoint")):
        part = found.groupdict().get(name) if found else None
        if part:
            address, port = addresses.endpoint(part.replace("(", ":").rstrip(")"))
            row |= {f"{side}.ip": address, f"{side}.port": port}
    if protocol := PROTOCOL.search(text):
        row |= addresses.protocol(protocol[1])
    if hardware := MAC.search(text):
        row["src_endpoint.mac"] = addresses.mac(hardware[0].replace(".", "")) or addresses.mac(hardware[0])
    return row
