"""What eight octets in one number say, all at once: decimal digits, dotted addresses; compiled by numba."""

from typing import Any

import numpy as np

from hinomi.library.formats.octets import WORD, Octets, inner


def _eight(octet: int) -> np.uint64:
    """A word of eight times the same octet."""
    return np.uint64(0x0101010101010101 * octet)


ZEROS, SIXES, HIGH_NIBBLES, DOTS = _eight(0x30), _eight(0x06), _eight(0xF0), _eight(0x2E)
LOW_BITS = _eight(0x7F)
GATHER = np.uint64(0x0102040810204080)
"""Times a word whose octets are 0 or 1: the octets' bits side by side, in the highest octet."""
DOT_OR_ZERO = np.uint64(0x30 ^ 0x2E)
ONE, EIGHT, HALF, TOP = (np.uint64(number) for number in (1, 8, 32, 56))
SHORTEST, LONGEST = len("1.1.1.1"), len("255.255.255.255")
COLON, DOT = ord(":"), ord(".")


@inner
def are_digits(word: np.uint64) -> bool:
    """Whether eight octets are decimal digits, all of them."""
    return bool((word & HIGH_NIBBLES) == ZEROS and ((word + SIXES) & HIGH_NIBBLES) == ZEROS)


@inner
def digits(word: np.uint64, count: int) -> Any:
    """The number that the first ``count`` (1 to 8) of eight octets write; -1 if they are not all decimal digits."""
    if count < WORD:
        word = (word << np.uint64(8 * (WORD - count))) | (ZEROS >> np.uint64(8 * count))
    if not are_digits(word):
        return -1
    word -= ZEROS
    word = (word * np.uint64(10) + (word >> EIGHT)) & np.uint64(0x00FF00FF00FF00FF)
    word = (word * np.uint64(100) + (word >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return np.int64((word * np.uint64(10000) + (word >> HALF)) & np.uint64(0xFFFFFFFF))


@inner
def dots(word: np.uint64) -> np.uint64:
    """A word that is 1 in each octet where ``word`` holds a dot, else 0."""
    apart = word ^ DOTS
    return ~(((apart & LOW_BITS) + LOW_BITS) | apart | LOW_BITS) >> np.uint64(7)


@inner
def is_dotted(low: np.uint64, high: np.uint64, size: int) -> bool:
    """Whether the first ``size`` of 16 octets are four numbers of up to three digits between dots; the rest is 0."""
    if size < SHORTEST or size > LONGEST:
        return False
    low_dots, high_dots = dots(low), dots(high)
    low, high = low ^ (low_dots * DOT_OR_ZERO), high ^ (high_dots * DOT_OR_ZERO)
    if size < WORD:
        low |= ZEROS << np.uint64(8 * size)
        high = ZEROS
    else:
        high |= ZEROS << np.uint64(8 * (size - WORD))
    if not (are_digits(low) and are_digits(high)):
        return False
    dotted = ((low_dots * GATHER) >> TOP) | (((high_dots * GATHER) >> TOP) << EIGHT)
    ends = (dotted << ONE) | ONE | (ONE << np.uint64(size + 1))  # a bit before, at and after each number
    without_one = dotted & (dotted - ONE)
    without_two = without_one & (without_one - ONE)
    if without_two == 0 or without_two & (without_two - ONE):
        return False
    numbers = ~ends & ((ONE << np.uint64(size + 1)) - ONE)
    two_apart = numbers & (numbers >> ONE)
    return bool(ends & (ends >> ONE) == 0 and two_apart & (two_apart >> np.uint64(2)) == 0)


@inner
def is_coloned(octets: Octets, begin: int, end: int) -> bool:
    """Whether octets are hexadecimal digits and a colon, and behind it more of them and dots."""
    colons = 0
    for at in range(begin, end):
        octet = octets[at]
        if octet == COLON:
            colons += 1
        elif not (48 <= octet <= 57 or 97 <= (octet | 32) <= 102 or (octet == DOT and colons > 0)):
            return False
    return colons > 0
