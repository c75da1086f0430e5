"""CEF of any product, by what its fields say.

Source: ArcSight Common Event Format, implementation standard, version 25.
"""

import re
from datetime import datetime, timedelta

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import cef, siem_event, textlines, times, zones
from hinomi.library.formats.rows import Row
from hinomi.library.formats.siem_event import Report
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.cef import secure_email

MOMENTS = ("rt", "deviceReceiptTime", "end", "endTime", "start", "startTime")
"""When it happened, the best first."""
WRITTEN = re.compile(
    r"(?:[A-Z][a-z]{2} )?(?P<day>[A-Z][a-z]{2} +\d{1,2})(?: (?P<year>\d{4}))? (?P<clock>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?: (?P<zone>[A-Za-z]+(?:[+-][\d:]+)?|[+-][\d:]+))?(?: (?P<late>\d{4}))?$"
)


def normalize(payload: bytes, context: Context) -> Normalized:
    return textlines.normalize(payload, context, lambda line: event(line, context))


def event(line: Line, context: Context) -> Row | Reject:
    line = siem_event.headed(line, "CEF:")
    message = cef.parse(line.text)
    if message is None:
        return line.reject(Reason.NOT_THIS_FORMAT, "CEF ではありません (no CEF)")
    labelled = {label.lower(): value for label, value in message.custom().items()}
    report = Report(
        message.vendor.strip(),
        message.product.strip(),
        message.version.strip(),
        message.signature.strip(),
        message.name.strip(),
        message.severity,
        message.extension,
        labelled,
    )
    row = secure_email.event(report, line) or siem_event.event(report, line)
    said = message.extension
    zone = said.get("dtz")
    written = next((said[key] for key in MOMENTS if said.get(key)), line.header.time)
    row["time"] = moment(written, zone, context)
    row["metadata.original_time"] = written if row["time"] else None
    row["start_time"] = moment(said.get("start") or said.get("startTime"), zone, context)
    row["end_time"] = moment(said.get("end") or said.get("endTime"), zone, context)
    return row


def moment(text: str | None, zone: str | None, context: Context) -> datetime | None:
    """A time in any form that the standard allows, and in ISO 8601, as naive UTC."""
    if not text:
        return None
    found = WRITTEN.match(text.strip())
    if not found:
        return zones.iso(text, zone, context.timezone) or times.epoch(text)
    year = found["year"] or found["late"]
    said = f"{found['day']} {year} {found['clock']}" if year else f"{found['day']} {found['clock']}"
    whole = zones.short(said, found["zone"] or zone, context.timezone, context.received)
    fraction = timedelta(microseconds=int((found["fraction"] or "0")[:6].ljust(6, "0")))
    return whole + fraction if whole else None
