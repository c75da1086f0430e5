"""Windows events that something forwarded (WEF, Winlogbeat, NXLog, Fluent Bit, Snare …) to OCSF.

Whatever the forwarder, an event becomes the same record as out of an .evtx file and the same row.
A record that does not say when it was has the time of its syslog header or of receipt.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import json_or_text, textlines
from hinomi.library.formats.json_or_text import CARRIED
from hinomi.library.formats.jsonlines import Document, part
from hinomi.library.formats.lines import KEPT, decode
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.textlines import Line
from hinomi.library.formats.windows import record, script_blocks
from hinomi.library.formats.windows.record import Record
from hinomi.library.sources.windows_forwarded import blocks, json_events, text_events, xml_events

WITHIN = ("events", "records", "Events", "value")
NOT_AN_EVENT = "Windows のイベントではありません (not a Windows event)"


def normalize(payload: bytes, context: Context) -> Normalized:
    """``line`` is the record's place in an XML payload, else as in :mod:`formats.json_or_text`."""

    def document(found: Document) -> Row | Reject:
        value = found.value if "winlog" in found.value else json_or_text.carried(found.value)
        event = carried(found.value, context.timezone) or json_events.record(value, context.timezone)
        return record.row(event, found.text()) if event else found.reject(Reason.NOT_THIS_FORMAT, NOT_AN_EVENT)

    def line(found: Line) -> Row | Reject:
        event = text_events.record(found, context.timezone)
        return record.row(event, found.whole) if event else found.reject(Reason.NOT_THIS_FORMAT, NOT_AN_EVENT)

    payload = json_or_text.utf8(payload)
    if xml_events.holds(payload) and not json_or_text.is_json(payload):
        return script_blocks.joined(from_xml(payload, context, document, line))
    if blocks.holds(payload):
        return from_blocks(payload, context)
    return script_blocks.joined(json_or_text.normalize(payload, context, document, line, within=WITHIN))


def carried(value: Mapping[str, Any], zone: ZoneInfo) -> Record | None:
    """An event as XML or as Splunk's text in what Splunk, Elastic Agent or Logstash put around it."""
    event = value.get("event")
    for inner in (part(event).get("original"), event, part(value.get("result")).get("_raw"), *map(value.get, CARRIED)):
        if not isinstance(inner, str):
            continue
        text = inner.strip()
        if text.startswith(("<Event ", "<Event>")):
            return xml_events.record(text)
        if blocks.holds(text.encode("utf-8", "replace")):
            return blocks.record(text, zone)
    return None


def from_xml(
    payload: bytes, context: Context, document: json_or_text.DocumentEvent, line: json_or_text.LineEvent
) -> Normalized:
    """Events in XML, and whatever lines stand between them."""
    collector = Collector()
    for number, piece in enumerate(xml_events.pieces(payload), start=1):
        if not piece.is_event:
            found = textlines.read(number, piece.raw)
            outcome = textlines.attempt(found, lambda text: json_or_text.line_event(text, document, line))
            if not isinstance(outcome, Reject):
                textlines.complete(outcome, found, context)
        else:
            outcome = xml_event(number, piece.raw, context)
        collector.add(number, outcome)
    return collector.normalized()


def xml_event(number: int, raw: bytes, context: Context) -> Row | Reject:
    text, label = decode(raw)
    event = xml_events.record(text)
    if event is None:
        return Reject(number, Reason.CORRUPT, "XML が壊れています (not well-formed XML)", raw[:KEPT])
    row = record.row(event, text)
    json_or_text.complete(row, label, context)
    return row


def from_blocks(payload: bytes, context: Context) -> Normalized:
    collector = Collector()
    for number, raw in enumerate(blocks.pieces(payload), start=1):
        text, label = decode(raw)
        event = blocks.record(text, context.timezone)
        if event is None:
            collector.add(number, Reject(number, Reason.NOT_THIS_FORMAT, NOT_AN_EVENT, raw[:KEPT]))
            continue
        row = record.row(event, text)
        json_or_text.complete(row, label, context)
        collector.add(number, row)
    return collector.normalized()
