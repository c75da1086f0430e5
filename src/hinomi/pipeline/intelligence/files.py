"""A feed that comes as a file: which format it has, and how much of it is read."""

import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from hinomi.pipeline.intelligence import misp, stix, tables
from hinomi.pipeline.intelligence.gather import Claim, Refusal

MOST_TEXT = 1024**3
"""Octets of a list or table, which is read line by line."""
MOST_JSON = 128 * 1024**2
"""Octets of a JSON document, which is read as a whole and takes about eight times as much memory."""
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
NUL = 0


class Format(StrEnum):
    """How a feed's file is written."""

    LIST = "list"
    CSV = "csv"
    STIX = "stix"
    MISP = "misp"


class UnreadableFeed(Exception):
    """A file that is no feed; says why and what to do."""

    def __init__(self, name: object, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


def read(path: Path, written: Format | None, columns: Mapping[str, str]) -> Iterator[Claim | Refusal]:
    """What a file says. ``written`` None: as its beginning looks; ``columns`` as in :func:`.tables.tabled`.

    Raises:
        UnreadableFeed: it cannot be read, is too large, packed, or nothing of that format.
    """
    try:
        with path.open("rb") as file:
            start, size = file.read(4096), path.stat().st_size
    except OSError as error:
        raise UnreadableFeed(path, f"開けません (cannot open): {error.strerror}") from error
    for magic, packing in PACKED.items():
        if start.startswith(magic):
            raise UnreadableFeed(path, f"圧縮されています。展開してから取り込んでください (unpack the {packing} first)")
    if NUL in start:
        raise UnreadableFeed(path, "文字のファイルではありません (no text)")
    form = written or guessed(start)
    most = MOST_JSON if form in (Format.STIX, Format.MISP) else MOST_TEXT
    if size > most:
        raise UnreadableFeed(
            path, f"{most // 1024**2} MiB を超えています。分けて取り込んでください (too large; split it)"
        )
    if form in (Format.STIX, Format.MISP):
        return of_json(path.read_bytes(), form, path)
    lines = text_lines(path, start)
    if form is Format.LIST:
        return tables.listed(lines)
    return guarded(tables.tabled(lines, columns), path)


def guessed(start: bytes) -> Format:
    """By the beginning of a file."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"{", b"[")) and b'"' in text:
        marks = (b'"Event"', b'"Attribute"', b'"response"', b'"to_ids"')
        return Format.MISP if any(mark in start for mark in marks) else Format.STIX
    said = [line for line in start.decode("utf-8", "replace").splitlines()[:-1] if line.strip()]
    data = [line for line in said if not line.startswith("#")] or said
    return Format.CSV if data and any(mark in data[0] for mark in ",\t|") else Format.LIST


def text_lines(path: Path, start: bytes) -> Iterator[str]:
    """Lines in UTF-8, or in Shift_JIS as Excel in Japan writes them."""
    encoding = "utf-8-sig"
    try:
        start[: start.rfind(b"\n") + 1].decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp932"
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n") as text:
        while line := text.readline(tables.LONGEST_LINE + 2):
            yield line


def guarded(found: Iterator[Claim | Refusal], name: object) -> Iterator[Claim | Refusal]:
    try:
        yield from found
    except tables.NoSuchColumn as problem:
        raise UnreadableFeed(name, str(problem)) from problem


def of_json(data: bytes, form: Format, name: object) -> Iterator[Claim | Refusal]:
    """Claims of a STIX or MISP document.

    Raises:
        UnreadableFeed: it is none.
    """
    document = parsed(data, name)
    try:
        return stix.claims(document) if form is Format.STIX else misp.claims(document)
    except (stix.NoStix, misp.NoMisp) as problem:
        raise UnreadableFeed(name, str(problem)) from problem


def parsed(data: bytes, name: object) -> Any:
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise UnreadableFeed(name, f"JSON として読めません (broken JSON): {error}") from error
