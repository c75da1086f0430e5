"""Literals to be found in many values at once, as tables that compiled code walks.

A value is read as if an octet that no UTF-8 text has stood before and behind it (:data:`EDGE`), so ``\\xff`` at an end
of a needle ties it to an end of the value. Every needle is known by the four octets in it that are rarest in values, as
far as these were seen: at each place of a value its last four octets are looked up, and only where they may be some
needle's is the needle compared. Needles of three octets are known by these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.machine_call import Packed

EDGE = 0xFF
SHORTEST, GRAM = 3, 4
MIX = 2654435761
"""Knuth's multiplier for hashing 32-bit words."""
SPARSE = 64
"""Bits of the filter for each needle."""
FEWER = 5
"""Bits by which the hashes of needles are shorter than those of the filter."""
MOST = 19
"""Bits of a hash at most: the filter, 64 KiB then, stays near the processor."""

SEEN_BITS, SAMPLED_BITS = 16, 14
"""Bits of the hashes by which grams are counted, and of those that are looked for in long texts."""
SPREAD = 0x9E3779B97F4A7C15
"""2 to the 64th by the golden ratio, for hashing 64-bit words."""
CASE = 0x20202020
ESCAPE = b"\\u00"
"""How JSON may write letters of ASCII."""

Words = NDArray[np.uint32]
Numbers = NDArray[np.int32]
Counts = NDArray[np.int64]
"""How often grams were seen, by their hashes of SEEN_BITS."""


@dataclass(frozen=True)
class Needles:
    """Needles of several parts, each of which is looked for in values of its own.

    Needle i is ``octets[starts[i] : starts[i + 1]]``; its gram ends ``places[i]`` octets after its start. Those of part
    p are ``parts[p]`` up to ``parts[p + 1]``. ``filter`` has a bit for every hash of a gram, from the word
    ``filters[p]`` on; ``heads`` leads from a hash, less its FEWER lowest bits, to the last needle of that kind and
    ``following`` to the one before, -1 to none. ``shifts[p]`` makes hashes of 32-bit products.
    """

    octets: NDArray[np.uint8]
    starts: Numbers
    places: Numbers
    grams: Words
    parts: Numbers
    filter: NDArray[np.uint64]
    filters: Numbers
    heads: Numbers
    following: Numbers
    shifts: NDArray[np.uint64]
    shorts: NDArray[np.bool_]
    """Of each part whether it has needles of three octets."""
    sampled: Words | None = None
    """For long texts, in order: four octets, least first and in either case, of which some are in every ``stride``
    places of a text that has a needle. Of needles that begin with ESCAPE nothing is said."""
    sampled_filter: NDArray[np.bool_] | None = None
    """Whether these have some hash of SAMPLED_BITS."""
    stride: int = 0

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def packed(self) -> Packed:
        """The needles as compiled code takes them."""
        known = self.octets, self.starts, self.places, self.grams, self.filter, self.filters, self.heads
        return Packed(*known, self.following, self.shifts, self.shorts)

    def literals(self, part: int) -> list[bytes]:
        begins = self.starts[self.parts[part] : self.parts[part + 1] + 1].tolist()
        return [self.octets[begin:end].tobytes() for begin, end in pairwise(begins)]


