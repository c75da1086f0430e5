"""The one-pass scanner of key=value lines: bytes to cells, compiled by numba.

Import this module only where many lines are to be read: loading the compiled code takes longer than
reading a few hundred lines with :mod:`hinomi.library.formats.keyvalue_reference`, whose grammar it follows.

A cell is a wanted key's number and its value as a string view (Arrow columnar format, variable-size binary view):
two words that hold the value's size, its first octets, and either the rest of it or where it lies. Views are
into two buffers: the octets that are scanned (0), and ``spare`` (1) for values that held escapes and so are no
slice of their line.

What is done for every pair of every line is written out in one loop: numba's calls cost more than such small work.
"""

from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octet_words import is_coloned, is_dotted
from hinomi.library.formats.octets import WORD, Octets, compiled, inner, seek, word

TRUNCATED = 1
"""The line's last quote never ends."""

INLINE = 12
"""Octets of a value that its view holds itself."""
PREFIX = 4
"""Octets of any value in the view's first word."""
HALF = np.uint64(32)
FIRST_PRIME, SECOND_PRIME = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
SPACE, QUOTE, BACKSLASH, COLON = ord(" "), ord('"'), ord("\\"), ord(":")

Words = NDArray[np.uint64]
Wholes = NDArray[np.int64]
Numbers = NDArray[np.int16]
"""Of keys."""


@inner
def separates(octet: int, separators: Octets) -> bool:
    for separator in separators:  # noqa: SIM110 (numba compiles no generator)
        if octet == separator:
            return True
    return False


@inner
def settle(octets: Octets, at: int, end: int, separators: Octets, assign: int) -> tuple[int, int]:
    """Where a line's first pair begins, and the separator that ends it, which is the line's only one."""
    while at < end:
        if octets[at] == SPACE or separates(octets[at], separators):
            at += 1
            continue
        begin = at
        while at < end and octets[at] != assign and not separates(octets[at], separators):
            at += 1
        if at == end or octets[at] != assign:
            continue
        at += 1
        if at < end and octets[at] == QUOTE:
            at += 1
            while at < end and octets[at] != QUOTE:
                escape = octets[at] == BACKSLASH and at + 1 < end and octets[at + 1] in (QUOTE, BACKSLASH)
                at += 2 if escape else 1
        while at < end and not separates(octets[at], separators):
            at += 1
        return begin, octets[at] if at < end else separators[0]
    return end, separators[0]


@inner
def set_view(views: Words, cell: int, octets: Octets, begin: int, size: int, buffer: int) -> None:
    """Make the view of ``cell`` one of the ``size`` octets from ``begin`` on in buffer number ``buffer``."""
    views[2 * cell] = np.uint64(size) | (word(octets, begin, min(size, PREFIX)) << HALF)
    if size <= INLINE:
        views[2 * cell + 1] = word(octets, begin + PREFIX, size - PREFIX)
    else:
        views[2 * cell + 1] = np.uint64(buffer) | (np.uint64(begin) << HALF)


@inner
def unescape(octets: Octets, quotes: Wholes, spare: Octets, views: Words) -> int:
    """Write the values that hold escapes to ``spare`` without them, and view them there; returns how much is used.

    ``quotes`` (cell, begin, end) says where cells lie that may hold some.
    """
    used = 0
    for number in range(len(quotes)):
        at, end = quotes[number, 1], quotes[number, 2]
        begin, escapes = used, 0
        while at < end:
            if octets[at] == BACKSLASH and at + 1 < end and (octets[at + 1] == QUOTE or octets[at + 1] == BACKSLASH):
                escapes += 1
                at += 1
            spare[used] = octets[at]
            used += 1
            at += 1
        if escapes:
            set_view(views, quotes[number, 0], spare, begin, used - begin, 1)
        else:
            used = begin
    return used


