"""Which events a scan looks at: the last days of which there is anything, in windows that fit in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from hinomi.lake.lake import Lake

WINDOW = 50_000
"""Events that are read and matched at a time."""
AHEAD = timedelta(days=1)
"""A device's clock may run ahead so far; what is later still is no end of anything."""
LAST = "SELECT max(last_time) AS last FROM blocks WHERE last_time < ?"
MINUTES = """
SELECT tenant, date_trunc('day', time) AS day, date_trunc('minute', time) AS minute, count(*)::BIGINT AS count
FROM events GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Window:
    """Events of one company with since <= time < until (naive UTC), within one day."""

    tenant: str
    since: datetime
    until: datetime
    events: int


def span(lake: Lake, tenants: Iterable[str], days: int, now: datetime) -> tuple[datetime, datetime]:
    """The last ``days`` days up to the latest event of these companies; where there is none, up to now. Naive UTC."""
    latest = lake.ask_companies(tenants, LAST, [now + AHEAD]).rows()[0]["last"]
    until = (latest or now) + timedelta(microseconds=1)
    return until - timedelta(days=days), until


def windows(lake: Lake, tenants: Iterable[str], since: datetime, until: datetime) -> list[Window]:
    """What there is to look at, the latest day first: of each company and day, in pieces of about ``WINDOW`` events."""
    counted = lake.ask_companies(tenants, MINUTES, since=since, until=until).frame()
    if counted.is_empty():
        return []
    seen_before = pl.col("count").cum_sum().over("tenant", "day") - pl.col("count")
    pieces = (
        counted.with_columns((seen_before // WINDOW).alias("piece"))
        .group_by("tenant", "day", "piece")
        .agg(pl.col("minute").min().alias("first"), pl.col("minute").max().alias("last"), pl.col("count").sum())
        .sort("day", "tenant", "piece", descending=[True, False, False])
    )
    return [
        Window(tenant, max(first, since), min(last + timedelta(minutes=1), until), count)
        for tenant, first, last, count in pieces.select("tenant", "first", "last", "count").iter_rows()
    ]
