"""Functions as machine code, kept on disk: a process that finds them there runs them without loading numba.

    @inner
    def seek(octets, at): ...            # for compiled functions to call
    scan = compiled(_scan)               # by numba, when it is first called with arguments of these types
    scan(octets, 0)

numba takes a second of CPU before it runs anything, even code that it keeps itself; llvmlite, which is all that is
needed to run what numba made, takes a tenth of that. What is kept is known by the sources of the function and of all
that it calls, by the constants these use, by versions and by the processor. It lies beside the function's file, else
in the user's cache folder; where neither can be written to, each process compiles.

Arguments are numbers, truth values and arrays in C order, or Packed ones; a function returns nothing, a number, or
several. It runs without Python's lock, and nothing checks an index.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from hinomi.library.formats.machine_call import Entry, loaded, packed
from hinomi.library.own_folder import own_folder

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
CONSTANTS = (int, str, bytes, tuple, np.generic, np.ndarray)
LOADING = Lock()


class Inner:
    """A function for compiled ones to call. ``make`` gives what numba knows it as; ``source`` is the file it is in."""

    def __init__(self, function: Callable[..., Any], make: Callable[[], Any], source: Path) -> None:
        self.function, self.source, self._make = function, source, make

    @cached_property
    def made(self) -> Any:
        return self._make()

    @property
    def _numba_type_(self) -> Any:
        """Asked by numba of a value it does not know."""
        from numba.core.registry import cpu_target

        made = self.made
        cpu_target.typing_context.refresh()  # what was made now is known only then
        return cpu_target.typing_context.resolve_value_type(made)

    def __call__(self, *arguments: Any) -> Any:
        return self.made(*arguments)


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` for compiled ones to call."""

    def make() -> Any:
        import numba

        return numba.njit(function)

    return function if PLAIN else Inner(function, make, file_of(function))


def intrinsic(plain: Callable[..., Any], module: str) -> Callable[..., Any]:
    """``plain``, as instructions of the machine: the function of that name in ``module`` writes LLVM's code for it."""

    def make() -> Any:
        from numba.extending import intrinsic

        return intrinsic(getattr(import_module(module), plain.__name__))

    source = Path(__file__).parents[2].joinpath(*module.split(".")[1:]).with_suffix(".py")
    return plain if PLAIN else Inner(plain, make, source)


class Code:
    """A compiled function; called, it runs the machine code for arguments of these types."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self._entries: dict[tuple[str, ...], Entry] = {}

    def __call__(self, *arguments: Any) -> Any:
        kinds, words = packed(arguments)
        entry = self._entries.get(kinds)
        if entry is None:
            with LOADING:
                entry = self._entries[kinds] = Entry(*self._made(kinds), kinds)
        return entry(words)

    @property
    def is_kept(self) -> bool:
        """Whether it was compiled before, for arguments of whatever types."""
        return bool(self._entries) or any(self._files("*"))

    def _made(self, kinds: tuple[str, ...]) -> tuple[str, str, bytes]:
        named = hashlib.sha256(repr(kinds).encode()).hexdigest()[:8]
        for path in self._files(named):
            try:
                sealed, content = path.read_bytes().split(b"\n", 1)
            except (OSError, ValueError):
                continue
            if sealed == seal(content):  # LLVM ends the process over what is damaged
                symbol, returns, code = content.split(b"\n", 2)
                return symbol.decode(), returns.decode(), code
        made = translated(self.function, kinds)
        content = f"{made[0]}\n{made[1]}\n".encode() + made[2]
        self._keep(named, seal(content) + b"\n" + content)
        return made

    def _files(self, named: str) -> Iterator[Path]:
        for folder in folders(file_of(self.function)):
            yield from folder.glob(f"{self._stem}-{named}-{machine()}-{self._digest}.code")

    def _keep(self, named: str, content: bytes) -> None:
        """Whole or not at all; a full disk costs only time."""
        for folder in folders(file_of(self.function)):
            final = folder / f"{self._stem}-{named}-{machine()}-{self._digest}.code"
            partial = final.with_name(f"{final.name}.{os.getpid()}")
            try:
                partial.write_bytes(content)
                partial.replace(final)
                for old in set(folder.glob(f"{self._stem}-{named}-{machine()}-*.code")) - {final}:
                    old.unlink(missing_ok=True)
            except OSError:
                partial.unlink(missing_ok=True)
            else:
                return

    @cached_property
    def _stem(self) -> str:
        name = "".join(letter if letter.isalnum() else "_" for letter in self.function.__qualname__)
        return f"{file_of(self.function).stem}.{name}"

    @cached_property
    def _digest(self) -> str:
        found = hashlib.sha256(self.function.__qualname__.encode())
        for part in sources(self.function, set()):
            found.update(part)
        return found.hexdigest()[:16]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as machine code, kept on disk between processes."""
    return function if PLAIN else Code(function)


