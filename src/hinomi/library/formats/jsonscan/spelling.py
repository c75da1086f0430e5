"""How JSON spells texts and numbers, for :mod:`hinomi.library.formats.jsonscan.kernel`; compiled with it."""

import numpy as np

from hinomi.library.formats.jsonscan.vectors import (
    BACKSLASH,
    QUOTE,
    SPACE,
    copy,
    far_foreign,
    foreign,
    get,
    put,
    specials,
)
from hinomi.library.formats.octets import WIDTH, Octets, inner, lowest

LONGEST_NUMBER, EXPONENT_DIGITS = 100, 2
"""Numbers within these are finite."""
MINUS, PLUS, ZERO, NINE, DOT = (ord(sign) for sign in "-+09.")
TAB, LF, CR, SMALL_U, SMALL_E, CASE = ord("\t"), ord("\n"), ord("\r"), ord("u"), ord("e"), 0x20
SMALL_A, SMALL_F = ord("a"), ord("f")
ESCAPES = np.zeros(256, dtype=np.uint8)
for _escape, _meant in zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True):
    ESCAPES[_escape] = _meant


@inner
def skip(octets: Octets, at: int, end: int) -> int:
    """The first place from ``at`` on that holds no blank."""
    while get(octets, at) <= SPACE and at < end and get(octets, at) in (SPACE, LF, CR, TAB):
        at += 1
    return at


@inner
def digits(octets: Octets, at: int, end: int) -> int:
    """The first place from ``at`` on that holds no digit."""
    while at < end and ZERO <= get(octets, at) <= NINE:
        at += 1
    return at


@inner
def is_utf8(octets: Octets, at: int, end: int) -> bool:
    while at < end:
        if not far_foreign(octets, at):
            at += 2 * WIDTH
            continue
        found = foreign(octets, at)
        at += lowest(found) if found else WIDTH
        while at < end and get(octets, at) >= 0x80:
            lead, second = get(octets, at), get(octets, at + 1)
            if 0xC2 <= lead <= 0xDF:
                size, low, high = 2, 0x80, 0xBF
            elif 0xE0 <= lead <= 0xEF:
                size, low, high = 3, 0xA0 if lead == 0xE0 else 0x80, 0x9F if lead == 0xED else 0xBF
            elif 0xF0 <= lead <= 0xF4:
                size, low, high = 4, 0x90 if lead == 0xF0 else 0x80, 0x8F if lead == 0xF4 else 0xBF
            else:
                return False
            if at + size > end or not low <= second <= high:
                return False
            for place in range(at + 2, at + size):
                if get(octets, place) & 0xC0 != 0x80:
                    return False
            at += size
    return True


@inner
def unit(octets: Octets, at: int) -> int:
    """The UTF-16 unit that four hexadecimal digits write; -1 if they are not that."""
    found = 0
    for place in range(at, at + 4):
        octet: int = np.int64(get(octets, place))  # type: ignore[assignment]
        if ZERO <= octet <= NINE:
            found = 16 * found + octet - ZERO
        elif SMALL_A <= octet | CASE <= SMALL_F:
            found = 16 * found + (octet | CASE) - SMALL_A + 10
        else:
            return -1
    return found


@inner
def unescape(octets: Octets, at: int, end: int, spare: Octets, used: int) -> tuple[int, int]:
    """Write the string from ``at`` on to ``spare[used:]`` without its escapes.

    Returns where it ends and how many octets were written; 0 for the first if it is no string or holds surrogates.
    """
    to = used
    while at < end:
        ends, left = specials(octets, at), WIDTH
        while left > 0:
            copy(octets, at, spare, to)
            if not ends:
                at += left
                to += left
                break
            step = lowest(ends)
            at += step
            to += step
            octet = get(octets, at)
            if octet == QUOTE and at < end:
                return at, to - used
            if octet != BACKSLASH or at >= end:
                return 0, 0
            escape: int = np.int64(get(octets, at + 1))  # type: ignore[assignment]
            if escape == SMALL_U:
                code = unit(octets, at + 2)
                if code < 0 or 0xD800 <= code <= 0xDFFF:
                    return 0, 0
                if code < 0x80:
                    put(spare, to, code)
                    to += 1
                elif code < 0x800:
                    put(spare, to, 0xC0 | code >> 6)
                    put(spare, to + 1, 0x80 | code & 0x3F)
                    to += 2
                else:
                    put(spare, to, 0xE0 | code >> 12)
                    put(spare, to + 1, 0x80 | code >> 6 & 0x3F)
                    put(spare, to + 2, 0x80 | code & 0x3F)
                    to += 3
                at += 6
                break
            meant = get(ESCAPES, escape)
            if meant == 0:
                return 0, 0
            put(spare, to, meant)
            to += 1
            at += 2
            left -= step + 2
            ends = np.uint32(ends >> np.uint32(min(step + 2, WIDTH - 1)))
    return 0, 0


@inner
def number(octets: Octets, at: int, end: int) -> int:
    """Where the number that begins at ``at`` ends; 0 if it is none, or perhaps infinite."""
    first = at
    if get(octets, at) == MINUS:
        at += 1
    begin = at
    at = at + 1 if get(octets, at) == ZERO else digits(octets, at, end)
    if at == begin:
        return 0
    if get(octets, at) == DOT:
        begin = at + 1
        at = digits(octets, begin, end)
        if at == begin:
            return 0
    if get(octets, at) | CASE == SMALL_E:
        begin = at + 2 if get(octets, at + 1) in (MINUS, PLUS) else at + 1
        at = digits(octets, begin, end)
        if at == begin or at - begin > EXPONENT_DIGITS:
            return 0
    return at if at - first <= LONGEST_NUMBER else 0
