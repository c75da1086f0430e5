"""The three families that are nearly all of a router's log: sessions, IP filters and MAC filters, line by line.

    [INSPECT] LAN2[out][101100] TCP 192.168.0.3:54874 > 203.0.113.9:443 (2023/01/23 14:12:42)
    PP[01] Rejected at IN(default) filter: UDP 198.51.100.7:10007 > 203.0.113.1:500
    LAN1(port3) Rejected at IN(7) filter: 00:00:5e:00:53:01 > ff:ff:ff:ff:ff:ff IP

``[INSPECT]`` is written when a session of a dynamic filter ends; what stands in parentheses is its start.
:mod:`hinomi.library.sources.yamaha_rtx.bulk` reads the same families by the column, to the same rows.
Source: Yamaha, RT series technical documents, "ファイアウォール" and "Ethernetフィルター".
"""

import re
from datetime import timedelta

from hinomi.library.contracts import Context
from hinomi.library.formats import addresses, events
from hinomi.library.formats.patterns import ENDPOINT
from hinomi.library.formats.rows import Row
from hinomi.library.sources.yamaha_rtx import clock
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId

PRODUCT = ("Yamaha", "RTX")
CLOSE, REFUSE, TRAFFIC = 2, 5, 6
MILLISECOND = timedelta(milliseconds=1)
INTERFACE = r"[A-Z][A-Z0-9]*(?:[/.][0-9]+)?(?:\[[A-Z0-9/]+\])?(?:\(port[0-9,-]+\))?"
OUTSIDE = re.compile(r"PP|WAN|TUNNEL|ONU|LAN[2-9]")
"""By Yamaha's custom LAN1 is the inside; on the other interfaces IN and OUT are into and out of the company."""
HEAD = (
    r"(?:<[0-9]{1,3}> ?)?"
    rf"(?:(?P<sent>{clock.SENT}):? +(?:(?P<host>[0-9A-Za-z][0-9A-Za-z._:-]*) +)?)?"
    rf"(?:(?P<date>{clock.DATE}):? +)?"
)
"""What may stand before a message: priority, a relay's header, the router's own date."""
SESSION = (
    rf"\[INSPECT\] (?P<interface>{INTERFACE})\[(?P<way>in|out)\]\[(?P<rule>[0-9A-Za-z]+)\] "
    rf"(?P<protocol>[^ ]+) {ENDPOINT.format('source')}"
)
FILTER = rf"(?P<interface>{INTERFACE}) (?P<verb>[A-Z][a-z]+) at (?P<way>[A-Za-z]+)\((?P<rule>[^()]*)\) filter: "
PACKET = rf"{FILTER}(?P<protocol>[^ :]+) {ENDPOINT.format('source')}"
MAC = r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}"
TARGET = f" > {ENDPOINT.format('target')}"
START = rf" \((?P<start>{clock.DATE})\)"
INSPECTED = f"{HEAD}{SESSION}{TARGET}{START} *"
FILTERED = f"{HEAD}{PACKET}{TARGET}(?P<rest>(?: .*)?)"
BARRED = f"{HEAD}{FILTER}(?P<source>{MAC}) > (?P<target>{MAC})(?: (?P<protocol>[^ ]+))? *"
"""The families whole; a line that was cut off matches only the plain reader's patterns below."""
PASSED = "Passed"
TRUNCATED = "truncated"


def connection(interface: str, way: str, rule: str, protocol: str | None) -> Row:
    """What the few-valued parts say: through which interface, which way, by which filter."""
    outward = way.upper() == "OUT"
    side = "dst_endpoint" if outward else "src_endpoint"
    row: Row = {
        f"{side}.interface_name": interface,
        "firewall_rule.uid": rule,
        **(addresses.protocol(protocol) if protocol else {}),
    }
    if OUTSIDE.match(interface) and way.upper() in ("IN", "OUT"):
        row["connection_info.direction_id"] = int(DirectionId.OUTBOUND if outward else DirectionId.INBOUND)
    return row


