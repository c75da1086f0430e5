"""Lines of key=value pairs to columns.

    for cells in read(lines, starts, keys=("devname", "srcip"), separators=" ,"):
        cells["srcip"]           # String, null where the line has no such key

Each frame holds a row a line, in order: a String column a wanted key, and what is known of the line itself
in the columns LINE, RAW, PAIRS, TRUNCATED and RECODED.

Many lines are scanned by :mod:`hinomi.library.formats.keyvalue_kernel` without copying: the columns are
views into the payload. Lines that are not UTF-8 or hold escapes, and small payloads as a whole, are read by
:mod:`hinomi.library.formats.keyvalue_reference`; the cells are the same.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.lines import Lines, Offsets, decode

LINE = "@line"
"""Int64: the line's 1-based number in the payload."""
RAW = "@raw"
"""String: the line, header included."""
PAIRS = "@pairs"
"""Int32: how many pairs the line holds, wanted or not."""
TRUNCATED = "@truncated"
"""Boolean: the line ends within a quote or within a character."""
RECODED = "@recoded"
"""String: how a line was read that is not UTF-8 (``recoded:cp932``); null for UTF-8."""
ABOUT = {LINE: pl.Int64(), RAW: pl.String(), PAIRS: pl.Int32(), TRUNCATED: pl.Boolean(), RECODED: pl.String()}

LOADING = 20_000
"""Lines that the plain parser reads in the time a process needs to load the compiled scanner (1.5 s of CPU;
measured by ``benchmarks/parse_keyvalue.py``)."""
KERNEL = "hinomi.library.formats.keyvalue_kernel"
CHUNK_LINES = 1 << 15
CHUNK_BYTES = 1 << 26

Cells = Mapping[str, str | int | bool | None]


def read(
    lines: Lines,
    starts: Offsets,
    *,
    keys: tuple[str, ...],
    separators: str = " ",
    assign: str = "=",
    compiled: bool | None = None,
) -> Iterator[pl.DataFrame]:
    """Frames of bounded size over all ``lines``; ``starts`` says where in the payload each line's pairs begin.

    ``compiled`` chooses the scanner or the plain parser; by default whichever is quicker in this process.
    """
    if compiled is None:
        compiled = worth_compiling(len(lines))
    read_chunk = _scanned if compiled else _parsed
    for part in _chunks(lines):
        yield read_chunk(lines.take(part), starts[part], keys, separators, assign)


@dataclass
class Tally:
    """How many lines this process has read by the plain parser."""

    lines: int = 0


READ_PLAINLY = Tally()


def worth_compiling(lines: int) -> bool:
    """Whether this process should use the scanner for ``lines`` more.

    Yes where it is loaded; else once the lines read so far would have paid for loading it. So a short process
    never waits for it, and a long one never does much more than twice the least work.
    """
    if KERNEL in sys.modules:
        return True
    READ_PLAINLY.lines += lines
    return READ_PLAINLY.lines > LOADING


def about(number: int, raw: bytes, *, pairs: int = 0, truncated: bool = False) -> Cells:
    """The cells that say what is known of a line itself."""
    text, label = decode(raw)
    cut = label == "truncated"
    return {LINE: number, RAW: text, PAIRS: pairs, TRUNCATED: truncated or cut, RECODED: None if cut else label}


def frame(rows: Iterable[Cells], keys: tuple[str, ...]) -> pl.DataFrame:
    """Rows of cells in the shape of :func:`read`; cells of other keys are left out."""
    held = list(rows)
    columns: dict[str, list[object]] = {name: [None] * len(held) for name in (*keys, *ABOUT)}
    for place, cells in enumerate(held):
        for name in cells.keys() & columns.keys():
            columns[name][place] = cells[name]
    return pl.DataFrame(columns, schema={**dict.fromkeys(keys, pl.String()), **ABOUT})


def _chunks(lines: Lines) -> Iterator[slice]:
    begin = 0
    while begin < len(lines):
        fitting = int(np.searchsorted(lines.ends, lines.starts[begin] + CHUNK_BYTES))
        stop = min(begin + CHUNK_LINES, max(begin + 1, fitting))
        yield slice(begin, stop)
        begin = stop


def _parsed(lines: Lines, starts: Offsets, keys: tuple[str, ...], separators: str, assign: str) -> pl.DataFrame:
    def row(number: int, raw: bytes, header: int) -> Cells:
        pairs = parse(decode(raw[header:])[0], separators, assign)
        return {**pairs.values, **about(number, raw, pairs=pairs.count, truncated=pairs.truncated)}

    headers = (starts - lines.starts).tolist()
    return frame((row(number, raw, header) for (number, raw), header in zip(lines, headers, strict=True)), keys)


def _scanned(lines: Lines, starts: Offsets, keys: tuple[str, ...], separators: str, assign: str) -> pl.DataFrame:
    from hinomi.library.formats import keyvalue_kernel as kernel

    origin = int(lines.starts[0])
    payload = memoryview(lines.payload)[origin : int(lines.ends[-1])]
    height = len(lines)
    views = np.zeros((len(keys) + 1, height, 4), dtype=np.uint32)
    present = np.zeros((len(keys) + 1, height), dtype=np.uint8)
    present[-1] = 1
    counts = np.zeros(height, dtype=np.int32)
    flags = np.zeros(height, dtype=np.uint8)
    kernel.scan(
        np.frombuffer(payload, dtype=np.uint8),
        lines.starts - origin,
        starts - origin,
        lines.ends - origin,
        np.frombuffer(separators.encode(), dtype=np.uint8),
        ord(assign),
        *kernel.table(keys),
        views,
        present,
        counts,
        flags,
    )
    slow = np.union1d(np.flatnonzero(flags & kernel.ESCAPED), lines.not_utf8()).astype(np.int64)
    present[:, slow] = 0
    validity = np.packbits(present, axis=1, bitorder="little")
    buffer = pa.py_buffer(payload)

    def strings(key: int) -> pa.Array:
        parts = [pa.py_buffer(validity[key]), pa.py_buffer(views[key]), buffer]
        return pa.Array.from_buffers(pa.string_view(), height, parts)

    scanned = pl.DataFrame(
        {
            **{key: pl.Series(strings(number)) for number, key in enumerate(keys)},
            LINE: lines.numbers,
            RAW: pl.Series(strings(len(keys))),
            PAIRS: counts,
            TRUNCATED: (flags & kernel.TRUNCATED).astype(np.bool_),
            RECODED: pl.Series([None], dtype=pl.String).new_from_index(0, height),
        }
    )
    if not len(slow):
        return scanned
    order = np.arange(height)
    order[slow] = height + np.arange(len(slow))
    return pl.concat([scanned, _parsed(lines.take(slow), starts[slow], keys, separators, assign)])[order]
