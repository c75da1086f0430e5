"""Finds needles in columns of texts: few by plain Python, many by :mod:`.kernel`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.worth import Worth
from hinomi.pipeline.detect.sigma.engine.cells import Cells, Columns
from hinomi.pipeline.detect.sigma.engine.needles import EDGE, Needles
from hinomi.pipeline.detect.sigma.engine.texts import Texts

worth_compiling = Worth("hinomi.pipeline.detect.sigma.engine.kernel", "find", kept=400_000, unkept=5_000_000)
"""Asked for looks for a needle in a value."""

Pairs = NDArray[np.int64]
"""(n, 2): number of a needle, row."""
Groups = NDArray[np.int32]
"""Of each row its group, negative for rows that are not looked at."""
Needed = NDArray[np.bool_]
"""(part, group): which parts of the needles are looked for in rows of which groups."""

ODD = str.maketrans({"\u212a": "k", "\u0130": "i\u0307", "\u017f": "s"})
"""Letters that are equal to letters of ASCII when case is set aside: in lower case, or (ſ) in regular expressions."""
STRANGE = tuple(chr(letter).encode() for letter in ODD)


def scan(needles: Needles, cells: Cells, columns: Columns, groups: Groups, needed: Needed) -> Pairs:
    """Each needle with each row that has it in the column of the needle's part, perhaps more than once."""
    pairs, odd = found(needles, cells, columns, groups, needed)
    if not len(odd):
        return pairs
    parts, rows = odd.T
    own = np.zeros(len(columns), dtype=np.int32), parts.astype(np.int32), np.eye(len(columns), dtype=np.bool_)
    more, _ = found(needles, folded(cells, columns[parts], rows), *own)
    more[:, 1] = rows[more[:, 1]]
    return np.concatenate((pairs, more))


def found(
    needles: Needles, cells: Cells, columns: Columns, groups: Groups, needed: Needed
) -> tuple[Pairs, NDArray[np.int64]]:
    """Pairs of needle and row; and part and row of values to be read again, folded."""
    rows = np.bincount(groups[groups >= 0], minlength=needed.shape[1])
    looks = (needed[columns >= 0] @ rows) @ np.diff(needles.parts)[columns >= 0]
    if not looks:
        return np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    if not worth_compiling(int(looks)):
        return plainly_found(needles, cells, columns, groups, needed)
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.detect.sigma.engine import kernel

    if needles.sampled is not None:
        from hinomi.pipeline.detect.sigma.engine.sieve import may_hold

        may = np.empty(len(groups), dtype=np.int32)
        far = needles.sampled, needles.sampled_filter, needles.stride
        run(may_hold, cells.packed, groups, needed, *far, may)
        groups = may
    room, space = np.empty((len(groups), 2), dtype=np.int64), np.empty((64, 2), dtype=np.int64)
    while True:
        last = np.full(len(needles), -1, dtype=np.int64)
        known = np.zeros((kernel.SLOTS, 4), dtype=np.int64)
        count, strange = run(
            kernel.find,
            cells.packed,
            columns,
            groups,
            needed,
            needles.packed,
            kernel.FOLD,
            last,
            known,
            space,
            room,
        )
        if count <= len(room) and strange <= len(space):
            return room[:count], space[:strange]
        room, space = np.empty((max(count, 1), 2), dtype=np.int64), np.empty((max(strange, 1), 2), dtype=np.int64)


def count(cells: Cells, columns: Columns, groups: Groups, seen: NDArray[np.int64]) -> None:
    """Add the grams of columns, in rows that are looked at, to those seen, where compiled code is at hand."""
    if worth_compiling(0):
        from hinomi.library.formats.octets import run
        from hinomi.pipeline.detect.sigma.engine import kernel

        run(kernel.count, cells.packed, columns, groups, kernel.FOLD, seen)


def plainly_found(
    needles: Needles, cells: Cells, columns: Columns, groups: Groups, needed: Needed
) -> tuple[Pairs, NDArray[np.int64]]:
    edge, pairs, odd = bytes([EDGE]), [], []
    for part, column in enumerate(columns.tolist()):
        if column < 0:
            continue
        rows = np.flatnonzero((groups >= 0) & needed[part][groups] & (cells.kinds[column] >= cells.least)).tolist()
        literals = list(enumerate(needles.literals(part), int(needles.parts[part]))) if rows else []
        for row in rows:
            text = cells.octets(column, row)
            if not text.isascii() and any(letter in text for letter in STRANGE):
                odd.append((part, row))
            text = edge + text.lower() + edge
            pairs += [(number, row) for number, literal in literals if literal in text]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(odd, dtype=np.int64).reshape(-1, 2)


def folded(cells: Cells, columns: Columns, rows: NDArray[np.int64]) -> Cells:
    """These cells one below the other, in lower case as far as that is not ASCII's."""
    places = zip(columns.tolist(), rows.tolist(), strict=True)
    parts = [cells.octets(column, row).decode().translate(ODD).encode() for column, row in places]
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
    return Cells.of([Texts.between(np.frombuffer(b"".join(parts), dtype=np.uint8), offsets)], len(parts))
