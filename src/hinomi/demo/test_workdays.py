"""The calendar of the study's months, and moments drawn from it."""

from datetime import date

import numpy as np

from hinomi.demo.programme import MONTHS
from hinomi.demo.workdays import DAY, around_the_clock, at_work, days, epoch, is_working_day, stamps


def test_offices_rest_on_weekends_holidays_and_at_the_turn_of_the_year() -> None:
    assert [sum(map(is_working_day, days(month))) for month in MONTHS] == [20, 20, 19]
    assert not is_working_day(date(2022, 11, 3))
    assert not is_working_day(date(2022, 12, 30))
    assert not is_working_day(date(2023, 1, 9))
    assert is_working_day(date(2023, 1, 4))


def test_people_work_by_day_and_pause_at_noon() -> None:
    moments = at_work(np.random.default_rng(1), MONTHS[0], 20_000)
    hours = np.bincount(moments % DAY // 3600, minlength=24)
    assert hours[8:18].sum() > 0.88 * 20_000
    assert hours[12] < 0.6 * hours[10]
    working = [is_working_day(days(MONTHS[0])[day]) for day in (moments // DAY).tolist()]
    assert np.mean(working) > 0.95


def test_strangers_come_by_night_too() -> None:
    moments = around_the_clock(np.random.default_rng(1), MONTHS[1], 20_000)
    assert (moments % DAY < 6 * 3600).mean() > 0.1
    assert moments.min() >= 0
    assert moments.max() < 31 * DAY


def test_a_moment_is_told_on_the_wall_clock_of_japan() -> None:
    assert epoch(date(2022, 12, 1)) == 1_669_820_400
    assert stamps(date(2022, 12, 1), np.array([0, 30 * DAY + 86_399]), "%Y/%m/%d {}") == [
        "2022/12/01 00:00:00",
        "2022/12/31 23:59:59",
    ]
