"""Months and weeks, and when what is said of them is due. Pure; ``now`` is aware."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hinomi.pipeline.hours.workdays import is_working_day
from hinomi.study.months import Month

WEEK = timedelta(days=7)
MORNING = time(9)
"""A digest's hour, on Monday."""
LATE = timedelta(days=1)
"""What goes out so long after it was due says so."""


@dataclass(frozen=True)
class Period:
    """``first`` to ``last`` are local days, both inclusive; ``due`` is aware."""

    name: str
    """``2026-04``, or the first day of a week."""
    first: date
    last: date
    due: datetime

    def is_late(self, now: datetime) -> bool:
        return now >= self.due + LATE


def month_period(month: Month, zone: ZoneInfo, working_day: int, hour: time) -> Period:
    """A month's report is due on the n-th working day of the next one."""
    day, left = month.plus(1).first, working_day
    while left > 1 or not is_working_day(day):
        left -= is_working_day(day)
        day += timedelta(days=1)
    return Period(str(month), month.first, month.last, datetime.combine(day, hour, zone))


def months(now: datetime, zone: ZoneInfo, working_day: int, hour: time) -> Iterator[Period]:
    """Those that are due, the latest first."""
    month = Month.of(now.astimezone(zone).date())
    while True:
        month = month.plus(-1)
        found = month_period(month, zone, working_day, hour)
        if found.due <= now:
            yield found


def weeks(now: datetime, zone: ZoneInfo) -> Iterator[Period]:
    """Those that are due, the latest first; a week is from Monday to Sunday."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    while True:
        found = Period(
            (monday - WEEK).isoformat(),
            monday - WEEK,
            monday - timedelta(days=1),
            datetime.combine(monday, MORNING, zone),
        )
        if found.due <= now:
            yield found
        monday -= WEEK
