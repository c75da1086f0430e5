"""Sophos firewalls to OCSF: SFOS in both of its formats, and UTM 9.

Source: Sophos Firewall syslog guide (``log_type``, ``log_component``, ``log_subtype``); Sophos UTM 9 log messages.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import textlines, times, zones
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.sophos_firewall import sfos, utm9

VENDOR, SFOS, UTM9 = "Sophos", "Sophos Firewall", "Sophos UTM"
STAMP = re.compile(
    r"(?:<\d+>)?(?P<time>\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d) (?P<host>\S+) (?P<app>[^\s:\[]+)(?:\[\d+\])?: ?"
)
"""What stands before a message of UTM 9."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A line an event. Times whose zone is not said, or not said clearly, are in ``context.timezone``."""
    return textlines.normalize(payload, context, lambda line: event(line, context.timezone))


def event(line: Line, zone: ZoneInfo) -> Row | Reject:
    if found := STAMP.match(line.text):
        text = line.text[found.end() :]
        row = utm9.event(parse(text).values, text, found["app"], found["host"], line.whole)
        time = times.local(found["time"], "%Y:%m:%d-%H:%M:%S", zone)
        return named(row | ({"time": time, "metadata.original_time": found["time"]} if time else {}), UTM9)
    said = parse(line.text).values
    if "log_type" in said or "log_id" in said:
        row = sfos.event(said, line.header.host, line.whole)
        time, original = moment(said, zone)
        return named(row | ({"time": time, "metadata.original_time": original} if time else {}), SFOS)
    if "sys" in said and "id" in said:
        row = utm9.event(said, line.text, line.header.app, line.header.host, line.whole)
        return named(row, UTM9)
    return line.reject(Reason.NOT_THIS_FORMAT, "Sophos の行ではありません (no log_type=, no sys=)")


def moment(said: dict[str, str], zone: ZoneInfo) -> tuple[datetime | None, str | None]:
    """``timestamp`` with its offset, else ``date`` and ``time`` with ``timezone``."""
    stamp = said.get("timestamp", "")
    if "T" in stamp:
        return times.iso(stamp, zone), stamp
    text = f"{said.get('date', '')} {said.get('time', '')}"
    name = said.get("timezone")
    return zones.iso(text, name, zone), f"{text} {name}" if name else text


def named(row: Row, product: str) -> Row:
    return row | {"metadata.product.vendor_name": VENDOR, "metadata.product.name": product}
