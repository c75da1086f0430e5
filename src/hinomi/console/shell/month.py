"""Which month a page is about, of which months there is anything, and how a month is said."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats

from hinomi.lake.lake import Lake
from hinomi.study.months import BadMonth, Month, between, local

LONGEST = 60
"""Months offered to choose from."""


def chosen_month(text: str, present: Iterable[Month], today: date) -> Month:
    """The month asked for if anything is known of it; else the latest with any record; else today's."""
    months = list(present)
    try:
        asked = Month.parse(text)
    except BadMonth:
        asked = None
    if asked in months:
        return asked
    return months[0] if months else Month.of(today)


def said(month: Month) -> str:
    """``2022年12月`` or ``December 2022``."""
    return formats.date_format(month.first, "YEAR_MONTH_FORMAT")


def months_present(lake: Lake, tenants: Iterable[str], zone: ZoneInfo, now: datetime) -> list[Month]:
    """Months of which these companies have any record, the latest first; ``now`` is naive UTC and bounds them."""
    months = by_tenant(lake, tenants, zone, now)
    return sorted({month for present in months.values() for month in present}, reverse=True)


def by_tenant(lake: Lake, tenants: Iterable[str], zone: ZoneInfo, now: datetime) -> dict[str, list[Month]]:
    """For each company the months between its first and its last record, the latest first."""
    sql = (
        "SELECT tenant, min(first_time) AS first, max(last_time) AS last FROM blocks "
        "WHERE first_time <= ? GROUP BY tenant"
    )
    return {
        row["tenant"]: span(row["first"], min(row["last"], now), zone)
        for row in lake.ask_companies(tenants, sql, [now]).rows()
    }


def span(first: datetime, last: datetime, zone: ZoneInfo) -> list[Month]:
    end = Month.of(local(last, zone).date())
    return list(between(max(Month.of(local(first, zone).date()), end.plus(1 - LONGEST)), end))[::-1]
