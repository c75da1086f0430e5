"""Where indicators are kept: one Parquet file a feed below ``DATA/intelligence/feeds``, replaced as a whole."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from hinomi.lake.landing import checked, sync_folder
from hinomi.pipeline.intelligence.allow import AllowList, Entry, entry, read
from hinomi.pipeline.intelligence.indicator import COLUMNS

ROW_GROUP = 16 * 1024
"""So many rows are read to tell about one of them."""


class UnknownFeed(LookupError):
    """There is no feed of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"フィード「{name}」はありません。一覧は hinomi intel list で見られます (no such feed; hinomi intel list)."
        )


class Shelf:
    """Feeds and the operator's allow-list below ``root``; a reader sees a feed before a change or after it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.feeds = root / "feeds"
        self.allow_path = root / "allow.txt"

    def path(self, feed: str) -> Path:
        return self.feeds / f"{checked(feed)}.parquet"

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.feeds.glob("[!.]*.parquet"))

    def files(self) -> list[Path]:
        """All that decides what matches, whose dates tell of a change."""
        return [*(self.path(name) for name in self.names()), self.allow_path]

    def read(self, feed: str) -> pl.DataFrame:
        """Raises :class:`UnknownFeed`."""
        try:
            return pl.read_parquet(self.path(feed))
        except FileNotFoundError:
            raise UnknownFeed(feed) from None

    def known(self, feed: str) -> pl.DataFrame:
        """The feed as it is now; empty where it is new."""
        return self.read(feed) if self.path(feed).exists() else pl.DataFrame(schema=COLUMNS)

    def replace(self, feed: str, rows: pl.DataFrame) -> None:
        """Show these rows in place of the feed's."""
        path = self.path(feed)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{feed}.{secrets.token_hex(4)}")
        try:
            rows.select(*COLUMNS).sort("kind", "value").write_parquet(
                draft, compression="zstd", row_group_size=ROW_GROUP
            )
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def forget(self, feed: str) -> int:
        """Take a feed away; returns how many indicators it had."""
        count = self.read(feed).height
        self.path(feed).unlink()
        return count

    def allowed(self) -> AllowList:
        return AllowList(read(self.allow_path))

    def allow(self, text: str, note: str) -> Entry:
        """Add a line to the operator's allow-list. Raises ``Unusable``."""
        added = entry(text)
        self.root.mkdir(parents=True, exist_ok=True)
        with self.allow_path.open("a", encoding="utf-8") as file:
            file.write(f"{text.strip()}{f'  # {note}' if note else ''}\n")
        return added

    def about(self, value: str) -> Iterator[tuple[str, dict[str, object]]]:
        """Feeds that hold exactly this value, with what they say of it."""
        for name in self.names():
            found = pl.scan_parquet(self.path(name)).filter(pl.col("value") == value).collect()
            yield from ((name, row) for row in found.iter_rows(named=True))


def merged(before: pl.DataFrame, new: pl.DataFrame, now: datetime, keep_missing: bool) -> pl.DataFrame:
    """What a feed is after ``new`` came: what it says now, and since when we and it know each indicator.

    ``keep_missing`` for a feed that tells only what changed; otherwise what is not in ``new`` is gone. What expired
    more than a year ago is forgotten. ``now`` is naive UTC.
    """
    keys = ["kind", "value"]
    old = before.select(*keys, pl.col("added").alias("_added"), pl.col("first_seen").alias("_seen"))
    told = new.unique(keys, keep="last", maintain_order=True).join(old, on=keys, how="left", maintain_order="left")
    told = told.with_columns(
        pl.coalesce("_added", "added", pl.lit(now)).cast(pl.Datetime("us")).alias("added"),
        pl.min_horizontal("first_seen", "_seen").alias("first_seen"),
    ).select(*COLUMNS)
    kept = before.join(told, on=keys, how="anti") if keep_missing else before.clear()
    rows = pl.concat([told, kept.select(*COLUMNS)])
    return rows.filter((pl.col("valid_until") > now.replace(year=now.year - 1)).fill_null(value=True))
