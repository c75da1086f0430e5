"""Cells to values of OCSF columns, a whole column at a time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library.formats.table_columns import Cell, First, Part, Time
from hinomi.library.formats.table_grid import LIST
from hinomi.library.formats.table_values import key_of

EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)
"""Times outside are no times of events: a clock never set, a number that is no date."""
WRITTEN_BY_EXCEL = ("%Y-%m-%d %H:%M:%S%.f",)
"""How date cells of a workbook arrive."""
EPOCH_UNITS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}

PARTS: dict[Part, str] = {
    Part.HOST: r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[\]]+)",
    Part.PATH: r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*(/[^?#]*)",
    Part.ACCOUNT_DOMAIN: r"^([^\\]+)\\",
    Part.ADDRESS: r"<([^\s<>]+@[^\s<>]+)>",
}
"""What of a cell is the part; of an address book entry the part between the angle brackets, if there are any."""
BEFORE: dict[Part, str] = {Part.FILE_NAME: r"^.*[/\\]", Part.ACCOUNT: r"^.*\\"}
"""What of a cell comes before the part."""


@dataclass(frozen=True)
class Filled:
    """Values of one OCSF column; ``refused`` marks rows whose cell does not fit, with the cell's text."""

    values: pl.Series
    refused: pl.Series | None = None


def clean(cells: pl.DataFrame, null_words: tuple[str, ...]) -> pl.DataFrame:
    """Text cells without the spaces around them; empty ones and null words become null."""
    stripped = cells.select(pl.all().str.strip_chars())
    nothing = pl.all() == ""
    for word in null_words:
        nothing = nothing | (pl.all() == word)
    return stripped.select(pl.when(~nothing).then(pl.all()).name.keep())


def fill(cells: pl.DataFrame, source: Cell | First, dtype: pl.DataType, time: Time, zone: ZoneInfo) -> Filled | None:
    """The values that ``source`` gives a column of type ``dtype``; None where all would be null."""
    if isinstance(source, First):
        found = [text for cell in source.cells if (text := text_of(cells, cell)).null_count() < len(text)]
        if not found:
            return None
        return _typed(pl.select(pl.coalesce(*found)).to_series(), source.cells[0], dtype, time, zone)
    text = text_of(cells, source)
    if source.values is not None:
        return _translated(text, source, dtype)
    if text.null_count() == len(text):
        return None
    return _typed(text, source, dtype, time, zone)


def text_of(cells: pl.DataFrame, cell: Cell) -> pl.Series:
    if cell.heading not in cells.columns:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    text = cells[cell.heading]
    if cell.part is None or cell.separator is not None or text.null_count() == len(text):
        return text
    return pl.select(_part(pl.lit(text), cell.part)).to_series()


def _part(text: pl.Expr, part: Part | None) -> pl.Expr:
    if part is None:
        return text
    if part in BEFORE:
        return text.str.replace(BEFORE[part], "")
    found = text.str.extract(PARTS[part])
    if part is Part.HOST:
        return found.str.to_lowercase().str.strip_chars("[]")
    return pl.coalesce(found, text) if part is Part.ADDRESS else found


def _translated(text: pl.Series, cell: Cell, dtype: pl.DataType) -> Filled:
    """Through the table of values; texts of such a column are few, so each is looked up once."""
    table = cell.values or {}
    texts = text.unique().to_list()
    listed = [value is None or key_of(value) in table for value in texts]
    results = [cell.empty if value is None else table.get(key_of(value), cell.otherwise) for value in texts]
    lookup = pl.DataFrame(
        {"text": pl.Series(texts, dtype=pl.String), "value": pl.Series(results, dtype=dtype), "listed": listed}
    )
    joined = text.to_frame("text").join(lookup, on="text", how="left", nulls_equal=True, maintain_order="left")
    refused = text.set(joined["listed"], None) if cell.refuses and not all(listed) else None
    return Filled(joined["value"], refused)


def _typed(text: pl.Series, cell: Cell, dtype: pl.DataType, time: Time, zone: ZoneInfo) -> Filled:
    if isinstance(dtype, pl.List):
        return Filled(_list(text, cell))
    if dtype == pl.String:
        listed = text.str.contains(LIST, literal=True).any()
        return Filled(text.str.replace_all(LIST, "; ", literal=True) if listed else text)
    values = _times(text, time, zone) if isinstance(dtype, pl.Datetime) else _numbers(text, dtype)
    unfit = text.is_not_null() & values.is_null()
    return Filled(values, text.set(~unfit, None) if unfit.any() else None)


def _list(text: pl.Series, cell: Cell) -> pl.Series:
    """Items of a cell, parted by the separator (or as a JSON list was), without empty ones."""
    if cell.separator is not None:
        text = text.str.replace_all(cell.separator, LIST, literal=True)
    if not text.str.contains(LIST, literal=True).any():
        item = _part(pl.lit(text), cell.part)
        return pl.select(pl.when(item.is_not_null()).then(pl.concat_list(item))).to_series()
    item = pl.element().str.strip_chars()
    return text.str.split(LIST).list.eval(_part(item.filter(item != ""), cell.part))


def _numbers(text: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Whole numbers from zero on; thousands may be grouped, and a workbook may write ``80.0``."""
    grouped = text.str.contains(r"^\d{1,3}(,\d{3})+$")
    plain = text.zip_with(~grouped, text.str.replace_all(",", "", literal=True)).str.replace(r"\.0+$", "")
    return plain.set(~plain.str.contains(r"^[0-9]+$"), None).cast(dtype, strict=False)


def times(cells: pl.DataFrame, time: Time, zone: ZoneInfo) -> pl.Series:
    """Times of the events, naive UTC; null where the cell is empty or no time."""
    return _times(text_of(cells, Cell(time.heading)), time, zone)


def _times(text: pl.Series, time: Time, zone: ZoneInfo) -> pl.Series:
    found = pl.repeat(None, len(text), dtype=pl.Datetime("us"), eager=True)
    for pattern in (*time.formats, *WRITTEN_BY_EXCEL):
        open_places = found.is_null() & text.is_not_null()
        if not open_places.any():
            break
        found = found.zip_with(~open_places, _parsed(text, pattern, time.zone or zone))
    return found.set((found < EARLIEST) | (found >= LATEST), None)


def _parsed(text: pl.Series, pattern: str, zone: ZoneInfo) -> pl.Series:
    if pattern in EPOCH_UNITS:
        number = text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
        return (number * EPOCH_UNITS[pattern]).cast(pl.Datetime("us"))
    if "%z" in pattern or "%Z" in pattern:
        aware = text.str.replace(r"Z$", "+0000").str.strptime(pl.Datetime("us", "UTC"), pattern, strict=False)
        return aware.dt.replace_time_zone(None)
    local = text.str.strptime(pl.Datetime("us"), pattern, strict=False)
    placed = local.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
