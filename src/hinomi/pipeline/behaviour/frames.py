"""The frames that behaviours declare to look at (:class:`hinomi.library.contracts.Look`): what was seen and is known.

Nothing that happens after a moment changes what a frame says of the past of that moment: who met whom first is
given as times, for the behaviour to compare.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import polars as pl

from hinomi.library.contracts import Look
from hinomi.pipeline.behaviour import memory
from hinomi.pipeline.behaviour.seen import MUCH, MUCH_SENT, Seen

TO_SIGMA = 1.4826  # of a median absolute deviation, to compare with a standard deviation
UNKNOWN = pl.lit(0, dtype=pl.Int64)


@dataclass(frozen=True)
class Past:
    """First contacts and days, the viewed ones among them; ``harmless`` are destinations nobody needs to be told of."""

    met: pl.DataFrame
    totals: pl.DataFrame
    harmless: frozenset[str]

    @cached_property
    def firsts(self) -> pl.DataFrame:
        """For each company and destination: ``first`` contact, of its second and third machine, of others."""
        return firsts(self.met)


def frame(look: Look, seen: Seen, past: Past) -> pl.DataFrame:
    made = FRAMES[look](seen, past)
    return made.sort(
        "tenant", "hour", *(name for name in ("machine", "person", "peer", "domain") if name in made.columns)
    )


def outward(seen: Seen, past: Past) -> pl.DataFrame:
    told = seen.rare.filter(~pl.col("ambiguous"))
    known = told.join(past.firsts, left_on=["tenant", "peer"], right_on=["tenant", "what"], how="left")
    midnight = pl.col("hour").dt.truncate("1h") - pl.duration(hours=pl.col("clock"))
    rare = all_of(pl.col(name).is_null() | (pl.col(name) >= midnight) for name in ("other_met", "third_met"))
    own = past.met.select("tenant", "machine", pl.col("what").alias("peer"), pl.col("first").alias("met"))
    rows = known.filter(rare).join(own, on=["tenant", "machine", "peer"], how="left")
    return with_history(learned(rows, past), past, most={"peers": "past_peers"})


def countries(seen: Seen, past: Past) -> pl.DataFrame:
    told = seen.rare.filter(pl.col("country").is_not_null(), pl.col("denied") < pl.col("count"))
    first = (
        past.met.filter(pl.col("what").str.starts_with("@"))
        .group_by("tenant", "what")
        .agg(pl.col("first").min().alias("met"))
    )
    rows = told.join(
        first.with_columns(pl.col("what").str.strip_prefix("@")),
        left_on=["tenant", "country"],
        right_on=["tenant", "what"],
        how="left",
    ).filter(pl.col("met") >= pl.col("hour").dt.truncate("1h") - pl.duration(hours=pl.col("clock")))
    others = past.firsts.select("tenant", "what", "other_met")
    rows = rows.join(others, left_on=["tenant", "peer"], right_on=["tenant", "what"], how="left")
    return with_history(rows, past)


def transfers(seen: Seen, past: Past) -> pl.DataFrame:
    sent = pl.col("sent").sum().over("tenant", "day", "machine", "peer")
    rows = seen.large.filter(sent >= MUCH_SENT, ~pl.col("peer").is_in(list(past.harmless)))
    others = past.firsts.select("tenant", "what", "other_met")
    rows = rows.join(others, left_on=["tenant", "peer"], right_on=["tenant", "what"], how="left")
    return with_history(rows, past, most={"sent": "past_sent", "upload": "past_upload"})


def busy(seen: Seen, past: Past) -> pl.DataFrame:
    whole = (pl.col("sent") + pl.col("received")).sum().over("tenant", "day", "machine")
    rows = (
        seen.large.filter(whole >= MUCH)
        .group_by("tenant", "day", "hour", "clock", "works", "machine")
        .agg(
            *(pl.col(name).sum() for name in ("sent", "received", "count")),
            pl.col("moments").list.first().min().alias("moment"),
            *(pl.col(name).sort_by("sensor", "uid").first() for name in ("sensor", "source", "uid")),
            pl.col("address").min(),
            pl.col("nameless").any(),
        )
    )
    days = rows.select("tenant", "machine", "day", "works").unique()
    like = days.join(past.totals, on=["tenant", "machine", "works"], suffix="_past").filter(before())
    amount = pl.col("sent") + pl.col("received")
    usual = like.group_by("tenant", "machine", "day").agg(
        pl.len().cast(pl.Int64).alias("like_days"),
        amount.median().alias("usual"),
        ((amount - amount.median()).abs().median() * TO_SIGMA).alias("deviation"),
        amount.max().alias("most"),
    )
    return with_history(rows.join(usual, on=["tenant", "machine", "day"], how="inner"), past)


def inward(seen: Seen, past: Past) -> pl.DataFrame:
    return with_history(seen.inward, past, most={"inside": "past_inside"})


def names(seen: Seen, past: Past) -> pl.DataFrame:
    rows = seen.asked.filter(~pl.col("domain").is_in(list(past.harmless)))
    known = past.firsts.select("tenant", "what", "other_met", pl.col("first").alias("met"))
    asked = known.filter(pl.col("what").str.starts_with("?")).with_columns(pl.col("what").str.strip_prefix("?"))
    rows = rows.join(asked, left_on=["tenant", "domain"], right_on=["tenant", "what"], how="left")
    return with_history(rows, past)


def sign_ins(seen: Seen, past: Past) -> pl.DataFrame:
    rows = seen.sign_ins.with_columns((pl.col("day") >= seen.first).alias("judged"))
    days = rows.filter("works").select("tenant", "person", "day").unique()
    asked = rows.filter("judged").select("tenant", "person", "day").unique()
    counted = (
        asked.join(days, on=["tenant", "person"], suffix="_past")
        .filter(pl.col("day_past") < pl.col("day"))
        .group_by("tenant", "person", "day")
        .agg(pl.len().cast(pl.Int64).alias("company_days"))
    )
    return rows.join(counted, on=["tenant", "person", "day"], how="left").with_columns(
        pl.col("company_days").fill_null(0), machine_days=UNKNOWN
    )


FRAMES: dict[Look, Callable[[Seen, Past], pl.DataFrame]] = {
    Look.OUTWARD: outward,
    Look.COUNTRIES: countries,
    Look.TRANSFERS: transfers,
    Look.BUSY: busy,
    Look.INWARD: inward,
    Look.NAMES: names,
    Look.SIGN_INS: sign_ins,
}


def all_of(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(list(conditions))


def before() -> pl.Expr:
    """Days of the past with which a day is compared."""
    reach = pl.duration(days=memory.DAYS.days)
    return (pl.col("day_past") < pl.col("day")) & (pl.col("day_past") >= pl.col("day") - reach)


def firsts(met: pl.DataFrame) -> pl.DataFrame:
    """For each company and destination: ``first`` contact, of its second and third machine, of others."""
    own = met.group_by("tenant", "what").agg(pl.col("first").sort().alias("times"))
    own = own.select(
        "tenant",
        "what",
        pl.col("times").list.get(0).alias("first"),
        pl.col("times").list.get(1, null_on_oob=True).alias("mate_met"),
        pl.col("times").list.get(2, null_on_oob=True).alias("third_met"),
    )
    ordered = own.sort("what", "first", "tenant")
    place = pl.int_range(pl.len()).over("what")
    earliest = pl.col("first").first().over("what")
    second = pl.col("first").get(1, null_on_oob=True).over("what")
    return ordered.with_columns(pl.when(place == 0).then(second).otherwise(earliest).alias("other_met"))


def learned(rows: pl.DataFrame, past: Past) -> pl.DataFrame:
    """Adds the working days known of a company before it first met the peer."""
    days = past.totals.filter("works").select("tenant", "day").unique().sort("tenant", "day")
    numbered = days.with_columns((pl.int_range(pl.len()).over("tenant") + 1).cast(pl.Int64).alias("learned"))
    first = rows.with_columns((pl.col("first").dt.date() - timedelta(days=1)).alias("eve")).sort("eve")
    joined = first.join_asof(
        numbered.sort("day").rename({"day": "known_day"}),
        left_on="eve",
        right_on="known_day",
        by="tenant",
        check_sortedness=False,
    )
    return joined.with_columns(pl.col("learned").fill_null(0)).drop("eve", "known_day", "first")


def with_history(rows: pl.DataFrame, past: Past, most: dict[str, str] | None = None) -> pl.DataFrame:
    """Adds how long company and machine are known, and the ``most`` of some numbers on a day before."""
    days = rows.select("tenant", "machine", "day").unique()
    earlier = days.join(past.totals, on=["tenant", "machine"], suffix="_past").filter(before())
    machine = earlier.group_by("tenant", "machine", "day").agg(
        pl.col("works").sum().cast(pl.Int64).alias("machine_days"),
        *(pl.col(name).max().alias(told) for name, told in (most or {}).items()),
    )
    known = past.totals.filter("works").select("tenant", "day").unique()
    company = (
        days.select("tenant", "day")
        .unique()
        .join(known, on="tenant", suffix="_past")
        .filter(before())
        .group_by("tenant", "day")
        .agg(pl.len().cast(pl.Int64).alias("company_days"))
    )
    added = ("machine_days", "company_days", *(most or {}).values())
    return (
        rows.join(machine, on=["tenant", "machine", "day"], how="left")
        .join(company, on=["tenant", "day"], how="left")
        .with_columns(pl.col(name).fill_null(0) for name in added)
    )
