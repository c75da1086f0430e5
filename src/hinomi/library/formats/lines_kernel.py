"""Where a payload's lines end, found by compiled code; see :mod:`hinomi.library.formats.lines`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octets import WIDTH, Octets, compiled, lowest, matches, run

LF = ord("\n")
USUAL = 64
"""Octets a line has at least, mostly."""


def _breaks(octets: Octets, found: NDArray[np.int64]) -> int:
    """Write the places of LF into ``found``, as many as it has room for; returns how many there are."""
    count, at = 0, 0
    while at < len(octets):
        if at + WIDTH <= len(octets):
            bits = matches(octets, at, LF)
        else:
            bits = np.uint32(0)
            for place in range(at, len(octets)):
                bits |= np.uint32(octets[place] == LF) << np.uint32(place - at)
        while bits:
            if count < len(found):
                found[count] = at + lowest(bits)
            count += 1
            bits &= bits - np.uint32(1)
        at += WIDTH
    return count


write_breaks = compiled(_breaks)


def breaks(octets: Octets) -> NDArray[np.int64]:
    """The places of LF."""
    found = np.empty(len(octets) // USUAL + 1, dtype=np.int64)
    count = run(write_breaks, octets, found)
    if count > len(found):
        found = np.empty(count, dtype=np.int64)
        run(write_breaks, octets, found)
    return found[:count]
