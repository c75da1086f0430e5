"""What was found in JSON documents: a String column for each wanted path, made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.distinct import distinct
from hinomi.library.formats.jsonscan.wanted import Wanted
from hinomi.library.formats.views import Buffer
from hinomi.library.lazy import Lazy

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl, pa = Lazy("polars"), Lazy("pyarrow")


class Kind(IntEnum):
    """What a cell is. Its text is a string's text, and else as the document writes it."""

    ABSENT = 0
    NULL = 1
    STRING = 2
    NUMBER = 3
    BOOLEAN = 4
    NESTED = 5
    """An array or an object."""


class Status(IntEnum):
    """What became of a document; its cells are ABSENT unless it was READ."""

    READ = 0
    NOT_JSON = 1
    NOT_AN_OBJECT = 2
    NO_DOCUMENT = 3


@dataclass(frozen=True)
class Cells:
    """``kinds`` (column, row) are :class:`Kind`; ``views`` (column, row, 2) are string views into the documents and
    ``spare``, and mean nothing in columns that are not ``touched``."""

    kinds: NDArray[np.uint8]
    views: NDArray[np.uint64]
    touched: NDArray[np.uint8]
    spare: NDArray[np.uint8]

    @classmethod
    def none(cls, width: int, rows: int) -> Cells:
        kinds, views = np.zeros((width, rows), dtype=np.uint8), np.empty((width, rows, 2), dtype=np.uint64)
        return cls(kinds, views, np.zeros(width, dtype=np.uint8), np.zeros(0, dtype=np.uint8))

    def write(self, cells: list[tuple[int, int, int, int, int]]) -> None:
        """Cells as column, row, kind and the two words of the view."""
        columns, rows, *values = np.array(cells, dtype=np.uint64).reshape(-1, 5).T
        met = distinct(columns.astype(np.int64))
        fresh = met[self.touched[met] == 0]
        self.views[fresh], self.touched[fresh] = 0, 1
        self.kinds[columns, rows], self.views[columns, rows, 0], self.views[columns, rows, 1] = values


@dataclass(frozen=True)
class Found:
    """A row a document. ``kinds`` (column, row) are :class:`Kind`, ``status`` (row) are :class:`Status`.

    ``views`` (column, row, 2) are string views into ``buffers``, which the columns keep alive; they mean nothing in
    columns that no row has. ``unread`` are the rows that were not left to the compiled scanner.
    """

    wanted: Wanted
    status: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    views: NDArray[np.uint64]
    buffers: tuple[Buffer, ...]
    unread: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.status)

    @property
    def reread(self) -> int:
        """How many documents the compiled scanner did not read."""
        return len(self.unread)

    def column(self, name: str) -> pl.Series:
        """The texts of a wanted column; null where a document has none, or the word ``null``."""
        return self.frame([name]).to_series()

    def kind(self, name: str) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = self.kinds[self.wanted.numbers[name]]
        return found

    def present(self) -> tuple[str, ...]:
        """The columns that some document has a value for."""
        some = np.any(self.kinds > np.uint8(Kind.NULL), axis=1)
        return tuple(self.wanted.names[number] for number in np.flatnonzero(some).tolist())

    def frame(self, names: Iterable[str] | None = None) -> pl.DataFrame:
        """Columns, by default all that are wanted; many at once are cheaper than one at a time."""
        chosen = self.wanted.names if names is None else tuple(names)
        if not chosen:
            return pl.DataFrame(height=len(self))
        numbers = [self.wanted.numbers[name] for name in chosen]
        present = self.kinds[numbers] > np.uint8(Kind.NULL)
        bits, some = np.packbits(present, axis=1, bitorder="little"), np.any(present, axis=1).tolist()
        none = pa.nulls(len(self), pa.string_view())
        arrays = [
            self._array(number, valid) if there else none
            for number, valid, there in zip(numbers, bits, some, strict=True)
        ]
        return pl.Series(pa.StructArray.from_arrays(arrays, names=list(chosen))).struct.unnest()

    def _array(self, number: int, valid: NDArray[np.uint8]) -> pa.Array:
        parts = [pa.py_buffer(valid), pa.py_buffer(self.views[number]), *map(pa.py_buffer, self.buffers)]
        return pa.Array.from_buffers(pa.string_view(), len(self), parts)
