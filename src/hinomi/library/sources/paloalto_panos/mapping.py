"""PAN-OS firewalls (PA series, VM series, Panorama, Strata Logging Service) to OCSF.

The CSV that firewalls send by default in any version, behind RFC 3164 or RFC 5424 headers or none; the CEF and
LEEF formats of Palo Alto's guides; the JSON of Strata Logging Service. One mapping serves all: the other forms
are brought under the CSV's column names first. Source: PAN-OS Administrator's Guide, "Syslog Field Descriptions".
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import lru_cache

import polars as pl

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, textlines
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.paloalto_panos import alignment, clock, columns, identity, names, threat, traffic
from hinomi.library.sources.paloalto_panos.columns import Record
from hinomi.library.sources.paloalto_panos.session import Sessions
from hinomi.ocsf.classes import ClassUid

BEGIN = re.compile(
    r"(?:^|(?<=[\s>\]]))(?:\d{1,20},[^,]{0,40},[^,]{0,64},(?:\d*,0x\w*,)?(?:,?[A-Za-z][A-Za-z_-]{2,20}),"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z,[^,]{0,64},[A-Z]{3,20},|,\d{4}/[^,]{5,40},[^,]{0,64},[A-Z]{3,20},"
    r"|\d{1,20},\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,audit,)"
)
AUDIT = re.compile(r"[^,]*,[^,]*,audit,")
COMPLETE = {"TRAFFIC": 31, "THREAT": 35, "DECRYPTION": 31, "SYSTEM": 15, "CONFIG": 13, "GLOBALPROTECT": 29}
"""Columns that every version of PAN-OS writes; a line with fewer was cut on its way."""
OTHERS = "/session"
PRODUCT = ("Palo Alto Networks", "PAN-OS")

SESSIONS: dict[str, Callable[[Record], Row]] = {
    "TRAFFIC": traffic.traffic,
    "GTP": traffic.traffic,
    "SCTP": traffic.traffic,
    "DECRYPTION": traffic.decryption,
    "TUNNEL": traffic.tunnel,
}
VERDICTS: dict[str, Callable[[Record, str], Row]] = {
    "THREAT": threat.threat,
    "CORRELATION": threat.correlation,
    names.DNS: threat.dns,
}
"""These also take the line as received, which a verdict keeps."""
EVENTS: dict[str, Callable[[Record], Row]] = {
    "SYSTEM": identity.system,
    "CONFIG": identity.config,
    "AUDIT": identity.audit,
    "GLOBALPROTECT": identity.globalprotect,
    "USERID": identity.userid,
    "AUTHENTICATION": identity.authentication,
    "HIPMATCH": identity.hipmatch,
    "IPTAG": identity.iptag,
}
OWN = ("SYSTEM", "CONFIG", "AUDIT", "USERID", "AUTHENTICATION", "IPTAG")
"""Those that are about the firewall; where no column names it, the header does, unless a service forwards them."""
FORWARDER = "logforwarder"
FORMS: dict[str, Callable[[str], Record | None]] = {
    "{": names.from_json,
    "CEF:": names.from_cef,
    "0|Palo Alto": names.from_cef,
    "LEEF:": names.from_leef,
    "1.0|Palo Alto": names.from_leef,
}


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Times without an offset are in ``context.timezone``."""

    def event(line: Line) -> Row | Reject:
        record = other(line.text)
        if record is not None:
            kind = record.get("type", "")
            kind = kind if kind in VERDICTS else columns.kind_of(kind)
            return row(line, record, kind, names.shared(record, context.timezone), UTC)
        text, fields = message(line)
        if text is None:
            return line.reject(Reason.NOT_THIS_FORMAT, "PAN-OS のログではありません (no log of PAN-OS)")
        if len(fields) < columns.SHORTEST:
            return line.reject(Reason.TRUNCATED, f"{len(fields)} 列で途切れた行です (line is cut off)")
        is_audit = AUDIT.match(text)
        fields = fields if is_audit else alignment.aligned(fields)
        kind = "AUDIT" if is_audit else columns.kind_of(fields[3])
        cut = len(fields) < COMPLETE.get(kind, 0) or ('"' in text and text.count('"') % 2 == 1)
        record, shared = columns.record(fields, kind)
        found = row(line, record, kind, shared)
        if cut:
            found["metadata.labels"] = ["truncated"]
        return found

    def row(line: Line, record: Record, kind: str, shared: tuple[str, ...], zone: tzinfo | None = None) -> Row:
        timed = clock.moment(record, context.timezone)
        if kind in EVENTS:
            found = EVENTS[kind](record)
            if kind in OWN and not found.get("device.hostname") and line.header.app != FORWARDER:
                address = addresses.ip(line.header.host)
                found |= {"device.ip": address, "device.hostname": None if address else line.header.host}
        elif kind in SESSIONS:
            found = SESSIONS[kind](record)
        elif kind in VERDICTS:
            found = VERDICTS[kind](record, line.whole)
        else:
            found = activity(ClassUid.BASE_EVENT, 0) | {"message": line.text}
        if kind in SESSIONS or kind in VERDICTS:
            sessions.add(line.number, shared, zone or (timed[2] if timed else context.timezone))
        if timed:
            found["time"], found["metadata.original_time"], _ = timed
        found["metadata.product.vendor_name"], found["metadata.product.name"] = PRODUCT
        found["metadata.log_name"] = log_name(record.get("type", ""), record.get("subtype", ""))
        return found

    sessions = Sessions(context.timezone)
    normalized = textlines.normalize(payload, context, event)
    return replace(normalized, events=joined(normalized.events, sessions.frame()))


def joined(events: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Events with the columns of their sessions; where both say something, the event's own counts."""
    found = events.join(sessions, on="line", how="left", maintain_order="left", suffix=OTHERS)
    both = [name for name in sessions.columns if name != "line" and name in events.columns]
    return found.with_columns(pl.coalesce(name, name + OTHERS) for name in both).drop(name + OTHERS for name in both)


def message(line: Line) -> tuple[str | None, list[str]]:
    """The CSV of a line and its columns; None where there is none.

    A header that lacks a host (old versions) makes the CSV's own date look like one, so it is searched for.
    """
    fields = columns.split(line.text)
    numbered = fields[0].isdecimal()
    if numbered and len(fields) >= columns.SHORTEST:
        return line.text, fields
    whole = line.whole
    if begin := BEGIN.search(whole):
        return whole[begin.start() :], columns.split(whole[begin.start() :])
    return (line.text if numbered and len(fields) > 1 else None), fields


def other(text: str) -> Record | None:
    """The record of a line in another form than CSV; None where it is in none."""
    if text[:1].isdecimal() and text[1:2] == ",":
        return None
    for mark, read in FORMS.items():
        if text.startswith(mark):
            return read(text)
    at = max(text.find("LEEF:"), text.find("CEF:"))
    return (names.from_leef if text[at] == "L" else names.from_cef)(text[at:]) if at > 0 else None


@lru_cache(maxsize=1024)
def log_name(kind: str, subtype: str) -> str | None:
    """``THREAT/url``; types without a subtype have a 0 in its place."""
    return "/".join(word for word in (kind, subtype) if word and word != "0") or None
