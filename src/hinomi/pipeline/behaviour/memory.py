"""What is remembered of the past: first contacts, and each machine's days as sums. Small, and made of profiles alone.

Both can be joined with themselves in any order: of contacts the earliest stay, of days the last computed.
"""

from datetime import datetime, timedelta

import polars as pl

from hinomi.pipeline.behaviour.store import Store

MACHINES = 3
"""Of the machines of a company that met a destination, those that met it first are remembered."""
COMPANIES = 2
"""A destination of so many companies is common."""
MONTHS = timedelta(days=180)
"""How long a destination is remembered that nobody talks to."""
DAYS = timedelta(days=60)
"""How far back a machine's days are compared with."""
MET = pl.Schema(
    [
        ("tenant", pl.String),
        ("what", pl.String),
        ("machine", pl.String),
        ("first", pl.Datetime("us")),
        ("last", pl.Date),
    ]
)
"""``what`` is a destination, a domain that was asked for with ``?`` before it, or a country with ``@`` before it."""
TOTALS = pl.Schema(
    {
        "tenant": pl.String,
        "day": pl.Date,
        "machine": pl.String,
        "works": pl.Boolean,
        "sent": pl.Int64,
        "received": pl.Int64,
        "peers": pl.Int64,
        "inside": pl.Int64,
        "upload": pl.Int64,
    }
)


def met(daily: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """First contacts in sums of days and in names asked for."""
    parts = [
        daily.select("tenant", pl.col("peer").alias("what"), "machine", "first", "day"),
        daily.filter(pl.col("country").is_not_null() & pl.col("passed")).select(
            "tenant", pl.format("@{}", "country").alias("what"), "machine", "first", "day"
        ),
        asked.select(
            "tenant",
            pl.format("?{}", "domain").alias("what"),
            "machine",
            (pl.col("hour") + pl.duration(seconds=pl.col("moment").cast(pl.Int64))).alias("first"),
            "day",
        ),
    ]
    whole = pl.concat(parts).group_by("tenant", "what", "machine")
    return whole.agg(pl.col("first").min(), pl.col("day").max().alias("last"))


def common(known: pl.DataFrame, before: datetime, harmless: frozenset[str]) -> pl.Series:
    """Destinations that are nobody's news from ``before`` on: those of two companies everywhere, and harmless ones.

    A destination of three machines of one company may be news to another: it stays, to be judged there.
    """
    met_before = known.filter(pl.col("first") < before).group_by("what").agg(pl.col("tenant").n_unique())
    shared = met_before.filter(pl.col("tenant") >= COMPANIES)["what"]
    return pl.concat([shared, pl.Series("what", sorted(harmless), dtype=pl.String)])


def merged(*frames: pl.DataFrame) -> pl.DataFrame:
    """First contacts of several times: the earliest machines of each company stay."""
    whole = pl.concat(frames).group_by("tenant", "what", "machine").agg(pl.col("first").min(), pl.col("last").max())
    if whole.is_empty():
        return whole
    latest = pl.col("last").max().over("tenant", "what")
    kept = whole.with_columns(latest.alias("last")).filter(pl.col("last") >= pl.col("last").max() - MONTHS)
    ordered = kept.sort("tenant", "what", "first", "machine")
    return ordered.filter(pl.int_range(pl.len()).over("tenant", "what") < MACHINES)


def totals(daily: pl.DataFrame, inward: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Each machine's day in numbers; a machine that only asked for names was there too."""
    key = ("tenant", "day", "machine", "works")
    out = daily.group_by(key).agg(
        pl.col("sent").sum(),
        pl.col("received").sum(),
        pl.len().cast(pl.Int64).alias("peers"),
        pl.col("sent").max().alias("upload"),
    )
    inside = inward.group_by(key).agg(pl.col("peer").n_unique().cast(pl.Int64).alias("inside"))
    here = pl.concat([frame.select(key).unique() for frame in (daily, inward, asked)]).unique()
    counted = here.join(out, on=key, how="left").join(inside, on=key, how="left")
    numbers = [name for name, kind in TOTALS.items() if kind == pl.Int64]
    return counted.with_columns(pl.col(numbers).fill_null(0)).select(TOTALS.names())


def replaced(known: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Days computed now in place of what was known of them; days long past go."""
    days = fresh.select("tenant", "day").unique()
    whole = pl.concat([known.join(days, on=["tenant", "day"], how="anti"), fresh])
    return whole.filter(pl.col("day") >= pl.col("day").max() - DAYS - timedelta(days=7)) if whole.height else whole


def recall(store: Store, name: str, schema: pl.Schema) -> pl.DataFrame:
    known = store.memory(name)
    return known if known is not None else pl.DataFrame(schema=schema)
