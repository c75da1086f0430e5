"""What was found in JSON documents: a String column for each wanted path, made when it is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.wanted import Wanted
from hinomi.library.formats.views import string_column


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
class Found:
    """A row a document. ``kinds`` (column, row) are :class:`Kind`, ``status`` (row) are :class:`Status`.

    ``views`` (column, row, 2) are string views into ``buffers``, which the columns keep alive. ``reread`` counts the
    documents that were not left to the compiled scanner.
    """

    wanted: Wanted
    status: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    views: NDArray[np.uint64]
    buffers: tuple[pa.Buffer, ...]
    reread: int

    def __len__(self) -> int:
        return len(self.status)

    def column(self, name: str) -> pl.Series:
        """The texts of a wanted column; null where a document has none, or the word ``null``."""
        number = self.wanted.numbers[name]
        present = self.kinds[number] > Kind.NULL
        if not present.any():
            return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(self))
        valid = np.packbits(present, bitorder="little")
        return string_column(self.views[number], valid, self.buffers).alias(name)

    def kind(self, name: str) -> NDArray[np.uint8]:
        return self.kinds[self.wanted.numbers[name]]

    def present(self) -> tuple[str, ...]:
        """The columns that some document has a value for."""
        some = (self.kinds > Kind.NULL).any(axis=1)
        return tuple(name for name, there in zip(self.wanted.names, some.tolist(), strict=True) if there)

    def frame(self, names: Iterable[str] | None = None) -> pl.DataFrame:
        """Columns, by default all that are wanted."""
        return pl.DataFrame([self.column(name) for name in (self.wanted.names if names is None else names)])
