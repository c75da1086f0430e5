"""CSV and TSV as exports really are: titles above the headings, quoted cells over several lines, ragged rows.

What a record and its cells are is what Python's ``csv`` module says. Lines that are whole records of the
right width by RFC 4180, nearly all lines of a real file, are recognised by one regular expression and read by
Polars; the others go through ``csv`` one by one.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import table_grid as grids
from hinomi.library.formats.lines import LONGEST
from hinomi.library.formats.table_columns import Columns
from hinomi.library.formats.table_grid import KEPT, LABEL, LINE, RAW, Grid
from hinomi.library.formats.table_text import Text

DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Record:
    """Lines ``first`` … ``end - 1`` (0-based); ``cells`` is None where a quote is never closed."""

    first: int
    end: int
    cells: list[str] | None
    problem: str = ""


@dataclass(frozen=True)
class Rows:
    """Records in the order of the file.

    ``cells`` has columns ``0`` … ``width - 1`` and LINE; ``spread`` are those of its records that are spread
    over several lines; ``others`` are the records that do not fit the width.
    """

    cells: pl.DataFrame
    spread: tuple[Record, ...]
    others: tuple[Record, ...]


def read(text: Text, columns: Columns) -> Grid:
    """The table in ``text``; without a heading row every line is a reject that says so."""
    delimiter, heading = _heading(text, columns)
    if heading is None or heading.cells is None:
        seen = next(_records(text, 0, delimiter), Record(0, 0, [])).cells or []
        return _no_table(text, tuple(seen), columns)
    names = grids.named(heading.cells, columns)
    found = rows(text, heading.end, delimiter, len(names))
    numbers = found.cells[LINE]
    cells = found.cells.rename(dict(zip(map(str, range(len(names))), names, strict=True))).with_columns(
        _raw(text, numbers, found.spread).alias(RAW),
        _labels(text, numbers).alias(LABEL),
    )
    repeated = _octets(text, heading).decode("utf-8")
    cells = grids.without_empty_rows(cells).filter(pl.col(RAW) != repeated)
    rejects = tuple(_reject(text, record, len(names)) for record in found.others)
    missing = grids.missing(names, columns)
    if missing and cells.is_empty() and not rejects:
        return _no_table(text, tuple(heading.cells), columns)
    return Grid(cells, tuple(heading.cells), missing, rejects)


def has_headings(text: Text, columns: Columns) -> bool:
    return _heading(text, columns)[1] is not None


def _heading(text: Text, columns: Columns) -> tuple[str, Record | None]:
    """The delimiter under which most headings are known, and the row that holds them."""
    best: tuple[int, str, Record | None] = (0, ",", None)
    for delimiter in DELIMITERS:
        first = [record for record, _ in zip(_records(text, 0, delimiter), range(grids.LOOKED_AT), strict=False)]
        index, known = grids.heading_row([record.cells or [] for record in first], columns)
        if index is not None and known > best[0]:
            best = (known, delimiter, first[index])
    return best[1], best[2]


def rows(text: Text, start: int, delimiter: str, width: int) -> Rows:
    """Records from line ``start`` on (0-based), read by Polars where they are plain and by ``csv`` where not."""
    lines = text.lines()
    plain = (lines.str.contains(_plain(delimiter, width)) & lines.str.contains(r"\S")).to_numpy().copy()
    plain &= np.diff(text.bounds) <= LONGEST
    plain[:start] = False
    odd: list[Record] = []
    position = start
    for index in np.flatnonzero(~plain[start:]) + start:
        if index < position:
            continue
        record = _record(text, int(index), delimiter)
        plain[record.first : record.end] = False
        position = record.end
        if record.cells is None or any(cell.strip() for cell in record.cells):
            odd.append(record)
    cells = _plain_rows(text, plain, delimiter, width)
    fitting = [record for record in odd if record.cells is not None and len(record.cells) == width]
    if fitting:
        cells = pl.concat([cells, _odd_rows(fitting, width)]).sort(LINE)
    return Rows(
        cells=cells,
        spread=tuple(record for record in fitting if record.end > record.first + 1),
        others=tuple(record for record in odd if record.cells is None or len(record.cells) != width),
    )


def _plain(delimiter: str, width: int) -> str:
    cell = rf'(?:"(?:[^"\r\n]|"")*"|[^"\r\n{delimiter}]*)'
    return rf"^{cell}(?:{delimiter}{cell}){{{width - 1}}}(?:\r?\n)?$"


def _plain_rows(text: Text, plain: NDArray[np.bool_], delimiter: str, width: int) -> pl.DataFrame:
    """Runs of plain lines, read at once."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], plain, [False])).astype(np.int8)))
    octets = b"".join(text.span(int(first), int(end)) for first, end in edges.reshape(-1, 2))
    numbers = pl.Series(LINE, np.flatnonzero(plain) + 1, dtype=pl.Int64)
    names = [str(column) for column in range(width)]
    if not len(numbers):
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String) | {LINE: pl.Int64})
    cells = pl.read_csv(
        BytesIO(octets),
        has_header=False,
        separator=delimiter,
        schema=dict.fromkeys(names, pl.String),
        empty_string_is_null=False,
    )
    return cells.with_columns(numbers)


