"""XLSX workbooks, after a look at what opening them would cost.

A workbook is a ZIP of XML: a small file may unfold to terabytes, by compression or because two far corners of
a sheet hold a cell (the reader allocates the rectangle between them). Both are measured before it is opened.
"""

import zipfile
import zlib
from io import BytesIO

import fastexcel
import polars as pl

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import table_grid as grids
from hinomi.library.formats.table_columns import Columns
from hinomi.library.formats.table_grid import LABEL, LARGEST, LINE, RAW, Grid, Unreadable

MAGIC = b"PK\x03\x04"
HIGHEST_RATIO = 300
"""Uncompressed to compressed; sheets of real exports stay below 60."""
SMALL = 16 << 20
"""Bytes below which the ratio does not matter."""
MOST_CELLS = 24_000_000
"""Cells of the rectangle that a sheet spans: a million rows of 24 columns."""

REFERENCE = r"""\sr\s*=\s*["'][A-Za-z]+[0-9]+["']"""


def read(payload: bytes, columns: Columns) -> Grid:
    """Every sheet that has all required headings; rows are numbered on from sheet to sheet.

    Raises:
        Unreadable: not a workbook, broken, locked by a password, or too large when unpacked.
    """
    weigh(payload)
    try:
        book = fastexcel.read_excel(payload)
        sheets = [_sheet(book, index) for index in range(len(book.sheet_names))]
    except fastexcel.FastExcelError as error:
        first = str(error).splitlines()[0]
        raise Unreadable(_reject(payload, Reason.CORRUPT, f"XLSX を開けません: {first} (cannot open XLSX)")) from error
    grid, above = None, 0
    for sheet in sheets:
        found = _table(sheet, above, columns)
        above += sheet.height
        if grid is None or (grid.missing and len(found.missing) < len(grid.missing)):
            grid = found
        elif not found.missing and not grid.missing:
            grid = Grid(pl.concat([grid.cells, found.cells], how="diagonal"), grid.seen, ())
    return grid or Grid(pl.DataFrame(schema=grids.schema(())), (), columns.required)


def weigh(payload: bytes) -> None:
    """Measure a workbook without trusting what its directory says; raises Unreadable."""
    try:
        with zipfile.ZipFile(BytesIO(payload)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > LARGEST or (size > SMALL and size > HIGHEST_RATIO * len(payload)):
                detail = f"展開すると {size:,} バイトになり、読み込みません (too large when unpacked)"
                raise Unreadable(_reject(payload, Reason.TOO_LONG, detail))
            cells = max((span(archive.read(member)) for member in members), default=0)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        detail = f"XLSX が壊れているか、暗号化されています: {error} (corrupt or encrypted XLSX)"
        raise Unreadable(_reject(payload, Reason.CORRUPT, detail)) from error
    if cells > MOST_CELLS:
        detail = f"表が {cells:,} セルに及びます。CSV で保存し直してください (too many cells; save as CSV)"
        raise Unreadable(_reject(payload, Reason.TOO_LONG, detail))


def span(part: bytes) -> int:
    """Cells that a reader would allocate for a sheet: those of the rectangle it spans, or those it lists."""
    listed = part.count(b"<c") + part.count(b":c ")
    references = pl.Series([part.decode("utf-8", errors="ignore")]).str.extract_all(REFERENCE).explode().drop_nulls()
    if references.is_empty():
        return listed
    letters = references.str.extract(r"([A-Za-z]+)[0-9]").str.to_uppercase().unique()
    rows = references.str.extract(r"([0-9]+)").cast(pl.UInt64, strict=False)
    last = rows.max()
    if rows.null_count() or not isinstance(last, int):
        return MOST_CELLS + 1
    return max(listed, last * max(map(_column, letters.to_list())))


def _column(letters: str) -> int:
    number = 0
    for letter in letters[:8]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _sheet(book: fastexcel.ExcelReader, index: int) -> pl.DataFrame:
    """All rows of a sheet from its first on as text; an empty cell is an empty text."""
    sheet = book.load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
    return sheet.to_polars().fill_null("")


def _table(sheet: pl.DataFrame, above: int, columns: Columns) -> Grid:
    top = sheet.head(grids.LOOKED_AT).rows()
    index, _ = grids.heading_row(top, columns)
    seen = tuple(top[index]) if index is not None else next((row for row in top if any(row)), ())
    names = grids.named(seen, columns)
    rows = sheet.with_row_index(LINE, offset=1 + above).slice(0 if index is None else index + 1)
    renamed = dict(zip(sheet.columns, names, strict=False))
    cells = rows.rename(renamed).select(
        *names,
        pl.col(LINE).cast(pl.Int64),
        pl.concat_str([pl.col(name) for name in names] or [pl.lit("")], separator="\t").alias(RAW),
        pl.lit(None, pl.String).alias(LABEL),
    )
    used = [name for name, text in zip(names, seen, strict=True) if text or (cells[name] != "").any()]
    cells = grids.without_empty_rows(cells.select(*used, LINE, RAW, LABEL))
    return Grid(cells, tuple(text for text in seen if text), grids.missing(names, columns))


def _reject(payload: bytes, reason: Reason, detail: str) -> Reject:
    return Reject(1, reason, detail, payload[: grids.KEPT])
