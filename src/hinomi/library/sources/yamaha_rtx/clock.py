"""When a line was written: the router's own date (``show log``), a relay's header, or a session's start."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library.formats import syslog, times

DATE = r"(?:19|20)[0-9]{2}/[01][0-9]/[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
LAYOUT = "%Y/%m/%d %H:%M:%S"
SENT = (
    r"(?:[A-Z][a-z]{2} [ 0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
    r"|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2}))"
)
"""What relays put in front: RFC 3164 without a year, or ISO 8601 with an offset."""
MOMENT = pl.Datetime("us")
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(NAMES, start=1)}
LEAP_YEARS = 9
"""Years in which a 29 February is found for certain."""
DAY = timedelta(days=1)
LONGEST_SESSION = timedelta(days=363)
"""Within this after its start, a session's end in a header without a year is looked for."""


def local(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The router's own date, as naive UTC."""
    return times.local(text, LAYOUT, zone) if text else None


def relayed(text: str, zone: ZoneInfo, received: datetime) -> datetime | None:
    """A relay's header, as naive UTC; without a year, the latest no more than a day after ``received``."""
    if text[0].isdigit():
        return syslog.moment(text, zone, received)
    latest = (received + DAY).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    for year in range(latest.year, latest.year - LEAP_YEARS, -1):
        with suppress(ValueError):
            clock = (int(text[7:9]), int(text[10:12]), int(text[13:15]))
            moment = datetime(year, MONTHS.get(text[:3], 0), int(text[4:6]), *clock)
            if moment <= latest:
                return times.utc(moment, zone)
    return None


def ended(sent: str, zone: ZoneInfo, start: datetime) -> datetime | None:
    """When a session's line was written: the year that a header does not say follows from its start."""
    return relayed(sent, zone, datetime(start.year, start.month, start.day) + LONGEST_SESSION)


def utc(texts: pl.Series, zone: ZoneInfo) -> pl.Series:
    """The router's own dates by the column; null where one cannot be."""
    return _utc(texts.str.to_datetime(LAYOUT, time_unit="us", strict=False), zone)


def relays(texts: pl.Series, zone: ZoneInfo, received: pl.Series) -> pl.Series:
    """:func:`relayed` by the column, each with its own ``received``."""
    latest = (received + DAY).dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key).dt.replace_time_zone(None)
    moments = pl.Series(texts.name, [None], dtype=MOMENT).new_from_index(0, len(texts))
    for back in (0, 1):
        written = (latest.dt.year() - back).cast(pl.String) + " " + texts
        candidate = written.str.to_datetime("%Y %b %e %H:%M:%S", time_unit="us", strict=False)
        moments = moments.fill_null(candidate.set(candidate > latest, None))
    moments = _utc(moments, zone)
    left = (moments.is_null() & texts.is_not_null() & received.is_not_null()).arg_true()
    read = [relayed(text, zone, latest) for text, latest in zip(texts[left], received[left], strict=True)]
    return moments.scatter(left, pl.Series(read, dtype=MOMENT)) if len(left) else moments


def ends(sent: pl.Series, zone: ZoneInfo, start: pl.Series) -> pl.Series:
    """:func:`ended` by the column."""
    return relays(sent, zone, start.dt.truncate("1d") + LONGEST_SESSION)


def _utc(moments: pl.Series, zone: ZoneInfo) -> pl.Series:
    aware = moments.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return aware.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
