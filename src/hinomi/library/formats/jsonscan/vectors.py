"""What the JSON scanner asks of 32 octets at once; see :mod:`hinomi.library.formats.octets`, whose rules hold here.

get(array, at), put(array, at, value)      # array[at] without what numba does for negative indices
"""

from typing import Any

from numpy.typing import NDArray

from hinomi.library.formats.machine import intrinsic
from hinomi.library.formats.octets import WIDTH, Octets, checked

QUOTE, BACKSLASH, SPACE = ord('"'), ord("\\"), ord(" ")
LAST_ASCII = 0x7F
CODE = "hinomi.library.formats.jsonscan.vectors_llvm"


def specials(octets: Octets, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` ends a run of plain text in a string: quote, backslash, control character."""
    found = checked(octets, at, WIDTH).tolist()
    return sum(1 << place for place, each in enumerate(found) if each in (QUOTE, BACKSLASH) or each < SPACE)


def foreign(octets: Octets, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is not ASCII."""
    return sum(1 << place for place, each in enumerate(checked(octets, at, WIDTH).tolist()) if each > LAST_ASCII)


def far_foreign(octets: Octets, at: Any) -> Any:
    """Not 0 if some of twice WIDTH octets is not ASCII."""
    return foreign(octets, at) | foreign(octets, at + WIDTH)


def alike(octets: Octets, at: Any, others: Octets, place: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``others[place + i]``."""
    pairs = zip(checked(octets, at, WIDTH).tolist(), checked(others, place, WIDTH).tolist(), strict=True)
    return sum(1 << number for number, (one, other) in enumerate(pairs) if one == other)


def copy(octets: Octets, at: Any, into: Octets, place: Any) -> Any:
    """Copy WIDTH octets from ``octets[at]`` on to ``into[place]`` on."""
    checked(into, place, WIDTH)[:] = checked(octets, at, WIDTH)


def get(array: NDArray[Any], at: Any) -> Any:
    return array[at]


def put(array: NDArray[Any], at: Any, value: Any) -> Any:
    array[at] = value


get, put, copy = (intrinsic(each, CODE) for each in (get, put, copy))
specials, foreign, far_foreign, alike = (intrinsic(each, CODE) for each in (specials, foreign, far_foreign, alike))
