"""Cells of lines that a compiled scanner has read: views into the payload, grouped and copied by compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from hinomi.library.formats import cells_kernel as kernel
from hinomi.library.formats.cells import LINE, PAIRS, RECODED, TRUNCATED, Codes, Numbers, Places, Rows, Shape
from hinomi.library.formats.keyvalue_kernel import INLINE
from hinomi.library.formats.octets import Octets, run
from hinomi.library.formats.views import string_column


@dataclass(frozen=True)
class Scanned:
    """``begins``, ``keys`` and ``views`` as :mod:`keyvalue_kernel` says; ``payload`` and ``spare`` are the buffers of
    the views."""

    begins: NDArray[np.int64]
    keys: Numbers
    views: NDArray[np.uint64]
    payload: Octets
    spare: Octets
    lines: NDArray[np.int64]
    pairs: NDArray[np.int32]
    truncated: NDArray[np.bool_]

    @property
    def about(self) -> pl.DataFrame:
        none = pl.Series(RECODED, [None], dtype=pl.String).new_from_index(0, len(self.lines))
        return pl.DataFrame({LINE: self.lines, PAIRS: self.pairs, TRUNCATED: self.truncated, RECODED: none})

    def grouped(self, decides: NDArray[np.uint8]) -> tuple[Codes, Sequence[Shape]]:
        height = len(self.lines)
        codes = np.empty(height, dtype=np.int32)
        examples, hashes = np.empty(height, dtype=np.int64), np.empty(height, dtype=np.uint64)
        slots = np.full(1 << (2 * height).bit_length(), -1, dtype=np.int32)
        cells = (self.begins, self.keys, self.views, self.payload)
        found = run(kernel.group, *cells, decides, slots, hashes, codes, examples)
        return codes, [self._shape(line, decides) for line in examples[:found].tolist()]

    def _shape(self, line: int, decides: NDArray[np.uint8]) -> Shape:
        begin, end = self.begins[line], self.begins[line + 1]
        keys = self.keys[begin:end]
        deciding = (begin + np.flatnonzero(decides[keys])).tolist()
        return Shape(keys.tobytes(), tuple(self._text(cell) for cell in deciding))

    def _text(self, cell: int) -> str:
        view = self.views[2 * cell : 2 * cell + 2]
        first, second = view.tolist()
        size, begin, buffer = first & 0xFFFFFFFF, second >> 32, second & 0xFFFFFFFF
        if size <= INLINE:
            octets = view.tobytes()[4 : 4 + size]
        else:
            octets = (self.spare if buffer else self.payload)[begin : begin + size].tobytes()
        return octets.decode()

    def texts(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        width, height = places.shape[1], len(rows)
        found = np.zeros((width, height, 2), dtype=np.uint64)
        valid = np.zeros((width, (height + 7) // 8), dtype=np.uint8)
        run(kernel.texts, self.begins, self.views, rows, codes, places, found, valid)
        into = (pa.py_buffer(self.payload), pa.py_buffer(self.spare))
        return [string_column(found[column], valid[column], into) for column in range(width)]

    def integers(self, codes: Codes, places: Places, rows: Rows) -> list[pl.Series]:
        width, height = places.shape[1], len(rows)
        found = np.zeros((width, height), dtype=np.int64)
        valid = np.zeros((width, (height + 7) // 8), dtype=np.uint8)
        buffers = (self.begins, self.views, self.payload, self.spare)
        run(kernel.integers, *buffers, rows, codes, places, found, valid)
        parts = ([pa.py_buffer(valid[column]), pa.py_buffer(found[column])] for column in range(width))
        return [pl.Series(pa.Array.from_buffers(pa.int64(), height, part)) for part in parts]
