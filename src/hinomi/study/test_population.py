from datetime import date, datetime

import pytest

from hinomi.study.months import Month
from hinomi.study.population import EnrolledTwice, Enrolment, Study, windows

NOW = datetime(2023, 2, 1)
MONTHS = (Month(2022, 11), Month(2022, 12))


def study(*enrolments: Enrolment) -> Study:
    return Study(enrolments, (), MONTHS, NOW, "test")


def test_a_sensor_that_came_in_mid_month_is_looked_at_from_its_first_day() -> None:
    joined = Enrolment("101", "101-utm", "utm", date(2022, 11, 15), date(2022, 12, 10), "半導体")
    first, second = windows(study(joined))
    assert (first.month, first.since, first.until) == (
        "2022-11",
        datetime(2022, 11, 14, 15),
        datetime(2022, 11, 30, 15),
    )
    assert (second.month, second.until) == ("2022-12", datetime(2022, 12, 10, 15))  # its last day is included


def test_a_sensor_that_comes_later_or_left_before_is_not_looked_at() -> None:
    later = Enrolment("101", "101-utm", "utm", date(2023, 1, 1), None, "半導体")
    before = Enrolment("102", "102-utm", "utm", date(2022, 1, 1), date(2022, 10, 31), "半導体")
    assert windows(study(later, before)) == []


def test_a_sensor_enrolled_twice_on_a_day_would_count_double_and_is_refused() -> None:
    once = Enrolment("101", "101-utm", "utm", date(2022, 11, 1), date(2022, 11, 20), "半導体")
    again = Enrolment("101", "101-utm", "utm", date(2022, 11, 20), None, "半導体")
    with pytest.raises(EnrolledTwice, match="2022-11-20"):
        study(once, again)
    study(once, Enrolment("101", "101-utm", "utm", date(2022, 11, 21), None, "半導体"))


def test_a_router_is_none_of_the_studys_devices() -> None:
    with pytest.raises(ValueError, match="router"):
        Enrolment("101", "101-router", "router", date(2022, 11, 1), None, "半導体")
