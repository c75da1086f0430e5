"""Named fields in the text of records: key=value, CEF and LEEF, JSON, CSV with headings; generic, for any source."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

KEY = r"[A-Za-z_][\w.\-/\[\]]*"
SPACED = re.compile(rf'(?<![\w.\-])({KEY})=("(?:[^"\\]|\\.)*"|[^\s"]\S*|)')
LISTED = re.compile(rf'(?<![\w.\-])({KEY})=("(?:[^"\\]|\\.)*"|[^",;]*)')
STARTS = re.compile(rf"(?:^|(?<=[\s|]))({KEY})=")
COMMAS = re.compile(rf",\s?{KEY}=")
DELIMITERS = ",\t;"
NO_TEXT = b"\0"
LEAST_KEYS = 2
LEAST_HEADINGS = 3
LONGEST_HEADING = 60


@dataclass(frozen=True)
class Named:
    """A payload taken apart: names and texts of each record's fields, and the payload without one of them."""

    records: tuple[tuple[tuple[str, str], ...], ...]
    without: Callable[[str], bytes]


def named(payload: bytes, *, is_whole: bool) -> Named | None:
    """The payload's fields, or None where they have no names; ``is_whole`` for a source that reads files as a whole."""
    if NO_TEXT in payload:
        return None
    text = payload.decode("utf-8-sig", "surrogateescape") if is_utf8(payload) else payload.decode("cp932", "replace")
    if is_whole and (found := json_document(text) or (None if text.lstrip()[:1] == "{" else csv_table(text))):
        return found
    return lines_of(text)


def is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


# lines, each with its own way of writing fields


@dataclass(frozen=True)
class Piece:
    """A field in a line: where it lies, name included."""

    name: str
    text: str
    start: int
    end: int


def lines_of(text: str) -> Named | None:
    lines = text.split("\n")
    taken = [record_of(line) for line in lines]
    if not any(record.fields for record in taken):
        return None

    def without(name: str) -> bytes:
        return encoded("\n".join(record.without(name) for record in taken))

    return Named(tuple(record.fields for record in taken), without)


@dataclass(frozen=True)
class Record:
    fields: tuple[tuple[str, str], ...]
    without: Callable[[str], str]


def record_of(line: str) -> Record:
    return json_record(line) or pairs_record(line)


def json_record(line: str) -> Record | None:
    start, end = line.find("{"), line.rfind("}") + 1
    if start < 0 or end <= start:
        return None
    try:
        document = json.loads(line[start:end])
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None

    def without(name: str) -> str:
        return line[:start] + json.dumps(pruned(document, name.split(".")), ensure_ascii=False) + line[end:]

    return Record(tuple(leaves(document)), without)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Paths and texts of a document's leaves; of a list's members the list's path."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member, path)
    else:
        yield path, "" if value is None else json.dumps(value) if isinstance(value, (bool, float)) else str(value)


def pruned(value: Any, path: list[str]) -> Any:
    """The document without the leaf at a path; keys may hold dots themselves."""
    if isinstance(value, list):
        return [pruned(member, path) for member in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, member in value.items():
        parts = key.split(".")
        if parts == path:
            continue
        kept[key] = pruned(member, path[len(parts) :]) if parts == path[: len(parts)] else member
    return kept


def pairs_record(line: str) -> Record:
    pieces = list(pairs(line))
    if len(pieces) < LEAST_KEYS:
        pieces = []

    def without(name: str) -> str:
        rest = line
        for piece in reversed(pieces):
            if piece.name == name:
                rest = rest[: piece.start] + rest[piece.end :]
        return rest

    return Record(tuple((piece.name, piece.text) for piece in pieces), without)


def pairs(line: str) -> Iterator[Piece]:
    if "CEF:" in line:
        yield from up_to_the_next(line, line.find("CEF:"))
    elif "LEEF:" in line and "\t" in line:
        for start, end in spans(line, "\t"):
            name, equals, text = line[start:end].rpartition("|")[2].partition("=")
            if equals:
                yield Piece(name, text, end - len(name) - 1 - len(text), end)
    else:
        for match in (LISTED if len(COMMAS.findall(line)) > LEAST_KEYS else SPACED).finditer(line):
            yield Piece(match[1], match[2].strip('"'), match.start(), match.end())


def up_to_the_next(line: str, start: int) -> Iterator[Piece]:
    """CEF: a value goes on until the next key."""
    found = list(STARTS.finditer(line, start))
    ends = [*(match.start() for match in found[1:]), len(line)]
    for match, end in zip(found, ends, strict=False):
        yield Piece(match[1], line[match.end() : end].strip(), match.start(), end)


def spans(line: str, separator: str) -> Iterator[tuple[int, int]]:
    start = 0
    for part in line.split(separator):
        yield start, start + len(part)
        start += len(part) + len(separator)


# files as a whole


def json_document(text: str) -> Named | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    rows = document if isinstance(document, list) else [document]

    def without(name: str) -> bytes:
        return encoded(json.dumps(pruned(document, name.split(".")), ensure_ascii=False))

    return Named(tuple(tuple(leaves(row)) for row in rows), without)


def csv_table(text: str) -> Named | None:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    headings = [cell.strip() for cell in rows[0]] if rows else []
    if len(headings) < LEAST_HEADINGS or any(len(name) > LONGEST_HEADING or "=" in name for name in headings):
        return None

    def without(name: str) -> bytes:
        columns = {column for column, heading in enumerate(headings) if heading == name}
        blanked = [["" if column in columns else cell for column, cell in enumerate(row)] for row in rows[1:]]
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=delimiter).writerows([rows[0], *blanked])
        return encoded(written.getvalue())

    return Named(tuple(tuple(zip(headings, row, strict=False)) for row in rows[1:] if row), without)
