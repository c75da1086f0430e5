"""Columns of a table side by side, as compiled code reads them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.machine_call import Packed
from hinomi.pipeline.detect.sigma.engine.texts import INLINE, MOST_BUFFERS, NOTHING, Texts, fixed

MISSING, SEVERAL = -1, -2
"""Instead of a column: of a field that no event has, and of one that may have several values in an event."""

Buffers = tuple[NDArray[np.uint8], ...]
Columns = NDArray[np.int32]
"""Of each field asked for its column."""
Place = tuple[int, int]
"""Number of a buffer and a place in it."""


@dataclass(frozen=True)
class Cells:
    """Cell (column, row) is the string view ``words[column, row]`` into ``buffers``, and is null if
    ``kinds[column, row]`` is below ``least``; texts of up to ``inline[column]`` octets lie in it."""

    words: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    least: int
    inline: NDArray[np.int64]
    buffers: Buffers
    """MOST_BUFFERS, and one of what other buffers hold."""

    @classmethod
    def scanned(cls, words: NDArray[np.uint64], kinds: NDArray[np.uint8], least: int, buffers: Buffers) -> "Cells":
        """Of columns that share their buffers, which are MOST_BUFFERS at most."""
        inline = np.full(len(words), INLINE, dtype=np.int64)
        return cls(words, kinds, least, inline, (*buffers, *[NOTHING] * (MOST_BUFFERS + 1 - len(buffers))))

    @classmethod
    def of(cls, found: Sequence[Texts], height: int) -> "Cells":
        """Columns of ``height`` values, none of them lists."""
        words = np.empty((len(found), height, 2), dtype=np.uint64)
        kinds = np.ones((len(found), height), dtype=np.uint8)
        for column, texts in enumerate(found):
            words[column] = texts.words
            if texts.valid is not None:
                kinds[column] = texts.valid
        usual = most_usual(found)
        places, rest = placed(found, usual)
        for column, texts in enumerate(found):
            if texts.buffers is not usual:
                far = (kinds[column] > 0) & (
                    (words[column, :, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64) > texts.inline
                )
                words[column, far, 1] = moved(words[column, far, 1], [places[address(one)] for one in texts.buffers])
        inline = np.array([texts.inline for texts in found], dtype=np.int64)
        return cls(words, kinds, 1, inline, (*(*usual, *[NOTHING] * MOST_BUFFERS)[:MOST_BUFFERS], rest))

    @cached_property
    def packed(self) -> Packed:
        """The cells as compiled code takes them."""
        inlined = self.words.reshape(-1).view(np.uint8)
        return Packed(self.words, self.kinds, self.least, inlined, *self.buffers, self.inline)

    def octets(self, column: int, row: int) -> bytes:
        head, tail = self.words[column, row].tolist()
        size = head & 0xFFFFFFFF
        if size <= self.inline[column]:
            return bytes(self.words[column, row].tobytes()[4 : 4 + size])
        begin = tail >> 32
        return bytes(self.buffers[tail & 0xFFFFFFFF][begin : begin + size])


def gathered(texts: Callable[[str], Texts | None], fields: Sequence[str | None], height: int) -> tuple[Cells, Columns]:
    """Fields one by one; None stands for one that nobody will ask for."""
    columns = np.full(len(fields), MISSING, dtype=np.int32)
    found: list[Texts] = []
    for number, name in enumerate(fields):
        column = None if name is None else texts(name)
        if column is None or not len(column):
            continue
        columns[number] = len(found) if column.owners is None else SEVERAL
        if column.owners is None:
            found.append(column)
    return Cells.of(found, height), columns


def most_usual(found: Sequence[Texts]) -> Buffers:
    """The buffers that most columns have: these stay where they are."""
    known = {id(texts.buffers): texts.buffers for texts in found}
    return known[Counter(id(texts.buffers) for texts in found).most_common(1)[0][0]] if found else ()


def placed(found: Sequence[Texts], usual: Buffers) -> tuple[dict[tuple[int, int], Place], NDArray[np.uint8]]:
    """Where each buffer's octets are now: in a usual one, or in one that all others are put together into."""
    places: dict[tuple[int, int], Place] = {address(one): (number, 0) for number, one in enumerate(usual)}
    others, size = [NOTHING], 0
    for one in {id(texts.buffers): texts.buffers for texts in found}.values():
        for buffer in one:
            if address(buffer) not in places:
                places[address(buffer)] = (MOST_BUFFERS, size)
                others.append(buffer)
                size += len(buffer)
    return places, fixed(np.concatenate(others))


def address(buffer: NDArray[np.uint8]) -> tuple[int, int]:
    begin: int = buffer.__array_interface__["data"][0]
    return begin, len(buffer)


def moved(tails: NDArray[np.uint64], places: Sequence[Place]) -> NDArray[np.uint64]:
    """The second words of views, made to point to the places where their buffers are now."""
    numbers, begins = np.array(places, dtype=np.uint64).reshape(-1, 2).T
    which = (tails & np.uint64(0xFFFFFFFF)).astype(np.int64)
    found: NDArray[np.uint64] = ((tails >> np.uint64(32)) + begins[which]) << np.uint64(32) | numbers[which]
    return found
