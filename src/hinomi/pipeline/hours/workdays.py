"""Which days a Japanese company works: weekends, national holidays, and the weeks in which most factories rest.

Holidays are computed by ``jpholiday`` (国民の祝日に関する法律), offline. A company's own calendar is not known; what
is assumed of it: the turn of the year (行政機関の休日に関する法律), the days between the holidays of Golden Week,
and Obon. A day taken for a rest day by mistake is compared with rest days, which makes findings rarer or later.
"""

from datetime import date
from functools import lru_cache

import jpholiday

SATURDAY = 5
RESTS = (((12, 29), (12, 31)), ((1, 1), (1, 3)), ((4, 29), (5, 5)), ((8, 13), (8, 16)))
"""First and last day (month, day) of the weeks in which factories rest."""


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether offices and factories in Japan usually work on this day."""
    resting = any(first <= (day.month, day.day) <= last for first, last in RESTS)
    return not (day.weekday() >= SATURDAY or resting or jpholiday.is_holiday(day))
