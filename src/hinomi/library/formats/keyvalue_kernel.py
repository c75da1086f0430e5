"""The one-pass scanner of key=value lines: bytes to Arrow string views, compiled by numba.

Import this module only where many lines are to be read: loading the compiled code takes longer than
reading a few hundred lines with :mod:`hinomi.library.formats.keyvalue_reference`, whose grammar it follows.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

TRUNCATED = 1
"""The line's last quote never ends."""
ESCAPED = 2
"""A wanted value holds an escape, so its text is no slice of the line: read the line by the plain parser."""

INLINE = 12
"""Bytes of a string that a view holds itself (Arrow columnar format, variable-size binary view)."""
HASH_SEED = 2166136261
HASH_PRIME = 16777619
SPACE, QUOTE, BACKSLASH = ord(" "), ord('"'), ord("\\")

Octets = NDArray[np.uint8]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as machine code, kept on disk between processes.

    numba keeps it beside this file, else in the user's cache folder, or where NUMBA_CACHE_DIR says. Where
    none can be written (a read-only container without a home) each process compiles it, in a second or two.
    """
    try:
        code: Callable[..., Any] = numba.njit(function, nogil=True, cache=True)
    except RuntimeError:  # numba found no folder it may write to
        code = numba.njit(function, nogil=True)
    return code


def _separates(octet: int, only: int, separators: Octets) -> bool:
    """Whether an octet separates tokens: ``only`` is the line's separator, or negative while it is unknown."""
    if only >= 0:
        return octet == only
    for separator in separators:  # noqa: SIM110 (numba compiles no generator)
        if octet == separator:
            return True
    return False


def _write_view(views: NDArray[np.uint32], key: int, line: int, octets: Octets, first: int, last: int) -> None:
    size = last - first
    views[key, line, 0] = size
    for place in range(size if size <= INLINE else 4):
        views[key, line, 1 + (place >> 2)] |= np.uint32(octets[first + place]) << np.uint32(8 * (place & 3))
    if size > INLINE:
        views[key, line, 3] = first


def _find(
    slots: NDArray[np.int32], keys: Octets, bounds: NDArray[np.int32], code: int, octets: Octets, first: int, last: int
) -> int:
    """Number of the wanted key that is spelled ``octets[first:last]``, or -1."""
    mask = len(slots) - 1
    slot = np.int64(code) & mask
    while slots[slot] >= 0:
        key: int = slots[slot]
        low = bounds[key]
        if bounds[key + 1] - low == last - first:
            place = first
            while place < last and keys[low + place - first] == octets[place]:
                place += 1
            if place == last:
                return key
        slot = (slot + 1) & mask
    return -1


separates = compiled(_separates)
write_view = compiled(_write_view)
find = compiled(_find)


def _scan(
    octets: Octets,
    lines: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    separators: Octets,
    assign: int,
    slots: NDArray[np.int32],
    keys: Octets,
    bounds: NDArray[np.int32],
    views: NDArray[np.uint32],
    present: Octets,
    counts: NDArray[np.int32],
    flags: Octets,
) -> None:
    """Scan the pairs in ``octets[starts[i]:ends[i]]`` and write what was found into the last four arrays.

    ``slots``, ``keys`` and ``bounds`` come from :func:`table`. ``views`` (key, line, 4 words) receives string
    views into ``octets`` as buffer 0 and, behind the last key, the whole line from ``lines[i]`` on;
    ``present`` (key, line) is 1 where there is a value; ``counts`` says how many pairs a line holds, wanted
    or not; ``flags`` is TRUNCATED and ESCAPED.
    """
    for line in range(len(starts)):
        at, end = starts[line], ends[line]
        write_view(views, len(bounds) - 1, line, octets, lines[line], end)
        only = np.int64(-1)
        while at < end:
            if octets[at] == SPACE or separates(octets[at], only, separators):
                at += 1
                continue
            begin = at
            code = np.uint32(HASH_SEED)
            while at < end and octets[at] != assign and not separates(octets[at], only, separators):
                code = np.uint32((code ^ octets[at]) * np.uint32(HASH_PRIME))
                at += 1
            if at == end or octets[at] != assign:
                continue
            stop = at
            at += 1
            escaped = False
            if at < end and octets[at] == QUOTE:
                at += 1
                first = at
                while at < end and octets[at] != QUOTE:
                    if octets[at] == BACKSLASH and at + 1 < end and (octets[at + 1] in (QUOTE, BACKSLASH)):
                        escaped = True
                        at += 1
                    at += 1
                last = at
                if at == end:
                    flags[line] |= TRUNCATED
                while at < end and not separates(octets[at], only, separators):
                    at += 1
            else:
                first = at
                while at < end and not separates(octets[at], only, separators):
                    at += 1
                last = at
            if only < 0 and at < end:
                only = np.int64(octets[at])
            if stop == begin:
                continue
            counts[line] += 1
            key = find(slots, keys, bounds, code, octets, begin, stop)
            if key < 0 or present[key, line]:
                continue
            present[key, line] = 1
            write_view(views, key, line, octets, first, last)
            if escaped:
                flags[line] |= ESCAPED


machine_code = compiled(_scan)


def scan(*arguments: NDArray[Any] | int) -> None:
    """:func:`_scan`, compiled; a full disk keeps the code from being stored, not from being run."""
    try:
        machine_code(*arguments)
    except OSError:  # from storing, after compiling and before the first run
        machine_code(*arguments)


def table(keys: tuple[str, ...]) -> tuple[NDArray[np.int32], Octets, NDArray[np.int32]]:
    """An open-addressed hash table of ``keys`` for :func:`scan`: slots, the keys' octets, and their bounds."""
    encoded = [key.encode() for key in keys]
    size = 1 << (4 * len(keys)).bit_length()
    slots = np.full(size, -1, dtype=np.int32)
    for number, key in enumerate(encoded):
        slot = _hash(key) & (size - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
    bounds = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return slots, np.frombuffer(b"".join(encoded), dtype=np.uint8), bounds


def _hash(key: bytes) -> int:
    """FNV-1a, 32 bits."""
    code = HASH_SEED
    for octet in key:
        code = ((code ^ octet) * HASH_PRIME) & 0xFFFFFFFF
    return code
