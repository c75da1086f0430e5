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
from hinomi.library.formats.cells import RAW
from hinomi.library.formats.shapes import Columns, Expressions, cell
from hinomi.library.formats.times import RECEIPT

TIME = "time"
SENT = "metadata.original_time"
"""The text that the time was read from."""
CLOCK = "@clock"
"""Whose clock it was where it was not the device's: ``time_source:header``, ``time_source:receive``; else null."""
ADDED = {TIME: pl.Datetime("us"), SENT: pl.String(), CLOCK: pl.String()}

EVENTTIME = "@eventtime"
OTHER_CLOCKS = ("date", "time", "tz", "itime", "timestamp")
LINE = "@line itself"
FIELDS = (*(f"@{key}" for key in OTHER_CLOCKS), EVENTTIME, LINE)


def chosen() -> Expressions:
    return {f"@{key}": cell(key) for key in (*OTHER_CLOCKS, "eventtime")} | {LINE: cell(RAW)}


def timed(columns: Columns, context: Context) -> pl.DataFrame:
    """TIME (naive UTC, null where the line says none that can be read), SENT and CLOCK of each line."""
    written = columns.frame([EVENTTIME]).rename({EVENTTIME: SENT})
    number = columns.integers([EVENTTIME]).get(EVENTTIME)
    time = _epoch(pl.lit(None, dtype=pl.Int64) if number is None else pl.lit(number))
    found = written.select(time.alias(TIME), SENT, pl.lit(None, dtype=pl.String).alias(CLOCK))
    late = found[TIME].is_null()
    if not late.any():
        return found
    rows = late.arg_true().to_numpy().astype("int64")
    others = columns.spread(rows, _by_other_clocks(columns.frame(FIELDS, rows), context))
    nothing = {name: pl.lit(None, dtype=kind) for name, kind in ADDED.items()}
    return found.select(pl.when(late).then((nothing | others)[name]).otherwise(name).alias(name) for name in ADDED)


def _epoch(value: pl.Expr) -> pl.Expr:
    """An epoch as a time; its unit follows from its magnitude (units overlap only before 1973)."""
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
    """TIME, SENT and CLOCK from the columns FIELDS."""
    local = pl.concat_str("@date", "@time", separator=" ").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    sign, hours, minutes = (
        pl.col("@tz").str.extract(r"^(?:UTC|GMT)?([+-])?(\d{1,2})?:?(\d{2})?$", group) for group in (1, 2, 3)
    )
    east = pl.duration(hours=hours.cast(pl.Int32), minutes=minutes.cast(pl.Int32).fill_null(0))
    zoned = pl.when(sign == "-").then(local + east).when(sign == "+").then(local - east)
    here = (
        local.dt.replace_time_zone(context.timezone.key, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    utc = pl.when(pl.col("@tz").is_in(["UTC", "GMT"])).then(local)
    device = pl.coalesce(utc, zoned, here)
    written = pl.concat_str("@date", "@time", "@tz", separator=" ", ignore_nulls=True)
    found = cells.select(
        pl.coalesce(
            device, *(_epoch(pl.col(name).cast(pl.Int64, strict=False)) for name in ("@itime", "@timestamp"))
        ).alias(TIME),
        pl.when(device.is_not_null()).then(written).otherwise(pl.coalesce("@itime", "@timestamp")).alias(SENT),
        pl.lit(None, dtype=pl.String).alias(CLOCK),
        LINE,
    )
    lost = found[TIME].is_null()
    if not lost.any():
        return found.drop(LINE)
    known = found.with_row_index().filter(~lost)
    last = found.with_row_index().filter(lost)
    silent = cells.select(pl.all_horizontal(pl.col(EVENTTIME, "@date").is_null())).to_series()
    rows = [
        _last_resort(raw, context, silent=says_none)
        for raw, says_none in zip(last[LINE], silent.filter(lost), strict=True)
    ]
    told = last.select("index").hstack(pl.DataFrame(rows, schema=ADDED, orient="row"))
    return pl.concat([known.drop(LINE), told]).sort("index").drop("index")


def _last_resort(raw: str, context: Context, *, silent: bool) -> tuple[datetime | None, str | None, str | None]:
    """The header's time; else that of receipt, of a stream and of a line that says no time at all."""
    sent = syslog.header(raw.encode()).time
    moment = syslog.moment(sent, context.timezone, context.received) if sent else None
    if moment:
        return moment, sent, "time_source:header"
    return (context.received, None, RECEIPT) if context.live or silent else (None, None, None)
