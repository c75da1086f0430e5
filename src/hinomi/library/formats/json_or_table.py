"""Records that a portal exports as CSV or XLSX and an interface as JSON, read as one kind of record.

    for document in records(payload, ("value",), ("Operation", "AuditData")): ...

A row of a table is a document of its headings and cells; ``Document.line`` is its physical line.
"""

from collections.abc import Iterator

import orjson

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import jsonfile
from hinomi.library.formats.jsonlines import Document
from hinomi.library.formats.table_grid import KEPT, LOOKED_AT, Unreadable
from hinomi.library.formats.table_rows import rows


def records(payload: bytes, within: tuple[str, ...], headings: tuple[str, ...]) -> Iterator[Document | Reject]:
    """JSON records (``within``: see :mod:`~hinomi.library.formats.jsonfile`) or rows of a table.

    ``headings`` are words one of which a table's heading row holds, compared without case. A payload that is
    neither is rejected line by line.
    """
    start = payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start or start in b"{[":
        yield from jsonfile.read(payload, within)
        return
    try:
        table = rows(payload)
    except Unreadable as unreadable:
        yield unreadable.reject
        return
    wanted = tuple(word.casefold() for word in headings)
    top = next((at for at, (_, cells) in enumerate(table[:LOOKED_AT]) if holds(cells, wanted)), None)
    if top is None or len(table[top][1]) < 2:
        detail = f"見出し「{'、'.join(headings)}」がありません (no JSON, and no such heading)"
        for line, cells in table:
            yield Reject(line, Reason.NOT_THIS_FORMAT, detail, ",".join(cells).encode()[:KEPT])
        return
    names = table[top][1]
    for line, cells in table[top + 1 :]:
        value = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
        yield Document(line, orjson.dumps(value), value, None)


def holds(cells: list[str], wanted: tuple[str, ...]) -> bool:
    return any(word in cell.casefold() for cell in cells for word in wanted)
