"""Octets many at a time, for scanners that numba compiles: the machine's vector instructions behind few functions.

    at = seek(octets, at, end, QUOTE, QUOTE)      # where the next quote is, or ``end``
    word(octets, at, 8)                           # eight octets as one number, to be compared at once

Nothing checks an index in compiled code. Where numba is told not to compile (``NUMBA_DISABLE_JIT=1``, as a test
does), all of it is plain Python that does: neither behind an array's end nor, as Python would, before its beginning.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.machine import PLAIN, compiled, inner, intrinsic
from hinomi.library.formats.machine_call import Packed

__all__ = [
    "MASKS",
    "PLAIN",
    "WIDTH",
    "WORD",
    "Checked",
    "Octets",
    "Packed",
    "compiled",
    "inner",
    "load",
    "lowest",
    "matches",
    "run",
    "seek",
    "word",
]

Octets = NDArray[np.uint8]

WIDTH = 32
"""Octets that are compared at once."""
WORD = 8
MASKS = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)
"""The first so many octets of a word."""
CODE = "hinomi.library.formats.octets_llvm"


def run(code: Callable[..., Any], *arguments: Any) -> Any:
    """Call what :func:`compiled` returned."""
    if PLAIN:
        arguments = tuple(
            one for each in arguments for one in (each.arguments if isinstance(each, Packed) else (each,))
        )
        with np.errstate(over="ignore"):  # words of 64 bits are meant to lose what does not fit
            return code(*(each.view(Checked) if isinstance(each, np.ndarray) else each for each in arguments))
    return code(*arguments)


class Checked(np.ndarray[Any, Any]):
    """An array that refuses negative indices; the rest numpy refuses itself."""

    def __getitem__(self, index: Any) -> Any:
        return super().__getitem__(_not_negative(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(_not_negative(index), value)


def _not_negative(index: Any) -> Any:
    for each in index if isinstance(index, tuple) else (index,):
        if not isinstance(each, slice) and each < 0:
            raise IndexError(f"index {each} is negative")
    return index


def checked(octets: Octets, at: int, size: int) -> Octets:
    if at < 0 or at + size > len(octets):
        raise IndexError(f"{size} octets at {at} of {len(octets)}")
    return octets[at : at + size]


def matches(octets: Octets, at: int, octet: int) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``octet``, for WIDTH octets."""
    return sum(1 << place for place, each in enumerate(checked(octets, at, WIDTH)) if each == octet)


def load(octets: Octets, at: int) -> Any:
    """Eight octets from ``octets[at]`` on, the first as the lowest."""
    return np.uint64(int.from_bytes(checked(octets, at, WORD).tobytes(), "little"))


def lowest(bits: int) -> Any:
    """Number of the lowest bit that is set; one is."""
    return (int(bits) & -int(bits)).bit_length() - 1


matches, load, lowest = (intrinsic(each, CODE) for each in (matches, load, lowest))


@inner
def seek(octets: Octets, at: int, end: int, one: int, other: int) -> Any:
    """The first place from ``at`` on that holds ``one`` or ``other``, else ``end``, which is within the octets."""
    while at < end and at + WIDTH <= len(octets):
        found = matches(octets, at, one) | matches(octets, at, other)
        if found:
            return min(at + lowest(found), end)
        at += WIDTH
    while at < end and octets[at] != one and octets[at] != other:
        at += 1
    return min(at, end)


@inner
def word(octets: Octets, at: int, size: int) -> Any:
    """The first ``size`` octets from ``at`` on as a number, the first as the lowest; 8 at most, 0 if there are none."""
    found = np.uint64(0)
    if size <= 0:
        return found
    size = min(size, WORD)
    if at + WORD <= len(octets):
        return load(octets, at) & MASKS[size]
    for place in range(size):
        found |= np.uint64(octets[at + place]) << np.uint64(8 * place)
    return found
