"""Profiles of some days, as behaviours look at them: machines and other ends named, one row an hour and pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from hinomi.pipeline.behaviour import local, profile
from hinomi.pipeline.behaviour.store import Store
from hinomi.pipeline.watch.company import Company

DAY = timedelta(days=1)
PAST_SIGN_INS = timedelta(days=60)
BYTES = ("sent_flow", "sent_page", "received_flow", "received_page")
PAIR = ("tenant", "day", "hour", "clock", "works", "machine", "peer")


@dataclass(frozen=True)
class Seen:
    """Rows of the days from ``first`` to ``last``; sign-ins also of the sixty days before."""

    first: date
    last: date
    outward: pl.DataFrame
    inward: pl.DataFrame
    asked: pl.DataFrame
    sign_ins: pl.DataFrame


def gather(store: Store, companies: Mapping[str, Company], first: date, last: date) -> Seen:
    """What the profiles say of some days of the companies' own calendars, both inclusive."""

    def rows(name: str, since: date = first) -> pl.DataFrame:
        found = store.days(name, since - DAY, last + DAY)
        whole = found if found is not None else profile.NOTHING[name]
        return local.with_clock(whole, companies).filter(pl.col("day").is_between(since, last))

    contacts, queries = rows("contacts"), rows("queries")
    names = local.names_of_addresses(contacts, queries, rows("machines"))
    contacts = local.with_machine(contacts, names)
    outward = local.with_peer(contacts.filter(~pl.col("inside")))
    inward = contacts.filter("inside").with_columns(pl.col("peer_ip").alias("peer"), ambiguous=False)
    return Seen(
        first,
        last,
        by_pair(outward),
        by_pair(inward),
        local.with_machine(queries, names),
        rows("sign_ins", first - PAST_SIGN_INS),
    )


def by_pair(contacts: pl.DataFrame) -> pl.DataFrame:
    """A row an hour and pair. What two logs say of one connection counts once: the larger number of bytes is right."""
    sent, received = (pl.max_horizontal(f"{way}_flow", f"{way}_page") for way in ("sent", "received"))
    keys = [pl.col(name) for name in PAIR]
    single = ~contacts.select(PAIR).is_duplicated()
    keep = ("count", "denied", "moments", "ports", "country", "sensor", "source", "uid", "peer_ip", "address")
    flags = ("nameless", "ambiguous")
    alone = contacts.filter(single).select(*keys, sent.alias("sent"), received.alias("received"), *keep, *flags)
    by_sensor = (
        contacts.filter(~single)
        .group_by(*PAIR, "sensor")
        .agg(
            *(pl.col(name).sum() for name in BYTES),
            *(pl.col(name).sum() for name in ("count", "denied")),
            *(pl.col(name).explode().unique().sort() for name in ("moments", "ports")),
            *(pl.col(name).min() for name in ("source", "uid", "peer_ip", "address")),
            pl.col("country").max(),
            *(pl.col(name).any() for name in flags),
        )
    )
    several = by_sensor.group_by(PAIR).agg(
        sent.max().alias("sent"),
        received.max().alias("received"),
        *(pl.col(name).max() for name in ("count", "denied")),
        *(pl.col(name).explode().unique().sort() for name in ("moments", "ports")),
        pl.col("country").max(),
        *(pl.col(name).sort_by("sensor").first() for name in ("sensor", "source", "uid")),
        *(pl.col(name).min() for name in ("peer_ip", "address")),
        *(pl.col(name).any() for name in flags),
    )
    return pl.concat([alone, several.select(alone.columns)])
