"""Zones by the names that devices give them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.formats import zones

TOKYO = ZoneInfo("Asia/Tokyo")
RECEIVED = datetime(2023, 1, 15, 12)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("JST", 9), ("cest", 2), ("UTC", 0), ("UTC+1", 1), ("UTC+07:30", 7.5), ("+0900", 9), ("-05", -5), ("+11", 11)],
)
def test_a_zone_by_its_name_or_its_distance(name: str, hours: float):
    assert zones.offset(name) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["CST", "IST", "VIENNA", "", "+", "R1"])
def test_a_name_that_may_be_several_zones_is_none(name: str):
    assert zones.offset(name) is None


def test_the_zone_that_is_named_counts_before_the_place():
    assert zones.iso("2023-01-15 12:00:00", "CET", TOKYO) == datetime(2023, 1, 15, 11)
    assert zones.iso("2023-01-15 12:00:00", "IST", TOKYO) == datetime(2023, 1, 15, 3)
    assert zones.iso("2023-01-15 12:00:00", None, TOKYO) == datetime(2023, 1, 15, 3)
    assert zones.iso("yesterday", "CET", TOKYO) is None


def test_a_time_without_a_year_in_a_named_zone():
    assert zones.short("Jan 15 12:00:00", "UTC", TOKYO, RECEIVED) == datetime(2023, 1, 15, 12)
    assert zones.short("Jan 15 12:00:00", None, TOKYO, RECEIVED) == datetime(2023, 1, 15, 3)
    assert zones.short("Jan 15 2021 12:00:00", "EST", TOKYO, RECEIVED) == datetime(2021, 1, 15, 17)
