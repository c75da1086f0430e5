"""Runs the compiled scanner over documents; imported only where it is worth loading."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan import kernel
from hinomi.library.formats.jsonscan.documents import Documents
from hinomi.library.formats.jsonscan.found import Cells
from hinomi.library.formats.jsonscan.tables import tables
from hinomi.library.formats.jsonscan.wanted import Wanted
from hinomi.library.formats.octets import WIDTH, run

ENDING = 1 << 16
"""Octets of documents of which a copy is made: documents that end with the payload are shorter, mostly."""


def scanned(documents: Documents, wanted: Wanted) -> tuple[Cells, NDArray[np.int64]]:
    """What the scanner found, and the rows that it left alone."""
    rows, width = len(documents), len(wanted.names)
    kinds, views = np.zeros(width * rows, dtype=np.uint8), np.empty(width * rows * 2, dtype=np.uint64)
    touched = np.zeros(width, dtype=np.uint8)
    spare = np.empty(int((documents.ends - documents.starts).sum()) + kernel.BEHIND, dtype=np.uint8)
    flags = np.empty(rows, dtype=np.uint8)
    ending = np.concatenate((documents.octets[-ENDING:], np.zeros(kernel.BEHIND, dtype=np.uint8)))
    ending.flags.writeable = False
    scratch = (
        np.zeros(kernel.ENTRIES * WIDTH, dtype=np.uint8),
        np.zeros(kernel.ENTRIES * kernel.KNOWN, dtype=np.int64),
        np.zeros(kernel.SLOTS, dtype=np.int32),
        np.full(len(wanted.states), -1, dtype=np.int64),
        np.empty(kernel.DEPTH * kernel.OPENED, dtype=np.int64),
    )
    known = (documents.starts, documents.ends, wanted.fold, wanted.close, *tables(wanted))
    found = (touched, spare, kinds, views, flags)
    size = len(documents.octets)
    safe = int(np.searchsorted(documents.ends, size - kernel.BEHIND, side="right"))
    used = run(kernel.scan, documents.octets, 0, 0, safe, 0, *known, *scratch, *found)
    run(kernel.scan, ending, size + kernel.BEHIND - len(ending), safe, rows, used, *known, *scratch, *found)
    flags[documents.absent] = kernel.REREAD
    cells = Cells(kinds.reshape(width, rows), views.reshape(width, rows, 2), touched, spare)
    cells.kinds[touched != 0] &= (1 << kernel.RANK) - 1
    return cells, np.flatnonzero(flags)
