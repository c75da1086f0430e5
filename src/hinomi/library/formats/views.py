"""Columns taken apart and put together without looking at their texts.

A String column is its views (Arrow columnar format, variable-size binary view): two words a row that hold a text, or
say where in the column's buffers it lies. Copying these is quicker than asking for rows of a column.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hinomi.library.lazy import Lazy

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl, pa = Lazy("polars"), Lazy("pyarrow")

Buffer = Any
"""What Python's buffer protocol reads: arrays of octets, Arrow's buffers."""
INLINE, PREFIX = 12, 4
"""Octets of the longest text that lies in its view, and those of longer ones that do."""
HALF, LOW = 32, 0xFFFFFFFF
MANY = 50
"""Rows of which polars makes texts more quickly than Python, where it is loaded already."""
Rows = NDArray[np.integer[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Views:
    """``words`` (row, 2) are the views, ``valid`` says which rows are not null, ``buffers`` what the views are into."""

    words: NDArray[np.uint64]
    valid: Mask
    buffers: tuple[Buffer, ...]

    @classmethod
    def of(cls, texts: pl.Series) -> Views:
        """Those of a String column that has rows."""
        array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        bits, words, *buffers = array.buffers()
        rows = slice(array.offset, array.offset + len(array))
        found = np.frombuffer(words, dtype=np.uint64).reshape(-1, 2)[rows]
        if bits is None:
            return cls(found, np.ones(len(array), dtype=np.bool_), tuple(buffers))
        valid = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")[rows].astype(np.bool_)
        return cls(found * valid[:, np.newaxis], valid, tuple(buffers))

    @classmethod
    def made(cls, texts: Sequence[str | None]) -> Views:
        """Those of texts; None is null."""
        encoded = [b"" if text is None else text.encode() for text in texts]
        sizes = np.array([len(one) for one in encoded], dtype=np.uint64)
        words = np.zeros((len(texts), 2), dtype=np.uint64)
        inlined = words.view(np.uint8).reshape(-1, 16)
        octets = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        begin = 0
        for row, one in enumerate(encoded):
            kept = one if len(one) <= INLINE else one[:PREFIX]
            inlined[row, PREFIX : PREFIX + len(kept)] = np.frombuffer(kept, dtype=np.uint8)
            if len(one) > INLINE:
                words[row, 1] = begin << HALF
            begin += len(one)
        words[:, 0] |= sizes
        return cls(words, np.array([text is not None for text in texts], dtype=np.bool_), (octets,))

    def take(self, rows: Rows) -> Views:
        return Views(self.words[rows], self.valid[rows], self.buffers)

    def texts(self) -> list[str | None]:
        if len(self.words) > MANY and "polars" in sys.modules:
            return self.series("").to_list()
        return [self._text(row) if valid else None for row, valid in enumerate(self.valid.tolist())]

    def _text(self, row: int) -> str:
        head, tail = map(int, self.words[row].tolist())
        size = head & LOW
        if size <= INLINE:
            return bytes(self.words[row].tobytes()[PREFIX : PREFIX + size]).decode()
        begin = tail >> HALF
        return bytes(memoryview(self.buffers[tail & LOW])[begin : begin + size]).decode()

    def series(self, name: str) -> pl.Series:
        return string_column(self.words, np.packbits(self.valid, bitorder="little"), self.buffers).alias(name)


def string_column(words: NDArray[np.uint64], valid: NDArray[np.uint8], buffers: tuple[Buffer, ...]) -> pl.Series:
    """A String column of views; ``valid`` is a bit a row, the first row the lowest."""
    parts = [pa.py_buffer(valid), pa.py_buffer(words), *map(pa.py_buffer, buffers)]
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(words), parts))


def take(column: pl.Series, rows: Rows) -> pl.Series:
    """Rows of a column, quickly for the types that most columns have."""
    if column.dtype == pl.String and len(column):
        views = Views.of(column)
        return Views(views.words[rows], views.valid[rows], views.buffers).series(column.name)
    if (column.dtype.is_integer() or column.dtype == pl.Boolean) and not column.null_count():
        return pl.Series(column.name, column.to_numpy()[rows])
    return column.gather(rows)


def scatter(column: pl.Series, rows: Rows, height: int) -> pl.Series:
    """A column whose rows become the rows ``rows``, which ascend, of one of ``height``; the others are null."""
    if column.dtype == pl.String and len(column):
        views = Views.of(column)
        words, valid = np.zeros((height, 2), dtype=np.uint64), np.zeros(height, dtype=np.bool_)
        words[rows], valid[rows] = views.words, views.valid
        return Views(words, valid, views.buffers).series(column.name)
    if isinstance(column.dtype, pl.List):
        lengths, null = np.zeros(height, dtype=np.int64), np.ones(height, dtype=np.bool_)
        lengths[rows], null[rows] = column.list.len().fill_null(0).to_numpy(), column.is_null().to_numpy()
        return _lists(column.name, lengths, null, column.explode(empty_as_null=False, keep_nulls=False))
    which = np.full(height, len(rows), dtype=np.uint32)
    which[rows] = np.arange(len(rows), dtype=np.uint32)
    return column.rechunk().extend_constant(None, 1).gather(which)


def listed(texts: pl.Series) -> pl.Series:
    """Lists of one text each; null where that is null."""
    null = texts.is_null().to_numpy()
    return _lists(texts.name, (~null).astype(np.int64), null, texts.drop_nulls())


def _lists(name: str, lengths: NDArray[np.int64], null: Mask, items: pl.Series) -> pl.Series:
    ends = np.concatenate(([0], np.cumsum(lengths)))
    values = items.to_arrow(compat_level=pl.CompatLevel.newest())
    return pl.Series(name, pa.LargeListArray.from_arrays(ends, values, mask=pa.array(null)))
