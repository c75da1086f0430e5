"""Writing the lake: files of Parquet, one Delta commit an epoch and table, exactly once.

A commit carries an application transaction (``hinomi``, epoch): the same epoch committed again is
skipped, so a crash between writing and acknowledging neither loses nor doubles. Source of the design:
the measurements in ``decisions/0003-lake.md``. Never read these tables with ``to_pyarrow_dataset()``.
"""

import json
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.transaction import AddAction, RemoveAction

from hinomi.lake import parquet
from hinomi.lake.parquet import ROW_GROUP as ROW_GROUP
from hinomi.lake.tables import Span, Table

APP = "hinomi"


def open_table(root: Path, table: Table) -> DeltaTable | None:
    """The Delta table, or None before anything was ever written to it: asking makes no folder."""
    path = str(root / table.name)
    return DeltaTable(path) if DeltaTable.is_deltatable(path) else None


def make_table(root: Path, table: Table) -> DeltaTable:
    path = root / table.name
    path.mkdir(parents=True, exist_ok=True)
    return DeltaTable.create(
        str(path),
        schema=Schema.from_arrow(table.schema.append(pa.field(table.span, pa.string()))),
        partition_by=[table.span],
        mode="ignore",
        configuration={"delta.dataSkippingStatsColumns": ",".join(table.stats)},
    )


def last_epoch(table: DeltaTable) -> int:
    return int(table.transaction_version(APP) or 0)


def partitions(table: Table, frame: pl.DataFrame) -> list[tuple[date, pl.DataFrame]]:
    """The rows of each partition, those of a tenant together and in the order of time where several have some.

    The rows of one tenant stay in the order they came in, which is nearly that of time; compaction puts them in it.
    """
    if frame.is_empty():
        return []
    start = pl.col("time").dt.date() if table.span is Span.DAY else pl.col("time").dt.month_start().dt.date()
    dated, tenants = frame.with_columns(start.alias(table.span)), frame["tenant"]
    if (tenants != tenants[0]).any():
        dated = dated.sort(table.span, "tenant", "time")
    elif not dated[table.span].is_sorted():
        dated = dated.sort(table.span, maintain_order=True)
    runs, rows = dated[table.span].rle().struct.unnest(), dated.drop(table.span)
    ends = runs["len"].cum_sum()
    return [(key, rows.slice(end - length, length)) for length, key, end in zip(*runs, ends, strict=True)]


def partition(file: str | Path) -> date:
    """First day of the partition that a file belongs to, by its folder's name."""
    return date.fromisoformat(Path(file).parent.name.partition("=")[2])


def write_part(root: Path, table: Table, start: date, part: pl.DataFrame, name: str) -> AddAction:
    """Write one partition's rows and return the action that makes them visible."""
    relative = f"{table.span}={start.isoformat()}/{name}-{secrets.token_hex(8)}.parquet"
    path = root / table.name / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write(part, table.schema, path)
    now = int(datetime.now(UTC).timestamp() * 1000)
    return AddAction(
        relative, path.stat().st_size, {table.span: start.isoformat()}, now, True, json.dumps(stats(table, part))
    )


def stats(table: Table, part: pl.DataFrame) -> dict[str, Any]:
    bounds = part.select(
        *(pl.col(name).min().alias(f"min {name}") for name in table.stats),
        *(pl.col(name).max().alias(f"max {name}") for name in table.stats),
    ).row(0, named=True)

    def text(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else value

    return {
        "numRecords": part.height,
        "minValues": {name: text(bounds[f"min {name}"]) for name in table.stats},
        "maxValues": {name: text(bounds[f"max {name}"]) for name in table.stats},
        "nullCount": {name: part[name].null_count() for name in table.stats},
    }


def commit(root: Path, table: Table, delta: DeltaTable, epoch: int, frame: pl.DataFrame) -> bool:
    """Write and commit the rows of an epoch; False if there are none or the table holds that epoch."""
    if frame.is_empty() or last_epoch(delta) >= epoch:
        return False
    actions: list[AddAction | RemoveAction] = [
        write_part(root, table, start, part, f"{epoch:08d}") for start, part in partitions(table, frame)
    ]
    delta.create_write_transaction(
        actions,
        mode="append",
        schema=delta.schema(),
        partition_by=[table.span],
        commit_properties=CommitProperties(app_transactions=[Transaction(APP, epoch)]),
    )
    delta.update_incremental()
    return True


def replace(table: Table, delta: DeltaTable, actions: list[AddAction | RemoveAction]) -> None:
    """Make files visible in place of others, in one commit."""
    delta.create_write_transaction(actions, mode="append", schema=delta.schema(), partition_by=[table.span])
    delta.update_incremental()
