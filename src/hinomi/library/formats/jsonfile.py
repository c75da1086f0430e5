"""JSON as interfaces and portals export it: one array, one object that wraps the records, or records in a row.

    normalize(payload, event, within=("value", "Records"))

A payload may be lines of JSON, one JSON text over many lines, or several of them in a row; wherever an object has
one of the keys ``within`` and a list there, its elements are the records. ``Document.line`` is the physical line
where each line holds one record, else the record's position. For sources with ``framing: file``.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from hinomi.library.contracts import Normalized, Reason, Reject
from hinomi.library.formats import jsonlines
from hinomi.library.formats.jsonlines import CHARACTERS_AT_THE_END, Document
from hinomi.library.formats.lines import BYTE_ORDER_MARK, KEPT, decode
from hinomi.library.formats.rows import Row

DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
GAP = " \t\r\n,\ufeff\x1e"
"""What may stand between JSON texts; RFC 7464 uses the record separator."""


def normalize(payload: bytes, event: Callable[[Document], Row | Reject], within: tuple[str, ...] = ()) -> Normalized:
    """Every record as an event or a reject, as :func:`hinomi.library.formats.jsonlines.collect` does."""
    return jsonlines.collect(read(payload, within), event)


def read(payload: bytes, within: tuple[str, ...]) -> Iterator[Document | Reject]:
    """Records of a payload, or why there are none."""
    body = payload.removeprefix(BYTE_ORDER_MARK).strip()
    if not body:
        return
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError:
        yield from by_line(payload, within) if is_lines(payload) else in_a_row(body, within)
        return
    if isinstance(whole, dict) and not wrapped(whole, within):
        first = payload[: len(payload) - len(payload.lstrip())].count(b"\n") + 1
        yield Document(first, body, whole, None)
        return
    yield from numbered(inner(whole, within), body, 0)


def is_lines(payload: bytes) -> bool:
    """Whether records stand on lines of their own: the first line does not leave a value open on purpose."""
    first = next((line.strip() for line in payload.split(b"\n") if line.strip()), b"")
    return not first.endswith((b"{", b"[", b","))


def by_line(payload: bytes, within: tuple[str, ...]) -> Iterator[Document | Reject]:
    """Lines of JSON; where any of them wraps several records, all are numbered by position."""
    documents = list(jsonlines.read(payload))
    if not any(isinstance(one, Document) and wrapped(one.value, within) for one in documents):
        yield from documents
        return
    position = 0
    for one in documents:
        if isinstance(one, Reject):
            position += 1
            yield Reject(position, one.reason, one.detail, one.raw)
            continue
        for found in numbered(inner(one.value, within), one.raw, position):
            position += 1
            yield found


def in_a_row(body: bytes, within: tuple[str, ...]) -> Iterator[Document | Reject]:
    """JSON texts one after another over any lines; what comes after a mistake is one reject."""
    text, label = decode(body)
    at, position = 0, 0
    while at < len(text):
        if text[at] in GAP:
            at += 1
            continue
        try:
            value, end = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            rest = text[at:].encode("utf-8", "replace")
            if text[at] == "[":  # an array that breaks off: its records one by one
                at += 1
                continue
            cut = "Unterminated" in str(error) or getattr(error, "pos", 0) >= len(text) - CHARACTERS_AT_THE_END
            reason = Reason.TRUNCATED if cut and text[at] == "{" else Reason.NOT_THIS_FORMAT
            yield Reject(position + 1, reason, f"JSON として読めません (not JSON): {error}", rest[:KEPT])
            return
        for found in numbered(inner(value, within), text[at:end].encode("utf-8", "replace"), position, label):
            position += 1
            yield found
        at = end


def wrapped(value: dict[str, Any], within: tuple[str, ...]) -> bool:
    return any(isinstance(value.get(key), list) for key in within)


def inner(value: object, within: tuple[str, ...]) -> Iterator[object]:
    """The records in a JSON value: itself, or what an array or a wrapping object holds."""
    if isinstance(value, list):
        for element in value:
            yield from inner(element, within)
    elif isinstance(value, dict) and wrapped(value, within):
        for key in within:
            if isinstance(value.get(key), list):
                yield from value[key]
    else:
        yield value


def numbered(
    records: Iterator[object], raw: bytes, before: int, label: str | None = None
) -> Iterator[Document | Reject]:
    for position, record in enumerate(records, start=before + 1):
        if isinstance(record, dict):
            yield Document(position, orjson.dumps(record, option=orjson.OPT_NON_STR_KEYS), record, label)
        else:
            detail = "JSON のオブジェクトがありません (no JSON object)"
            yield Reject(position, Reason.NOT_THIS_FORMAT, detail, raw[:KEPT])
