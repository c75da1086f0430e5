"""The declarative importer: exports of tables, described by a ``columns.yaml``, become OCSF events.

``reader`` makes the function for a source whose manifest says ``reader: table``. It reads CSV and TSV in any
encoding a Japanese office saves, JSON arrays, NDJSON and XLSX, told apart by their content.
"""

from functools import partial

from hinomi.library.contracts import Context, Manifest, Normalized, Reason, Reject, Source
from hinomi.library.formats import table_csv, table_document, table_json, table_mapping, table_text, table_xlsx
from hinomi.library.formats.table_columns import Columns
from hinomi.library.formats.table_grid import KEPT, LARGEST, Grid, Unreadable

LOCKED = b"\xd0\xcf\x11\xe0"
"""First bytes of an old .xls and of an XLSX with a password (Compound File Binary)."""
LOOKED_AT = 4096
"""Bytes in which a NUL says that a file is no text."""


def reader(manifest: Manifest) -> Source:
    """The source of ``manifest``, by the ``columns.yaml`` beside it.

    Raises:
        MalformedItem: the ``columns.yaml`` is absent or wrong; names the key.
    """
    return partial(normalize, table_document.load(manifest.folder / "columns.yaml"))


def normalize(columns: Columns, payload: bytes, context: Context) -> Normalized:
    """One file to events; line numbers are physical lines of text, positions in an array, rows of a workbook.

    A file that cannot be read at all is one reject.
    """
    try:
        grid = read(payload, columns)
    except Unreadable as unreadable:
        return Normalized(table_mapping.EVENTS.to_frame(), (unreadable.reject,), 1)
    events, refused = table_mapping.events(grid, columns, context.timezone)
    rejects = tuple(sorted([*grid.rejects, *refused], key=lambda reject: reject.line))
    return Normalized(events, rejects, events.height + len(rejects))


def read(payload: bytes, columns: Columns) -> Grid:
    """The table in a file.

    Raises:
        Unreadable: too large, corrupt, locked, or no table of any kind.
    """
    if len(payload) > LARGEST:
        raise _unreadable(payload, Reason.TOO_LONG, f"{LARGEST >> 20} MiB を超えるファイルです (file over the limit)")
    if payload.startswith(table_xlsx.MAGIC):
        return table_xlsx.read(payload, columns)
    if payload.startswith(LOCKED):
        detail = (
            "古い .xls かパスワード付きです。.xlsx か CSV で保存し直してください (old .xls or locked; save as .xlsx)"
        )
        raise _unreadable(payload, Reason.NOT_THIS_FORMAT, detail)
    if b"\0" in payload[:LOOKED_AT] and not payload.startswith(table_text.UTF16_MARKS):
        raise _unreadable(payload, Reason.NOT_THIS_FORMAT, "表でも文字でもないファイルです (neither table nor text)")
    text = table_text.read(payload)
    if text.octets.lstrip().startswith((b"{", b"[")) and not table_csv.has_headings(text, columns):
        return table_json.read(text, columns)
    return table_csv.read(text, columns)


def _unreadable(payload: bytes, reason: Reason, detail: str) -> Unreadable:
    return Unreadable(Reject(1, reason, detail, payload[:KEPT]))
