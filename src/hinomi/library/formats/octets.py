"""Octets many at a time, for scanners that numba compiles: the machine's vector instructions behind few functions.

    at = seek(octets, at, end, QUOTE, QUOTE)      # where the next quote is, or ``end``
    word(octets, at, 8)                           # eight octets as one number, to be compared at once

Nothing checks an index in compiled code. Where numba is told not to compile (``NUMBA_DISABLE_JIT=1``, as a test
does), all of it is plain Python that does: neither behind an array's end nor, as Python would, before its beginning.

numba does not see that a change here concerns the scanners' code it keeps on disk: remove that (``*.nbi``) after one.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic
from numpy.typing import NDArray

Octets = NDArray[np.uint8]

PLAIN = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]
WIDTH = 32
"""Octets that are compared at once."""
WORD = 8
MASKS = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)
"""The first so many octets of a word."""
BIT, OCTET, LANE = ir.IntType(1), ir.IntType(8), ir.IntType(32)
VECTOR = ir.VectorType(OCTET, WIDTH)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as machine code, kept on disk between processes.

    numba keeps it beside its file, else in the user's cache folder, or where NUMBA_CACHE_DIR says. Where
    none can be written (a read-only container without a home) each process compiles it, in a second or two.
    """
    try:
        code: Callable[..., Any] = numba.njit(function, nogil=True, cache=True)
    except RuntimeError:  # numba found no folder it may write to
        code = numba.njit(function, nogil=True)
    return code


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` for compiled ones to call."""
    code: Callable[..., Any] = numba.njit(function, nogil=True)
    return code


def run(code: Callable[..., Any], *arguments: Any) -> Any:
    """Call what :func:`compiled` returned; a full disk keeps the code from being stored, not from being run."""
    if PLAIN:
        with np.errstate(over="ignore"):  # words of 64 bits are meant to lose what does not fit
            return code(*(each.view(Checked) if isinstance(each, np.ndarray) else each for each in arguments))
    try:
        return code(*arguments)
    except OSError:  # from storing, after compiling and before the first run
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


def _address(context: Any, builder: Any, signature: Any, arguments: Any, kind: ir.Type) -> Any:
    """Code for a pointer to ``kind`` at ``octets[at]``, the first two arguments."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.bitcast(builder.gep(array.data, [arguments[1]]), kind.as_pointer())


def _loaded(builder: Any, address: Any) -> Any:
    value = builder.load(address)
    value.align = 1
    return value


def _matches(typing: Any, octets: Any, at: Any, octet: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``octet``, for WIDTH octets."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _loaded(builder, _address(context, builder, signature, arguments, VECTOR))
        blank = ir.Constant(VECTOR, ir.Undefined)
        single = builder.insert_element(blank, arguments[2], ir.Constant(LANE, 0))
        repeated = builder.shuffle_vector(single, blank, ir.Constant(ir.VectorType(LANE, WIDTH), None))
        return builder.bitcast(builder.icmp_unsigned("==", found, repeated), LANE)

    return numba.types.uint32(octets, numba.types.int64, numba.types.uint8), code


def _load(typing: Any, octets: Any, at: Any) -> Any:
    """Eight octets from ``octets[at]`` on, the first as the lowest."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _loaded(builder, _address(context, builder, signature, arguments, ir.IntType(8 * WORD)))

    return numba.types.uint64(octets, numba.types.int64), code


def _lowest(typing: Any, bits: Any) -> Any:
    """Number of the lowest bit that is set; one is."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.zext(builder.cttz(arguments[0], ir.Constant(BIT, 1)), ir.IntType(64))

    return numba.types.int64(numba.types.uint32), code


def _checked(octets: Octets, at: int, size: int) -> Octets:
    if at < 0 or at + size > len(octets):
        raise IndexError(f"{size} octets at {at} of {len(octets)}")
    return octets[at : at + size]


def _plain_matches(octets: Octets, at: int, octet: int) -> int:
    return sum(1 << place for place, each in enumerate(_checked(octets, at, WIDTH)) if each == octet)


def _plain_load(octets: Octets, at: int) -> np.uint64:
    return np.uint64(int.from_bytes(_checked(octets, at, WORD).tobytes(), "little"))


def _plain_lowest(bits: int) -> int:
    return (int(bits) & -int(bits)).bit_length() - 1


matches: Callable[..., Any] = _plain_matches if PLAIN else intrinsic(_matches)
load: Callable[..., Any] = _plain_load if PLAIN else intrinsic(_load)
lowest: Callable[..., Any] = _plain_lowest if PLAIN else intrinsic(_lowest)


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
