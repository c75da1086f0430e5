"""Rows of Python objects become columns of the lake, whatever they hold."""

from datetime import datetime

import pytest

from hinomi.library.formats.rows import Collector, Row

EVENT: Row = {"time": datetime(2023, 1, 18), "class_uid": 4001, "activity_id": 6}


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("dst_endpoint.port", 443, 2**40),
        ("count", 3, 2**70),
        ("user.name", "sato", 5),
        ("email.to", ["a@b.example"], ["a@b.example", 5]),
        ("user.name", "sato", "\ud800"),
    ],
)
def test_a_value_that_does_not_fit_is_left_out_and_its_neighbours_stay(column: str, good: object, bad: object) -> None:
    collector = Collector()
    collector.add(1, {**EVENT, column: good})
    collector.add(2, {**EVENT, column: bad, "message": "still here"})

    found = collector.normalized().events

    assert found[column].to_list() == [good, None]
    assert found["message"].to_list() == [None, "still here"]


def test_no_rows_are_still_a_frame() -> None:
    assert Collector().normalized().events.columns == ["activity_id", "class_uid", "line", "time"]
