"""What the JSON scanner asks of 32 octets at once; see :mod:`hinomi.library.formats.octets`, whose rules hold here.

get(array, at), put(array, at, value)      # array[at] without what numba does for negative indices
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from hinomi.library.formats.octets import LANE, OCTET, PLAIN, VECTOR, WIDTH, Octets

QUOTE, BACKSLASH, SPACE = ord('"'), ord("\\"), ord(" ")
LAST_ASCII = 0x7F


def _vector(context: Any, builder: Any, kind: Any, octets: Any, at: Any) -> Any:
    """Code for a pointer to the WIDTH octets from ``octets[at]`` on."""
    array = context.make_array(kind)(context, builder, octets)
    return builder.bitcast(builder.gep(array.data, [at]), VECTOR.as_pointer())


def _loaded(builder: Any, address: Any) -> Any:
    found = builder.load(address)
    found.align = 1
    return found


def _all(octet: int) -> Any:
    return ir.Constant(VECTOR, [ir.Constant(OCTET, octet)] * WIDTH)


def _specials(typing: Any, octets: Any, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` ends a run of plain text in a string: quote, backslash, control character."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _loaded(builder, _vector(context, builder, signature.args[0], *arguments))
        quoted = builder.icmp_unsigned("==", found, _all(QUOTE))
        escaped = builder.icmp_unsigned("==", found, _all(BACKSLASH))
        control = builder.icmp_unsigned("<", found, _all(SPACE))
        return builder.bitcast(builder.or_(builder.or_(quoted, escaped), control), LANE)

    return types.uint32(octets, types.int64), code


def _foreign(typing: Any, octets: Any, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is not ASCII."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _loaded(builder, _vector(context, builder, signature.args[0], *arguments))
        return builder.bitcast(builder.icmp_signed("<", found, _all(0)), LANE)

    return types.uint32(octets, types.int64), code


def _far_foreign(typing: Any, octets: Any, at: Any) -> Any:
    """Not 0 if some of twice WIDTH octets is not ASCII."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        first = _vector(context, builder, signature.args[0], *arguments)
        second = builder.gep(first, [ir.Constant(LANE, 1)])
        found = builder.or_(_loaded(builder, first), _loaded(builder, second))
        return builder.bitcast(builder.icmp_signed("<", found, _all(0)), LANE)

    return types.uint32(octets, types.int64), code


def _alike(typing: Any, octets: Any, at: Any, others: Any, place: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``others[place + i]``."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = _loaded(builder, _vector(context, builder, signature.args[0], arguments[0], arguments[1]))
        other = _loaded(builder, _vector(context, builder, signature.args[2], arguments[2], arguments[3]))
        return builder.bitcast(builder.icmp_unsigned("==", one, other), LANE)

    return types.uint32(octets, types.int64, others, types.int64), code


def _copy(typing: Any, octets: Any, at: Any, into: Any, place: Any) -> Any:
    """Copy WIDTH octets from ``octets[at]`` on to ``into[place]`` on."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _loaded(builder, _vector(context, builder, signature.args[0], arguments[0], arguments[1]))
        stored = builder.store(found, _vector(context, builder, signature.args[2], arguments[2], arguments[3]))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(octets, types.int64, into, types.int64), code


def _get(typing: Any, array: Any, at: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.load(builder.gep(found.data, [arguments[1]]))

    return array.dtype(array, types.int64), code


def _put(typing: Any, array: Any, at: Any, value: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        fitting = context.cast(builder, arguments[2], signature.args[2], signature.args[0].dtype)
        builder.store(fitting, builder.gep(found.data, [arguments[1]]))
        return context.get_dummy_value()

    return types.void(array, types.int64, value), code


def _run(octets: Octets, at: int) -> Octets:
    if at < 0 or at + WIDTH > len(octets):
        raise IndexError(f"{WIDTH} octets at {at} of {len(octets)}")
    return octets[at : at + WIDTH]


def _plain_specials(octets: Octets, at: int) -> int:
    found = _run(octets, at).tolist()
    return sum(1 << place for place, each in enumerate(found) if each in (QUOTE, BACKSLASH) or each < SPACE)


def _plain_foreign(octets: Octets, at: int) -> int:
    return sum(1 << place for place, each in enumerate(_run(octets, at).tolist()) if each > LAST_ASCII)


def _plain_far_foreign(octets: Octets, at: int) -> int:
    return _plain_foreign(octets, at) | _plain_foreign(octets, at + WIDTH)


def _plain_alike(octets: Octets, at: int, others: Octets, place: int) -> int:
    pairs = zip(_run(octets, at).tolist(), _run(others, place).tolist(), strict=True)
    return sum(1 << number for number, (one, other) in enumerate(pairs) if one == other)


def _plain_copy(octets: Octets, at: int, into: Octets, place: int) -> None:
    _run(into, place)[:] = _run(octets, at)


def _plain_get(array: NDArray[Any], at: int) -> Any:
    return array[at]


def _plain_put(array: NDArray[Any], at: int, value: Any) -> None:
    array[at] = value


get: Callable[..., Any] = _plain_get if PLAIN else intrinsic(_get)
put: Callable[..., Any] = _plain_put if PLAIN else intrinsic(_put)
specials: Callable[..., Any] = _plain_specials if PLAIN else intrinsic(_specials)
foreign: Callable[..., Any] = _plain_foreign if PLAIN else intrinsic(_foreign)
far_foreign: Callable[..., Any] = _plain_far_foreign if PLAIN else intrinsic(_far_foreign)
alike: Callable[..., Any] = _plain_alike if PLAIN else intrinsic(_alike)
copy: Callable[..., Any] = _plain_copy if PLAIN else intrinsic(_copy)
