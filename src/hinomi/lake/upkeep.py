"""Keeping the lake small and quick: many files of a partition in one sorted file, old time gone, orphans swept.

What changes a table does so under the pipeline's lock. Readers that hold the old files go on reading them: a file
replaced by compaction is deleted only by a later :func:`sweep`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.replace import removal
from hinomi.lake.tables import ORDER, TABLES, Table

ORPHAN_HOURS = 24
MANY_FILES = 32
"""So many small files of a partition that still grows are worth rewriting."""
SMALL_BYTES = 16 * 1024 * 1024
"""A file of this size stays as it is; some four hundred thousand events of a firewall."""
Alone = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Kept:
    """What upkeep did."""

    compacted_groups: int
    expired_files: int
    swept_files: int


def files_by_partition(lake: Lake, table: Table) -> dict[date, list[str]]:
    """Relative paths of a table's live files, by the first day of their partition."""
    found: dict[date, list[str]] = defaultdict(list)
    for file in lake.files(table.name, None, None):
        found[delta.partition(file)].append(str(Path(file).relative_to(lake.root / table.name)))
    return found


def compact(lake: Lake, today: date, alone: Alone = nullcontext) -> int:
    """Put small files of a partition together, sorted by tenant and time; returns how many groups of them.

    A partition that still grows (``today`` falls into it, UTC) is left until it has many. A group is small enough for
    the memory, and one commit; only the commit is made ``alone``, for writers wait meanwhile.
    """
    rewritten = 0
    for table in TABLES.values():
        for start, paths in sorted(files_by_partition(lake, table).items()):
            small = [path for path in paths if (lake.root / table.name / path).stat().st_size < SMALL_BYTES]
            if len(small) <= (MANY_FILES if start >= table.span.start(today) else 1):
                continue
            for group in groups(lake.root / table.name, small):
                added = rewritten_together(lake, table, start, group)
                with alone():
                    taken = put_in_place(lake, table, start, group, added)
                rewritten += taken
    return rewritten


def groups(root: Path, paths: list[str]) -> Iterator[list[str]]:
    """Files in the order they were written, as many at a time as make one file of a good size."""
    group: list[str] = []
    size = 0
    for path in sorted(paths, key=lambda path: (root / path).stat().st_mtime_ns):
        group.append(path)
        size += (root / path).stat().st_size
        if size >= SMALL_BYTES:
            yield group
            group, size = [], 0
    if len(group) > 1:
        yield group


def rewritten_together(lake: Lake, table: Table, start: date, paths: list[str]) -> AddAction:
    """The rows of some files as one file, sorted; no part of the table yet."""
    root = lake.root / table.name
    rows = pl.concat([pl.DataFrame(pl.from_arrow(pq.read_table(root / path, partitioning=None))) for path in paths])
    return delta.write_part(lake.root, table, start, rows.sort("tenant", "time"), "compact")


def put_in_place(lake: Lake, table: Table, start: date, paths: list[str], added: AddAction) -> bool:
    """Let the new file stand for the old ones; False, and it goes, where one of these is not in the table any more."""
    root = lake.root / table.name
    if not set(paths) <= set(files_by_partition(lake, table)[start]):
        (root / added.path).unlink(missing_ok=True)
        return False
    removed = [removal(table, root / path, data_change=False) for path in paths]
    delta.replace(table, existing(lake, table), [*removed, added])
    return True


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


def keep(lake: Lake, now: datetime, retain_before: datetime | None, alone: Alone = nullcontext) -> Kept:
    """All of it: expire if a limit is given, compact, sweep. ``now`` is naive UTC; ``alone`` keeps writers away."""
    with alone():
        expired = expire(lake, retain_before) if retain_before else 0
    compacted = compact(lake, now.date(), alone)
    with alone():
        return Kept(compacted, expired, sweep(lake))