def translated(function: Callable[..., Any], kinds: tuple[str, ...]) -> tuple[str, str, bytes]:
    """By numba: the name of the machine code in the object file, the types it returns, the file."""
    import numba
    from numba import types

    def typed(kind: str) -> Any:
        number, _, dimensions = kind.partition(":")
        found = numba.from_dtype(np.dtype(number))
        return types.Array(found, int(dimensions), "C") if dimensions else found

    arguments = tuple(map(typed, kinds))
    njit: Any = numba.njit
    compiler = njit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    compiler.compile(arguments)
    made = compiler.overloads[arguments]
    _, _, (code, _) = made.library.serialize_using_object_code()
    if b"NRT_Allocate" in code:
        raise TypeError(f"{function.__qualname__} makes arrays, for which numba would have to be there")
    returned: Any = made.fndesc.restype
    if isinstance(returned, types.BaseTuple):
        several = [*returned.types]  # type: ignore[attr-defined]
    else:
        several = [] if returned == types.none else [returned]
    returns = ",".join(np.dtype(str(one).replace("boolean", "bool")).str[1:] for one in several)
    return made.fndesc.llvm_func_name, returns, code


def seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def sources(function: Callable[..., Any], seen: set[Any]) -> Iterator[bytes]:
    """The source files of a function and of those that it calls, and the constants that they use."""
    seen.add(function)
    yield file_of(function).read_bytes()
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if isinstance(value, Inner) and value.function not in seen:
            yield value.source.read_bytes()
            yield from sources(value.function, seen)
        elif isinstance(value, np.ndarray):
            yield name.encode() + value.tobytes()
        elif isinstance(value, CONSTANTS):
            yield f"{name}={value!r}".encode()


def file_of(function: Callable[..., Any]) -> Path:
    return Path(function.__code__.co_filename)


def folders(beside: Path) -> Iterator[Path]:
    """Where code may be kept that other processes run; the first that can be written to is used."""
    folder = beside.parent / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        pass
    else:
        yield folder
    if own := own_folder("code"):
        yield own


@cache
def machine() -> str:
    """Names the processor, and the versions that translate."""
    binding = loaded()
    said = (binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten(), sys.platform)
    return hashlib.sha256(repr((said, *versions("numba", "llvmlite"))).encode()).hexdigest()[:8]


def versions(*names: str) -> tuple[str, ...]:
    """Those of installed distributions, by their folders' names: importlib.metadata takes long to load.

    It is asked for what is not there, and raises PackageNotFoundError.
    """
    suffix, found = ".dist-info", dict[str, str]()
    for path in map(Path, sys.path):
        for folder in path.iterdir() if path.is_dir() else ():
            if folder.name.endswith(suffix):
                name, _, version = folder.name.removesuffix(suffix).rpartition("-")
                found.setdefault(name.lower(), version)
    return tuple(found.get(name.replace("-", "_")) or version_of(name) for name in names)


def version_of(name: str) -> str:
    from importlib.metadata import version

    return version(name)
