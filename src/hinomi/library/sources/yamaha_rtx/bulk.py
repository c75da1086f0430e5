"""The families of :mod:`hinomi.library.sources.yamaha_rtx.traffic` by the column, to the same rows."""

from collections.abc import Callable

import polars as pl

from hinomi.library.contracts import Context
from hinomi.library.formats.patterns import Family, distinct, endpoint
from hinomi.library.formats.rows import LINE, Row
from hinomi.library.formats.times import RECEIPT
from hinomi.library.sources.yamaha_rtx import clock
from hinomi.library.sources.yamaha_rtx.traffic import (
    BARRED,
    FILTERED,
    INSPECTED,
    barred,
    filtered,
    inspected,
    reporter,
)

KEYS = ("interface", "way", "rule", "protocol")
SILENT = pl.col("date").is_null() & pl.col("sent").is_null()
"""Neither the router nor a relay says when the line was written."""


def inspections(groups: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Sessions that ended; without any date but their start's, they are as old as that, or just ended (live)."""
    start = clock.utc(groups["start"], context.timezone)
    made = stated(groups, context, inspected, KEYS, clock.ends(groups["sent"], context.timezone, start))
    end, length = pl.col("end_time"), pl.col("end_time") - pl.col("start_time")
    silent = (pl.lit(context.received), pl.lit(None)) if context.live else (pl.col("start_time"), pl.col("start"))
    made = made.with_columns(start.alias("start_time")).with_columns(
        pl.when(SILENT).then(silent[0]).otherwise(end).alias("time"),
        pl.when(SILENT).then(silent[1]).otherwise("metadata.original_time").alias("metadata.original_time"),
        pl.when(length >= 0).then(length.dt.total_milliseconds()).alias("duration"),
        labels(SILENT & pl.lit(context.live)),
    )
    return sure(made, pl.col("start_time").is_not_null())


def filters(groups: pl.DataFrame, context: Context) -> pl.DataFrame:
    made = dated(stated(groups, context, filtered, (*KEYS, "verb"), sent(groups, context)), context)
    return sure(made.drop("end_time"))


def mac_filters(groups: pl.DataFrame, context: Context) -> pl.DataFrame:
    columns = distinct(groups, (*KEYS, "verb"), barred)
    hardware = groups["source"].str.to_lowercase().alias("src_endpoint.mac")
    made = groups.hstack(columns).with_columns(hardware, *times(groups, context, sent(groups, context)))
    return sure(dated(named(made), context).drop("end_time"), addressed=False)


def stated(
    groups: pl.DataFrame, context: Context, row: Callable[..., Row], keys: tuple[str, ...], relayed: pl.Series
) -> pl.DataFrame:
    """The groups with what they say; ``end_time`` is when the line was written, by the router or its relay."""
    made = groups.hstack(distinct(groups, keys, row))
    for name, side in (("source", "src_endpoint"), ("target", "dst_endpoint")):
        address, port = endpoint(groups, name)
        made = made.with_columns(address.alias(f"{side}.ip"), port.alias(f"{side}.port"))
    return named(made.with_columns(*times(groups, context, relayed)))


def named(made: pl.DataFrame) -> pl.DataFrame:
    return made.hstack(distinct(made, ("host",), reporter))


def times(groups: pl.DataFrame, context: Context, relayed: pl.Series) -> tuple[pl.Series, pl.Series]:
    own = clock.utc(groups["date"], context.timezone)
    written = own.fill_null(relayed).set(own.is_null() & groups["date"].is_not_null(), None)
    return written.alias("end_time"), groups["date"].fill_null(groups["sent"]).alias("metadata.original_time")


def sent(groups: pl.DataFrame, context: Context) -> pl.Series:
    received = pl.Series([context.received], dtype=clock.MOMENT).new_from_index(0, groups.height)
    return clock.relays(groups["sent"], context.timezone, received)


def dated(made: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Lines whose time is when they were written, else when they were received."""
    time = pl.when(SILENT).then(pl.lit(context.received)).otherwise("end_time")
    return made.with_columns(time.alias("time"), labels(SILENT))


def labels(received: pl.Expr) -> pl.Expr:
    return pl.when(received).then(pl.lit([RECEIPT])).alias("metadata.labels")


def sure(made: pl.DataFrame, *conditions: pl.Expr, addressed: bool = True) -> pl.DataFrame:
    """The lake's columns; ``time`` is null where the plain reader must decide."""
    if addressed:
        conditions += (pl.col("src_endpoint.ip").is_not_null(), pl.col("dst_endpoint.ip").is_not_null())
    time = pl.when(pl.all_horizontal(*conditions, pl.lit(value=True))).then("time").alias("time")
    columns = [name for name in made.columns if "." in name or name in PLAIN]
    return made.with_columns(time).select(columns)


PLAIN = (LINE, "time", "class_uid", "activity_id", "severity_id", "is_alert", "action_id", "disposition_id",
         "start_time", "end_time", "duration")  # fmt: skip
FAMILIES = (
    Family("[INSPECT]", INSPECTED, inspections),
    Family(" filter: ", FILTERED, filters),
    Family(" filter: ", BARRED, mac_filters),
)
