"""Events as a CSV file that opens in Excel, and that Excel runs nothing of."""

from collections.abc import AsyncIterator

import polars as pl

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for CP932."""
ROWS = 2000
"""Rows written at a time."""
FORMULA = r"^[\s\x00]*[=+\-@\t\r]"
"""What a spreadsheet takes for a formula (OWASP, CSV Injection)."""


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists as one text; an apostrophe before every text that a spreadsheet would take for a formula."""
    flat = frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join("; ", ignore_nulls=True)
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.List)
    )
    return flat.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, dtype in flat.schema.items()
        if dtype == pl.String
    )


async def lines(frame: pl.DataFrame) -> AsyncIterator[str]:
    """The file, a part at a time."""
    safe = harmless(frame)
    yield BYTE_ORDER_MARK + safe.clear().write_csv()
    for part in safe.iter_slices(ROWS):
        yield part.write_csv(include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.fZ")
