"""At which hours things happen: not only while somebody looks. A moment is a wall clock of Japan."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from hinomi.demo.programme import MONTHS
from hinomi.demo.workdays import HOLIDAYS, days, following, is_working_day

DAYS = tuple(day for month in MONTHS for day in days(month))
LEARNED = date(2022, 11, 21)
"""From here on what looks over time knows its companies."""
LAST = datetime(2023, 1, 31, 18)
"""What begins later might end after the programme."""


def office(random: Random, day: date) -> datetime:
    return datetime.combine(day, time(random.randint(8, 17), random.randint(0, 59)))


def night(random: Random, day: date) -> datetime:
    return datetime.combine(day, time(random.choice((22, 23, 0, 1, 2, 3, 4)), random.randint(0, 59)))


def around_midnight(random: Random, day: date) -> datetime:
    """A minute or two before the day ends, in Japan or in UTC."""
    hour = random.choice((23, 8))
    return datetime.combine(day, time(hour, 58, random.randint(0, 59)))


def working(day: date) -> bool:
    return is_working_day(day)


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def holiday(day: date) -> bool:
    return day in HOLIDAYS


def new_year(day: date) -> bool:
    return date(2022, 12, 29) <= day <= date(2023, 1, 3)


def month_end(day: date) -> bool:
    return following(day.replace(day=1)) - day == timedelta(days=1)


HOURS: dict[str, tuple[Callable[[date], bool], Callable[[Random, date], datetime]]] = {
    "office": (working, office),
    "night": (working, night),
    "weekend": (weekend, office),
    "weekend night": (weekend, night),
    "holiday": (holiday, office),
    "new year": (new_year, office),
    "new year night": (new_year, night),
    "month end": (month_end, around_midnight),
    "midnight": (working, around_midnight),
}
"""Name to the days and the times of day."""


def deck(random: Random, count: int) -> list[str]:
    """Names for so many incidents: each of the hours at least once, if there are enough of them."""
    names = list(HOURS)
    dealt = [names[place % len(names)] for place in range(count)]
    random.shuffle(dealt)
    return dealt


def moment(random: Random, name: str, since: date, until: datetime = LAST) -> datetime:
    """One of that name, on a day from ``since`` on."""
    is_its_day, at = HOURS[name]
    chosen = [day for day in DAYS if since <= day and is_its_day(day) and datetime.combine(day, time()) < until]
    while (found := at(random, random.choice(chosen))) >= until:
        continue
    return found + timedelta(seconds=random.randint(0, 59))
