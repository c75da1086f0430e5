"""Which needles are in which values; compiled. See :mod:`.needles`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.vectors import get
from hinomi.library.formats.octets import Octets, compiled, inner, word
from hinomi.pipeline.detect.sigma.engine.needles import FEWER, MIX, SEEN_BITS, SPREAD, Numbers, Words

Places = NDArray[np.int64]

FOLD = np.arange(256, dtype=np.uint8)
FOLD[ord("A") : ord("Z") + 1] += 32
"""Capital letters of ASCII as small ones."""
EDGE = np.uint8(0xFF)
MIXER, WORD, THREE, PAIR = np.uint64(MIX), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFF), np.uint64(0xFFFF)
EIGHT, SIX, ONE, SIXTY_THREE, HALF = np.uint64(8), np.uint64(6), np.uint64(1), np.uint64(63), np.uint64(32)
HIGH = np.uint64(0x8080808080808080)
FEWER_BITS, HEADS = np.uint64(FEWER), np.uint64(64 >> FEWER)
SEEN_SHIFT = np.uint64(32 - SEEN_BITS)
SLOTS = 1 << 10
"""Of values that are remembered at a time."""
SLOT_SHIFT, SPREADER = np.uint64(64 - 10), np.uint64(SPREAD)
KELVIN, DOTTED_I, LONG_S = np.uint64(0xE284AA), np.uint64(0xC4B0), np.uint64(0xC5BF)
"""UTF-8 of the letters outside ASCII that fold to letters of ASCII."""


@inner
def buffer_of(which: int, first: Octets, second: Octets, third: Octets, fourth: Octets) -> Octets:
    return first if which == 0 else second if which == 1 else third if which == 2 else fourth


@inner
def holds(texts: Octets, begin: int, size: int, at: int, octets: Octets, first: int, length: int, fold: Octets) -> bool:
    """Whether the needle is at ``at`` of the value, of which place 0 and ``size`` + 1 are its edges."""
    if at < 0 or at + length > size + 2:
        return False
    for step in range(length):
        here = at + step
        letter = EDGE if here == 0 or here == size + 1 else fold[texts[begin + here - 1]]
        if octets[first + step] != letter:
            return False
    return True


@inner
def is_foreign(texts: Octets, begin: int, end: int) -> bool:
    """Whether there are letters outside ASCII."""
    high = np.uint64(0)
    for at in range(begin, end, 8):
        high |= word(texts, at, end - at)
    return bool(high & HIGH)


@inner
def is_odd(texts: Octets, begin: int, end: int) -> bool:
    """Whether a letter outside ASCII folds to one of ASCII."""
    gram = np.uint64(0)
    for at in range(begin, end):
        gram = ((gram << EIGHT) | np.uint64(texts[at])) & THREE
        if gram == KELVIN or gram & PAIR == DOTTED_I or gram & PAIR == LONG_S:
            return True
    return False


@inner
def same(one: Octets, at: int, other: Octets, there: int, size: int) -> bool:
    for step in range(0, size, 8):
        if word(one, at + step, size - step) != word(other, there + step, size - step):
            return False
    return True


@inner
def slot_of(texts: Octets, begin: int, end: int, head: np.uint64) -> int:
    found = head
    for at in range(begin, end, 8):
        found = (found ^ word(texts, at, end - at)) * SPREADER
        found ^= found >> HALF
    return int((found * SPREADER) >> SLOT_SHIFT)


def _find(
    words: NDArray[np.uint64],
    kinds: Octets,
    least: int,
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    fourth_buffer: Octets,
    inline: Places,
    columns: Numbers,
    groups: Numbers,
    needed: NDArray[np.bool_],
    octets: Octets,
    starts: Numbers,
    places: Numbers,
    grams: Words,
    filled: NDArray[np.uint64],
    filters: Numbers,
    heads: Numbers,
    following: Numbers,
    shifts: NDArray[np.uint64],
    shorts: NDArray[np.bool_],
    fold: Octets,
    last: Places,
    known: Places,
    odd: Places,
    found: Places,
) -> tuple[int, int]:
    """Write pairs (needle, row) into ``found`` as far as there is room.

    The first arguments are those of :class:`.cells.Cells`. Part p of the needles is looked for in column
    ``columns[p]``, nowhere if that is negative, in rows whose group g is not negative and has ``needed[p, g]``.
    ``last`` is -1 for every needle, and ``known`` (slot, 4) 0: a value that was there before has the pairs of then.
    Into ``odd`` go part and row of values with letters that fold to ASCII without being it; these may have more.
    Returns how many pairs and odd values there are; of those for which there is no room, nothing is written.
    """
    count, strange = 0, 0
    for part in range(len(columns)):
        column = columns[part]
        if column < 0:
            continue
        shift, short, first_word = shifts[part], shorts[part], np.uint64(filters[part])
        for row in range(len(groups)):
            if groups[row] < 0 or kinds[column, row] < least or not needed[part, groups[row]]:
                continue
            head, tail = words[column, row, 0], words[column, row, 1]
            size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
            texts = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
            if size <= inline[column]:
                texts, begin = inlined, np.int64(16 * (column * len(groups) + row) + 4)
            slot = slot_of(texts, begin, begin + size, head)
            there = known[slot, 1]
            if known[slot, 0] == part + 1 and words[column, there, 0] == head:
                tail = words[column, there, 1]
                at, which = np.int64(tail >> HALF), np.int64(tail & WORD)
                other = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
                if size <= inline[column]:
                    other, at = inlined, np.int64(16 * (column * len(groups) + there) + 4)
                if same(texts, begin, other, at, size):
                    for before in range(known[slot, 2], known[slot, 3]):
                        if count < len(found):
                            found[count, 0] = found[before, 0]
                            found[count, 1] = row
                        count += 1
                    continue
            begun, gram = count, np.uint64(0xFF)
            for place in range(1, size + 2):
                letter = fold[get(texts, begin + place - 1)] if place <= size else EDGE
                gram = ((gram << EIGHT) | np.uint64(letter)) & WORD
                hashed = ((gram * MIXER) & WORD) >> shift
                bits = filled[first_word + (hashed >> SIX)] >> (hashed & SIXTY_THREE)
                if short:  # looked up without a branch: one that is hard to foresee would cost more
                    hashed = (((gram & THREE) * MIXER) & WORD) >> shift
                    bits |= filled[first_word + (hashed >> SIX)] >> (hashed & SIXTY_THREE)
                if bits & ONE:
                    for turn in range(1 + short):
                        wanted = gram if turn == 0 else gram & THREE
                        needle = heads[first_word * HEADS + ((((wanted * MIXER) & WORD) >> shift) >> FEWER_BITS)]
                        while needle >= 0:
                            if grams[needle] == wanted and last[needle] != row:
                                first, length = starts[needle], starts[needle + 1] - starts[needle]
                                if holds(texts, begin, size, place - places[needle], octets, first, length, fold):
                                    last[needle] = row
                                    if count < len(found):
                                        found[count, 0] = needle
                                        found[count, 1] = row
                                    count += 1
                            needle = following[needle]
            if is_foreign(texts, begin, begin + size) and is_odd(texts, begin, begin + size):
                if strange < len(odd):
                    odd[strange, 0] = part
                    odd[strange, 1] = row
                strange += 1
            else:
                known[slot, 0] = part + 1
                known[slot, 1] = row
                known[slot, 2] = begun
                known[slot, 3] = count
    return count, strange


def _count(
    words: NDArray[np.uint64],
    kinds: Octets,
    least: int,
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    fourth_buffer: Octets,
    inline: Places,
    columns: Numbers,
    groups: Numbers,
    fold: Octets,
    seen: Places,
) -> None:
    """Add to ``seen`` by their hashes the grams of columns, in rows whose group is not negative.

    The arguments are those of :func:`find`.
    """
    for column in columns:
        if column < 0:
            continue
        for row in range(len(groups)):
            if groups[row] < 0 or kinds[column, row] < least:
                continue
            head, tail = words[column, row, 0], words[column, row, 1]
            size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
            texts = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
            if size <= inline[column]:
                texts, begin = inlined, np.int64(16 * (column * len(groups) + row) + 4)
            gram = np.uint64(0xFF)
            for place in range(1, size + 2):
                letter = fold[texts[begin + place - 1]] if place <= size else EDGE
                gram = ((gram << EIGHT) | np.uint64(letter)) & WORD
                seen[((gram * MIXER) & WORD) >> SEEN_SHIFT] += 1
                seen[(((gram & THREE) * MIXER) & WORD) >> SEEN_SHIFT] += 1


find = compiled(_find)
count = compiled(_count)
