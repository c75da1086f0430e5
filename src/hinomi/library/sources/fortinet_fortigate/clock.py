"""When a FortiGate's event happened, in UTC.

``eventtime`` is an epoch in seconds (FortiOS up to 6.0), milliseconds, microseconds or nanoseconds (6.2 on) and
counts where it is there. ``date`` and ``time`` are the device's local time, in the zone of ``tz`` where the line
has one, else in the zone the source is set to. FortiAnalyzer and FortiAuthenticator add ``itime`` and ``timestamp``
(epoch seconds). As a last resort a relay's header says when.
"""

from datetime import datetime

import polars as pl

from hinomi.library.contracts import Context
from hinomi.library.formats import syslog
from hinomi.library.formats.keyvalue import RAW
from hinomi.library.sources.fortinet_fortigate.fields import number, text

TIME = "@time"
SENT = "@sent"
"""The text that the time was read from."""
CLOCK = "@clock"
"""Whose clock it was where it was not the device's: ``time_source:header``, ``time_source:receive``; else null."""
ADDED = {TIME: pl.Datetime("us"), SENT: pl.String(), CLOCK: pl.String()}


def timed(cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    """``cells`` with TIME (naive UTC, null where the line says none that can be read), SENT and CLOCK."""
    told = pl.lit(None, dtype=pl.String)
    found = cells.with_columns(_epoch("eventtime").alias(TIME), text("eventtime").alias(SENT), told.alias(CLOCK))
    late = found[TIME].is_null()
    if not late.any():
        return found
    return pl.concat([found.filter(~late), _by_other_clocks(cells.filter(late), context)])


def _epoch(key: str) -> pl.Expr:
    """An epoch as a time; its unit follows from its magnitude (units overlap only before 1973)."""
    value = number(key)
    micros = (
        pl.when(value < 10**11)
        .then(value * 10**6)
        .when(value < 10**14)
        .then(value * 10**3)
        .when(value < 10**17)
        .then(value)
        .otherwise(value // 10**3)
    )
    return pl.when(value > 0).then(micros).cast(pl.Datetime("us"))


def _by_other_clocks(cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    local = pl.concat_str("date", "time", separator=" ").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    sign, hours, minutes = (
        pl.col("tz").str.extract(r"^(?:UTC|GMT)?([+-])?(\d{1,2})?:?(\d{2})?$", group) for group in (1, 2, 3)
    )
    east = pl.duration(hours=hours.cast(pl.Int32), minutes=minutes.cast(pl.Int32).fill_null(0))
    zoned = pl.when(sign == "-").then(local + east).when(sign == "+").then(local - east)
    here = (
        local.dt.replace_time_zone(context.timezone.key, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    utc = pl.when(pl.col("tz").is_in(["UTC", "GMT"])).then(local)
    device = pl.coalesce(utc, zoned, here)
    written = pl.concat_str("date", "time", text("tz"), separator=" ", ignore_nulls=True)
    found = cells.with_columns(
        pl.coalesce(device, _epoch("itime"), _epoch("timestamp")).alias(TIME),
        pl.when(device.is_not_null()).then(written).otherwise(pl.coalesce("itime", "timestamp")).alias(SENT),
        pl.lit(None, dtype=pl.String).alias(CLOCK),
    )
    lost = found[TIME].is_null()
    if not lost.any():
        return found
    last = pl.DataFrame([_last_resort(raw, context) for raw in found.filter(lost)[RAW]], schema=ADDED, orient="row")
    return pl.concat([found.filter(~lost), found.filter(lost).drop(list(ADDED)).hstack(last)])


def _last_resort(raw: str, context: Context) -> tuple[datetime | None, str | None, str | None]:
    sent = syslog.header(raw.encode()).time
    moment = syslog.moment(sent, context.timezone, context.received) if sent else None
    if moment:
        return moment, sent, "time_source:header"
    return (context.received, None, "time_source:receive") if context.live else (None, None, None)
