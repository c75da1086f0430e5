"""Rows to columns, for sources that look at one record after another.

collector = Collector()
collector.add(1, {"time": …, "class_uid": 4002, "activity_id": 3})
collector.add(2, Reject(2, Reason.TRUNCATED, "…", raw))
normalized = collector.normalized()
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hinomi.library.contracts import Normalized, Reject
from hinomi.library.lazy import Lazy

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl, pa = Lazy("polars"), Lazy("pyarrow")

Row = dict[str, Any]
"""Columns of one event, without ``line``; a column that is absent is null."""

BATCH = 1_000
"""Rows that are held as Python objects at a time: few enough to stay in a processor's cache."""
LINE = "line"
UNFIT = (OverflowError, ValueError, TypeError)
"""What Arrow raises, too."""
REQUIRED = (LINE, "time", "class_uid", "activity_id")


class Collector:
    """Events and rejects of one payload; rows become columns a batch at a time."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._frames: list[pl.DataFrame] = []
        self._rejects: list[Reject] = []
        self._records = 0

    def add(self, line: int, outcome: Row | Reject) -> None:
        """One record: an event with its number in the payload, or why there is none."""
        self._records += 1
        if isinstance(outcome, Reject):
            self._rejects.append(outcome)
            return
        outcome[LINE] = line
        self._rows.append(outcome)
        if len(self._rows) == BATCH:
            self._flush()

    def normalized(self) -> Normalized:
        self._flush()
        return Normalized(pl.concat(self._frames, how="diagonal", rechunk=True), tuple(self._rejects), self._records)

    def _flush(self) -> None:
        self._frames.append(frame(self._rows))
        self._rows = []


def frame(rows: list[Row]) -> pl.DataFrame:
    """Rows as columns of the lake's types; the required columns are there even of no rows.

    A value that its column cannot hold (a port of 2**40) is left out of its row, and the row stays.
    """
    filled = sorted(set(REQUIRED).union(*rows))
    found = pl.from_arrow(pa.table({column: cells(rows, column) for column in filled}))
    assert isinstance(found, pl.DataFrame)
    return found


@cache
def types() -> dict[str, pa.DataType]:
    from hinomi.ocsf.schema import COLUMNS  # with polars, which not all that makes rows needs

    return {**COLUMNS, LINE: pa.int64()}


def cells(rows: list[Row], column: str) -> pa.Array:
    values = [row.get(column) for row in rows]
    try:
        return pa.array(values, types()[column])
    except UNFIT:
        if column in REQUIRED:
            raise
        return pa.array([value if fits(value, column) else None for value in values], types()[column])


def fits(value: object, column: str) -> bool:
    try:
        pa.array([value], types()[column])
    except UNFIT:
        return False
    return True
