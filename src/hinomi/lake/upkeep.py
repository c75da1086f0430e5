"""Keeping the lake small and quick: closed days in one sorted file, old days gone, orphans swept.

Runs under the pipeline's lock. Readers that hold the old files go on reading them: a file replaced by
compaction is deleted only by a later :func:`sweep`.
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake.transaction import RemoveAction

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.tables import ORDER, TABLES

ORPHAN_HOURS = 24


@dataclass(frozen=True)
class Kept:
    """What upkeep did, in files of the lake."""

    compacted_days: int
    expired_files: int
    swept_files: int


def files_by_day(lake: Lake, name: str) -> dict[date, list[str]]:
    """Relative paths of a table's live files, by day."""
    root = lake.root / name
    found: dict[date, list[str]] = defaultdict(list)
    for file in lake.files(name, None, None):
        path = Path(file).relative_to(root)
        found[date.fromisoformat(path.parent.name.removeprefix(f"{delta.DAY}="))].append(str(path))
    return found


def compact(lake: Lake, today: date) -> int:
    """Rewrite each closed day (before ``today``, UTC) of more than one file as one, sorted by tenant and time.

    The rows are the same before and after; removal and addition are one commit. Returns days rewritten.
    """
    return sum(
        rewrite(lake, name, day, paths)
        for name in ORDER
        for day, paths in sorted(files_by_day(lake, name).items())
        if day < today and len(paths) > 1
    )


def rewrite(lake: Lake, name: str, day: date, paths: list[str]) -> bool:
    table, root = TABLES[name], lake.root / name
    rows = pl.concat([pl.DataFrame(pl.from_arrow(pq.read_table(root / path, partitioning=None))) for path in paths])
    added = delta.write_part(lake.root, table, day, rows.sort("tenant", "time"), "compact")
    delta.replace(lake.table(name), [removal(root, day, path) for path in paths], [added])
    return True


def removal(root: Path, day: date, path: str) -> RemoveAction:
    return RemoveAction(
        path=path,
        data_change=False,
        deletion_timestamp=int(time.time() * 1000),
        partition_values={delta.DAY: day.isoformat()},
        size=(root / path).stat().st_size,
    )


def expire(lake: Lake, before: datetime) -> int:
    """Forget whole days before ``before`` (naive UTC) in every table; returns the number of files removed."""
    removed = 0
    for name in ORDER:
        old = {day: paths for day, paths in files_by_day(lake, name).items() if day < before.date()}
        actions = [removal(lake.root / name, day, path) for day, paths in old.items() for path in paths]
        if actions:
            delta.replace(lake.table(name), actions, [])
            removed += len(actions)
    return removed


def sweep(lake: Lake, hours: int = ORPHAN_HOURS) -> int:
    """Delete files that no version needs: replaced ones, and what a killed writer left; older than ``hours``."""
    return sum(
        len(
            lake.refreshed(name).vacuum(
                retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True
            )
        )
        for name in ORDER
    )


def keep(lake: Lake, now: datetime, retain_before: datetime | None) -> Kept:
    """All of it: expire if a limit is given, compact closed days, sweep. ``now`` is naive UTC."""
    expired = expire(lake, retain_before) if retain_before else 0
    return Kept(compact(lake, now.date()), expired, sweep(lake))