def _scan(
    octets: Octets,
    lines: Wholes,
    starts: Wholes,
    ends: Wholes,
    separators: Octets,
    assign: int,
    blanks: Words,
    variants: Numbers,
    slots: Numbers,
    shift: int,
    names: Octets,
    spelled: Words,
    seen: Wholes,
    follows: Numbers,
    begins: Wholes,
    keys: Numbers,
    views: Words,
    quotes: Wholes,
    spare: Octets,
    pairs: NDArray[np.int32],
    flags: Octets,
) -> int:
    """Scan the pairs in ``octets[starts[i]:ends[i]]`` and write what was found into the last seven arrays.

    ``slots`` to ``spelled`` come from :func:`table`; values of ``blanks`` (rows of size and word) are no cells. A value
    that looks like an IP address belongs to the key number ``variants[key]`` instead, where that is not negative.
    ``seen`` (as many as there are keys, -1 everywhere) and ``follows`` (one more, 0) are scratch. The cells of line i
    are ``begins[i]`` to ``begins[i + 1]`` of ``keys`` and ``views``: first the whole line from ``lines[i]`` on, as key
    number ``len(seen)``, then each wanted key once. These and ``quotes``, which is scratch, have room for as many;
    ``spare`` for all octets. ``pairs`` says how many a line holds, wanted or not; ``flags`` is TRUNCATED or 0. Returns
    how much of ``spare`` is used.

    A device writes its keys in few orders: the key that followed another one last time is tried before any search.
    """
    cell, quote = 0, 0
    last_key = np.int64(0)
    longest = np.int64(-1)
    for blank in range(len(blanks)):
        longest = max(longest, np.int64(blanks[blank, 0]))
    for line in range(len(starts)):
        at, end, gap = starts[line], ends[line], np.int64(separators[0])
        begins[line] = cell
        keys[cell] = len(seen)
        set_view(views, cell, octets, lines[line], end - lines[line], 0)
        cell += 1
        slashed = seek(octets, at, end, BACKSLASH, BACKSLASH) < end
        if len(separators) > 1:
            at, gap = settle(octets, at, end, separators, assign)
        while at < end:
            if octets[at] == SPACE or octets[at] == gap:
                at += 1
                continue
            begin, key = at, np.int64(follows[last_key])
            size = np.int64(spelled[4 * key + 2])
            guessed = size <= 2 * WORD and begin + size < end and octets[begin + size] == assign
            guessed = guessed and word(octets, begin, size) == spelled[4 * key]
            if guessed and word(octets, begin + WORD, size - WORD) == spelled[4 * key + 1]:
                at = begin + size
            else:
                guessed = False
                at = seek(octets, at, end, gap, assign)
                if at == end or octets[at] != assign:
                    continue
                size = at - begin
            at += 1
            quoted = at < end and octets[at] == QUOTE
            if quoted:
                first = at + 1
                last = seek(octets, first, end, QUOTE, QUOTE)
                while slashed and last < end and octets[last - 1] == BACKSLASH:
                    before = last
                    while before > first and octets[before - 1] == BACKSLASH:
                        before -= 1
                    if (last - before) & 1 == 0:
                        break
                    last = seek(octets, last + 1, end, QUOTE, QUOTE)
                if last == end:
                    flags[line] = TRUNCATED
                at = last + 1
                if at < end and octets[at] != gap:
                    at = seek(octets, at, end, gap, gap)
            else:
                first = at
                last = at = seek(octets, at, end, gap, gap)
            if size == 0:
                continue
            pairs[line] += 1
            if not guessed:
                one, two = word(octets, begin, size), word(octets, begin + WORD, size - WORD)
                slot = np.int64(((one ^ (two * FIRST_PRIME) ^ np.uint64(size)) * SECOND_PRIME) >> np.uint64(shift))
                key = np.int64(slots[slot])
                while key >= 0:
                    if (
                        spelled[4 * key] == one
                        and spelled[4 * key + 1] == two
                        and spelled[4 * key + 2] == np.uint64(size)
                    ):
                        low, place = np.int64(spelled[4 * key + 3]), 2 * WORD
                        while place < size and names[low + place] == octets[begin + place]:
                            place += 1
                        if place >= size:
                            break
                    slot = (slot + 1) & (len(slots) - 1)
                    key = np.int64(slots[slot])
                if key < 0:
                    continue
                follows[last_key] = key
            last_key = key
            if seen[key] == line:
                continue
            seen[key] = line
            size = last - first
            if size <= longest:
                value, blank = word(octets, first, size), 0
                while blank < len(blanks) and (np.uint64(size) != blanks[blank, 0] or value != blanks[blank, 1]):
                    blank += 1
                if blank < len(blanks):
                    continue
            keys[cell] = key
            if variants[key] >= 0:
                one, two = word(octets, first, size), word(octets, first + WORD, size - WORD)
                colon = seek(octets, first, last, COLON, COLON) < last
                if is_coloned(octets, first, last) if colon else is_dotted(one, two, size):
                    keys[cell] = variants[key]
            views[2 * cell] = np.uint64(size) | (word(octets, first, min(size, PREFIX)) << HALF)
            if size <= INLINE:
                views[2 * cell + 1] = word(octets, first + PREFIX, size - PREFIX)
            else:
                views[2 * cell + 1] = np.uint64(first) << HALF
            if quoted and slashed:
                quotes[quote, 0], quotes[quote, 1], quotes[quote, 2] = cell, first, last
                quote += 1
            cell += 1
    begins[len(starts)] = cell
    used: int = unescape(octets, quotes[:quote], spare, views)
    return used


scan = compiled(_scan)


@cache
def table(keys: tuple[str, ...]) -> tuple[Numbers, int, Octets, Words]:
    """An open-addressed hash table of ``keys`` for :func:`scan`: slots, shift, the keys' octets, how each is spelled.

    Of the last a key has four numbers: its first two words, its size, and where its octets begin.
    """
    encoded = [key.encode() for key in keys]
    bits = (8 * len(keys) + 1).bit_length()
    slots = np.full(1 << bits, -1, dtype=np.int16)
    spelled = np.zeros(4 * max(1, len(keys)), dtype=np.uint64)
    for number, (key, begin) in enumerate(zip(encoded, accumulate(map(len, encoded), initial=0), strict=False)):
        one, two = (int.from_bytes(key[at : at + WORD], "little") for at in (0, WORD))
        spelled[4 * number : 4 * number + 4] = one, two, len(key), begin
        mixed = (one ^ (two * int(FIRST_PRIME)) % (1 << 64) ^ len(key)) * int(SECOND_PRIME) % (1 << 64)
        slot = mixed >> (64 - bits)
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = number
    return slots, 64 - bits, np.frombuffer(b"".join(encoded), dtype=np.uint8), spelled
