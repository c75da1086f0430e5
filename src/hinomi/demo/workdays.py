"""When things happen: the Japanese calendar of the study's months, and moments drawn from it.

A moment is a number of seconds since the month began, on the wall clock of Japan (UTC+9, no summer time).
Holidays: 国民の祝日に関する法律; the turn of the year as public offices keep it (行政機関の休日に関する法律).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]

DAY: Final = 86_400
JAPAN: Final = timedelta(hours=9)
HOLIDAYS: Final = {date(2022, 11, 3), date(2022, 11, 23), date(2023, 1, 2), date(2023, 1, 9)}
TURN_OF_YEAR: Final = (date(2022, 12, 29), date(2023, 1, 3))

OFFICE_HOURS = [0, 6.5, 8, 9, 11.9, 12, 12.9, 13, 17, 18.5, 21, 24]
OFFICE_SHARE = [0.005, 0.01, 0.6, 1, 1, 0.3, 0.35, 1, 0.9, 0.2, 0.02, 0.005]
CLOCK_SHARE = [0.5, 0.5, 0.8, 1, 1, 0.8, 0.8, 1, 1, 0.9, 0.7, 0.5]


def is_working_day(day: date) -> bool:
    """Whether offices work on this day of the study's months."""
    resting = day.weekday() >= 5 or day in HOLIDAYS or TURN_OF_YEAR[0] <= day <= TURN_OF_YEAR[1]
    return not resting


@cache
def days(month: date) -> tuple[date, ...]:
    """The days of a month, given by its first day."""
    count = (following(month) - month).days
    return tuple(month + timedelta(days=number) for number in range(count))


def following(month: date) -> date:
    """First day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def epoch(month: date) -> int:
    """Seconds from 1970 to the month's first moment in Japan."""
    return int((datetime(month.year, month.month, 1, tzinfo=UTC) - JAPAN).timestamp())


def at_work(rng: np.random.Generator, month: date, count: int) -> Seconds:
    """Moments of people at their desks: working days and hours, quieter over lunch, a few at other times."""
    return _draw(rng, month, count, OFFICE_SHARE, saturday=0.05, rest=0.01)


def around_the_clock(rng: np.random.Generator, month: date, count: int) -> Seconds:
    """Moments of machines and strangers: every day and night, somewhat more by day and on working days."""
    return _draw(rng, month, count, CLOCK_SHARE, saturday=0.7, rest=0.65)


def on_days(rng: np.random.Generator, numbers: Iterable[int], count: int) -> Seconds:
    """Moments spread evenly over some days of a month, 1 being its first."""
    return rng.choice(np.array(list(numbers)) - 1, count) * DAY + rng.integers(0, DAY, count)


def _draw(
    rng: np.random.Generator, month: date, count: int, share: list[float], *, saturday: float, rest: float
) -> Seconds:
    by_day = np.array([1.0 if is_working_day(day) else saturday if day.weekday() == 5 else rest for day in days(month)])
    by_minute = np.interp(np.arange(1440) / 60, OFFICE_HOURS, share)
    day = rng.choice(by_day.size, count, p=by_day / by_day.sum())
    minute = rng.choice(1440, count, p=by_minute / by_minute.sum())
    moments: Seconds = day * DAY + minute * 60 + rng.integers(0, 60, count)
    return moments


@cache
def clock() -> tuple[str, ...]:
    """``HH:MM:SS`` of each second of a day."""
    return tuple(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY))


def stamps(month: date, moments: Seconds, form: str) -> list[str]:
    """Moments as text. ``form`` is :meth:`date.strftime`'s for the day, with ``{}`` where the time of day goes."""
    heads = [day.strftime(form).split("{}") for day in days(month)]
    times = clock()
    day, second = np.divmod(moments, DAY)
    return [f"{heads[d][0]}{times[s]}{heads[d][1]}" for d, s in zip(day.tolist(), second.tolist(), strict=True)]
