from datetime import date, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.bursts import FLOOR
from hinomi.library.detections.device_fault_land.fault import FEW, RULE

START = date(2022, 11, 1)
LAND = "DoS LAND Attack"
COLUMNS = {
    "sensor": pl.String,
    "signature": pl.String,
    "source_is_destination": pl.Boolean,
    "day": pl.Date,
    "count": pl.Int64,
    "addresses": pl.Int64,
}
Row = tuple[str, str, bool, int, int]


def daily(*rows: Row, addresses: int = 1) -> pl.DataFrame:
    """Rows of sensor, signature, source is destination, day counted from the first of November, hits."""
    dated = [
        (sensor, name, same, START + timedelta(days=day), count, addresses) for sensor, name, same, day, count in rows
    ]
    return pl.DataFrame(dated, schema=COLUMNS, orient="row")


def quiet_days(days: int = 60, count: int = 3) -> list[Row]:
    return [("utm", "WEB Path Traversal", False, day, count) for day in range(days)]


def test_the_studys_burst_is_set_aside_whole_and_as_one():
    burst = [("utm", LAND, True, 42, 13_000), ("utm", LAND, True, 43, 14_726), ("utm", LAND, True, 44, 13_000)]

    [found] = RULE.judge("212", daily(*quiet_days(), *burst))

    assert (found.tenant, found.sensor, found.rule, found.signature) == ("212", "utm", "device_fault_land", LAND)
    assert (found.since, found.until) == (datetime(2022, 12, 13), datetime(2022, 12, 16))
    assert found.count == 40_726
    assert "12月13日から12月15日" in found.reason
    assert "40,726件" in found.reason


def test_many_addresses_are_no_device_but_somebody_who_forges_them():
    burst = ("utm", LAND, True, 42, 13_000)

    assert len(RULE.judge("212", daily(*quiet_days(), burst, addresses=FEW))) == 1
    assert RULE.judge("212", daily(*quiet_days(), burst, addresses=FEW + 1)) == ()


def test_bursts_that_lie_apart_are_told_apart():
    found = RULE.judge("212", daily(*quiet_days(), ("utm", LAND, True, 10, 5_000), ("utm", LAND, True, 30, 6_000)))

    assert [one.count for one in found] == [5_000, 6_000]


def test_an_ordinary_busy_day_is_not_a_fault():
    usual = [("utm", LAND, True, day, 700 + day % 90) for day in range(60)]

    assert RULE.judge("212", daily(*usual, ("utm", LAND, True, 60, 4_000))) == ()


def test_a_few_hits_more_than_none_are_not_a_fault():
    assert RULE.judge("212", daily(*quiet_days(), ("utm", LAND, True, 42, FLOOR - 1))) == ()


def test_a_scan_from_outside_is_not_a_fault_however_large():
    assert RULE.judge("212", daily(*quiet_days(), ("utm", "TCP Port Scan", False, 42, 90_000))) == ()


def test_a_single_day_without_history_must_be_beyond_doubt():
    assert RULE.judge("212", daily(("utm", LAND, True, 0, 4_000))) == ()
    assert len(RULE.judge("212", daily(("utm", LAND, True, 0, 40_000)))) == 1


def test_another_sensors_history_is_not_this_ones():
    known = [("other", "WEB Path Traversal", False, day, 3) for day in range(60)]

    assert RULE.judge("212", daily(*known, ("utm", LAND, True, 42, 4_000))) == ()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["utm", "other"]),
        st.sampled_from([LAND, "scan"]),
        st.booleans(),
        st.integers(0, 40),
        st.integers(1, 50_000),
    ),
    unique_by=lambda row: row[:4],
    max_size=40,
)


@given(rows=ROWS, data=st.data())
def test_what_is_set_aside_was_there_was_large_and_does_not_depend_on_order(rows: list[Row], data: st.DataObject):
    found = RULE.judge("212", daily(*rows))

    for one in found:
        within = [
            count
            for sensor, name, same, day, count in rows
            if (sensor, name, same) == (one.sensor, one.signature, True)
            and one.since.date() <= START + timedelta(days=day) < one.until.date()
        ]
        assert one.count == sum(within)
        assert min(within) >= FLOOR
    assert RULE.judge("212", daily(*data.draw(st.permutations(rows)))) == found
    assert RULE.judge("212", daily(*((*row[:2], False, *row[3:]) for row in rows))) == ()
