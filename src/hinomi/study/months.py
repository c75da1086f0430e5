"""A calendar month in a time zone, and its place in the lake's naive UTC."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
EARLIEST, LATEST = 1970, 2200
"""Years a record may be of; a time zone's arithmetic fails at the ends of the calendar."""
SHAPE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class BadMonth(ValueError):
    """A month that cannot be read, or that the question cannot be about."""

    def __init__(self, text: str) -> None:
        super().__init__(f"「{text}」は月として読めません。2022-12 のように書いてください (write a month as YYYY-MM).")
        self.text = text


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The start of a day in the zone, as naive UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A naive UTC moment of the lake as the clock on the wall shows it, with its zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; which instants it holds depends on a time zone."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises :class:`BadMonth` unless the text is ``YYYY-MM``."""
        match = SHAPE.fullmatch(text)
        if not match or not EARLIEST <= int(match[1]) < LATEST:
            raise BadMonth(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def ja(self) -> str:
        return f"{self.year}年{self.number}月"

    def plus(self, months: int) -> "Month":
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.plus(1).first - timedelta(days=1)

    def days(self) -> list[date]:
        return [self.first + timedelta(days=index) for index in range(self.last.day)]

    def since(self, zone: ZoneInfo) -> datetime:
        """The month's first instant, naive UTC."""
        return midnight(self.first, zone)

    def until(self, zone: ZoneInfo) -> datetime:
        """The first instant after the month, naive UTC."""
        return midnight(self.plus(1).first, zone)


def between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from ``first`` to ``last``, both included; none if ``last`` is earlier."""
    month = first
    while month <= last:
        yield month
        month = month.plus(1)
