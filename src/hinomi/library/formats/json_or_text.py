"""Products that say the same as JSON and as lines of text (CEF, key=value, XML), by whatever way they send.

    normalize(payload, context, document, line, within=("records",))

A payload that begins as JSON is read by :mod:`jsonfile` (lines, arrays, wrappers, pretty-printed), any other line
by line behind its syslog header; a line that is a JSON object is a document there too. A row without ``time`` is
given the header's time or that of receipt (``time_source:receive``). For sources with ``framing: file``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import jsonfile, jsonlines, textlines
from hinomi.library.formats.jsonlines import Document, part
from hinomi.library.formats.lines import BYTE_ORDER_MARK, KEPT
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.textlines import Line
from hinomi.library.formats.times import RECEIPT

SHIPPED = ("@timestamp", "@version", "agent", "sourcetype", "log_type")
"""Keys of which a shipper sets at least one around what it carries."""
CARRIED = ("message", "log", "_raw", "raw")
ESCAPED_BREAK = re.compile(rb'(?:\\n|#012)(?=\s*["}\]{])')
UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

DocumentEvent = Callable[[Document], Row | Reject]
LineEvent = Callable[[Line], Row | Reject]


def normalize(
    payload: bytes, context: Context, document: DocumentEvent, line: LineEvent, within: tuple[str, ...] = ()
) -> Normalized:
    """Every record as an event or a reject; a value that neither can take is a reject ``bad_value``."""
    if not is_json(payload):
        return textlines.normalize(payload, context, lambda found: line_event(found, document, line))
    collector = Collector()
    for item in jsonfile.read(payload, within):
        outcome, number = json_event(item, context, document, line)
        collector.add(number, outcome)
    return collector.normalized()


def is_json(payload: bytes) -> bool:
    return payload.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] in (b"{", b"[")


def utf8(payload: bytes) -> bytes:
    """A file that Windows wrote as UTF-16, as UTF-8; any other as it is."""
    encoding = UTF_16.get(payload[:2])
    return payload.decode(encoding, "replace").encode() if encoding else payload


def line_event(found: Line, document: DocumentEvent, line: LineEvent) -> Row | Reject:
    if not found.text.startswith("{"):
        return line(found)
    read = next(iter(jsonlines.read(found.text.encode("utf-8", "replace"))), None)
    if isinstance(read, Document):
        return document(Document(found.number, found.raw, read.value, None))
    if read is None:
        return found.reject(Reason.NOT_THIS_FORMAT, "JSON のオブジェクトがありません (no JSON object)")
    again = mended(Reject(found.number, read.reason, read.detail, found.raw[:KEPT]))
    return document(again) if isinstance(again, Document) else again


def json_event(
    item: Document | Reject, context: Context, document: DocumentEvent, line: LineEvent
) -> tuple[Row | Reject, int]:
    if isinstance(item, Reject):
        found = mended(item)
        if isinstance(found, Reject):
            return stray(found, context, line), item.line
        item = found
    try:
        outcome = document(item)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        outcome = item.reject(Reason.BAD_VALUE, f"値が読めません (unexpected value): {error!r}")
    if not isinstance(outcome, Reject):
        complete(outcome, item.label, context)
    return outcome, item.line


def mended(reject: Reject) -> Document | Reject:
    """A pretty-printed object whose line ends a relay wrote as ``#012`` or ``\\n``; else the reject it was."""
    start = reject.raw.find(b"{")
    if start < 0 or not ESCAPED_BREAK.search(reject.raw):
        return reject
    read = next(jsonfile.read(ESCAPED_BREAK.sub(b"\n", reject.raw[start:]), ()), reject)
    return read._replace(line=reject.line, raw=reject.raw) if isinstance(read, Document) else reject


def stray(reject: Reject, context: Context, line: LineEvent) -> Row | Reject:
    """A line of text among lines of JSON."""
    if reject.reason is not Reason.NOT_THIS_FORMAT or b"\n" in reject.raw or reject.raw.lstrip()[:1] in (b"{", b"["):
        return reject
    found = textlines.read(reject.line, reject.raw)
    outcome = textlines.attempt(found, line)
    if isinstance(outcome, Reject):
        return reject
    textlines.complete(outcome, found, context)
    return outcome


def complete(row: Row, label: str | None, context: Context) -> None:
    labels = [label] if label else []
    if row.get("time") is None:
        row["time"] = context.received
        labels.append(RECEIPT)
    if labels:
        row["metadata.labels"] = [*(row.get("metadata.labels") or []), *labels]


def carried(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The product's own object out of what Beats, Logstash or Splunk's event collector put around it."""
    if not any(key in value for key in SHIPPED):
        return value
    return next(filter(None, candidates(value)), value)


def candidates(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    event = value.get("event")
    for inner in (part(event).get("original"), *(value.get(key) for key in CARRIED), event):
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            try:
                yield part(orjson.loads(inner))
            except orjson.JSONDecodeError:
                continue
    if isinstance(event, dict) and "sourcetype" in value:
        yield event
