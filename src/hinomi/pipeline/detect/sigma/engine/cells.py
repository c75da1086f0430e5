"""Columns of some rows side by side, as compiled code judges them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hinomi.pipeline.detect.sigma.engine.scan import MOST_BUFFERS, NOTHING, Texts, fixed
from hinomi.pipeline.detect.sigma.engine.table import Table

MISSING, SEVERAL = -1, -2
"""Instead of a column: of a field that no event has, and of one that may have several values in an event."""

Buffers = tuple[NDArray[np.uint8], ...]
Place = tuple[int, int]
"""Number of a buffer and a place in it."""


@dataclass(frozen=True)
class Cells:
    """Cell (column, row) is the string view ``words[column, row]`` into ``buffers``; texts of up to
    ``inline[column]`` octets lie in it. ``columns`` leads from each field asked for to its column."""

    words: NDArray[np.uint64]
    valid: NDArray[np.bool_]
    inline: NDArray[np.int64]
    columns: NDArray[np.int32]
    buffers: Buffers
    """MOST_BUFFERS, and one of what other buffers hold."""


def cells(events: Table, fields: Sequence[str | None], rows: NDArray[np.int64]) -> Cells:
    """Fields of some rows; None stands for a field that nobody will ask for."""
    columns = np.full(len(fields), MISSING, dtype=np.int32)
    found: list[Texts] = []
    for number, name in enumerate(fields):
        texts = None if name is None else events.texts(name)
        if texts is None or not len(texts):
            continue
        if texts.owners is not None:
            columns[number] = SEVERAL
            continue
        columns[number] = len(found)
        found.append(texts)
    words = np.empty((len(found), len(rows), 2), dtype=np.uint64)
    valid = np.ones((len(found), len(rows)), dtype=np.bool_)
    for column, texts in enumerate(found):
        np.take(texts.words, rows, axis=0, out=words[column], mode="clip")
        if texts.valid is not None:
            np.take(texts.valid, rows, out=valid[column], mode="clip")
    usual = most_usual(found)
    places, rest = placed(found, usual)
    for column, texts in enumerate(found):
        if texts.buffers is not usual:
            far = valid[column] & ((words[column, :, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64) > texts.inline)
            words[column, far, 1] = moved(words[column, far, 1], [places[address(one)] for one in texts.buffers])
    inline = np.array([texts.inline for texts in found], dtype=np.int64)
    return Cells(words, valid, inline, columns, (*(*usual, *[NOTHING] * MOST_BUFFERS)[:MOST_BUFFERS], rest))


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
