"""JSON documents in one buffer: the lines of a payload, or the texts of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.lines import Lines, Offsets
from hinomi.library.lazy import Lazy

if TYPE_CHECKING:
    import polars as pl
else:
    pl = Lazy("polars")

Octets = NDArray[np.uint8]


@dataclass(frozen=True)
class Documents:
    """``octets[starts[i]:ends[i]]``; none where ``absent[i]``."""

    octets: Octets
    starts: Offsets
    ends: Offsets
    absent: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, row: int) -> bytes:
        return self.octets[self.starts[row] : self.ends[row]].tobytes()

    def part(self, begin: int, stop: int) -> Documents:
        """The documents from ``begin`` up to ``stop``, in what they need of the octets."""
        starts, ends = self.starts[begin:stop], self.ends[begin:stop]
        low, high = (int(starts.min()), int(ends.max())) if len(starts) else (0, 0)
        return Documents(self.octets[low:high], starts - low, ends - low, self.absent[begin:stop])


def of_lines(lines: Lines, starts: Offsets | None = None) -> Documents:
    """A document a line; ``starts`` says where in the payload each begins, if something stands before them."""
    octets = np.frombuffer(lines.payload, dtype=np.uint8)
    begins = lines.starts if starts is None else starts
    return Documents(octets, begins, lines.ends, np.zeros(len(lines), dtype=np.bool_))


def of_column(texts: pl.Series) -> Documents:
    """A document a row of a String column; null for none."""
    array = texts.rechunk().to_arrow()  # large_string: one buffer, and offsets into it
    _, offsets, octets = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    whole = np.frombuffer(octets, dtype=np.uint8) if octets is not None and octets.size else np.zeros(0, dtype=np.uint8)
    whole.flags.writeable = False
    return Documents(whole, ends[:-1], ends[1:], texts.is_null().to_numpy())
