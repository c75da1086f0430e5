"""Which events have to do with which indicators."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.pipeline.intelligence import scan, writing
from hinomi.pipeline.intelligence.index import Index, Known
from hinomi.pipeline.intelligence.indicator import Kind
from hinomi.pipeline.intelligence.writing import Unusable

DIGESTS = frozenset({Kind.SHA256, Kind.SHA1, Kind.MD5})
NAMES = frozenset({Kind.DOMAIN, Kind.HOSTNAME})
ADDRESSES = frozenset({Kind.IP, Kind.CIDR})
WORDS_OF_DIGESTS = ["Hashes", "hashes", "md5", "MD5", "sha1", "SHA1", "sha256", "SHA256"]
DIGEST = r"\b(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})\b"
MAIL = r"([^\s<>\"',;]+@[^\s<>\"',;]+)"
HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/:?#]+)"
REMEMBERED = 100_000
"""Values of which it is remembered what they match."""

Scan = Callable[[Index, pl.Series], NDArray[np.bool_]]
Values = tuple[pl.Series, pl.Series]
Ask = Callable[[Index, str], list[Known]]


@dataclass(frozen=True)
class Hit:
    """A row of the batch, the column and the value in it that an indicator is about."""

    row: int
    column: str
    value: str
    known: Known


@dataclass(frozen=True)
class Look:
    """How a column is looked at: ``scan`` finds which of many values may match, ``ask`` what one value does."""

    column: str
    kinds: frozenset[Kind]
    scan: Scan
    ask: Ask
    values: Callable[[pl.DataFrame, str], Values]
    """The rows and the values in them that are looked at."""


def matches(index: Index, events: pl.DataFrame) -> list[Hit]:
    """Every indicator that an event has to do with, in the order of the events.

    ``events`` has columns of the lake; those that are missing are not looked at. Indicators that had expired when
    the event happened, and values that the allow-list names, match nothing.
    """
    if not len(index) or events.is_empty():
        return []
    hits = [hit for look in LOOKS if index.kinds & look.kinds for hit in found(index, events, look)]
    times = events["time"]
    return sorted((hit for hit in hits if holds(hit.known, times[hit.row])), key=lambda hit: hit.row)


def holds(known: Known, moment: object) -> bool:
    until = known.indicator.valid_until
    return until is None or moment < until  # type: ignore[operator]


def found(index: Index, events: pl.DataFrame, look: Look) -> Iterator[Hit]:
    if look.column not in events.columns or events[look.column].null_count() == events.height:
        return
    rows, values = look.values(events, look.column)
    if scan.is_many(len(values)):
        at = np.flatnonzero(look.scan(index, values))
        rows, values = rows[at], values[at]
    for row, value in zip(rows, values, strict=True):
        for known in asked(index, look, value):
            yield Hit(row, look.column, value, known)


def filled(events: pl.DataFrame, name: str) -> Values:
    """What the column holds."""
    column = events[name]
    if not column.null_count():
        return pl.int_range(events.height, eager=True), column
    return column.is_not_null().arg_true(), column.drop_nulls()


def listed(events: pl.DataFrame, name: str) -> Values:
    """What the lists in the column hold."""
    told = pl.DataFrame(dict(zip(("row", "value"), filled(events, name), strict=True))).explode("value")
    return told["row"], told["value"]


def other_names(events: pl.DataFrame, name: str) -> Values:
    """Names that the URL does not say too."""
    rows, values = filled(events, name)
    if "url.hostname" not in events.columns:
        return rows, values
    others = (values != events["url.hostname"][rows]).fill_null(value=True)
    return rows.filter(others), values.filter(others)


def asked(index: Index, look: Look, value: str) -> tuple[Known, ...]:
    """What a value matches; the same values come again and again."""
    memory = index.remembered
    key = (look.ask, value)
    if (known := memory.get(key)) is None:
        if len(memory) > REMEMBERED:
            memory.clear()
        known = memory[key] = tuple(look.ask(index, value))
    return known


def ask_address(index: Index, value: str) -> list[Known]:
    try:
        address = writing.address(value)
    except Unusable:
        return []
    known = index.of_address(address)
    return [] if known and index.allow.reason(Kind.IP, address) else known


def ask_name(index: Index, value: str) -> list[Known]:
    if writing.is_address(value):
        return ask_address(index, value)
    try:
        name = writing.name(value)
    except Unusable:
        return []
    known = index.of_name(name)
    return [] if known and index.allow.reason(Kind.HOSTNAME, name) else known


def ask_url(index: Index, value: str) -> list[Known]:
    try:
        key = writing.url_key(value)
    except ValueError:
        return []
    known = index.of_url(key)
    return [] if known and index.allow.reason(Kind.URL, key) else known


def ask_digest(index: Index, value: str) -> list[Known]:
    return index.of_text(value.lower(), DIGESTS)


def ask_file(index: Index, value: str) -> list[Known]:
    return index.of_text(value.lower(), {Kind.FILE_NAME})


def ask_sender(index: Index, value: str) -> list[Known]:
    local, _, domain = value.lower().rpartition("@")
    try:
        domain = writing.name(domain)
    except Unusable:
        return []
    known = index.of_text(f"{local}@{domain}", {Kind.EMAIL}) + index.of_name(domain)
    return [] if known and index.allow.reason(Kind.EMAIL, f"{local}@{domain}") else known


def senders(events: pl.DataFrame, name: str) -> Values:
    rows, values = filled(events, name)
    told = values.str.extract(MAIL)
    return rows.filter(told.is_not_null()), told.drop_nulls()


def scan_senders(index: Index, values: pl.Series) -> NDArray[np.bool_]:
    return scan.texts(index, values) | scan.names(index, values.str.extract(r"@([^@]+)$"))


def hosts(events: pl.DataFrame, name: str) -> Values:
    """Names in URLs of events that do not say them apart."""
    rows, values = filled(events, name)
    if "url.hostname" in events.columns:
        apart = events["url.hostname"][rows].is_null()
        rows, values = rows.filter(apart), values.filter(apart)
    told = values.str.extract(HOST)
    return rows.filter(told.is_not_null()), told.drop_nulls()


def digests(events: pl.DataFrame, name: str) -> Values:
    """Digests that a record holds beside the columns of the lake: ``Hashes`` of Sysmon, ``md5`` of others."""
    rows, values = filled(events, name)
    some = values.str.contains_any(WORDS_OF_DIGESTS)
    told = pl.DataFrame({"row": rows.filter(some), "value": values.filter(some).str.extract_all(DIGEST)})
    told = told.explode("value").drop_nulls("value")
    return told["row"], told["value"]


LOOKS: Sequence[Look] = (
    Look("dst_endpoint.ip", ADDRESSES, scan.addresses, ask_address, filled),
    Look("src_endpoint.ip", ADDRESSES, scan.addresses, ask_address, filled),
    Look("url.url_string", frozenset({Kind.URL}), scan.urls, ask_url, filled),
    Look("url.url_string", NAMES | ADDRESSES, scan.names, ask_name, hosts),
    Look("url.hostname", NAMES | ADDRESSES, scan.names, ask_name, filled),
    Look("query.hostname", NAMES, scan.names, ask_name, filled),
    Look("dst_endpoint.hostname", NAMES | ADDRESSES, scan.names, ask_name, other_names),
    Look("answers", NAMES | ADDRESSES, scan.names, ask_name, listed),
    Look("file.hashes.sha256", frozenset({Kind.SHA256}), scan.texts, ask_digest, filled),
    Look("unmapped", DIGESTS, scan.texts, ask_digest, digests),
    Look("file.name", frozenset({Kind.FILE_NAME}), scan.texts, ask_file, filled),
    Look("email.from", NAMES | {Kind.EMAIL}, scan_senders, ask_sender, senders),
)
COLUMNS: Iterable[str] = tuple(dict.fromkeys(look.column for look in LOOKS))
"""Columns of the lake that indicators are looked for in."""
