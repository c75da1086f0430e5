"""Lines as cells: for each line, which wanted keys it has and their values, in whatever format it came.

Lines that have the same keys in the same order, and the same values of the few keys that decide what a line is
(``type``, ``action``), are of one :class:`Shape`. A log has many lines and few shapes: what follows from a shape is
found out once (:mod:`hinomi.library.formats.shapes`), and the rest is copying cells, by their places, into columns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats.lines import decode

LINE = "@line"
"""Int64: the line's 1-based number in the payload."""
RAW = "@raw"
"""String: the line, header included. Every line's first cell."""
PAIRS = "@pairs"
"""Int32: how many pairs the line holds, wanted or not."""
TRUNCATED = "@truncated"
"""Boolean: the line ends within a quote or within a character."""
RECODED = "@recoded"
"""String: how a line was read that is not UTF-8 (``recoded:cp932``); null for UTF-8."""
ABOUT = {LINE: pl.Int64(), PAIRS: pl.Int32(), TRUNCATED: pl.Boolean(), RECODED: pl.String()}

ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*")
WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
LARGEST = (1 << 63) - 1

Codes = NDArray[np.int32]
Numbers = NDArray[np.int16]
Places = NDArray[np.int16]
Rows = NDArray[np.int64]
Values = Mapping[str, str | int | bool | None]
"""The cells of a line by key, and what ABOUT says of it."""


@dataclass(frozen=True)
class Wanted:
    """Which cells are wanted of a line: those of ``keys``, whose values are none of ``blanks``.

    A cell has a number: its key's, RAW's after all of them, or, where its key is one of ``addresses`` and its value
    looks like an IP address, one more after that.
    """

    keys: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    """Texts of up to eight octets that stand for nothing."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The keys by number."""
        return (*self.keys, RAW, *self.addresses)

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {key: number for number, key in enumerate((*self.keys, RAW))}

    @cached_property
    def variants(self) -> dict[str, int]:
        """Numbers of the keys of ``addresses`` where the value looks like one."""
        return {key: len(self.keys) + 1 + number for number, key in enumerate(self.addresses)}

    def number(self, key: str, value: str) -> int:
        variant = self.variants.get(key)
        return self.numbers[key] if variant is None or not ADDRESS.fullmatch(value) else variant


class Shape(NamedTuple):
    """``cells``: the numbers of a line's cells, in order, as octets of int16; ``values``: of those that decide."""

    cells: bytes
    values: tuple[str, ...]

    @property
    def numbers(self) -> Numbers:
        return np.frombuffer(self.cells, dtype=np.int16)


class Cells(Protocol):
    """The cells of some lines. ``codes`` is the number of a shape for each line, as :meth:`grouped` gave it.

    A column is described by where in a line of each shape it finds its cell: ``places`` (shape, column), -1 for none.
    """

    @property
    def about(self) -> pl.DataFrame:
        """Columns of ABOUT, a row a line."""

    def grouped(self, decides: NDArray[np.uint8]) -> tuple[Codes, Sequence[Shape]]:
        """Each line's shape, if the cells decide of whose numbers ``decides`` says so; shapes may repeat."""

    def texts(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        """String columns of the lines ``rows`` (indices)."""

    def integers(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        """Int64 columns of these lines; null for what is no number of 64 bits."""


@dataclass(frozen=True)
class Parsed:
    """Cells of lines that were read one by one; what is not wanted is left out."""

    lines: Sequence[Values]
    wanted: Wanted

    @property
    def about(self) -> pl.DataFrame:
        return pl.DataFrame({name: [line[name] for line in self.lines] for name in ABOUT}, schema=ABOUT)

    @cached_property
    def numbered(self) -> list[tuple[list[int], list[str]]]:
        """For each line the numbers of its cells and their values."""
        return [self._numbered(line) for line in self.lines]

    def _numbered(self, line: Values) -> tuple[list[int], list[str]]:
        known = [(key, str(value)) for key, value in line.items() if key in self.wanted.numbers]
        cells = [(key, value) for key, value in known if key == RAW or value not in self.wanted.blanks]
        return [self.wanted.number(key, value) for key, value in cells], [value for _, value in cells]

    def grouped(self, decides: NDArray[np.uint8]) -> tuple[Codes, Sequence[Shape]]:
        shapes: dict[Shape, int] = {}
        codes = []
        for numbers, values in self.numbered:
            deciding = tuple(value for number, value in zip(numbers, values, strict=True) if decides[number])
            shape = Shape(np.array(numbers, dtype=np.int16).tobytes(), deciding)
            codes.append(shapes.setdefault(shape, len(shapes)))
        return np.array(codes, dtype=np.int32), tuple(shapes)

    def texts(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        return [pl.Series(column, dtype=pl.String) for column in self._columns(codes, places, rows)]

    def integers(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        columns = self._columns(codes, places, rows)
        return [pl.Series([integer(text) for text in column], dtype=pl.Int64) for column in columns]

    def _columns(self, codes: Codes, places: Places, rows: Rows) -> list[list[str | None]]:
        wanted = places[codes[rows]].T.tolist()
        lines = [self.numbered[row][1] for row in rows.tolist()]
        return [
            [line[place] if place >= 0 else None for line, place in zip(lines, column, strict=True)]
            for column in wanted
        ]


def about(number: int, raw: bytes, *, pairs: int = 0, truncated: bool = False) -> Values:
    """The cells that say what is known of a line itself."""
    text, label = decode(raw)
    cut = label == "truncated"
    return {RAW: text, LINE: number, PAIRS: pairs, TRUNCATED: truncated or cut, RECODED: None if cut else label}


def integer(text: str | None) -> int | None:
    """The number that a text is, if 64 bits hold it."""
    number = int(text) if text is not None and WHOLE.fullmatch(text) else None
    return number if number is not None and abs(number) <= LARGEST else None
