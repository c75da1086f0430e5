"""By how much a sensor's clock is off, told by what two sensors saw of the same thing.

A destination that a machine turned to once in an hour, a file on it, a mail: each sensor writes it down with a time of
its own. The median of many such differences is the clock's, if they agree; a few that do not are other visits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Kind

BOUND = timedelta(minutes=15)
"""A clock that is off by more is told, and not corrected: findings would be moved too far on a guess."""
SOUGHT = timedelta(minutes=30)
"""So far apart two sensors' notes of one thing are sought."""
LEAST = timedelta(seconds=60)
"""What is less is the time that things take."""
SPREAD = timedelta(seconds=60)
"""The median absolute deviation of differences that agree, at most."""
ENOUGH = 8
"""Differences of which a median is taken, of a day and the days beside it."""
DAY = timedelta(days=1)
TRUST: Final = (
    *(Kind.CLOUD, Kind.MAIL, Kind.EDR, Kind.ENDPOINT, Kind.SERVER, Kind.IDS, Kind.WAF, Kind.ROUTER, Kind.UTM),
)
"""Whose clock is believed where two differ: services keep time, Windows asks its domain, a box at the gate is set by
hand once."""


@dataclass(frozen=True)
class Skew:
    """A sensor's clock on a day (UTC) against ``reference``: so many seconds ahead (behind where negative)."""

    sensor: str
    day: date
    reference: str
    seconds: float
    spread: float
    """Median absolute deviation, seconds."""
    pairs: int

    @property
    def corrected(self) -> bool:
        return LEAST.total_seconds() <= abs(self.seconds) <= BOUND.total_seconds()


@dataclass(frozen=True)
class Skews:
    """Clocks that are off, by sensor and day; of others nothing is known or nothing is wrong."""

    known: Mapping[tuple[str, date], Skew] = field(default_factory=dict)

    def ahead(self, sensor: str, time: datetime) -> timedelta:
        """What to take off a time that the sensor wrote."""
        skew = self.known.get((sensor, time.date()))
        return timedelta(seconds=skew.seconds) if skew and skew.corrected else timedelta(0)

    def right(self, rows: pl.DataFrame, *times: str) -> pl.DataFrame:
        """Rows with ``sensor``, whose times in these columns are put right; the first says of which day the clock."""
        wrong = [skew for skew in self.known.values() if skew.corrected]
        if not wrong or rows.is_empty():
            return rows
        offsets = pl.DataFrame(
            [(skew.sensor, skew.day, timedelta(seconds=skew.seconds)) for skew in wrong],
            schema={"sensor": pl.String, "_day": pl.Date, "_ahead": pl.Duration("us")},
            orient="row",
        )
        dated = rows.with_columns(pl.col(times[0]).dt.date().alias("_day"))
        known = dated.join(offsets, on=["sensor", "_day"], how="left", maintain_order="left")
        right = pl.col("_ahead").fill_null(timedelta(0))
        return known.with_columns(pl.col(name) - right for name in times).select(rows.columns)


def skews(marks: pl.DataFrame) -> Skews:
    """``marks`` are rows of :data:`observing.MARKS` of one company."""
    rank = {name: TRUST.index(manifest.kind) for name, manifest in catalog.manifests().items()}
    once = marks.filter(pl.col("first") == pl.col("last")).select(
        "sensor",
        pl.col("source").replace_strict(rank, default=len(TRUST), return_dtype=pl.Int32).alias("rank"),
        "key",
        pl.col("first").alias("time"),
    )
    sensors = (
        once.select("rank", "sensor").unique().sort("rank", "sensor")["sensor"].unique(maintain_order=True).to_list()
    )
    if len(sensors) < 2:
        return Skews()
    alone = isolated(once)
    found: dict[tuple[str, date], Skew] = {}
    for place, reference in enumerate(sensors):
        for sensor in sensors[place + 1 :]:
            for skew in between(alone, sensor, reference):
                if (sensor, skew.day) not in found:
                    found[sensor, skew.day] = skew
    wrong = {key: skew for key, skew in found.items() if abs(skew.seconds) >= LEAST.total_seconds()}
    return Skews(wrong)


def isolated(once: pl.DataFrame) -> pl.DataFrame:
    """What a sensor saw once in a long while: of what comes again and again nobody knows which is which."""
    order = once.sort("sensor", "key", "time")
    long = 2 * SOUGHT
    before = (pl.col("time") - pl.col("time").shift(1).over("sensor", "key")).fill_null(long) >= long
    after = (pl.col("time").shift(-1).over("sensor", "key") - pl.col("time")).fill_null(long) >= long
    return order.filter(before & after)


def between(alone: pl.DataFrame, sensor: str, reference: str) -> list[Skew]:
    """The clock of a sensor against another's, for each day with enough that both saw on it and the days beside it."""
    mine = alone.filter(pl.col("sensor") == sensor).select("key", "time").sort("time")
    other = (
        alone.filter(pl.col("sensor") == reference).select("key", "time", pl.col("time").alias("right")).sort("time")
    )
    both = mine.join_asof(other, on="time", by="key", strategy="nearest", tolerance=SOUGHT, check_sortedness=False)
    apart = both.drop_nulls("right").select(
        pl.col("time").dt.date().alias("day"),
        ((pl.col("time") - pl.col("right")).dt.total_milliseconds() / 1000).alias("seconds"),
    )
    pooled = pl.concat([apart.with_columns(pl.col("day") + DAY * shift) for shift in (-1, 0, 1)])
    days = pooled.group_by("day").agg(
        pl.col("seconds").median().alias("median"),
        (pl.col("seconds") - pl.col("seconds").median()).abs().median().alias("spread"),
        pl.len().alias("pairs"),
    )
    sure = days.filter((pl.col("pairs") >= ENOUGH) & (pl.col("spread") <= SPREAD.total_seconds())).sort("day")
    return [
        Skew(sensor, day, reference, median, spread, pairs)
        for day, median, spread, pairs in sure.select("day", "median", "spread", "pairs").iter_rows()
    ]
