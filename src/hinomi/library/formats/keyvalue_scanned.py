"""Key=value lines to cells by the compiled scanner; imported only where it is worth loading."""

import numpy as np

from hinomi.library.formats import keyvalue_kernel as kernel
from hinomi.library.formats.cells_scanned import Scanned
from hinomi.library.formats.keyvalue import Grammar
from hinomi.library.formats.lines import Lines, Offsets
from hinomi.library.formats.octets import WORD, run


def scanned(lines: Lines, starts: Offsets, grammar: Grammar) -> Scanned:
    """The cells of lines that are UTF-8, at least one; see :func:`hinomi.library.formats.keyvalue.scan`."""
    origin, end = int(lines.starts[0]), int(lines.ends[-1])
    payload = np.frombuffer(lines.payload, dtype=np.uint8)[origin:end]
    wanted = grammar.wanted
    height, width = len(lines), len(wanted.keys)
    room = int(np.minimum(width, (lines.ends - starts) // 2).sum()) + height
    begins = np.empty(height + 1, dtype=np.int64)
    keys, views = np.empty(room, dtype=np.int16), np.empty(2 * room, dtype=np.uint64)
    spare = np.empty(len(payload), dtype=np.uint8)
    pairs, flags = np.zeros(height, dtype=np.int32), np.zeros(height, dtype=np.uint8)
    used = run(
        kernel.scan,
        payload,
        lines.starts - origin,
        starts - origin,
        lines.ends - origin,
        np.frombuffer(grammar.separators.encode(), dtype=np.uint8),
        ord(grammar.assign),
        _words(wanted.blanks),
        np.array([wanted.variants.get(key, -1) for key in wanted.keys], dtype=np.int16),
        *kernel.table(wanted.keys),
        np.full(width, -1, dtype=np.int64),
        np.zeros(width + 1, dtype=np.int16),
        begins,
        keys,
        views,
        np.empty((room, 3), dtype=np.int64),
        spare,
        pairs,
        flags,
    )
    count = int(begins[-1])
    truncated = (flags & kernel.TRUNCATED).astype(np.bool_)
    return Scanned(
        begins, keys[:count], views[: 2 * count], payload, spare[:used].copy(), lines.numbers, pairs, truncated
    )


def _words(texts: tuple[str, ...]) -> kernel.Words:
    """Each text as its size and a word."""
    rows = [(len(text.encode()), int.from_bytes(text.encode()[:WORD], "little")) for text in texts]
    return np.array(rows, dtype=np.uint64).reshape(len(rows), 2)
