"""Pickles of which large parts stay on disk until they are looked at.

A file is the sizes of its parts, a pickle, and what that pickle leaves out (PEP 574): the octets of arrays, and of what
:class:`.kept.Kept` makes only when it is asked for. It is mapped into memory, privately: what is written to an array
that was read stays in this process.
"""

import gc
import mmap
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

LARGE = 256
"""Octets from which on a part is left out of the pickle."""
WORD = 8
ALIGNED = 64


def read(path: Path) -> Any:
    """What is kept, or None; a file that is damaged is none."""
    try:
        with path.open("rb") as file, without_collection():
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
            number = int.from_bytes(whole[:WORD], "little")
            sizes = whole[WORD : WORD * (number + 1)].cast("q").tolist()
            first, *others = (whole[begin : begin + size] for begin, size in zip(places(sizes), sizes, strict=True))
            found = pickle.loads(first, buffers=others)  # noqa: S301 — the folder is ours alone
        path.touch()
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    return found


def write(path: Path, kept: object) -> None:
    """Whole or not at all; a full disk costs only time."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(octets(kept))
        partial.replace(path)
    except (OSError, RecursionError):  # a condition may be nested deeper than pickles can be
        partial.unlink(missing_ok=True)


def octets(kept: object) -> bytearray:
    left_out: list[memoryview] = []

    def is_small(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= LARGE:
            left_out.append(raw)
        return raw.nbytes < LARGE

    parts = [memoryview(pickle.dumps(kept, protocol=5, buffer_callback=is_small)), *left_out]
    sizes = [part.nbytes for part in parts]
    begins = places(sizes)
    found = bytearray(begins[-1] + sizes[-1])
    for number, word in enumerate((len(parts), *sizes)):
        found[WORD * number : WORD * (number + 1)] = word.to_bytes(WORD, "little")
    for begin, part in zip(begins, parts, strict=True):
        found[begin : begin + part.nbytes] = part
    return found


def places(sizes: Sequence[int]) -> list[int]:
    """Where parts of these sizes begin, behind their sizes."""
    taken = [aligned(WORD * (len(sizes) + 1)), *map(aligned, sizes[:-1])]
    return list(accumulate(taken))


def aligned(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED


@contextmanager
def without_collection() -> Iterator[None]:
    """Looking for garbage among objects that are being made by the million takes most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
