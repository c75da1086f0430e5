"""Lines that each hold one JSON object, perhaps behind a syslog header or a prefix such as ``@cee:``.

    normalized = normalize(payload, event)       # event(document) is a row or a reject

orjson reads what is JSON. Lines it refuses are read once more with patience: other encodings, control
characters within strings, ``NaN``, half surrogates. Of two equal keys in an object the last counts.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from hinomi.library.contracts import Normalized, Reason, Reject
from hinomi.library.formats.lines import KEPT, decode, split
from hinomi.library.formats.rows import Collector, Row

OBJECT_BEGINS = re.compile(r'\{\s*(?:"|\}|$)')
CHARACTERS_AT_THE_END = 8
"""How near the end of a line a mistake must be for the line to count as cut off: a literal, an escape."""
LONGEST_INTEGER = 2**63 - 1


class Document(NamedTuple):
    """A line's object. ``label`` says how a line was read that is not UTF-8 (``recoded:cp932``)."""

    line: int
    raw: bytes
    value: dict[str, Any]
    label: str | None

    def text(self) -> str:
        """The line as received."""
        return decode(self.raw)[0]

    def reject(self, reason: Reason, detail: str) -> Reject:
        return Reject(self.line, reason, detail, self.raw[:KEPT])


def normalize(payload: bytes, event: Callable[[Document], Row | Reject]) -> Normalized:
    """Every line as an event or a reject; a value that ``event`` cannot take is a reject ``bad_value``."""
    return collect(read(payload), event)


def collect(items: Iterable[Document | Reject], event: Callable[[Document], Row | Reject]) -> Normalized:
    collector = Collector()
    for item in items:
        if isinstance(item, Reject):
            collector.add(item.line, item)
            continue
        try:
            outcome = event(item)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            outcome = item.reject(Reason.BAD_VALUE, f"値が読めません (unexpected value): {error!r}")
        if item.label and not isinstance(outcome, Reject):
            outcome["metadata.labels"] = [*(outcome.get("metadata.labels") or []), item.label]
        collector.add(item.line, outcome)
    return collector.normalized()


def read(payload: bytes) -> Iterator[Document | Reject]:
    """The object of each line, or why there is none: ``truncated``, ``not_this_format``, ``too_long``."""
    lines = split(payload)
    yield from lines.rejects
    for number, raw in lines:
        start = 0 if raw.startswith(b"{") else max(raw.find(b"{"), 0)
        try:
            value = orjson.loads(raw[start:] if start else raw)
        except orjson.JSONDecodeError:
            yield _patiently(number, raw)
            continue
        if isinstance(value, dict):
            yield Document(number, raw, value, None)
        else:
            yield _not_an_object(number, raw)


def _patiently(number: int, raw: bytes) -> Document | Reject:
    text, label = decode(raw)
    begin = OBJECT_BEGINS.search(text)
    if not begin:
        return _not_an_object(number, raw)
    text = text[begin.start() :].rstrip()
    try:
        value = json.loads(text, strict=False, parse_constant=lambda _: None)
        # half surrogates, which no UTF-8 column can hold, become question marks
        value = orjson.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        at_the_end = error.msg.startswith("Unterminated") or error.pos >= len(text) - CHARACTERS_AT_THE_END
        if at_the_end and not error.msg.startswith("Extra data"):
            return Reject(
                number, Reason.TRUNCATED, f"{len(raw):,} バイトで途切れた行です (line is cut off)", raw[:KEPT]
            )
        detail = f"JSON として読めません (not JSON): {error.msg}, {error.pos} 文字目"
        return Reject(number, Reason.NOT_THIS_FORMAT, detail, raw[:KEPT])
    except (ValueError, RecursionError) as error:
        return Reject(number, Reason.BAD_VALUE, f"JSON の値が読めません (unreadable JSON): {error}", raw[:KEPT])
    return Document(number, raw, value, label)


def _not_an_object(number: int, raw: bytes) -> Reject:
    return Reject(number, Reason.NOT_THIS_FORMAT, "JSON のオブジェクトがない行です (no JSON object)", raw[:KEPT])


def part(value: object) -> Mapping[str, Any]:
    """An object within an object; nothing where it is something else."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """Text of a string or a number; null where it is neither, or empty."""
    if type(value) is str:
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def texts(value: object) -> list[str]:
    """Texts of a list, or of a single value."""
    if value is None:
        return []
    return [found for found in map(text, value if isinstance(value, list) else [value]) if found]


def integer(value: object, most: int = LONGEST_INTEGER) -> int | None:
    """A whole number from 0 to ``most``, as a number or as text; else null."""
    if type(value) is int:
        return value if 0 <= value <= most else None
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None
        return integer(value, most)
    return None


def port(value: object) -> int | None:
    return integer(value, 65535)