def _odd_rows(records: Sequence[Record], width: int) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {
        str(column): pl.Series([(record.cells or [])[column] for record in records], dtype=pl.String)
        for column in range(width)
    }
    return pl.DataFrame(columns | {LINE: pl.Series([record.first + 1 for record in records], dtype=pl.Int64)})


def _records(text: Text, start: int, delimiter: str) -> Iterator[Record]:
    """Records that are not blank, in order, by ``csv`` alone."""
    while start < len(text):
        record = _record(text, start, delimiter)
        start = record.end
        if record.cells is None or any(cell.strip() for cell in record.cells):
            yield record


def _record(text: Text, first: int, delimiter: str) -> Record:
    """The record that begins at line ``first``.

    A quote that is never closed would take the rest of the file with it: then, as where a cell is too long
    for ``csv``, only the first line is given up.
    """
    if text.bounds[first + 1] - text.bounds[first] > LONGEST:
        return Record(first, first + 1, None, "too long")
    end, exhausted = first, False

    def lines() -> Iterator[str]:
        nonlocal end, exhausted
        while end < len(text):
            end += 1
            yield text.line(end - 1)
        exhausted = True

    try:
        cells = next(csv.reader(lines(), delimiter=delimiter))
    except csv.Error:
        return Record(first, first + 1, None, "too long")
    if exhausted:
        return Record(first, first + 1, None, "open quote")
    return Record(first, end, cells)


def _raw(text: Text, numbers: pl.Series, spread: Sequence[Record]) -> pl.Series:
    """The text of each record without its line ending; of those spread over several lines all of it."""
    raw = text.lines().gather(numbers - 1).str.strip_chars_end("\r\n")
    if not spread:
        return raw
    places = numbers.search_sorted(pl.Series([record.first + 1 for record in spread]))
    return raw.scatter(places, [_octets(text, record).decode("utf-8") for record in spread])


def _octets(text: Text, record: Record) -> bytes:
    return text.span(record.first, record.end).rstrip(b"\r\n")


def _labels(text: Text, numbers: pl.Series) -> pl.Series:
    if not text.labels:
        return pl.repeat(None, len(numbers), dtype=pl.String, eager=True)
    return pl.Series([text.labels.get(number - 1) for number in numbers], dtype=pl.String)


def _reject(text: Text, record: Record, width: int) -> Reject:
    line, raw = record.first + 1, _octets(text, record)[:KEPT]
    if record.problem == "too long":
        return Reject(line, Reason.TOO_LONG, f"{LONGEST:,} バイトを超える行です (line over the limit)", raw)
    if record.cells is None:
        return Reject(line, Reason.TRUNCATED, "引用符が閉じていません (a quote is never closed)", raw)
    detail = f"{width} 列のはずが {len(record.cells)} 列です (expected {width} cells, found {len(record.cells)})"
    cut = record.end == len(text) and len(record.cells) < width and not text.octets.endswith((b"\n", b"\r"))
    return Reject(line, Reason.TRUNCATED if cut else Reason.NOT_THIS_FORMAT, detail, raw)


def _no_table(text: Text, seen: tuple[str, ...], columns: Columns) -> Grid:
    """Every line that is not blank, as a record whose headings are missing."""
    lines = pl.DataFrame({RAW: text.lines()}).with_row_index(LINE, offset=1)
    cells = lines.filter(pl.col(RAW).str.contains(r"\S")).select(
        pl.col(LINE).cast(pl.Int64), pl.col(RAW).str.strip_chars_end("\r\n"), pl.lit(None, pl.String).alias(LABEL)
    )
    return Grid(cells, seen, columns.required)
