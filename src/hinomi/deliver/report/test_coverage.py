from datetime import date, datetime, time, timedelta

import pytest

from hinomi.deliver.report.coverage import coverage, device_hours, unseen, with_gaps
from hinomi.deliver.report.facts import SensorFacts, TenantFacts
from hinomi.deliver.report.monthly import Coverage
from hinomi.study.months import Month

DECEMBER = Month(2022, 12)
TENANT = TenantFacts("101", "青空半導体")
EDR = SensorFacts("101-edr", "edr", "EDR(KeepEye)", date(2022, 11, 1))
LATER = datetime(2023, 2, 1)


def seen(*days: int, sensor: SensorFacts = EDR, now: datetime = LATER, after: date | None = None) -> Coverage:
    dates = [*(date(2022, 12, day) for day in days), *([after] if after else [])]
    heard = frozenset(datetime.combine(day, time(hour)) for day in dates for hour in (9, 14))
    (row,) = coverage(TENANT, [sensor], DECEMBER, {sensor.sensor: heard}, now)
    return row


def test_a_weekend_without_records_is_counted_and_not_made_much_of() -> None:
    row = seen(*(day for day in range(1, 32) if date(2022, 12, day).weekday() < 5))
    assert (row.expected, row.observed, row.longest_gap) == (31, 22, 2)
    assert with_gaps([row]) == []


def test_a_week_without_records_is_said_and_no_alarm_once_it_is_over() -> None:
    row = seen(*range(1, 11), *range(18, 32))
    assert row.longest_gap == 7
    assert with_gaps([row]) == [row]
    assert not row.fell_silent
    assert unseen({"edr"}, [row])[0] == "EDR(KeepEye) — 31日のうち7日、記録がありません"


def test_a_sensor_that_did_not_come_back_fell_silent_and_one_that_did_had_not() -> None:
    assert seen(*range(1, 21)).fell_silent
    assert seen(*range(1, 21)).last == date(2022, 12, 20)
    assert not seen(*range(1, 21), after=date(2023, 1, 4)).fell_silent


def test_a_sensor_never_heard_is_silent_but_not_after_one_day() -> None:
    never = seen()
    assert (never.observed, never.last, never.fell_silent) == (0, None, True)
    assert unseen({"edr"}, [never])[0] == "EDR(KeepEye) — 今月の記録が1件も届いていません"
    on_the_second = datetime(2022, 12, 2, 3)
    assert not seen(now=on_the_second).fell_silent


def test_only_days_that_are_over_and_on_which_it_stood_there_are_expected() -> None:
    joined = SensorFacts("101-edr", "edr", "EDR", date(2022, 12, 10), date(2022, 12, 20))
    assert seen(sensor=joined).expected == 11
    noon_of_the_15th_in_japan = datetime(2022, 12, 15, 3)
    assert seen(sensor=joined, now=noon_of_the_15th_in_japan).expected == 5
    assert coverage(TENANT, [joined], Month(2022, 11), {}, LATER) == ()


def test_the_day_turns_at_midnight_in_japan() -> None:
    before_midnight, midnight = datetime(2022, 12, 14, 14, 59), datetime(2022, 12, 14, 15)
    assert seen(now=midnight).expected == seen(now=before_midnight).expected + 1 == 14


@pytest.mark.parametrize("kind", ["edr", "utm", "mail", "waf"])
def test_what_a_missing_sensor_would_have_seen_is_said(kind: str) -> None:
    everything = {"edr", "utm", "mail", "waf"}
    assert len(unseen(everything - {kind}, [])) == len(unseen(everything, [])) + (1 if kind != "utm" else 0)


def test_even_with_everything_in_place_https_and_the_factory_stay_dark() -> None:
    https, factory = unseen({"edr", "utm", "mail", "waf"}, [])
    assert "https" in https
    assert "工場" in factory


def test_a_gap_of_exactly_a_week_counts() -> None:
    days = [date(2022, 12, 1) + timedelta(days=number) for number in range(31)]
    six = seen(*(day.day for day in days if not 5 <= day.day <= 10))
    assert with_gaps([six]) == []


def test_hours_are_counted_of_every_expected_day_and_nights_are_expected_too() -> None:
    joined = SensorFacts("101-edr", "edr", "EDR", date(2022, 12, 10), date(2022, 12, 20))
    utm = SensorFacts("101-utm", "utm", "UTM", date(2022, 12, 1))
    rows = [seen(9, 10, 11, 21, sensor=joined), seen(*range(1, 32), sensor=utm)]

    assert [(row.observed_hours, row.expected_hours) for row in rows] == [(4, 11 * 24), (62, 31 * 24)]
    assert device_hours(rows) == (66, 42 * 24)
