"""Values of a field as compiled code reads them: string views, which need no Python object for each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.views import Buffer, Views
from hinomi.library.lazy import Lazy

if TYPE_CHECKING:
    import polars as pl
else:
    pl = Lazy("polars")

MOST_BUFFERS = 3
INLINE = 12
"""Octets of the longest text that a view holds itself."""
NONE_INLINE = -1


def fixed(array: NDArray[Any]) -> NDArray[Any]:
    """The array in C order, as one that nobody writes to."""
    found = np.ascontiguousarray(array).view()
    found.flags.writeable = False
    return found


NOTHING = fixed(np.empty(0, dtype=np.uint8))


@dataclass(frozen=True)
class Texts:
    """Values as string views (Arrow columnar format, variable-size binary view) into at most three buffers.

    ``words`` (value, 2); values of up to ``inline`` octets lie in the view itself. ``owners[i]`` is the row of value i,
    None where that is i; ``valid`` says which values are not null, None where all are.
    """

    words: NDArray[np.uint64]
    buffers: tuple[NDArray[np.uint8], ...]
    inline: int
    owners: NDArray[np.int64] | None
    valid: NDArray[np.bool_] | None

    @classmethod
    def of(cls, column: pl.Series) -> Texts:
        """Those of a column of texts or of lists of texts."""
        owners = None
        if isinstance(column.dtype, pl.List):
            lengths = column.list.len().fill_null(0).to_numpy()
            owners = np.repeat(np.arange(len(column)), lengths)
            column = column.explode(empty_as_null=False, keep_nulls=False)
        if not len(column):
            return cls.between(NOTHING, np.zeros(1, dtype=np.int64), owners, None)
        views = Views.of(column)
        if len(views.buffers) <= MOST_BUFFERS:
            return cls(views.words, as_octets(views.buffers), INLINE, owners, views.valid)
        array = column.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        _, offsets, octets = array.buffers()
        places = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
        return cls.between(as_octets((octets,))[0], places, owners, views.valid)

    @classmethod
    def seen(cls, views: Views, octets: tuple[NDArray[np.uint8], ...] | None = None) -> Texts:
        """Those of views into at most three buffers; ``octets`` are these as arrays, where they are at hand."""
        return cls(views.words, as_octets(views.buffers) if octets is None else octets, INLINE, None, views.valid)

    @classmethod
    def between(
        cls,
        octets: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        owners: NDArray[np.int64] | None = None,
        valid: NDArray[np.bool_] | None = None,
    ) -> Texts:
        """Values that lie one after the other, value i from offset i to the next; below 4 GB in all."""
        words = np.stack((np.diff(offsets), offsets[:-1] << 32), axis=1).astype(np.uint64)
        return cls(words, (fixed(octets),), NONE_INLINE, owners, valid)

    def __len__(self) -> int:
        return len(self.words)

    def strings(self, rows: NDArray[np.int64]) -> list[str | None]:
        """Those of some rows, of which each has one."""
        buffers = [buffer.data for buffer in self.buffers]
        heads, tails = self.words[rows].T.tolist()
        valid = [True] * len(rows) if self.valid is None else self.valid[rows].tolist()
        found: list[str | None] = []
        for head, tail, is_there in zip(heads, tails, valid, strict=True):
            size, begin = head & 0xFFFFFFFF, tail >> 32
            if not is_there:
                found.append(None)
            elif size <= self.inline:
                found.append(((tail << 32) | (head >> 32)).to_bytes(INLINE, "little")[:size].decode())
            else:
                found.append(str(buffers[tail & 0xFFFFFFFF][begin : begin + size], "utf-8"))
        return found


def as_octets(buffers: tuple[Buffer, ...]) -> tuple[NDArray[np.uint8], ...]:
    return tuple(fixed(np.frombuffer(b"" if buffer is None else buffer, dtype=np.uint8)) for buffer in buffers)
