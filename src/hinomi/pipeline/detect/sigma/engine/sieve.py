"""Which long texts may have needles, by some of their octets; compiled. See :func:`.needles.far`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.vectors import foreign
from hinomi.library.formats.octets import WIDTH, Octets, compiled, inner, matches, word
from hinomi.pipeline.detect.sigma.engine.kernel import HALF, SPREADER, WORD, Places, buffer_of
from hinomi.pipeline.detect.sigma.engine.needles import CASE, ESCAPE, GRAM, SAMPLED_BITS, Numbers, Words

BACKSLASH, LETTER_U = ord("\\"), ord("u")
ESCAPED, FOLDED = np.uint64(int.from_bytes(ESCAPE, "little")), np.uint64(CASE)
SAMPLED_SHIFT = np.uint64(64 - SAMPLED_BITS)


@inner
def may_be_other(texts: Octets, begin: int, end: int) -> bool:
    """Whether letters of ASCII may stand here in other words: as JSON escapes them, or as letters that fold to them.

    Of more than WIDTH octets, of which the last is ASCII.
    """
    at, last = begin, end - WIDTH - 1
    while True:
        if foreign(texts, at):
            beyond = matches(texts, at, 0xC4) | matches(texts, at, 0xC5)
            if beyond | (matches(texts, at, 0xE2) & matches(texts, at + 1, 0x84)):
                return True
        if matches(texts, at, BACKSLASH) & matches(texts, at + 1, LETTER_U):
            for place in range(at, min(at + WIDTH, end - GRAM + 1)):
                if word(texts, place, GRAM) == ESCAPED:
                    return True
        if at == last:
            return False
        at = min(at + WIDTH, last)


@inner
def may_have(texts: Octets, begin: int, end: int, sampled: Words, filled: NDArray[np.bool_], stride: int) -> bool:
    """Whether at every ``stride`` places there is one of the grams of which every needle has some."""
    for at in range(begin, end - GRAM + 1, stride):
        gram = word(texts, at, GRAM) | FOLDED
        if filled[(gram * SPREADER) >> SAMPLED_SHIFT]:
            low, high = 0, len(sampled)
            while low < high:
                middle = (low + high) // 2
                if sampled[middle] < gram:
                    low = middle + 1
                else:
                    high = middle
            if low < len(sampled) and sampled[low] == gram:
                return True
    return False


def _may_hold(
    words: NDArray[np.uint64],
    kinds: Octets,
    least: int,
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    fourth_buffer: Octets,
    inline: Places,
    groups: Numbers,
    needed: NDArray[np.bool_],
    sampled: Words,
    filled: NDArray[np.bool_],
    stride: int,
    found: Numbers,
) -> None:
    """Set ``found`` to the groups of rows whose only column, a JSON document, may have a needle, of others to -1.

    It may also if JSON may have written ASCII otherwise, and where there are letters that may fold to it. The
    arguments are those of :func:`.kernel.find`, and what :class:`.needles.Needles` says of long texts.
    """
    for row in range(len(groups)):
        found[row] = -1
        if groups[row] < 0 or kinds[0, row] < least or not needed[0, groups[row]]:
            continue
        head, tail = words[0, row, 0], words[0, row, 1]
        size, begin, which = np.int64(head & WORD), np.int64(tail >> HALF), np.int64(tail & WORD)
        texts = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
        end = begin + size
        may = size <= max(inline[0], WIDTH) or may_be_other(texts, begin, end)
        if may or may_have(texts, begin, end, sampled, filled, stride):
            found[row] = groups[row]


may_hold = compiled(_may_hold)
