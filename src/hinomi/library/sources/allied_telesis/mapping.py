"""Allied Telesis AR series: AlliedWare Plus, and the older AlliedWare by what any device says.

Source: Allied Telesis, Advanced Network Protection Feature Overview and Configuration Guide (C613-22104),
"Logging"; CentreCOM AR550S command reference, "運用・管理/ログ".
"""

import re

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import keyvalue_reference, syslog, syslog_message, textlines
from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import disposed
from hinomi.library.formats.rows import Row
from hinomi.library.formats.syslog import Header
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.allied_telesis import security
from hinomi.ocsf.classes import ClassUid, DispositionId

PRODUCT = ("Allied Telesis", "AR")
OPEN, CLOSE = 1, 2
LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
STORED = re.compile(
    r"(?P<year>\d{4}) (?P<day>\w{3} +\d{1,2}) (?P<clock>\d\d:\d\d:\d\d) \w+\.(?P<level>\w+) (?P<host>\S+) "
    r"(?P<app>[^\s:\[]+)(?:\[\d+\])?: *(?P<text>.*)",
    re.DOTALL,
)
"""A line of ``show log``; what a server is sent has a header of RFC 3164."""
RULE = re.compile(r"\bFirewall (?:\[?rule (?P<rule>\S+?)\]?)?: *(?P<action>\w+) IN=")
CONNECTION = re.compile(r"\b(?P<what>NEW|END) (?=proto=)")


def normalize(payload: bytes, context: Context) -> Normalized:
    return textlines.normalize(payload, context, lambda line: event(line, context))


def event(line: Line, context: Context) -> Row:
    row = stored(line, context) or syslog_message.message(line, PRODUCT, RULES)
    if row["is_alert"]:
        row["raw_data"] = line.whole
    return row


def stored(line: Line, context: Context) -> Row | None:
    """The event of a line of ``show log``."""
    found = STORED.match(line.text)
    if not found:
        return None
    said = f"{found['day']} {found['year']} {found['clock']}"
    level = LEVELS.index(found["level"]) if found["level"] in LEVELS else None
    header = Header(0, level, said, found["host"], found["app"])
    row = syslog_message.message(line._replace(text=found["text"], header=header), PRODUCT, RULES)
    row["time"] = syslog.moment(said, context.timezone, context.received)
    row["metadata.original_time"] = said
    return row


def firewall(text: str) -> Row | None:
    found = RULE.search(text)
    row = syslog_message.netfilter(text) if found else None
    if not found or not row:
        return None
    return row | {"firewall_rule.uid": found["rule"]}


def connection(text: str) -> Row | None:
    found = CONNECTION.search(text)
    if not found:
        return None
    said = keyvalue_reference.parse(text[found.end() :]).values
    return {
        "class_uid": int(ClassUid.NETWORK_ACTIVITY),
        "activity_id": OPEN if found["what"] == "NEW" else CLOSE,
        **disposed(DispositionId.ALLOWED),
        "src_endpoint.ip": ip(said.get("orig_src")),
        "src_endpoint.port": port(said.get("orig_sport")),
        "dst_endpoint.ip": ip(said.get("orig_dst")),
        "dst_endpoint.port": port(said.get("orig_dport")),
        "traffic.packets_out": count(said.get("orig_pkts")),
        "traffic.bytes_out": count(said.get("orig_bytes")),
        "traffic.packets_in": count(said.get("reply_pkts")),
        "traffic.bytes_in": count(said.get("reply_bytes")),
        **protocol(said.get("proto")),
    }


def count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


RULES = (
    firewall,
    connection,
    security.inspected,
    security.requested,
    security.controlled,
    security.infected,
    *syslog_message.RULES,
)
