"""A table as it was read, before anyone asks what its cells mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hinomi.library.contracts import Reject
from hinomi.library.formats.table_columns import Columns

LINE, RAW, LABEL = "\0line", "\0raw", "\0label"
"""Columns of a grid that are no cells; no heading begins with NUL."""

LIST = "\x1f"
"""Parts the items of a list within one cell (ASCII unit separator)."""

LARGEST = 512 << 20
"""Bytes of the largest file that is read, after decompression."""
LOOKED_AT = 20
"""Rows in which the headings must appear; exports put titles and dates above them."""
KEPT = 64 << 10
"""Bytes that a reject keeps of its record."""


@dataclass(frozen=True)
class Grid:
    """Records of a file.

    ``cells`` has a text column for each heading, named as in ``columns.yaml`` where that knows it and as in
    the file where not, and LINE (int64, 1-based), RAW (the record as text) and LABEL (how it was decoded, or
    null). ``missing`` names the required headings that the file lacks; ``seen`` are its headings as written.
    ``rejects`` are records that have no cells.
    """

    cells: pl.DataFrame
    seen: tuple[str, ...]
    missing: tuple[str, ...]
    rejects: tuple[Reject, ...] = ()


class Unreadable(Exception):
    """The file as a whole cannot be read; ``reject`` says why."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.detail)
        self.reject = reject


def schema(headings: Sequence[str]) -> pl.Schema:
    cells: dict[str, type[pl.DataType]] = dict.fromkeys(headings, pl.String)
    return pl.Schema(cells | {LINE: pl.Int64, RAW: pl.String, LABEL: pl.String})


def heading_row(rows: Sequence[Sequence[str]], columns: Columns) -> tuple[int | None, int]:
    """Which of the first rows holds the headings (None: none does), and how many of them are known."""
    scores = [len({columns.heading(text) for text in row} - {None}) for row in rows[:LOOKED_AT]]
    best = max(scores, default=0)
    return (scores.index(best), best) if best else (None, 0)


def named(row: Sequence[str], columns: Columns) -> list[str]:
    """Column names for a heading row: known headings as ``columns.yaml`` writes them, all of them unique."""
    names: list[str] = []
    for number, text in enumerate(row, start=1):
        plain = text.replace("\0", "").strip() or f"column {number}"
        name = columns.heading(plain) or plain
        repeated = 1
        while name in names:
            repeated += 1
            name = f"{plain} ({repeated})"
        names.append(name)
    return names


def missing(names: Sequence[str], columns: Columns) -> tuple[str, ...]:
    return tuple(heading for heading in columns.required if heading not in names)


def without_empty_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows in which at least one cell holds more than spaces; Excel pads tables with empty ones."""
    wordless = ~cells[RAW].str.contains(r"\w")
    names = [name for name in cells.columns if name not in (LINE, RAW, LABEL)]
    if not wordless.any() or not names:
        return cells
    return cells.filter(~wordless | pl.any_horizontal(pl.col(name).str.contains(r"\S") for name in names))
