"""What :mod:`hinomi.library.formats.jsonscan.vectors` asks of the machine, as LLVM's code; needs numba."""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types

from hinomi.library.formats.jsonscan.vectors import BACKSLASH, QUOTE, SPACE
from hinomi.library.formats.octets import WIDTH
from hinomi.library.formats.octets_llvm import LANE, OCTET, VECTOR, address, loaded


def vector(context: Any, builder: Any, kind: Any, octets: Any, at: Any) -> Any:
    """Code for a pointer to the WIDTH octets from ``octets[at]`` on."""
    return address(context, builder, kind, octets, at, VECTOR)


def every(octet: int) -> Any:
    return ir.Constant(VECTOR, [ir.Constant(OCTET, octet)] * WIDTH)


def specials(typing: Any, octets: Any, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` ends a run of plain text in a string: quote, backslash, control character."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = loaded(builder, vector(context, builder, signature.args[0], *arguments))
        quoted = builder.icmp_unsigned("==", found, every(QUOTE))
        escaped = builder.icmp_unsigned("==", found, every(BACKSLASH))
        control = builder.icmp_unsigned("<", found, every(SPACE))
        return builder.bitcast(builder.or_(builder.or_(quoted, escaped), control), LANE)

    return types.uint32(octets, types.int64), code


def foreign(typing: Any, octets: Any, at: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is not ASCII."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = loaded(builder, vector(context, builder, signature.args[0], *arguments))
        return builder.bitcast(builder.icmp_signed("<", found, every(0)), LANE)

    return types.uint32(octets, types.int64), code


def far_foreign(typing: Any, octets: Any, at: Any) -> Any:
    """Not 0 if some of twice WIDTH octets is not ASCII."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        first = vector(context, builder, signature.args[0], *arguments)
        second = builder.gep(first, [ir.Constant(LANE, 1)])
        found = builder.or_(loaded(builder, first), loaded(builder, second))
        return builder.bitcast(builder.icmp_signed("<", found, every(0)), LANE)

    return types.uint32(octets, types.int64), code


def alike(typing: Any, octets: Any, at: Any, others: Any, place: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``others[place + i]``."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = loaded(builder, vector(context, builder, signature.args[0], arguments[0], arguments[1]))
        other = loaded(builder, vector(context, builder, signature.args[2], arguments[2], arguments[3]))
        return builder.bitcast(builder.icmp_unsigned("==", one, other), LANE)

    return types.uint32(octets, types.int64, others, types.int64), code


def copy(typing: Any, octets: Any, at: Any, into: Any, place: Any) -> Any:
    """Copy WIDTH octets from ``octets[at]`` on to ``into[place]`` on."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = loaded(builder, vector(context, builder, signature.args[0], arguments[0], arguments[1]))
        stored = builder.store(found, vector(context, builder, signature.args[2], arguments[2], arguments[3]))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(octets, types.int64, into, types.int64), code


def get(typing: Any, array: Any, at: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.load(builder.gep(found.data, [arguments[1]]))

    return array.dtype(array, types.int64), code


def put(typing: Any, array: Any, at: Any, value: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        fitting = context.cast(builder, arguments[2], signature.args[2], signature.args[0].dtype)
        builder.store(fitting, builder.gep(found.data, [arguments[1]]))
        return context.get_dummy_value()

    return types.void(array, types.int64, value), code
