"""WatchGuard Firebox to OCSF, in its native syslog form and in LEEF.

Source: WatchGuard, "Fireware Log Catalog".
"""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import leef, textlines, times
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.watchguard_firebox import findings, people, records, traffic
from hinomi.library.sources.watchguard_firebox.records import Record
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

DENIALS = ("3000-0168", "3000-0172")
"""Alarms about traffic that a list of sites or ports stopped."""
NOTIFIED = "3000-0167"
"""A policy that tells when it was used: not what it did."""
LOCKED_OUT = "1100-0007"


def normalize(payload: bytes, context: Context) -> Normalized:
    """A message a line. The time in brackets is UTC, the header's is in ``context.timezone``."""

    def event(line: Line) -> Row | Reject:
        record = records.read(line)
        if record is None:
            reason = "Firebox のログではありません (no log of a Firebox)"
            return line.reject(Reason.NOT_THIS_FORMAT, reason)
        row = mapped(record, line)
        if record.time:
            known = times.iso(f"{record.time}Z", context.timezone) or leef.moment(record.values, context.timezone)
            row["time"], row["metadata.original_time"] = known, record.time
        if record.cut:
            row["metadata.labels"] = ["truncated"]
        row["metadata.product.vendor_name"], row["metadata.product.name"] = people.PRODUCT
        row["metadata.product.version"] = record.version
        row["metadata.log_name"] = record.process
        row["metadata.event_code"] = record.id
        return row

    return textlines.normalize(payload, context, event)


def mapped(record: Record, line: Line) -> Row:
    if found := findings.judgement(record):
        return findings.judged(record, found, line.whole)
    if "disp" in record.values:
        return traffic.connection(record)
    row = people.own(record)
    if record.id in DENIALS:
        row |= activity(ClassUid.NETWORK_ACTIVITY, traffic.REFUSE) | disposed(DispositionId.BLOCKED)
        return row
    if record.id == NOTIFIED and row.get("src_endpoint.ip"):
        return row | activity(ClassUid.NETWORK_ACTIVITY, traffic.TRAFFIC) | disposed(DispositionId.LOGGED)
    row["device.hostname"] = record.values.get("host_name") or line.header.host
    if record.id == LOCKED_OUT:
        title = f"Locked out: {row.get('user.name') or 'user'}"
        row |= verdict(title, "login failures", severity=SeverityId.MEDIUM, raw=line.whole)
    return row