def table(parts: Sequence[Sequence[bytes]], seen: Counts | None = None) -> Needles:
    """Of folded ASCII literals of at least three octets, EDGE among them, none of them NUL.

    ``seen`` says how often grams are in values, by their hashes.
    """
    needles = list(chain.from_iterable(parts))
    octets = np.frombuffer(bytearray().join(needles), dtype=np.uint8)
    lengths = np.array([len(needle) for needle in needles], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    widths = np.minimum(lengths, GRAM)
    chosen, words = rarest(octets, starts, widths, np.zeros(1 << SEEN_BITS, np.int64) if seen is None else seen)
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    owners = np.repeat(np.arange(len(parts)), sizes)
    bits = np.array([min(max(10, (SPARSE * max(size, 1) - 1).bit_length()), MOST) for size in sizes.tolist()], np.int64)
    filters = np.concatenate(([0], np.cumsum(1 << (bits - 6))))
    hashes = hashed(words, (32 - bits)[owners])
    heads = np.full(int(filters[-1]) * (64 >> FEWER), -1, dtype=np.int32)
    following = np.full(len(needles), -1, dtype=np.int32)
    for number, place in enumerate((filters[owners] * (64 >> FEWER) + (hashes >> FEWER)).tolist()):
        following[number], heads[place] = heads[place], number
    filled = np.zeros(int(filters[-1]), dtype=np.uint64)
    np.bitwise_or.at(filled, filters[owners] + (hashes >> 6), np.uint64(1) << (hashes & 63).astype(np.uint64))
    return Needles(
        octets=octets,
        starts=starts.astype(np.int32),
        places=(chosen + widths - 1).astype(np.int32),
        grams=words,
        parts=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        filter=filled,
        filters=filters.astype(np.int32),
        heads=heads,
        following=following,
        shifts=(32 - bits).astype(np.uint64),
        shorts=np.bincount(owners[lengths == SHORTEST], minlength=len(parts)) > 0,
    )


def rarest(
    octets: NDArray[np.uint8], starts: NDArray[np.int64], widths: NDArray[np.int64], seen: Counts
) -> tuple[NDArray[np.int64], Words]:
    """The place in each needle of the gram that is seen least; as rare ones go, of that which is in few needles."""
    if not len(widths):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint32)
    counts = np.diff(starts) - widths + 1
    owners = np.repeat(np.arange(len(widths)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = starts[owners] + places
    padded = np.append(octets, 0).astype(np.uint32)
    short = (padded[begins] << 16) | (padded[begins + 1] << 8) | padded[begins + 2]
    words = np.where(widths[owners] == GRAM, (short << 8) | padded[begins + GRAM - 1], short).astype(np.uint32)
    _, which, common = np.unique(words, return_inverse=True, return_counts=True)
    order = np.lexsort((common[which], seen[hashed(words, 32 - SEEN_BITS)], owners))
    first = order[np.cumsum(counts) - counts]
    return places[first], words[first]


def far(parts: Sequence[Sequence[bytes]], seen: Counts | None = None) -> Needles:
    """As :func:`table`, for one part and long texts: only some of their places need to be looked at."""
    (needles,), found = parts, table(parts, seen)
    known = [needle for needle in needles if not needle.startswith(ESCAPE)]
    least = min(map(len, known), default=0)
    if least <= GRAM or any(EDGE in needle for needle in known):
        return found
    stride = least - GRAM + 1
    sampled = set(chain.from_iterable(part_of(needle, stride, seen) for needle in known))
    words = np.array(sorted(int.from_bytes(gram, "little") | CASE for gram in sampled), dtype=np.uint32)
    filled = np.zeros(1 << SAMPLED_BITS, dtype=np.bool_)
    filled[(words.astype(np.uint64) * np.uint64(SPREAD)) >> np.uint64(64 - SAMPLED_BITS)] = True
    return replace(found, sampled=words, sampled_filter=filled, stride=stride)


def part_of(needle: bytes, size: int, seen: Counts | None) -> list[bytes]:
    """So many grams, one after the other, that are seen least."""
    found = [needle[at : at + GRAM] for at in range(len(needle) - GRAM + 1)]
    words = np.array([int.from_bytes(gram, "big") for gram in found], dtype=np.uint32)
    times = np.array([gram.isalpha() for gram in found]) + (0 if seen is None else seen[hashed(words, 32 - SEEN_BITS)])
    sums = np.convolve(times, np.ones(size, dtype=np.int64), "valid")
    begin = int(np.argmin(sums))
    return found[begin : begin + size]


def hashed(words: Words, shift: int | NDArray[np.int64]) -> NDArray[np.int64]:
    product = words.astype(np.uint64) * np.uint64(MIX)
    return ((product & np.uint64(0xFFFFFFFF)).astype(np.int64)) >> shift
