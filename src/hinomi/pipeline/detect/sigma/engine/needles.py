"""Literals to be found in many values at once, as tables that compiled code walks.

A value is read as if an octet that no UTF-8 text has stood before and behind it (:data:`EDGE`), so ``\\xff`` at an end
of a needle ties it to an end of the value. Every needle is known by the four octets in it that are rarest among all
needles: at each place of a value its last four octets are looked up, and only where they may be some needle's is
the needle compared. Needles of three octets are known by these.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

EDGE = 0xFF
SHORTEST, GRAM = 3, 4
MIX = 2654435761
"""Knuth's multiplier for hashing 32-bit words."""
SPARSE = 64
"""Bits of the filter for each needle."""
MOST = 19
"""Bits of a hash at most: the filter, 64 KiB then, stays near the processor."""

LEAP_BITS = 16
CASE = 0x20202020
ESCAPE = b"\\u00"
"""How JSON may write letters of ASCII."""

Words = NDArray[np.uint32]
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Needles:
    """Needle i is ``octets[starts[i] : starts[i + 1]]``; its gram ends ``places[i]`` octets after its start.

    ``filter`` has a bit for every hash of a gram; ``heads`` leads from a hash, less its ``fewer`` lowest bits, to the
    first needle of that kind and ``following`` to the next one, -1 to none. ``shift`` makes hashes of 32-bit products.
    """

    octets: NDArray[np.uint8]
    starts: Numbers
    places: Numbers
    grams: Words
    filter: NDArray[np.uint64]
    heads: Numbers
    following: Numbers
    shift: int
    fewer: int
    short: bool
    leaps: NDArray[np.uint8] | None = None
    """For long texts: by the hash of four octets, how many octets further a needle may end at the earliest, 0 for here.
    Of needles that begin with ESCAPE nothing is said."""
    least: int = 0
    """Octets that are looked at of every needle for that."""

    def __len__(self) -> int:
        return len(self.places)


def table(needles: Sequence[bytes]) -> Needles:
    """Of folded ASCII literals of at least three octets, EDGE among them, none of them NUL."""
    common = Counter(gram for needle in needles for gram in set(grams(needle)))
    chosen = [min(range(len(needle) - width(needle) + 1), key=rarity(needle, common)) for needle in needles]
    words = np.array(
        [int.from_bytes(needle[at : at + width(needle)], "big") for needle, at in zip(needles, chosen, strict=True)],
        dtype=np.uint32,
    )
    bits = min(max(10, (SPARSE * max(len(needles), 1) - 1).bit_length()), MOST)
    fewer = SPARSE.bit_length() - 2
    shift = 32 - bits
    hashes = hashed(words, shift)
    heads = np.full(1 << (bits - fewer), -1, dtype=np.int32)
    following = np.full(len(needles), -1, dtype=np.int32)
    for number, place in enumerate((hashes >> fewer).tolist()):
        following[number], heads[place] = heads[place], number
    filled = np.zeros(1 << (bits - 6), dtype=np.uint64)
    np.bitwise_or.at(filled, hashes >> 6, np.uint64(1) << (hashes & 63).astype(np.uint64))
    lengths = [len(needle) for needle in needles]
    return Needles(
        octets=np.frombuffer(bytearray().join(needles), dtype=np.uint8),
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        places=np.array([at + width(needle) - 1 for needle, at in zip(needles, chosen, strict=True)], dtype=np.int32),
        grams=words,
        filter=filled,
        heads=heads,
        following=following,
        shift=shift,
        fewer=fewer,
        short=SHORTEST in lengths,
    )


def far(needles: Sequence[bytes]) -> Needles:
    """As :func:`table`, for long texts: most of their octets need not be looked at (Wu and Manber, 1994)."""
    known = [needle for needle in needles if not needle.startswith(ESCAPE)]
    least = min(map(len, known), default=0)
    if least <= GRAM or any(EDGE in needle for needle in known):
        return table(needles)
    leaps = np.full(1 << LEAP_BITS, least - GRAM + 1, dtype=np.uint8)
    for needle in known:
        begin = min(range(len(needle) - least + 1), key=lambda at: needle[at + least - GRAM : at + least].isalpha())
        part = needle[begin : begin + least]
        grams = [int.from_bytes(part[at : at + GRAM], "little") | CASE for at in range(least - GRAM + 1)]
        places = hashed(np.array(grams, dtype=np.uint32), 32 - LEAP_BITS)
        np.minimum.at(leaps, places, np.arange(least - GRAM, -1, -1, dtype=np.uint8))
    return replace(table(needles), leaps=leaps, least=least)


def hashed(words: Words, shift: int) -> NDArray[np.int64]:
    product = words.astype(np.uint64) * np.uint64(MIX)
    return ((product & np.uint64(0xFFFFFFFF)) >> np.uint64(shift)).astype(np.int64)


def width(needle: bytes) -> int:
    return min(len(needle), GRAM)


def grams(needle: bytes) -> list[bytes]:
    size = width(needle)
    return [needle[at : at + size] for at in range(len(needle) - size + 1)]


def rarity(needle: bytes, common: Counter[bytes]) -> "Rarity":
    return Rarity(needle, common)


@dataclass(frozen=True)
class Rarity:
    """How little the gram at a place of a needle is worth: what is in few needles is in few values."""

    needle: bytes
    common: Counter[bytes]

    def __call__(self, at: int) -> tuple[int, int]:
        gram = self.needle[at : at + width(self.needle)]
        return (self.common[gram], sum(letter in USUAL for letter in gram))


USUAL = frozenset(b"\\/.: cetnsaiorwd0")
