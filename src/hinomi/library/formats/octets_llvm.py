"""What :mod:`hinomi.library.formats.octets` asks of the machine, as LLVM's code; needs numba."""

from typing import Any

import numba
from llvmlite import ir  # type: ignore[import-untyped]

from hinomi.library.formats.octets import WIDTH, WORD

BIT, OCTET, LANE = ir.IntType(1), ir.IntType(8), ir.IntType(32)
VECTOR = ir.VectorType(OCTET, WIDTH)


def address(context: Any, builder: Any, kind: Any, octets: Any, at: Any, pointed: ir.Type) -> Any:
    """Code for a pointer to ``pointed`` at ``octets[at]``, an array of type ``kind``."""
    array = context.make_array(kind)(context, builder, octets)
    return builder.bitcast(builder.gep(array.data, [at]), pointed.as_pointer())


def loaded(builder: Any, at: Any) -> Any:
    value = builder.load(at)
    value.align = 1
    return value


def matches(typing: Any, octets: Any, at: Any, octet: Any) -> Any:
    """Bit i: whether ``octets[at + i]`` is ``octet``, for WIDTH octets."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = loaded(builder, address(context, builder, signature.args[0], arguments[0], arguments[1], VECTOR))
        blank = ir.Constant(VECTOR, ir.Undefined)
        single = builder.insert_element(blank, arguments[2], ir.Constant(LANE, 0))
        repeated = builder.shuffle_vector(single, blank, ir.Constant(ir.VectorType(LANE, WIDTH), None))
        return builder.bitcast(builder.icmp_unsigned("==", found, repeated), LANE)

    return numba.types.uint32(octets, numba.types.int64, numba.types.uint8), code


def load(typing: Any, octets: Any, at: Any) -> Any:
    """Eight octets from ``octets[at]`` on, the first as the lowest."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointed = ir.IntType(8 * WORD)
        return loaded(builder, address(context, builder, signature.args[0], arguments[0], arguments[1], pointed))

    return numba.types.uint64(octets, numba.types.int64), code


def lowest(typing: Any, bits: Any) -> Any:
    """Number of the lowest bit that is set; one is."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.zext(builder.cttz(arguments[0], ir.Constant(BIT, 1)), ir.IntType(64))

    return numba.types.int64(numba.types.uint32), code
