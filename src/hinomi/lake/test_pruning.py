"""Of many files only those are opened that may hold rows of the time that is asked for."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hinomi.lake import upkeep
from hinomi.lake.lake import Lake
from hinomi.ocsf.schema import conform

NOON = datetime(2022, 11, 1, 12, 0, 0, 123456)
TICK = timedelta(microseconds=1)
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    for epoch in range(1, 6):
        moments = [NOON + timedelta(hours=epoch), NOON + timedelta(hours=epoch, minutes=1)]
        rows = pl.DataFrame({"tenant": ["101", "101"], "time": moments, "metadata.uid": [f"{epoch}a", f"{epoch}b"]})
        lake.append(epoch, {"events": conform(rows)})
    return lake


@pytest.mark.parametrize(
    ("since", "until", "files"),
    [
        (timedelta(hours=3), timedelta(hours=3), 1),
        (timedelta(hours=3, minutes=1), timedelta(hours=3, minutes=1), 1),
        (timedelta(hours=3, minutes=1) + MOMENT, timedelta(hours=4) - MOMENT, 0),
        (timedelta(hours=3, minutes=1), timedelta(hours=4), 2),
        (timedelta(0), timedelta(days=1), 5),
    ],
)
def test_a_file_is_opened_only_where_its_times_meet_the_bounds(
    lake: Lake, since: timedelta, until: timedelta, files: int
):
    assert len(lake.files("events", NOON + since, NOON + until)) == files


def test_after_compaction_nothing_is_missed(lake: Lake):
    upkeep.compact(lake, NOON.date() + timedelta(days=40))

    asked = lake.ask(
        "101",
        'SELECT "metadata.uid" AS uid FROM events',
        since=NOON + timedelta(hours=3, minutes=1),
        until=NOON + timedelta(hours=4) + TICK,
    )
    assert sorted(row["uid"] for row in asked.rows()) == ["3b", "4a"]
