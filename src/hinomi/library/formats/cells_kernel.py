"""Cells as :mod:`hinomi.library.formats.keyvalue_kernel` leaves them, to shapes and columns; compiled by numba.

In every function ``begins`` says where in ``keys`` and ``views`` the cells of a line lie; ``octets`` and
``spare`` are the buffers 0 and 1 that views are into. A place is a cell's number within its line.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.keyvalue_kernel import FIRST_PRIME, HALF, INLINE, SECOND_PRIME, Wholes, Words
from hinomi.library.formats.octet_words import digits
from hinomi.library.formats.octets import WORD, Octets, compiled, word

Codes = NDArray[np.int32]
Numbers = NDArray[np.int16]
Places = NDArray[np.int16]

PROBES = 16
"""Shapes that are looked at before a line is taken for one of a shape of its own."""
LENGTH, OCTET, EIGHT, SEVEN = (np.uint64(number) for number in (0xFFFFFFFF, 0xFF, 8, 56))
LARGEST = (1 << 63) - 1
DIGITS = 19
"""Decimal digits of the longest numbers."""
POWERS = np.array([10**digits for digits in range(WORD + 1)], dtype=np.int64)
PLUS, MINUS = ord("+"), ord("-")


def _group(
    begins: Wholes,
    keys: Numbers,
    views: Words,
    octets: Octets,
    decides: Octets,
    slots: Codes,
    hashes: Words,
    codes: Codes,
    examples: Wholes,
) -> int:
    """Number the lines' shapes: ``codes`` receives each line's, ``examples`` a line of each; returns how many.

    ``decides`` says of each number of a cell whether its value is part of a shape. ``slots`` is a hash table, -1
    everywhere, of a power of two of slots and at least twice as many as there are lines; ``hashes`` is scratch, one a
    line. Shapes may be equal: where many others had the same hash, and where a value that decides held escapes.
    """
    found = 0
    for line in range(len(codes)):
        start, end = begins[line], begins[line + 1]
        code = np.uint64(end - start)
        for cell in range(start, end):
            key = keys[cell]
            code = (code ^ np.uint64(key)) * FIRST_PRIME
            code ^= code >> HALF
            if decides[key]:
                first, second = views[2 * cell], views[2 * cell + 1]
                size, begin = np.int64(first & LENGTH), np.int64(second >> HALF)
                code ^= first
                if size <= INLINE:
                    code ^= second * SECOND_PRIME
                elif second & LENGTH == 0:
                    for at in range(0, size, WORD):
                        code = (code ^ word(octets, begin + at, size - at)) * FIRST_PRIME
        slot = np.int64(code & np.uint64(len(slots) - 1))
        shape: Any = -1
        for _ in range(PROBES):
            other = np.int64(slots[slot])
            if other < 0:
                slots[slot] = found
                break
            apart = begins[examples[other]] - start
            alike = hashes[other] == code and begins[examples[other] + 1] - apart == end
            cell = start
            while alike and cell < end:
                key = keys[cell]
                alike = key == keys[cell + apart]
                if alike and decides[key]:
                    first, second, another = views[2 * cell], views[2 * cell + 1], views[2 * (cell + apart) + 1]
                    alike = first == views[2 * (cell + apart)]
                    size = np.int64(first & LENGTH)
                    if size <= INLINE:
                        alike &= second == another
                    else:
                        alike &= (second | another) & LENGTH == 0
                        for at in range(0, size if alike else 0, WORD):
                            left = word(octets, np.int64(second >> HALF) + at, size - at)
                            alike &= left == word(octets, np.int64(another >> HALF) + at, size - at)
                cell += 1
            if alike:
                shape = other
                break
            slot = (slot + 1) & (len(slots) - 1)
        if shape < 0:
            shape, hashes[found], examples[found] = found, code, line
            found += 1
        codes[line] = shape
    return found


def _texts(
    begins: Wholes,
    views: Words,
    rows: Wholes,
    codes: Codes,
    places: Places,
    found: Words,
    valid: Octets,
) -> None:
    """Views of the cells of some lines (``rows``), column by column.

    ``places`` (shape, column) says which cell of a line of that shape belongs there, -1 that none does. ``found``
    (column, row, 2) receives the views, ``valid`` (column, octet) which there are, bit by bit; both are zero before.
    """
    for row in range(len(rows)):
        line = rows[row]
        shape = codes[line]
        for column in range(places.shape[1]):
            place = places[shape, column]
            if place < 0:
                continue
            found[column, row, 0] = views[2 * (begins[line] + place)]
            found[column, row, 1] = views[2 * (begins[line] + place) + 1]
            valid[column, row >> 3] |= 1 << (row & 7)


def _integers(
    begins: Wholes,
    views: Words,
    octets: Octets,
    spare: Octets,
    rows: Wholes,
    codes: Codes,
    places: Places,
    found: Wholes,
    valid: Octets,
) -> None:
    """Like :func:`_texts`, with the numbers that are written in the cells; what is none of 64 bits is not valid."""
    for row in range(len(rows)):
        line = rows[row]
        shape = codes[line]
        for column in range(places.shape[1]):
            place = places[shape, column]
            if place < 0:
                continue
            first, second = views[2 * (begins[line] + place)], views[2 * (begins[line] + place) + 1]
            size, begin = np.int64(first & LENGTH), np.int64(second >> HALF)
            low, high, top = (first >> HALF) | (second << HALF), second >> HALF, np.uint64(0)
            if size > INLINE and second & LENGTH == 0:
                low, high = word(octets, begin, size), word(octets, begin + WORD, size - WORD)
                top = word(octets, begin + 2 * WORD, size - 2 * WORD)
            elif size > INLINE:
                low, high = word(spare, begin, size), word(spare, begin + WORD, size - WORD)
                top = word(spare, begin + 2 * WORD, size - 2 * WORD)
            sign = np.int64(low & OCTET)
            if size > 0 and sign in (MINUS, PLUS):
                size -= 1
                low, high, top = (low >> EIGHT) | (high << SEVEN), (high >> EIGHT) | (top << SEVEN), top >> EIGHT
            value = digits(low, min(size, WORD))
            whole = 0 < size <= DIGITS and value >= 0
            if whole and size > WORD:
                count = size - WORD if size < 2 * WORD else np.int64(WORD)
                more = digits(high, count)
                whole = more >= 0
                value = value * POWERS[count] + more
            if whole and size > 2 * WORD:
                count = size - 2 * WORD
                more = digits(top, count)
                whole = more >= 0 and value <= (LARGEST - more) // POWERS[count]
                value = value * POWERS[count] + more
            if whole:
                found[column, row] = -value if sign == MINUS else value
                valid[column, row >> 3] |= 1 << (row & 7)


group, texts, integers = compiled(_group), compiled(_texts), compiled(_integers)
