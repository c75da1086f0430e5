"""Rows of some blocks take the place of those the same blocks gave before: one commit a table, exactly once.

A file that holds old rows is rewritten without them, row group by row group, so that memory does not grow with it;
rows of other blocks and other companies go over as they are. Removal and addition are one Delta commit with the
epoch as its application transaction: a reader sees the old rows of a table or the new ones, never both, never
neither, and an epoch done again after a crash skips the tables that hold it.
"""

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, RemoveAction

from hinomi.lake import delta
from hinomi.lake.addition import Addition
from hinomi.lake.lake import Lake
from hinomi.lake.tables import TABLES, Table


@dataclass(frozen=True)
class Times:
    """First and last time of rows (naive UTC), both inclusive; None where there are no rows."""

    first: datetime | None
    last: datetime | None


def spanning(times: Iterable[Times]) -> Times:
    """From the first to the last of all of them."""
    known = list(times)
    return Times(
        min((one.first for one in known if one.first), default=None),
        max((one.last for one in known if one.last), default=None),
    )


class Replacement(Addition):
    """New rows of some blocks, which become visible in the moment in which the old ones go."""

    def put_in_place(self, tenant: str, blocks: Iterable[str], old: Mapping[str, Times]) -> None:
        """Show what was added in place of this tenant's rows of these blocks.

        ``old`` says for each table between which times the old rows lie.
        """
        blocks = list(blocks)
        for name, added in self.added.items():
            table = TABLES[name]
            actions: list[AddAction | RemoveAction] = list(added)
            for path in holding(self.lake, table, tenant, blocks, old[name]):
                actions += without(self.lake.root, table, path, rows_of(table, tenant, blocks), f"{self.epoch:08d}")
            self.show(table, actions)


def rows_of(table: Table, tenant: str, blocks: list[str]) -> pl.Expr:
    """This tenant's rows of these blocks."""
    return (pl.col("tenant") == tenant) & pl.col(table.reference).str.extract(r"^([^:]*)").is_in(blocks)


def holding(lake: Lake, table: Table, tenant: str, blocks: list[str], times: Times) -> list[Path]:
    """Files of a table that hold rows of these blocks."""
    files = lake.files(table.name, times.first, times.last) if times.first else []
    if not files:
        return []
    with duckdb.connect() as connection:
        found = connection.execute(
            f"""
            SELECT DISTINCT filename FROM read_parquet(?, filename = true, hive_partitioning = false)
            WHERE tenant = ? AND time BETWEEN ? AND ? AND split_part({table.reference}, ':', 1) IN (SELECT unnest(?))
            ORDER BY filename
            """,
            [files, tenant, times.first, times.last, blocks],
        ).fetchall()
    return [Path(filename) for (filename,) in found]


def without(root: Path, table: Table, path: Path, gone: pl.Expr, name: str) -> list[AddAction | RemoveAction]:
    """What takes a file's rows out of sight of which ``gone`` is true: the others go over into a new file."""
    start = delta.partition(path)
    relative = f"{table.span}={start.isoformat()}/{name}-{secrets.token_hex(8)}.parquet"
    target, rows = root / table.name / relative, 0
    with pq.ParquetFile(path) as source, pq.ParquetWriter(target, table.schema, compression="zstd") as writer:
        for group in range(source.num_row_groups):
            kept = others(source.read_row_group(group).cast(table.schema), gone)
            if kept.num_rows:
                writer.write_table(kept, row_group_size=delta.ROW_GROUP)
                rows += kept.num_rows
    removed = removal(table, path, data_change=True)
    if not rows:
        target.unlink()
        return [removed]
    counted = pl.DataFrame(pl.from_arrow(pq.read_table(target, columns=list(table.stats), partitioning=None)))
    stats = json.dumps(delta.stats(table, counted))
    now = int(time.time() * 1000)
    added = AddAction(relative, target.stat().st_size, {table.span: start.isoformat()}, now, True, stats)
    return [removed, added]


def others(rows: pa.Table, gone: pl.Expr) -> pa.Table:
    names = pl.DataFrame(pl.from_arrow(rows.select(list(dict.fromkeys(gone.meta.root_names())))))
    return rows.filter(names.select(~gone.fill_null(value=False)).to_series().to_arrow())


def removal(table: Table, path: Path, *, data_change: bool) -> RemoveAction:
    """Takes a file of a table out of sight; ``data_change`` is False where its rows go on elsewhere."""
    return RemoveAction(
        path="/".join(path.parts[-2:]),
        data_change=data_change,
        deletion_timestamp=int(time.time() * 1000),
        partition_values={table.span: delta.partition(path).isoformat()},
        size=path.stat().st_size,
    )
