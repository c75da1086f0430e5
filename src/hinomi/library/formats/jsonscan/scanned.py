"""Runs the compiled scanner over documents; imported only where it is worth loading."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan import kernel
from hinomi.library.formats.jsonscan.documents import BEHIND, Documents
from hinomi.library.formats.jsonscan.tables import tables
from hinomi.library.formats.jsonscan.wanted import Wanted
from hinomi.library.formats.octets import WIDTH, run

Scanned = tuple[NDArray[np.uint8], NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]


def scanned(documents: Documents, wanted: Wanted) -> Scanned:
    """Kinds, views, the second buffer of the views, and the rows that the scanner left alone."""
    rows, width = len(documents), len(wanted.names)
    kinds, views = np.zeros(width * rows, dtype=np.uint8), np.zeros(width * rows * 2, dtype=np.uint64)
    spare = np.empty(int((documents.ends - documents.starts).sum()) + BEHIND, dtype=np.uint8)
    flags = np.empty(rows, dtype=np.uint8)
    run(
        kernel.scan,
        documents.octets,
        documents.starts,
        documents.ends,
        wanted.fold,
        *tables(wanted),
        np.zeros(kernel.ENTRIES * WIDTH, dtype=np.uint8),
        np.zeros(kernel.ENTRIES * kernel.KNOWN, dtype=np.int64),
        np.zeros(kernel.SLOTS, dtype=np.int32),
        np.full(len(wanted.states), -1, dtype=np.int64),
        np.empty(kernel.DEPTH * kernel.OPENED, dtype=np.int64),
        spare,
        kinds,
        views,
        flags,
    )
    flags[documents.absent] = kernel.REREAD
    kinds &= (1 << kernel.RANK) - 1
    return kinds.reshape(width, rows), views.reshape(width, rows, 2), spare, np.flatnonzero(flags)
