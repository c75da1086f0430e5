"""What devices call a time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats import times

TOKYO = ZoneInfo("Asia/Tokyo")
MOMENT = datetime(2023, 1, 18, 3, 25, 45)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1674012345, MOMENT),
        ("1674012345", MOMENT),
        ("1674012345.678", MOMENT.replace(microsecond=678000)),
        (1674012345678, MOMENT.replace(microsecond=678000)),
        ("1674012345678901", MOMENT.replace(microsecond=678901)),
        ("1674012345678901234", MOMENT.replace(microsecond=678901)),
        (60, datetime(1970, 1, 1, 0, 1)),
        (0, None),
        (-1, None),
        (True, None),
        ("soon", None),
        ("NaN", None),
        (10**40, None),
        (None, None),
    ],
)
def test_an_epoch_is_known_by_its_magnitude(value: object, expected: datetime | None) -> None:
    assert times.epoch(value) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023-01-18T03:25:45Z",
        "2023-01-18T12:25:45+09:00",
        "2023-01-18 12:25:45+0900",
        "2023-01-17T22:25:45.000000000-05",
        "2023-01-18 03:25:45 UTC",
        "2023/01/18 12:25:45",
        "2023-01-18T12:25:45",
    ],
)
def test_a_written_time_is_in_its_own_zone_else_in_the_sensors(text: str) -> None:
    assert times.iso(text, TOKYO) == MOMENT


def test_a_fraction_may_be_longer_than_we_keep() -> None:
    assert times.iso("2023-01-18T03:25:45.1234567Z", TOKYO) == MOMENT.replace(microsecond=123456)


@pytest.mark.parametrize("text", ["", "2023-13-01T00:00:00Z", "2023-01-18", "0001-01-01T00:00:00", 5, None])
def test_what_is_no_time_is_none(text: object) -> None:
    assert times.iso(text, TOKYO) is None


def test_a_pattern_may_hold_an_offset() -> None:
    assert times.local("18/Jan/2023:12:25:45 +0900", "%d/%b/%Y:%H:%M:%S %z", ZoneInfo("UTC")) == MOMENT
    assert times.local("18/Jan/2023:12:25:45", "%d/%b/%Y:%H:%M:%S", TOKYO) == MOMENT
    assert times.local("31/Feb/2023:12:25:45", "%d/%b/%Y:%H:%M:%S", TOKYO) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(times.ISO)))
def test_nothing_raises(value: object) -> None:
    times.epoch(value)
    times.iso(value, TOKYO)
