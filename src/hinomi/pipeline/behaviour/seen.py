"""Profiles of some days, as behaviours look at them: machines and other ends named, one row an hour and pair.

Most traffic goes where everybody's goes. It is summed by day, and only what may be told is kept by the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from hinomi.pipeline.behaviour import local, profile
from hinomi.pipeline.behaviour.store import Store
from hinomi.pipeline.watch.company import Company

DAY = timedelta(days=1)
PAST_SIGN_INS = timedelta(days=60)
MUCH_SENT: Final = 20 << 20
"""Bytes to one end on a day from which a transfer is looked at."""
MUCH: Final = 200 << 20
"""Bytes of a machine's day from which it is looked at."""
BYTES = ("sent_flow", "sent_page", "received_flow", "received_page")
PAIR = ("tenant", "day", "hour", "clock", "works", "machine", "peer")
DAILY = ("tenant", "day", "works", "machine", "peer")
FLAGS = ("nameless", "ambiguous")


@dataclass(frozen=True)
class Seen:
    """Rows of the days from ``first`` to ``last``; sign-ins also of the sixty days before.

    ``daily`` sums what each machine did with each end outside; ``rare`` has the hours of ends that are not common,
    ``large`` those of large transfers and of machines with much traffic.
    """

    first: date
    last: date
    daily: pl.DataFrame
    rare: pl.DataFrame
    large: pl.DataFrame
    inward: pl.DataFrame
    asked: pl.DataFrame
    sign_ins: pl.DataFrame


def gather(store: Store, companies: Mapping[str, Company], first: date, last: date, common: pl.Series) -> Seen:
    """What the profiles say of some days of the companies' own calendars, both inclusive.

    ``common`` are ends outside that are nobody's news.
    """

    def rows(name: str, since: date = first) -> pl.DataFrame:
        found = store.days(name, since - DAY, last + DAY)
        whole = found if found is not None else profile.NOTHING[name]
        return local.with_clock(whole, companies).filter(pl.col("day").is_between(since, last))

    contacts, queries = rows("contacts"), rows("queries")
    names = local.names_of_addresses(contacts, queries, rows("machines"))
    contacts = local.with_machine(contacts, names)
    outward = local.with_peer(contacts.filter(~pl.col("inside")))
    inward = contacts.filter("inside").with_columns(pl.col("peer_ip").alias("peer"), ambiguous=False)
    daily = by_day(outward)
    much = daily.filter(
        (pl.col("sent") >= MUCH_SENT) | ((pl.col("sent") + pl.col("received")).sum().over(DAILY[:-1]) >= MUCH)
    )
    large = outward.join(much.select(DAILY), on=list(DAILY), how="semi") if much.height else outward.clear()
    return Seen(
        first,
        last,
        daily,
        by_pair(outward.filter(~pl.col("peer").is_in(common.implode()))),
        by_pair(large),
        by_pair(inward),
        local.with_machine(queries, names),
        rows("sign_ins", first - PAST_SIGN_INS),
    )


def larger(way: str) -> pl.Expr:
    """Bytes of a direction: what two logs of a device say of one connection counts once."""
    return pl.max_horizontal(f"{way}_flow", f"{way}_page").alias(way)


def by_day(contacts: pl.DataFrame) -> pl.DataFrame:
    """Sums of each day, machine and end; of several sensors that saw the same the largest."""
    first = pl.col("hour") + pl.duration(seconds=pl.col("moments").list.first().fill_null(0).cast(pl.Int64))
    passed = (pl.col("count") > pl.col("denied")).any()
    by_sensor = (
        contacts.with_columns(first.alias("first"))
        .group_by(*DAILY, "sensor")
        .agg(
            *(pl.col(name).sum() for name in BYTES),
            pl.col("first").min(),
            pl.col("country").max(),
            passed.alias("passed"),
        )
    )
    summed = by_sensor.with_columns(larger("sent"), larger("received"))
    return summed.group_by(DAILY).agg(
        pl.col("sent").max(),
        pl.col("received").max(),
        pl.col("first").min(),
        pl.col("country").max(),
        pl.col("passed").any(),
    )


def by_pair(contacts: pl.DataFrame) -> pl.DataFrame:
    """A row an hour and pair, over all sensors that saw it."""
    by_sensor = (
        contacts.group_by(*PAIR, "sensor")
        .agg(
            *(pl.col(name).sum() for name in BYTES),
            *(pl.col(name).sum() for name in ("count", "denied")),
            *(pl.col(name).explode() for name in ("moments", "ports")),
            *(pl.col(name).min() for name in ("source", "uid", "peer_ip", "address")),
            pl.col("country").max(),
            *(pl.col(name).any() for name in FLAGS),
        )
        .with_columns(larger("sent"), larger("received"))
    )
    return (
        by_sensor.group_by(PAIR)
        .agg(
            *(pl.col(name).max() for name in ("sent", "received", "count", "denied")),
            *(pl.col(name).explode() for name in ("moments", "ports")),
            pl.col("country").max(),
            *(pl.col(name).sort_by("sensor").first() for name in ("sensor", "source", "uid")),
            *(pl.col(name).min() for name in ("peer_ip", "address")),
            *(pl.col(name).any() for name in FLAGS),
        )
        .with_columns(pl.col(name).list.drop_nulls().list.unique().list.sort() for name in ("moments", "ports"))
    )


def midnight(day: date, companies: Mapping[str, Company]) -> datetime:
    """The first moment at which the day begins for one of the companies, naive UTC."""
    starts = [datetime.combine(day, datetime.min.time(), company.timezone) for company in companies.values()]
    offsets = [start.utcoffset() or timedelta(0) for start in starts]
    return datetime.combine(day, datetime.min.time()) - max(offsets, default=timedelta(0))
