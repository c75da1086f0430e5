"""Trend Micro's endpoint products by syslog: Apex Central with Apex One, Deep Security, Email Security.

Apex Central's ``rt`` is UTC (``Sep 17 2018 01:27:42 GMT+00:00``); Deep Security says no time of its own, then the
header's counts.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import cef, json_or_text, leef, times
from hinomi.library.formats.jsonlines import Document
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.trendmicro_apex import apex_central, deep_security, email_security

UTC = ZoneInfo("UTC")
READERS = {
    "apex central": apex_central.event,
    "apex one": apex_central.event,
    "control manager": apex_central.event,
    "tmes": email_security.event,
    "email security": email_security.event,
}
"""By how the product's name begins; all others are Deep Security's and Workload Security's."""
LEEF_NAMES = {"srcPort": "spt", "dstPort": "dpt", "usrName": "suser", "url": "request", "name": "msg", "srcMAC": "smac",
              "srcBytes": "out", "dstBytes": "in", "identHostName": "dvchost", "malware": "fname"}  # fmt: skip
NOT_OURS = "Trend Micro の CEF・LEEF ではありません (no CEF or LEEF of Trend Micro)"


def normalize(payload: bytes, context: Context) -> Normalized:
    def line(found: Line) -> Row | Reject:
        message = read(found.text if "CEF:" not in found.text else found.text[found.text.index("CEF:") :])
        if message is None or not message.vendor.lower().startswith("trend"):
            return found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)
        return event(message, found, context)

    def document(found: Document) -> Row | Reject:
        row = email_security.tracked(json_or_text.carried(found.value))
        return row or found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    return json_or_text.normalize(payload, context, document, line, within=("logs", "value"))


def event(message: cef.Message, line: Line, context: Context) -> Row:
    product = message.product.lower()
    reader = next((found for name, found in READERS.items() if product.startswith(name)), deep_security.event)
    row = reader(message, line.whole)
    said = message.extension.get("rt") or message.extension.get("devTime") or ""
    if time := moment(said, UTC if reader is not deep_security.event else context.timezone):
        row |= {"time": time, "metadata.original_time": said}
    row.setdefault("metadata.event_code", message.signature)
    row.setdefault("metadata.log_name", message.product)
    return row


def moment(said: str, zone: ZoneInfo) -> datetime | None:
    named = times.local(said.replace("GMT", ""), "%b %d %Y %H:%M:%S %z", zone)
    return named or times.local(said, "%b %d %Y %H:%M:%S", zone) or times.iso(said, zone) or times.epoch(said)


def read(text: str) -> cef.Message | None:
    """A CEF message, or a LEEF message by CEF's names."""
    if "LEEF:" not in text[:64]:
        return cef.parse(text)
    found = leef.parse(text)
    if found is None:
        return None
    said = {LEEF_NAMES.get(name, name): value for name, value in found.attributes.items()}
    return cef.Message(
        found.vendor, found.product, found.version, found.event, said.get("msg", found.event), said.get("sev", ""), said
    )
