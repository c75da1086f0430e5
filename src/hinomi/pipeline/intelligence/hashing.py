"""How values become numbers of 64 bits: plain Python, for few of them. :mod:`.kernel` does the same for many.

FNV-1a (Fowler, Noll, Vo) over octets, then the last steps of SplitMix64, which spread it over all bits. Names are taken
from their end, so that one pass gives the number of every domain a name lies in.
"""

BASIS = 0xCBF29CE484222325
PRIME = 0x100000001B3
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = (1 << 64) - 1
NAME, TEXT, URL = 1, 2, 3
"""What is hashed; the same letters as something else give another number."""
ENDS = b"/?&"
"""Where a URL that begins like another may go on."""


def finished(state: int) -> int:
    state = ((state ^ (state >> 30)) * FIRST) & MASK
    state = ((state ^ (state >> 27)) * SECOND) & MASK
    return state ^ (state >> 31)


def step(state: int, octet: int) -> int:
    return ((state ^ octet) * PRIME) & MASK


def of_text(octets: bytes, seed: int = TEXT) -> int:
    state = BASIS ^ seed
    for octet in octets:
        state = step(state, octet)
    return finished(state)


def of_name(octets: bytes) -> int:
    return of_text(octets[::-1], NAME)


def of_url(octets: bytes) -> int:
    return of_text(octets, URL)
