"""JSON documents to columns: many by the compiled scanner, the rest and small numbers by the plain reader."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.documents import Documents
from hinomi.library.formats.jsonscan.found import Cells, Found, Status
from hinomi.library.formats.jsonscan.reference import Outcome, read
from hinomi.library.formats.jsonscan.wanted import Wanted
from hinomi.library.formats.worth import Worth

worth_compiling = Worth("hinomi.library.formats.jsonscan.kernel", "scan", kept=200, unkept=10_000)
"""Asked for documents (measured by ``benchmarks/json_lines.py``)."""
CHUNK_BYTES = 1 << 26
CHUNK_ROWS = 1 << 16
INLINE = 12


def scan(documents: Documents, wanted: Wanted, *, compiled: bool | None = None) -> Iterator[Found]:
    """What is wanted of the documents, in order, a bounded number at a time (at most 64 MB, or one document).

    Equal to what orjson finds, always. ``compiled`` chooses the scanner or the plain reader; by default whichever is
    quicker in this process.
    """
    if compiled is None:
        compiled = worth_compiling(len(documents))
    begin = 0
    while begin < len(documents):
        sizes = np.cumsum((documents.ends - documents.starts)[begin : begin + CHUNK_ROWS])
        stop = begin + max(1, int(np.searchsorted(sizes, CHUNK_BYTES, side="right")))
        yield _scanned(documents.part(begin, stop), wanted) if compiled else _plain(documents.part(begin, stop), wanted)
        begin = stop


def _scanned(documents: Documents, wanted: Wanted) -> Found:
    from hinomi.library.formats.jsonscan.scanned import scanned

    return completed(documents, wanted, *scanned(documents, wanted))


def _plain(documents: Documents, wanted: Wanted) -> Found:
    return completed(documents, wanted, Cells.none(len(wanted.names), len(documents)), np.arange(len(documents)))


def completed(documents: Documents, wanted: Wanted, cells: Cells, unread: NDArray[np.int64]) -> Found:
    """What was found, with the rows that are still ``unread`` read plainly."""
    status = np.zeros(len(documents), dtype=np.uint8)
    cells.kinds[:, unread] = 0
    more, texts = [], bytearray()
    for row in unread.tolist():
        found = Outcome(Status.NO_DOCUMENT, {}) if documents.absent[row] else read(documents.raw(row), wanted)
        status[row] = found.status
        for column, (kind, text) in found.cells.items():
            more.append((column, row, int(kind), *view(text, len(texts))))
            if len(text) > INLINE:
                texts += text
    cells.write(more)
    buffers = (documents.octets, cells.spare, np.frombuffer(bytes(texts), dtype=np.uint8))
    return Found(wanted, status, cells.kinds, cells.views, buffers, unread)


def view(text: bytes, begin: int) -> tuple[int, int]:
    """A string view of ``text``, which lies at ``begin`` of buffer 2 unless the view holds all of it."""
    head = len(text) | int.from_bytes(text[:4], "little") << 32
    return head, int.from_bytes(text[4:], "little") if len(text) <= INLINE else 2 | begin << 32
