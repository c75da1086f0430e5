"""SEIL/X1 and its kin: packet filter lines by their documentation, the rest by what any device says.

    pppoe0 @0:1[TELNET_IN] b 203.0.113.5,40222 -> 192.0.2.2,23 PR tcp len 20 40 -S IN

Source: SEIL series, list of logs, function "filter" (seil.jp, support/tech/loglist); the form is that of
IPFilter's ipmon(8).
"""

import re

from hinomi.library.contracts import Context, Normalized, UtmCategory
from hinomi.library.formats import syslog_message, textlines
from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId

PRODUCT = ("IIJ", "SEIL")
REFUSE, TRAFFIC = 5, 6
FILTER = re.compile(
    r"(?P<interface>\S+) @-?\d+:\d+(?:\[(?P<name>[^\]]*)\])? (?P<action>\w+) "
    r"(?P<src>[0-9A-Fa-f.:]+)(?:,(?P<sport>\d{1,5}))? -> (?P<dst>[0-9A-Fa-f.:]+)(?:,(?P<dport>\d{1,5}))? "
    r"(?P<kind>PR|AP) (?P<proto>\S+)(?P<rest>.*)"
)
WAY = re.compile(r" (?P<way>in|out)\b", re.IGNORECASE)
WAYS = {"in": int(DirectionId.INBOUND), "out": int(DirectionId.OUTBOUND)}
DISPOSITIONS = {"b": DispositionId.BLOCKED, "p": DispositionId.ALLOWED}
"""By the first letter of ``b``, ``block``, ``p``, ``pass``, in either case."""


def normalize(payload: bytes, context: Context) -> Normalized:
    return textlines.normalize(payload, context, event)


def event(line: Line) -> Row:
    row = syslog_message.message(line, PRODUCT, RULES)
    if row["is_alert"]:
        row["raw_data"] = line.whole
    return row


def filtered(text: str) -> Row | None:
    found = FILTER.search(text)
    if not found:
        return None
    disposition = DISPOSITIONS.get(found["action"][0].lower())
    way = WAY.search(found["rest"])
    direction = WAYS[way["way"].lower()] if way else None
    inbound = direction == DirectionId.INBOUND
    row: Row = {
        "class_uid": int(ClassUid.NETWORK_ACTIVITY),
        "activity_id": REFUSE if disposition is DispositionId.BLOCKED else TRAFFIC,
        "src_endpoint.ip": ip(found["src"]),
        "src_endpoint.port": port(found["sport"]),
        "src_endpoint.interface_name": found["interface"] if inbound else None,
        "dst_endpoint.ip": ip(found["dst"]),
        "dst_endpoint.port": port(found["dport"]),
        "dst_endpoint.interface_name": found["interface"] if direction and not inbound else None,
        "connection_info.direction_id": direction,
        "firewall_rule.name": found["name"] or None,
        **disposed(disposition),
    }
    if found["kind"] == "PR":
        return row | protocol(found["proto"])
    return row | {"app_name": found["proto"]} | application(found["proto"], disposition, text)


def application(name: str, disposition: DispositionId | None, text: str) -> Row:
    """A filter for an application, of which the device knows only file sharing: a judgement where it blocks."""
    if disposition is not DispositionId.BLOCKED:
        return {}
    return verdict(
        name,
        "application",
        severity=SeverityId.MEDIUM,
        raw=text,
        disposition=disposition,
        category=UtmCategory.FORBIDDEN_APPLICATION,
    )


RULES = (filtered, *syslog_message.RULES)
