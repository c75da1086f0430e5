"""Finds needles in columns of texts: in few by plain Python, in many by :mod:`.kernel`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.views import Buffer, Views
from hinomi.library.formats.worth import Worth
from hinomi.library.lazy import Lazy
from hinomi.pipeline.detect.sigma.engine.needles import EDGE, Needles

if TYPE_CHECKING:
    import polars as pl
else:
    pl = Lazy("polars")

worth_compiling = Worth("hinomi.pipeline.detect.sigma.engine.kernel", "find", kept=400_000, unkept=5_000_000)
"""Asked for looks for a needle in a value."""
LOOK_UP, FEW = 20, 2000
"""Needles that take plain Python as long as a value itself, and such looks in the time that a call of compiled code
takes: most fields are in few events."""

Pairs = NDArray[np.int64]
"""(n, 2): number of a needle, row of the column."""

ODD = str.maketrans({"\u212a": "k", "\u0130": "i\u0307", "\u017f": "s"})
"""Letters that are equal to letters of ASCII when case is set aside: in lower case, or (ſ) in regular expressions."""
STRANGE = tuple(chr(letter).encode() for letter in ODD)


MOST_BUFFERS = 3
INLINE = 12
"""Octets of the longest text that a view holds itself."""
NONE_INLINE = -1


def fixed(array: NDArray[Any]) -> NDArray[Any]:
    """The array as one that nobody writes to: compiled code is made once more for arrays that may be written to."""
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

    def values(self, rows: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Numbers of the values of certain rows; None: of all."""
        wanted = self.valid
        if rows is not None:
            mine = rows if self.owners is None else rows[self.owners]
            wanted = mine if wanted is None else mine & wanted
        return np.arange(len(self)) if wanted is None else np.flatnonzero(wanted)

    def where(self) -> tuple[Any, ...]:
        """The values as compiled code takes them."""
        words = fixed(self.words)
        buffers = (*self.buffers, *[NOTHING] * MOST_BUFFERS)[:MOST_BUFFERS]
        return words, words.view(np.uint8).reshape(-1), *buffers, self.inline

    def octets(self, value: int) -> bytes:
        head, tail = self.words[value].tolist()
        size = head & 0xFFFFFFFF
        if size <= self.inline:
            return bytes(self.words[value].tobytes()[4 : 4 + size])
        begin = tail >> 32
        return bytes(self.buffers[tail & 0xFFFFFFFF][begin : begin + size])


def as_octets(buffers: tuple[Buffer, ...]) -> tuple[NDArray[np.uint8], ...]:
    return tuple(fixed(np.frombuffer(b"" if buffer is None else buffer, dtype=np.uint8)) for buffer in buffers)


def scan(needles: Needles, texts: Texts, rows: NDArray[np.bool_] | None = None) -> Pairs:
    """Each needle with each row that has it, perhaps more than once; ``rows`` are those to be looked at."""
    values = texts.values(rows)
    if not len(values) or not len(needles):
        return np.empty((0, 2), dtype=np.int64)
    pairs, odd = found(needles, texts, values)
    if len(odd):
        more, _ = found(needles, folded(texts, values[odd]), np.arange(len(odd)))
        more[:, 1] = odd[more[:, 1]]
        pairs = np.concatenate((pairs, more))
    pairs[:, 1] = values[pairs[:, 1]]
    if texts.owners is not None:
        pairs[:, 1] = texts.owners[pairs[:, 1]]
    return pairs


def found(needles: Needles, texts: Texts, values: NDArray[np.int64]) -> tuple[Pairs, NDArray[np.int64]]:
    """Pairs of needle and place in ``values``; and the places of values to be read again, folded."""
    if len(values) * (LOOK_UP + len(needles)) < FEW or not worth_compiling(len(values) * len(needles)):
        return plainly_found(needles, texts, values)
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.detect.sigma.engine.kernel import FOLD, find, may_hold

    where = texts.where()
    some = np.arange(len(values))
    if needles.sampled is not None:
        may = np.empty(len(values), dtype=np.uint8)
        run(may_hold, *where, values, needles.sampled, needles.sampled_filter, needles.stride, may)
        some = np.flatnonzero(may)
    values = values[some]
    room = np.empty((len(values) + 64, 2), dtype=np.int64)
    while True:
        odd = np.empty(len(values), dtype=np.int64)
        last = np.full(len(needles), -1, dtype=np.int64)
        count, strange = run(
            find,
            *where,
            values,
            needles.octets,
            needles.starts,
            needles.places,
            needles.grams,
            needles.filter,
            needles.heads,
            needles.following,
            np.uint64(needles.shift),
            np.uint64(needles.fewer),
            np.uint64(0xFFFFFF if needles.short else 0xFFFFFFFF),
            FOLD,
            last,
            odd,
            room,
        )
        if count <= len(room):
            room[:count, 1] = some[room[:count, 1]]
            return room[:count], some[odd[:strange]]
        room = np.empty((count, 2), dtype=np.int64)


def count(texts: Texts, rows: NDArray[np.bool_], seen: NDArray[np.int64]) -> None:
    """Add the grams of certain rows to those seen, where compiled code is at hand."""
    values = texts.values(rows)
    if len(values) and worth_compiling(0):
        from hinomi.library.formats.octets import run
        from hinomi.pipeline.detect.sigma.engine import kernel

        run(kernel.count, *texts.where(), values, kernel.FOLD, seen)


def plainly_found(needles: Needles, texts: Texts, values: NDArray[np.int64]) -> tuple[Pairs, NDArray[np.int64]]:
    whole, edge = needles.octets.tobytes(), bytes([EDGE])
    starts = needles.starts.tolist()
    literals = [whole[start:end] for start, end in pairwise(starts)]
    pairs, odd = [], []
    for place, value in enumerate(values.tolist()):
        text = texts.octets(value)
        if not text.isascii() and any(letter in text for letter in STRANGE):
            odd.append(place)
        text = edge + text.lower() + edge
        pairs += [(number, place) for number, literal in enumerate(literals) if literal in text]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(odd, dtype=np.int64)


def folded(texts: Texts, values: NDArray[np.int64]) -> Texts:
    parts = [texts.octets(value).decode().translate(ODD).encode() for value in values.tolist()]
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
    return Texts.between(np.frombuffer(b"".join(parts), dtype=np.uint8), offsets)
