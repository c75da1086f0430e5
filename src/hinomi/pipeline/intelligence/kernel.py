"""Many values at once, compiled by numba: which of them an indicator may be about.

Values lie one after the other in ``octets``; value ``i`` is ``octets[offsets[i]:offsets[i + 1]]``, and none where it is
empty. A scan marks in ``out`` the values whose number is among the sorted ``hashes``. ``bits`` says by a number's first
bits whether there may be any like it: most values are dismissed by one look into two megabytes. ``places`` says by a
few bits less from where on they lie.
"""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octets import Octets, compiled, inner
from hinomi.pipeline.intelligence import hashing

BASIS, PRIME = np.uint64(hashing.BASIS), np.uint64(hashing.PRIME)
FIRST, SECOND = np.uint64(hashing.FIRST), np.uint64(hashing.SECOND)
NAME, TEXT, URL = np.uint64(hashing.NAME), np.uint64(hashing.TEXT), np.uint64(hashing.URL)
DOT, COLON, SLASH, QUESTION, AND, SHARP, AT = ord("."), ord(":"), ord("/"), ord("?"), ord("&"), ord("#"), ord("@")
ZERO, NINE, UPPER_A, UPPER_Z, CASE = ord("0"), ord("9"), ord("A"), ord("Z"), 32
CLOSE = np.uint64(4)
"""So many bits less tell the place of a number than tell whether there is one."""
EIGHTY, OF_TLS = 80, 443

Words = NDArray[np.uint64]
Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.uint32]


@inner
def finished(state: np.uint64) -> np.uint64:
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return state ^ (state >> np.uint64(31))


@inner
def lower(octet: int) -> int:
    return octet + CASE if UPPER_A <= octet <= UPPER_Z else octet


@inner
def holds(hashes: Words, places: Numbers, bits: Octets, shift: np.uint64, wanted: np.uint64) -> bool:
    bit = wanted >> shift
    if not bits[bit >> np.uint64(3)] & (1 << (bit & np.uint64(7))):
        return False
    place = wanted >> (shift + CLOSE)
    for at in range(places[place], places[place + np.uint64(1)]):
        if hashes[at] >= wanted:
            return bool(hashes[at] == wanted)
    return False


@compiled
def hash_names(octets: Octets, offsets: Offsets, out: Words) -> None:
    """The number of every value, taken from its end."""
    for index in range(len(offsets) - 1):
        state = BASIS ^ NAME
        for at in range(offsets[index + 1] - 1, offsets[index] - 1, -1):
            state = (state ^ np.uint64(octets[at])) * PRIME
        out[index] = finished(state)


@compiled
def hash_texts(octets: Octets, offsets: Offsets, seed: np.uint64, out: Words) -> None:
    """The number of every value, taken from its beginning."""
    for index in range(len(offsets) - 1):
        state = BASIS ^ seed
        for at in range(offsets[index], offsets[index + 1]):
            state = (state ^ np.uint64(octets[at])) * PRIME
        out[index] = finished(state)


@compiled
def scan_names(
    octets: Octets, offsets: Offsets, hashes: Words, places: Numbers, bits: Octets, shift: np.uint64, out: Flags
) -> None:
    """Names that are among the hashes, or lie in a domain that is."""
    for index in range(len(offsets) - 1):
        begin, end = offsets[index], offsets[index + 1]
        while end > begin and octets[end - 1] == DOT:
            end -= 1
        state = BASIS ^ NAME
        for at in range(end - 1, begin - 1, -1):
            state = (state ^ np.uint64(lower(octets[at]))) * PRIME
            if (at == begin or octets[at - 1] == DOT) and holds(hashes, places, bits, shift, finished(state)):
                out[index] = True
                break


@compiled
def scan_texts(
    octets: Octets, offsets: Offsets, hashes: Words, places: Numbers, bits: Octets, shift: np.uint64, out: Flags
) -> None:
    """Texts that are, in lower case, among the hashes."""
    for index in range(len(offsets) - 1):
        begin, end = offsets[index], offsets[index + 1]
        if begin == end:
            continue
        state = BASIS ^ TEXT
        for at in range(begin, end):
            state = (state ^ np.uint64(lower(octets[at]))) * PRIME
        if holds(hashes, places, bits, shift, finished(state)):
            out[index] = True


