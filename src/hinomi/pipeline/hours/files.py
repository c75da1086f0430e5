"""A file a day, and files of single hours that stand for that hour until the day is written again.

All of it is derived from events: deleting the folder makes the next round compute it anew. Files are replaced whole
(written beside, then renamed), so a reader sees the old or the new one.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl

DAY = timedelta(days=1)
FEW_HOURS = 3
"""So many hours of a day are kept as files of their own before the day is written again."""
ROWS_READ = 1 << 14
"""The least that is read of a file whose rows are in order."""
Rows = Mapping[str, pl.DataFrame]
"""Frames with a column ``hour`` (naive UTC), by the name under which they are kept."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Waits for another process that writes below ``root``."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(f"{root.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class HourFiles:
    """The files below ``root``, and in memory those that were read last.

    Rows are kept in the order of the columns ``order``: a question about a few of their values reads a part of a file.
    """

    def __init__(self, root: Path, order: Sequence[str] = ()) -> None:
        self.root, self.order = root, list(order)
        self._read: dict[Path, tuple[int, pl.DataFrame]] = {}

    def clear(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self._read.clear()

    def put(self, profiles: Rows, hours: Iterable[datetime]) -> None:
        """These rows are all there is of these hours (naive UTC)."""
        by_day: dict[date, list[datetime]] = {}
        for hour in sorted(hours):
            by_day.setdefault(hour.date(), []).append(hour)
        for name, rows in profiles.items():
            parts = dict(rows.group_by(pl.col("hour").dt.date(), maintain_order=True))
            for day, renewed in by_day.items():
                part = parts.get((day,), rows.clear())
                if len(renewed) < FEW_HOURS and len(self.hour_files(name, day)) < FEW_HOURS + len(renewed):
                    for hour in renewed:
                        self.write(self.path(name, hour), part.filter(pl.col("hour") == hour))
                else:
                    self.put_day(name, day, renewed, part)

    def put_day(self, name: str, day: date, renewed: list[datetime], rows: pl.DataFrame) -> None:
        known = self.day(name, day)
        if known is None and rows.is_empty():
            return
        kept = [known.filter(~pl.col("hour").is_in(renewed)), rows] if known is not None else [rows]
        self.write(self.path(name, day), pl.concat(kept))
        shutil.rmtree(self.hours_folder(name, day), ignore_errors=True)

    def path(self, name: str, when: date) -> Path:
        """Of a day, or of the hour of a datetime."""
        if isinstance(when, datetime):
            return self.hours_folder(name, when.date()) / f"{when:%H}.parquet"
        return self.root / name / f"{when.isoformat()}.parquet"

    def hours_folder(self, name: str, day: date) -> Path:
        return self.root / name / day.isoformat()

    def hour_files(self, name: str, day: date) -> list[Path]:
        folder = self.hours_folder(name, day)
        return sorted(folder.glob("[0-9][0-9].parquet")) if folder.is_dir() else []

    def day(self, name: str, day: date) -> pl.DataFrame | None:
        """The rows of a UTC day; None where there never were any."""
        apart = self.hour_files(name, day)
        whole = self.read(self.path(name, day))
        hours = [datetime.combine(day, time(int(path.stem))) for path in apart]
        parts = [rows for path in apart if (rows := self.read(path)) is not None]
        if whole is not None:
            parts = [whole.filter(~pl.col("hour").is_in(hours)) if hours else whole, *parts]
        return pl.concat(parts) if parts else None

    def days(self, name: str, first: date, last: date) -> pl.DataFrame | None:
        """The rows of several UTC days, both inclusive."""
        wanted = (first + DAY * number for number in range((last - first).days + 1))
        parts = [rows for day in wanted if (rows := self.day(name, day)) is not None]
        return pl.concat(parts) if parts else None

    def scan(self, name: str, first: date, last: date, wanted: pl.Expr) -> pl.DataFrame | None:
        """The wanted rows of several UTC days, both inclusive, read from the files and not kept in memory.

        None where there is no file. Files that another process just put into the day's are read there.
        """
        days = [first + DAY * number for number in range((last - first).days + 1)]
        apart = [path for day in days for path in self.hour_files(name, day)]
        hours = [datetime.combine(date.fromisoformat(path.parent.name), time(int(path.stem))) for path in apart]
        whole = [path for day in days if (path := self.path(name, day)).exists()]
        parts = ((whole, wanted & ~pl.col("hour").is_in(hours)), (apart, wanted))
        try:
            found = [
                pl.scan_parquet(paths, hive_partitioning=False).filter(rows).collect() for paths, rows in parts if paths
            ]
        except FileNotFoundError:
            return self.scan(name, first, last, wanted)
        return pl.concat(found) if found else None

    def memory(self, name: str) -> pl.DataFrame | None:
        """What is remembered of closed days under a name."""
        return self.read(self.root / f"{name}.parquet")

    def remember(self, name: str, rows: pl.DataFrame) -> None:
        self.write(self.root / f"{name}.parquet", rows)

    def read(self, path: Path) -> pl.DataFrame | None:
        try:
            changed = path.stat().st_mtime_ns
        except FileNotFoundError:
            self._read.pop(path, None)
            return None
        known = self._read.get(path)
        if known is None or known[0] != changed:
            known = self._read[path] = (changed, pl.read_parquet(path, hive_partitioning=False))
        return known[1]

    def write(self, path: Path, rows: pl.DataFrame) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}")
        rows = rows.sort(self.order, maintain_order=True) if self.order else rows
        size = ROWS_READ if self.order else None
        rows.write_parquet(draft, compression="zstd", compression_level=1, statistics=bool(size), row_group_size=size)
        draft.rename(path)
        self._read[path] = (path.stat().st_mtime_ns, rows)

    def forget(self, before: date) -> None:
        """Drop the rows of days before this one."""
        for path in self.root.glob("*/*"):
            if date.fromisoformat(path.stem) < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                self._read.pop(path, None)

    def release(self, before: date, small: Iterable[str] = ()) -> None:
        """Hold in memory no more than the days from this one on, and what is small."""
        kept = set(small)
        self._read = {path: held for path, held in self._read.items() if self.is_wanted(path, before, kept)}

    def is_wanted(self, path: Path, before: date, small: set[str]) -> bool:
        parts = path.relative_to(self.root).with_suffix("").parts
        return len(parts) == 1 or parts[0] in small or date.fromisoformat(parts[1]) >= before
