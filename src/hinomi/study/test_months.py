from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.study.months import TOKYO, BadMonth, Month, between, local, midnight

MONTHS = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))


def test_a_month_in_japan_begins_nine_hours_before_utc_midnight() -> None:
    november = Month.parse("2022-11")
    assert november.since(TOKYO) == datetime(2022, 10, 31, 15)
    assert november.until(TOKYO) == datetime(2022, 11, 30, 15)


def test_a_month_with_a_change_of_clocks_is_an_hour_shorter() -> None:
    march = Month.parse("2023-03")
    berlin = ZoneInfo("Europe/Berlin")
    assert (march.until(berlin) - march.since(berlin)).total_seconds() == (31 * 24 - 1) * 3600


@pytest.mark.parametrize("text", ["2022-13", "2022-00", "2022-1", "22-01", "2022/11", "", "2022-11-01", "0000-01"])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadMonth, match="2022-12"):
        Month.parse(text)


def test_months_between_go_over_the_turn_of_the_year() -> None:
    assert [str(m) for m in between(Month(2022, 11), Month(2023, 1))] == ["2022-11", "2022-12", "2023-01"]
    assert list(between(Month(2023, 1), Month(2022, 12))) == []


@given(MONTHS, st.integers(-24, 24))
def test_going_forth_and_back_comes_home(month: Month, steps: int) -> None:
    assert month.plus(steps).plus(-steps) == month


@given(MONTHS)
def test_every_day_of_a_month_lies_in_it_and_only_there(month: Month) -> None:
    days = month.days()
    assert days[0].day == 1
    assert all(Month.of(day) == month for day in days)
    assert Month.of(date.fromordinal(days[-1].toordinal() + 1)) == month.plus(1)
    assert month.since(TOKYO) <= midnight(days[-1], TOKYO) < month.until(TOKYO)


def test_the_clock_on_the_wall_is_nine_hours_ahead() -> None:
    assert local(datetime(2022, 11, 30, 15), TOKYO).isoformat() == "2022-12-01T00:00:00+09:00"
