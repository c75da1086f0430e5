"""How often a sensor speaks at which time of day, and so whether its silence means anything."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from hinomi.pipeline.hours.workdays import is_working_day
from hinomi.pipeline.surroundings.observing import SLOT_MINUTES

SLOT = timedelta(minutes=SLOT_MINUTES)
HOUR = timedelta(hours=1)
MISSED = 3.0
"""Times that it would usually have been heard: one that missed so many was silent. (Were they independent, a sensor
that works would miss three in one of twenty cases.)"""
LONGEST = timedelta(days=15)
"""No gap is looked at for longer."""


class Rhythm:
    """The slots of five minutes in which something was heard, on the clock of ``zone``.

    ``heard`` are hours (naive UTC) with their slots, a bit each.
    """

    def __init__(self, heard: Iterable[tuple[datetime, int]], zone: ZoneInfo) -> None:
        self.zone = zone
        hours: dict[datetime, int] = {}
        for hour, slots in heard:
            hours[hour] = hours.get(hour, 0) | slots
        self.hours = hours
        self.moments = sorted(
            hour + SLOT * place
            for hour, slots in hours.items()
            for place in range(60 // SLOT_MINUTES)
            if slots >> place & 1
        )

    def covers(self, since: datetime, until: datetime, known: datetime) -> bool:
        """Whether it was awake from ``since`` to ``until`` (naive UTC) as far as is ``known``, the time up to which
        anything was delivered: heard before, heard again, and no gap in which it would usually have been heard."""
        place = bisect_right(self.moments, since) - 1
        if place < 0 or self.moments[-1] + SLOT <= since:
            return False
        signs = self.moments[place : bisect_left(self.moments, until) + 1]
        if signs[-1] < until:
            signs.append(max(signs[-1], min(until, known)))
        return not any(self.missed(one, other) for one, other in pairwise(signs))

    def missed(self, one: datetime, other: datetime) -> bool:
        if other - one <= SLOT:
            return False
        return other - one > LONGEST or self.expected(one + SLOT, other) >= MISSED

    def expected(self, since: datetime, until: datetime) -> float:
        """In how many slots between two moments it would usually be heard."""
        total, hour = 0.0, since.replace(minute=0, second=0, microsecond=0)
        while hour < until:
            part = (min(until, hour + HOUR) - max(since, hour)) / HOUR
            total += part * self.usual.get(self.kind(hour), 0.0)
            hour += HOUR
        return total

    @cached_property
    def usual(self) -> dict[tuple[bool, int], float]:
        """Slots heard in an hour of a working or resting day, on average."""
        if not self.hours:
            return {}
        heard: Counter[tuple[bool, int]] = Counter()
        passed: Counter[tuple[bool, int]] = Counter()
        hour, last = min(self.hours), max(self.hours)
        while hour <= last:
            kind = self.kind(hour)
            passed[kind] += 1
            heard[kind] += self.hours.get(hour, 0).bit_count()
            hour += HOUR
        return {kind: heard[kind] / times for kind, times in passed.items()}

    def kind(self, hour: datetime) -> tuple[bool, int]:
        local = hour.replace(tzinfo=UTC).astimezone(self.zone)
        return is_working_day(local.date()), local.hour
