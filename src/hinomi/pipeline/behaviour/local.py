"""Rows on the wall clock of their company, with the machine that they are about."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from hinomi.pipeline.hours.workdays import is_working_day
from hinomi.pipeline.watch.company import Company

PLACE = ("tenant", "day", "ip")


def with_clock(rows: pl.DataFrame, companies: Mapping[str, Company]) -> pl.DataFrame:
    """The rows of known companies with ``day``, ``clock`` and ``works``."""
    zones: dict[str, list[str]] = {}
    for tenant in rows["tenant"].unique().to_list():
        if tenant in companies:
            zones.setdefault(companies[tenant].timezone.key, []).append(tenant)
    parts = [in_zone(rows.filter(pl.col("tenant").is_in(tenants)), zone) for zone, tenants in sorted(zones.items())]
    dated = pl.concat(parts) if parts else in_zone(rows.clear(), "UTC")
    return dated.with_columns(working().alias("works"))


def in_zone(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    local = pl.col("hour").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return rows.with_columns(local.dt.date().alias("day"), local.dt.hour().cast(pl.Int64).alias("clock"))


def working() -> pl.Expr:
    """Whether ``day`` is a working day."""
    return pl.col("day").map_batches(
        lambda days: days.replace_strict(
            {day: is_working_day(day) for day in days.unique().to_list() if isinstance(day, date)},
            default=False,
            return_dtype=pl.Boolean,
        ),
        return_dtype=pl.Boolean,
    )


def names_of_addresses(*frames: pl.DataFrame) -> pl.DataFrame:
    """The one name that an address had on a day; none where it had two, as DHCP may give it to another machine."""
    pairs = pl.concat([frame.select(*PLACE, "name") for frame in frames]).drop_nulls().unique()
    one = pairs.group_by(PLACE).agg(pl.col("name").n_unique().alias("names"), pl.col("name").min())
    return one.filter(pl.col("names") == 1).select(*PLACE, pl.col("name").alias("lent_to"))


def with_machine(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``machine``, ``nameless`` and ``address``.

    A machine is its name in the row, else the only name that its address had that day, else the address. So an
    address that changed hands on a day stands for itself there, and has no past but its own.
    """
    known = rows.join(names, on=PLACE, how="left", maintain_order="left")
    name = pl.coalesce("name", "lent_to")
    return known.with_columns(
        pl.coalesce(name, "ip").alias("machine"), name.is_null().alias("nameless"), pl.col("ip").alias("address")
    ).drop("lent_to")


def with_peer(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``peer``: the domain in the row, else the only one that its address had that day, else the address.

    ``ambiguous`` are addresses that stand for several domains, as those of hosting services do.
    """
    place = ("tenant", "day", "peer_ip")
    pairs = rows.select(*place, "peer_name").drop_nulls().unique()
    one = pairs.group_by(place).agg(pl.len().alias("names"), pl.col("peer_name").min().alias("only"))
    known = rows.join(one, on=place, how="left", maintain_order="left")
    only = pl.when(pl.col("names") == 1).then("only")
    nameless = pl.col("peer_name").is_null()
    return known.with_columns(
        pl.coalesce("peer_name", only, "peer_ip").alias("peer"),
        (nameless & (pl.col("names") > 1)).fill_null(value=False).alias("ambiguous"),
    ).drop("names", "only")
