"""At which hour somebody is told: now, in the morning, on the next working day."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from hinomi.deliver.notify.hours import WorkingHours, when

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = WorkingHours(TOKYO, time(9), time(18))
SLEEPS = WorkingHours(TOKYO, time(9), time(18), (time(22), time(7)))


def at(text: str) -> datetime:
    """A moment of 2026 in Tokyo; 2026-05-12 is a Tuesday."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("05-12T10:30", "05-12T10:30"),
        ("05-12T08:59", "05-12T09:00"),
        ("05-12T18:00", "05-13T09:00"),
        ("05-15T20:00", "05-18T09:00"),
        ("09-19T12:00", "09-24T09:00"),  # a Saturday before the holidays of autumn, from Monday to Wednesday
        ("12-28T19:00", None),
    ],
)
def test_what_can_wait_waits_for_working_hours(now: str, told: str | None) -> None:
    moment = when(at(now), OFFICE, pressing=False, only_working=False)

    assert moment == (at(told) if told else datetime(2027, 1, 4, 9, tzinfo=TOKYO))


def test_what_is_pressing_is_told_at_any_hour() -> None:
    assert when(at("05-16T03:00"), OFFICE, pressing=True, only_working=False) == at("05-16T03:00")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("05-16T03:00", "05-16T07:00"),
        ("05-16T22:00", "05-17T07:00"),
        ("05-16T07:00", "05-16T07:00"),
        ("05-16T21:59", "05-16T21:59"),
    ],
)
def test_who_chose_quiet_nights_is_told_in_the_morning(now: str, told: str) -> None:
    assert when(at(now), SLEEPS, pressing=True, only_working=False) == at(told)


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = WorkingHours(TOKYO, time(9), time(18), (time(12), time(13)))

    assert when(at("05-12T12:30"), noon, pressing=True, only_working=False) == at("05-12T13:00")
    assert when(at("05-12T13:30"), noon, pressing=True, only_working=False) == at("05-12T13:30")


def test_a_contact_of_working_hours_is_not_disturbed_at_night() -> None:
    assert when(at("05-12T03:00"), OFFICE, pressing=True, only_working=True) == at("05-12T09:00")
