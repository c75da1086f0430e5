"""Machine code that numba made, loaded by llvmlite and called by ctypes; see :mod:`hinomi.library.formats.machine`."""

import ctypes
from functools import cache
from typing import Any

import numpy as np

NUMBERS = {
    "i8": ctypes.c_int64, "u8": ctypes.c_uint64, "i4": ctypes.c_int32, "u4": ctypes.c_uint32, "i2": ctypes.c_int16,
    "u2": ctypes.c_uint16, "i1": ctypes.c_int8, "u1": ctypes.c_uint8, "b1": ctypes.c_bool,
}  # fmt: skip
POINTER, WORD = ctypes.c_void_p, ctypes.c_int64


class Entry:
    """Machine code for arguments of some kinds, in numba's convention for calls: an array is seven words or more."""

    def __init__(self, symbol: str, returns: str, code: bytes, kinds: tuple[str, ...]) -> None:
        arguments = [one for kind in kinds for one in passed(kind)]
        engine().add_object_file(loaded().ObjectFileRef.from_data(code))
        engine().finalize_object()
        self._run = ctypes.CFUNCTYPE(ctypes.c_int32, POINTER, POINTER, *arguments)(
            engine().get_function_address(symbol)
        )
        self._symbol, self._nothing = symbol, not returns
        self._returns = np.dtype(returns or "i8", align=True)

    def __call__(self, words: list[Any]) -> Any:
        found, problem = np.zeros((), dtype=self._returns), np.zeros((), dtype=np.int64)
        if self._run(found.ctypes.data, problem.ctypes.data, *words):
            raise RuntimeError(f"{self._symbol}: machine code failed")
        return None if self._nothing else found.item()


class Packed:
    """Arguments that are passed again and again, with their kinds and the words that they are passed as."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.kinds, self.words = packed(arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        """Arrays are elsewhere when they were pickled."""
        return Packed, self.arguments


def packed(arguments: tuple[Any, ...]) -> tuple[tuple[str, ...], list[Any]]:
    kinds: list[str] = []
    words: list[Any] = []
    for argument in arguments:
        if isinstance(argument, Packed):
            kinds += argument.kinds
            words += argument.words
        else:
            kinds.append(kind(argument))
            words += words_of(argument)
    return tuple(kinds), words


def kind(argument: Any) -> str:
    if isinstance(argument, np.ndarray):
        return f"{argument.dtype.str[1:]}:{argument.ndim}"
    if isinstance(argument, np.generic):
        return argument.dtype.str[1:]
    return "b1" if isinstance(argument, bool) else "i8"


def passed(kind: str) -> list[Any]:
    number, _, dimensions = kind.partition(":")
    if not dimensions:
        return [NUMBERS[number]]
    return [POINTER, POINTER, WORD, WORD, POINTER, *[WORD] * (2 * int(dimensions))]


def words_of(argument: Any) -> tuple[Any, ...]:
    if not isinstance(argument, np.ndarray):
        return (argument.item() if isinstance(argument, np.generic) else argument,)
    if not argument.flags.c_contiguous:
        raise ValueError("an array that is not in C order")
    return (None, None, argument.size, argument.itemsize, argument.ctypes.data, *argument.shape, *argument.strides)


@cache
def loaded() -> Any:
    from llvmlite import binding  # type: ignore[import-untyped]

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    # numba's code mentions it behind a question that is never true: arrays come without numba's counter of references
    binding.add_symbol("NRT_MemInfo_call_dtor", ctypes.cast(ctypes.pythonapi.Py_FatalError, POINTER).value)
    return binding


@cache
def engine() -> Any:
    binding = loaded()
    target = binding.Target.from_default_triple().create_target_machine()
    return binding.create_mcjit_compiler(binding.parse_assembly(""), target)
