"""The rows of any table as they stand, for those who must find the headings themselves: CSV, TSV and XLSX."""

import csv
from io import StringIO

import fastexcel

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import table_text, table_xlsx
from hinomi.library.formats.table_grid import KEPT, LARGEST, Unreadable

DELIMITERS = ",\t;"
SNIFFED = 64 * 1024
Row = tuple[int, list[str]]
"""Physical line of a text (of the row's first line), or row of a workbook counted over its sheets; and the cells."""


def rows(payload: bytes) -> list[Row]:
    """Rows with at least one cell that is not blank.

    Raises:
        Unreadable: too large, corrupt, locked, or neither text nor a workbook.
    """
    if len(payload) > LARGEST:
        raise _refused(payload, Reason.TOO_LONG, f"{LARGEST >> 20} MiB を超えるファイルです (file over the limit)")
    if payload.startswith(table_xlsx.MAGIC):
        return _workbook(payload)
    if b"\0" in payload[:4096] and not payload.startswith(table_text.UTF16_MARKS):
        raise _refused(payload, Reason.NOT_THIS_FORMAT, "表でも文字でもないファイルです (neither table nor text)")
    text = table_text.read(payload).octets.decode("utf-8")
    counts = {mark: text[:SNIFFED].count(mark) for mark in DELIMITERS}
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(counts, key=lambda mark: counts[mark]))
    found: list[Row] = []
    before = 0
    try:
        for cells in reader:
            found.append((before + 1, [cell.strip() for cell in cells]))
            before = reader.line_num
    except csv.Error as error:
        raise _refused(payload, Reason.CORRUPT, f"{before + 1} 行目が読めません (unreadable): {error}") from error
    return [row for row in found if any(row[1])]


def _workbook(payload: bytes) -> list[Row]:
    table_xlsx.weigh(payload)
    found: list[Row] = []
    above = 0
    try:
        book = fastexcel.read_excel(payload)
        for index in range(len(book.sheet_names)):
            sheet = book.load_sheet(index, header_row=None, skip_rows=0, dtypes="string").to_polars().fill_null("")
            found += [(above + place, list(cells)) for place, cells in enumerate(sheet.iter_rows(), start=1)]
            above += sheet.height
    except fastexcel.FastExcelError as error:
        detail = f"XLSX を開けません: {str(error).splitlines()[0]} (cannot open XLSX)"
        raise _refused(payload, Reason.CORRUPT, detail) from error
    return [(line, [cell.strip() for cell in cells]) for line, cells in found if any(cell.strip() for cell in cells)]


def _refused(payload: bytes, reason: Reason, detail: str) -> Unreadable:
    return Unreadable(Reject(1, reason, detail, payload[:KEPT]))