@compiled
def scan_urls(
    octets: Octets, offsets: Offsets, hashes: Words, places: Numbers, bits: Octets, shift: np.uint64, out: Flags
) -> None:
    """URLs of which a beginning that ends where a part of a URL ends is among the hashes."""
    for index in range(len(offsets) - 1):
        begin, end = offsets[index], offsets[index + 1]
        secure = False
        host = begin
        for at in range(begin, end - 2):
            if octets[at] == COLON and octets[at + 1] == SLASH and octets[at + 2] == SLASH:
                secure = at > begin and lower(octets[at - 1]) == ord("s")
                host = at + 3
                break
            if octets[at] == SLASH or octets[at] == QUESTION:
                break
        rest = host
        port = end
        while rest < end and octets[rest] != SLASH and octets[rest] != QUESTION and octets[rest] != SHARP:
            if octets[rest] == AT:
                host = rest + 1
                port = end
            elif octets[rest] == COLON:
                port = rest
            rest += 1
        stop = rest
        if port < rest:
            number = 0
            for at in range(port + 1, rest):
                number = number * 10 + octets[at] - ZERO
            if number == (OF_TLS if secure else EIGHTY):
                stop = port
        state = BASIS ^ URL
        for at in range(host, stop):
            state = (state ^ np.uint64(lower(octets[at]))) * PRIME
        for at in range(rest, end):
            octet = octets[at]
            if octet == SHARP:
                end = at
                break
            ends = octet in (SLASH, QUESTION, AND)
            if ends and at > rest and holds(hashes, places, bits, shift, finished(state)):
                out[index] = True
                break
            state = (state ^ np.uint64(octet)) * PRIME
        if not out[index] and end > host and holds(hashes, places, bits, shift, finished(state)):
            out[index] = True


@inner
def number_of(octets: Octets, begin: int, end: int) -> int:
    """The number of an IPv4 address; -1 where it is none."""
    number, part, digits, dots = 0, 0, 0, 0
    for at in range(begin, end):
        octet = octets[at]
        if ZERO <= octet <= NINE:
            part = part * 10 + (octet - ZERO)
            digits += 1
            if digits > 3 or part > 255:
                return -1
        elif octet == DOT and digits and dots < 3:
            number = (number << 8) | part
            part, digits, dots = 0, 0, dots + 1
        else:
            return -1
    return (number << 8) | part if dots == 3 and digits else -1


@inner
def is_six(octets: Octets, begin: int, end: int) -> bool:
    """Whether there are two colons."""
    colons = 0
    for at in range(begin, end):
        colons += octets[at] == COLON
    return colons > 1


@compiled
def numbers(octets: Octets, offsets: Offsets, out: Offsets) -> None:
    """Every value as the number of an IPv4 address, -1 where it is none."""
    for index in range(len(offsets) - 1):
        out[index] = number_of(octets, offsets[index], offsets[index + 1])


@compiled
def scan_addresses(
    octets: Octets, offsets: Offsets, starts: Offsets, ends: Offsets, nets: Octets, other: bool, out: Flags
) -> None:
    """IPv4 addresses in one of the sorted, disjoint ranges (both ends inclusive); ``nets`` has a bit for every /24.

    ``other`` says whether addresses of IPv6 are to be marked; of them no more is known here.
    """
    for index in range(len(offsets) - 1):
        begin, end = offsets[index], offsets[index + 1]
        if begin == end:
            continue
        number = number_of(octets, begin, end)
        if number < 0:
            if other and is_six(octets, begin, end):
                out[index] = True
            continue
        if not nets[number >> 11] & (1 << ((number >> 8) & 7)):
            continue
        low, high = 0, len(starts)
        while low < high:
            middle = (low + high) >> 1
            if ends[middle] < number:
                low = middle + 1
            else:
                high = middle
        if low < len(starts) and starts[low] <= number:
            out[index] = True