def inspected(interface: str, way: str, rule: str, protocol: str | None) -> Row:
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, CLOSE, product=PRODUCT),
        **events.disposed(DispositionId.ALLOWED),
        "metadata.log_name": "INSPECT",
        **connection(interface, way, rule, protocol),
    }


def filtered(interface: str, way: str, rule: str, protocol: str | None, verb: str) -> Row:
    passed = verb == PASSED
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC if passed else REFUSE, product=PRODUCT),
        **events.disposed(DispositionId.ALLOWED if passed else DispositionId.BLOCKED),
        "metadata.log_name": "filter",
        **connection(interface, way, rule, protocol),
    }


def barred(interface: str, way: str, rule: str, protocol: str | None, verb: str) -> Row:
    return {**filtered(interface, way, rule, protocol, verb), "metadata.log_name": "MAC filter"}


def reporter(host: str | None) -> Row:
    """The router itself, as a relay names it."""
    address = addresses.ip(host)
    return {"device.ip": address, "device.hostname": None if address else host}


def inspection(found: re.Match[str], context: Context) -> Row:
    """The plain reader of an ``[INSPECT]`` line. Its time is that of its end, as far as anybody says it."""
    said = found.groupdict()
    start = clock.local(said["start"], context.timezone)
    end = clock.local(said["date"], context.timezone)
    if not end and said["sent"] and start:
        end = clock.ended(said["sent"], context.timezone, start)
    only_start = not end and not context.live
    return {
        **inspected(said["interface"], said["way"], said["rule"], said["protocol"]),
        **endpoints(said),
        **reporter(said["host"]),
        "time": start if only_start else end,
        "metadata.original_time": said["start"] if only_start else said["date"] or said["sent"],
        "start_time": start,
        "end_time": end,
        "metadata.labels": None if start else [TRUNCATED],
        "duration": (end - start) // MILLISECOND if start and end and end >= start else None,
    }


def filtering(found: re.Match[str], context: Context) -> Row:
    """The plain reader of an IP filter's line."""
    said = found.groupdict()
    row = filtered(said["interface"], said["way"], said["rule"], said["protocol"], said["verb"])
    return {
        **row,
        **endpoints(said),
        **reporter(said["host"]),
        **moment(said, context),
        "metadata.labels": cut_off(said),
    }


def cut_off(said: dict[str, str | None]) -> list[str] | None:
    """UDP may have cut a line within its addresses."""
    return None if said["target4"] or said["target6"] else [TRUNCATED]


def barring(found: re.Match[str], context: Context) -> Row:
    """The plain reader of a MAC filter's line."""
    said = found.groupdict()
    row = barred(said["interface"], said["way"], said["rule"], said["protocol"], said["verb"])
    return {**row, "src_endpoint.mac": said["source"].lower(), **reporter(said["host"]), **moment(said, context)}


def endpoints(said: dict[str, str | None]) -> Row:
    row: Row = {}
    for name, side in (("source", "src_endpoint"), ("target", "dst_endpoint")):
        port, sixth = said[f"{name}_port"], said[f"{name}6"]
        address, number = (
            addresses.endpoint(sixth, ".") if sixth else (addresses.ip(said[f"{name}4"]), addresses.port(port))
        )
        row |= {f"{side}.ip": address, f"{side}.port": number}
    return row


def moment(said: dict[str, str | None], context: Context) -> Row:
    """The time of a line by its own date, else by its relay's; nothing where neither says one."""
    own = clock.local(said["date"], context.timezone)
    if own:
        return {"time": own, "metadata.original_time": said["date"]}
    sent = clock.relayed(said["sent"], context.timezone, context.received) if said["sent"] else None
    return {"time": sent, "metadata.original_time": said["sent"]} if sent else {}


READERS = (
    ("[INSPECT]", re.compile(f"{HEAD}{SESSION}(?:{TARGET})?(?:{START})?.*"), inspection),
    (" filter: ", re.compile(BARRED), barring),
    (" filter: ", re.compile(f"{HEAD}{PACKET}(?:{TARGET})?.*"), filtering),
)
"""Literal, pattern of the whole line, and its plain reader."""
