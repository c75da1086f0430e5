"""Which needles are in which values; compiled. See :mod:`.needles`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octets import Octets, compiled, inner, seek, word
from hinomi.pipeline.detect.sigma.engine.needles import CASE, ESCAPE, GRAM, MIX, SAMPLED_BITS, SEEN_BITS, Numbers, Words

Places = NDArray[np.int64]

FOLD = np.arange(256, dtype=np.uint8)
FOLD[ord("A") : ord("Z") + 1] += 32
"""Capital letters of ASCII as small ones."""
EDGE = np.uint8(0xFF)
MIXER, WORD, THREE, PAIR = np.uint64(MIX), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFF), np.uint64(0xFFFF)
EIGHT, SIX, ONE, SIXTY_THREE, HALF = np.uint64(8), np.uint64(6), np.uint64(1), np.uint64(63), np.uint64(32)
OUTSIDE = np.uint8(0x80)
BACKSLASH = ord("\\")
ESCAPED, FOLDED = np.uint64(int.from_bytes(ESCAPE, "little")), np.uint64(CASE)
SAMPLED_SHIFT, SEEN_SHIFT = np.uint64(32 - SAMPLED_BITS), np.uint64(32 - SEEN_BITS)
KELVIN, DOTTED_I, LONG_S = np.uint64(0xE284AA), np.uint64(0xC4B0), np.uint64(0xC5BF)
"""UTF-8 of the letters outside ASCII that fold to letters of ASCII."""


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
def is_odd(texts: Octets, begin: int, end: int) -> bool:
    """Whether a letter outside ASCII folds to one of ASCII."""
    gram = np.uint64(0)
    for at in range(begin, end):
        gram = ((gram << EIGHT) | np.uint64(texts[at])) & THREE
        if gram == KELVIN or gram & PAIR == DOTTED_I or gram & PAIR == LONG_S:
            return True
    return False


def _find(
    words: NDArray[np.uint64],
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    inline: int,
    values: Places,
    octets: Octets,
    starts: Numbers,
    places: Numbers,
    grams: Words,
    filled: NDArray[np.uint64],
    heads: Numbers,
    following: Numbers,
    shift: np.uint64,
    fewer: np.uint64,
    shorter: np.uint64,
    fold: Octets,
    last: Places,
    odd: Places,
    found: Places,
) -> tuple[int, int]:
    """Write pairs (needle, place in ``values``) into ``found`` as far as there is room.

    Value i is said by ``words[i]``, a string view into the buffers; ``inlined`` are the octets of the views themselves,
    which hold the values of up to ``inline`` octets. ``values`` are the numbers of the values to be read. ``last`` is
    -1 for every needle. ``shorter`` masks the octets of a gram that are of interest, too: three of them where there
    are needles of three, else all. Into ``odd`` go the places of
    values with letters that fold to ASCII without being it; these may have more. Returns how many pairs and odd values
    there are; where there are more pairs than room, the rest is not written.
    """
    count, strange = 0, 0
    for place in range(len(values)):
        head, tail = words[values[place], 0], words[values[place], 1]
        size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
        texts = first_buffer if which == 0 else second_buffer if which == 1 else third_buffer
        if size <= inline:
            texts, begin = inlined, np.int64(16 * values[place] + 4)
        end = begin + size
        gram, high = np.uint64(0xFF), np.uint8(0)
        for at in range(1, size + 2):
            letter = EDGE
            if at <= size:
                letter = fold[texts[begin + at - 1]]
                high |= letter
            gram = ((gram << EIGHT) | np.uint64(letter)) & WORD
            # Both are looked up without a branch: one that is hard to foresee would cost more.
            hashed, less = ((gram * MIXER) & WORD) >> shift, (((gram & shorter) * MIXER) & WORD) >> shift
            bits = (filled[hashed >> SIX] >> (hashed & SIXTY_THREE)) | (filled[less >> SIX] >> (less & SIXTY_THREE))
            if bits & ONE:
                for turn in range(2):
                    word = gram if turn == 0 else gram & THREE
                    needle = heads[(((word * MIXER) & WORD) >> shift) >> fewer]
                    while needle >= 0:
                        if grams[needle] == word and last[needle] != place:
                            first, length = starts[needle], starts[needle + 1] - starts[needle]
                            if holds(texts, begin, size, at - places[needle], octets, first, length, fold):
                                last[needle] = place
                                if count < len(found):
                                    found[count, 0] = needle
                                    found[count, 1] = place
                                count += 1
                        needle = following[needle]
        if high >= OUTSIDE and is_odd(texts, begin, end):
            odd[strange] = place
            strange += 1
    return count, strange


def _may_hold(
    words: NDArray[np.uint64],
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    inline: int,
    values: Places,
    sampled: Words,
    filled: NDArray[np.uint64],
    stride: int,
    found: Octets,
) -> None:
    """Set ``found`` to 1 for values that may have a needle, or have what JSON may write ASCII as, or letters outside
    ASCII that may fold to it; else to 0. The first arguments are those of :func:`find`."""
    for place in range(len(values)):
        head, tail = words[values[place], 0], words[values[place], 1]
        size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
        texts = first_buffer if which == 0 else second_buffer if which == 1 else third_buffer
        if size <= inline:
            texts, begin = inlined, np.int64(16 * values[place] + 4)
        end = begin + size
        may = seek(texts, begin, end, 0xC4, 0xC5) < end
        at = seek(texts, begin, end, 0xE2, 0xE2)
        while not may and at < end:
            may = at + 1 < end and texts[at + 1] == 0x84
            at = seek(texts, at + 1, end, 0xE2, 0xE2)
        at = seek(texts, begin, end, BACKSLASH, BACKSLASH)
        while not may and at < end:
            may = at + 4 <= end and word(texts, at, 4) == ESCAPED
            at = seek(texts, min(at + 2, end), end, BACKSLASH, BACKSLASH)
        at = begin
        while not may and at + GRAM <= end:
            gram = word(texts, at, 4) | FOLDED
            hashed = ((gram * MIXER) & WORD) >> SAMPLED_SHIFT
            if (filled[hashed >> SIX] >> (hashed & SIXTY_THREE)) & ONE:
                low, high = 0, len(sampled)
                while low < high:
                    middle = (low + high) // 2
                    if sampled[middle] < gram:
                        low = middle + 1
                    else:
                        high = middle
                may = low < len(sampled) and sampled[low] == gram
            at += stride
        found[place] = may


def _count(
    words: NDArray[np.uint64],
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    inline: int,
    values: Places,
    fold: Octets,
    seen: Places,
) -> None:
    """Add to ``seen`` by their hashes the grams of values. The first arguments are those of :func:`find`."""
    for place in range(len(values)):
        head, tail = words[values[place], 0], words[values[place], 1]
        size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
        texts = first_buffer if which == 0 else second_buffer if which == 1 else third_buffer
        if size <= inline:
            texts, begin = inlined, np.int64(16 * values[place] + 4)
        gram = np.uint64(0xFF)
        for at in range(1, size + 2):
            letter = fold[texts[begin + at - 1]] if at <= size else EDGE
            gram = ((gram << EIGHT) | np.uint64(letter)) & WORD
            seen[((gram * MIXER) & WORD) >> SEEN_SHIFT] += 1
            seen[(((gram & THREE) * MIXER) & WORD) >> SEEN_SHIFT] += 1


find = compiled(_find)
may_hold = compiled(_may_hold)
count = compiled(_count)
