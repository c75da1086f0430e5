"""Lines of key=value pairs to cells, and to columns.

    grammar = Grammar(Wanted(("devname", "srcip")), separators=" ,")
    for cells in scan(lines, starts, grammar): …     # cells.Cells
    for frame in read(lines, starts, grammar):
        frame["srcip"]                               # String, null where the line has no such key

Many lines are scanned by :mod:`hinomi.library.formats.keyvalue_kernel` without copying: values are views into the
payload. Lines that are not UTF-8, and small payloads as a whole, are read by
:mod:`hinomi.library.formats.keyvalue_reference`; the cells are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from hinomi.library.formats.cells import LINE, Cells, Parsed, Values, Wanted, about
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.lines import Lines, Offsets, decode
from hinomi.library.formats.worth import Worth

worth_compiling = Worth("hinomi.library.formats.keyvalue_kernel", "scan", kept=1_500, unkept=20_000)
"""Asked for lines (measured by ``benchmarks/parse.py``)."""
CHUNK_LINES = 1 << 15
CHUNK_BYTES = 1 << 26


@dataclass(frozen=True)
class Grammar:
    """Which cells are wanted, and how a line writes its pairs."""

    wanted: Wanted
    separators: str = " "
    assign: str = "="


def scan(lines: Lines, starts: Offsets, grammar: Grammar, *, compiled: bool | None = None) -> Iterator[Cells]:
    """The cells of all ``lines``, a bounded number at a time; ``starts`` says where in the payload each line's pairs
    begin. In order, but for lines that are not UTF-8: they come after the rest of their chunk.

    ``compiled`` chooses the scanner or the plain parser; by default whichever is quicker in this process.
    """
    for chunk in _chunks(lines, starts, grammar, compiled):
        yield from chunk


def read(lines: Lines, starts: Offsets, grammar: Grammar, *, compiled: bool | None = None) -> Iterator[pl.DataFrame]:
    """Like :func:`scan`, in frames of a row a line, in order; see :func:`frame`."""
    for chunk in _chunks(lines, starts, grammar, compiled):
        yield pl.concat([frame(cells, grammar.wanted) for cells in chunk]).sort(LINE)


def frame(cells: Cells, wanted: Wanted) -> pl.DataFrame:
    """Cells as a frame: a String column for each of ``wanted``, RAW, and ABOUT."""
    codes, shapes = cells.grouped(np.zeros(len(wanted.names), dtype=np.uint8))
    places = np.full((len(shapes), len(wanted.numbers)), -1, dtype=np.int16)
    number_of = np.array([wanted.numbers[name] for name in wanted.names])
    for shape, of_shape in zip(shapes, places, strict=True):
        of_shape[number_of[shape.numbers]] = np.arange(len(shape.numbers))
    columns = cells.texts(codes, places, np.arange(len(codes)))
    return pl.DataFrame(dict(zip(wanted.numbers, columns, strict=True))).hstack(cells.about)


def _chunks(lines: Lines, starts: Offsets, grammar: Grammar, compiled: bool | None) -> Iterator[list[Cells]]:
    if compiled is None:
        compiled = worth_compiling(len(lines))
    begin = 0
    while begin < len(lines):
        fitting = int(np.searchsorted(lines.ends, lines.starts[begin] + CHUNK_BYTES))
        stop = min(begin + CHUNK_LINES, max(begin + 1, fitting))
        some, begins = lines.take(slice(begin, stop)), starts[begin:stop]
        yield _scanned(some, begins, grammar) if compiled else [_parsed(some, begins, grammar)]
        begin = stop


def _parsed(lines: Lines, starts: Offsets, grammar: Grammar) -> Cells:
    def cells(number: int, raw: bytes, header: int) -> Values:
        pairs = parse(decode(raw[header:])[0], grammar.separators, grammar.assign)
        itself = about(number, raw, pairs=pairs.count, truncated=pairs.truncated)
        return {**itself, **pairs.values, **itself}  # the line first, and as it is whatever its keys are called

    headers = (starts - lines.starts).tolist()
    found = [cells(number, raw, header) for (number, raw), header in zip(lines, headers, strict=True)]
    return Parsed(found, grammar.wanted)


def _scanned(lines: Lines, starts: Offsets, grammar: Grammar) -> list[Cells]:
    from hinomi.library.formats.keyvalue_scanned import scanned

    foreign = lines.not_utf8()
    if not foreign:
        return [scanned(lines, starts, grammar)]
    known = np.delete(np.arange(len(lines)), foreign)
    rest = _parsed(lines.take(np.array(foreign)), starts[foreign], grammar)
    return [scanned(lines.take(known), starts[known], grammar), rest] if len(known) else [rest]
