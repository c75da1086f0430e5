"""Keeping the lake small and quick: many files of a partition in one sorted file, old time gone, orphans swept.

Runs under the pipeline's lock. Readers that hold the old files go on reading them: a file replaced by
compaction is deleted only by a later :func:`sweep`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.replace import removal
from hinomi.lake.tables import ORDER, TABLES, Table

ORPHAN_HOURS = 24
MANY_FILES = 32
"""So many files of a partition that still grows are worth rewriting."""


@dataclass(frozen=True)
class Kept:
    """What upkeep did."""

    compacted_partitions: int
    expired_files: int
    swept_files: int


def files_by_partition(lake: Lake, table: Table) -> dict[date, list[str]]:
    """Relative paths of a table's live files, by the first day of their partition."""
    found: dict[date, list[str]] = defaultdict(list)
    for file in lake.files(table.name, None, None):
        found[delta.partition(file)].append(str(Path(file).relative_to(lake.root / table.name)))
    return found


def compact(lake: Lake, today: date) -> int:
    """Rewrite partitions of more than one file as one, sorted by tenant and time; returns how many.

    One that still grows (``today`` falls into it, UTC) is left until it has many files. The rows are the
    same before and after; removal and addition are one commit.
    """
    rewritten = 0
    for table in TABLES.values():
        for start, paths in sorted(files_by_partition(lake, table).items()):
            if len(paths) > (MANY_FILES if start >= table.span.start(today) else 1):
                rewrite(lake, table, start, paths)
                rewritten += 1
    return rewritten


def rewrite(lake: Lake, table: Table, start: date, paths: list[str]) -> None:
    root = lake.root / table.name
    rows = pl.concat([pl.DataFrame(pl.from_arrow(pq.read_table(root / path, partitioning=None))) for path in paths])
    added = delta.write_part(lake.root, table, start, rows.sort("tenant", "time"), "compact")
    removed = [removal(table, root / path, data_change=False) for path in paths]
    delta.replace(table, existing(lake, table), [*removed, added])


def existing(lake: Lake, table: Table) -> DeltaTable:
    found = lake.table(table.name)
    assert found is not None, "files were found in it"
    return found


def expire(lake: Lake, before: datetime) -> int:
    """Forget whole partitions that end before ``before`` (naive UTC); returns the number of files removed."""
    removed = 0
    for table in TABLES.values():
        root, limit = lake.root / table.name, table.span.start(before)
        old = {start: paths for start, paths in files_by_partition(lake, table).items() if start < limit}
        actions = [removal(table, root / path, data_change=False) for paths in old.values() for path in paths]
        if actions:
            delta.replace(table, existing(lake, table), list(actions))
            removed += len(actions)
    return removed


def sweep(lake: Lake, hours: int = ORPHAN_HOURS) -> int:
    """Delete files that no version needs: replaced ones, and what a killed writer left; older than ``hours``."""
    tables = [table for name in ORDER if (table := lake.table(name))]
    return sum(
        len(table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True))
        for table in tables
    )


def keep(lake: Lake, now: datetime, retain_before: datetime | None) -> Kept:
    """All of it: expire if a limit is given, compact, sweep. ``now`` is naive UTC."""
    expired = expire(lake, retain_before) if retain_before else 0
    return Kept(compact(lake, now.date()), expired, sweep(lake))
