"""The lake answers one company with its own rows, exactly once, while others write."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hinomi.lake import upkeep
from hinomi.lake.lake import Lake
from hinomi.lake.landing import BadName
from hinomi.lake.tables import TABLES
from hinomi.ocsf.schema import conform, empty

NOVEMBER = datetime(2022, 11, 1)


def events(tenant: str, moments: list[datetime]) -> pl.DataFrame:
    uids = [f"{tenant}-{moment:%d%H%M}" for moment in moments]
    rows = {"tenant": [tenant] * len(moments), "time": moments, "metadata.uid": uids}
    return conform(pl.DataFrame(rows).with_columns(class_uid=pl.lit(4001), activity_id=pl.lit(6)))


def frames(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    rejects = pl.DataFrame(pl.from_arrow(TABLES["rejects"].schema.empty_table()))
    ledger = pl.DataFrame({"tenant": ["101"], "time": [NOVEMBER], "block": ["20221101-a"]})
    blocks = pl.DataFrame(pl.from_arrow(TABLES["blocks"].schema.empty_table()))
    return {
        "events": rows,
        "findings": empty(),
        "rejects": rejects,
        "blocks": pl.concat([blocks, ledger.cast({"time": pl.Datetime("us")})], how="diagonal"),
    }


def count(lake: Lake, tenant: str) -> int:
    return int(lake.ask(tenant, "SELECT count(*) AS n FROM events").rows()[0]["n"])


def test_an_empty_lake_answers_with_nothing(tmp_path: Path) -> None:
    assert count(Lake(tmp_path), "101") == 0
    assert Lake(tmp_path).last_epoch() == 0
    assert list(tmp_path.iterdir()) == [], "asking leaves no trace"


def test_a_company_sees_its_own_rows_and_no_others(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(1, frames(pl.concat([events("101", [NOVEMBER]), events("102", [NOVEMBER, NOVEMBER])])))

    answer = lake.ask("101", "SELECT DISTINCT tenant FROM events")

    assert answer.tenant == "101"
    assert answer.rows() == [{"tenant": "101"}]
    assert lake.ask_population("SELECT count(*) AS n FROM events").rows() == [{"n": 3}]
    with pytest.raises(BadName):
        lake.ask("101' OR '1'='1", "SELECT * FROM events")


def test_several_companies_may_be_asked_about_at_once_and_no_more(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(1, frames(pl.concat([events(tenant, [NOVEMBER]) for tenant in ("101", "102", "103")])))

    def seen(*tenants: str) -> list[str]:
        rows = lake.ask_companies(tenants, "SELECT tenant FROM events ORDER BY tenant").rows()
        return [row["tenant"] for row in rows]

    assert seen("103", "101") == ["101", "103"]
    assert seen() == []
    with pytest.raises(BadName):
        seen("101') OR ('1'='1")


def test_each_of_several_companies_is_asked_about_in_its_own_window(tmp_path: Path) -> None:
    hours = [NOVEMBER + timedelta(hours=number) for number in range(4)]
    lake = Lake(tmp_path)
    lake.append(1, frames(pl.concat([events(tenant, hours) for tenant in ("101", "102", "103", "104")])))

    def seen(windows: dict[str, tuple[datetime, datetime]]) -> list[tuple[str, int]]:
        rows = lake.ask_windows(windows, "SELECT tenant, time FROM events ORDER BY ALL").rows()
        return [(row["tenant"], row["time"].hour) for row in rows]

    early, late = (hours[0], hours[2]), (hours[2], hours[3])
    assert seen({"101": early, "102": late, "104": early}) == [
        *(("101", 0), ("101", 1)),
        ("102", 2),
        *(("104", 0), ("104", 1)),
    ]
    assert seen({"103": late}) == [("103", 2)]
    with pytest.raises(BadName):
        seen({"101') OR ('1'='1": late})


def test_the_same_epoch_twice_is_there_once(tmp_path: Path) -> None:
    rows = frames(events("101", [NOVEMBER]))
    Lake(tmp_path).append(1, rows)
    Lake(tmp_path).append(1, rows)
    Lake(tmp_path).append(2, rows)

    assert count(Lake(tmp_path), "101") == 2
    assert Lake(tmp_path).last_epoch() == 2


def test_a_question_may_be_cut_to_a_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(1, frames(events("101", [NOVEMBER + timedelta(hours=12 * half) for half in range(6)])))

    answer = lake.ask(
        "101",
        'SELECT "metadata.uid" AS uid FROM events ORDER BY uid',
        since=NOVEMBER + timedelta(hours=12),
        until=NOVEMBER + timedelta(hours=36),
    )

    assert [row["uid"] for row in answer.rows()] == ["101-011200", "101-020000"]
    assert [start.day for start, _ in lake.days(NOVEMBER + timedelta(days=1))] == [2, 3]


@pytest.mark.parametrize("name", ["data", "my data", "火の見", "a+b#c"])
def test_compaction_changes_files_and_not_answers_whatever_the_folder_is_called(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path = Path(name)  # relative, as the default data folder is
    lake = Lake(tmp_path)
    for epoch in range(1, 5):
        lake.append(epoch, frames(events(f"10{epoch}", [NOVEMBER, NOVEMBER + timedelta(days=1)])))
    before = lake.ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows()

    kept = upkeep.keep(lake, NOVEMBER + timedelta(days=9), None)

    assert kept.compacted_groups == 2, "two days of events; November's blocks still grow"
    files = upkeep.files_by_partition(lake, TABLES["events"])
    assert {start: len(paths) for start, paths in files.items()} == {date(2022, 11, 1): 1, date(2022, 11, 2): 1}
    assert upkeep.compact(lake, date(2022, 12, 1)) == 1, "in December, November's blocks are closed"
    assert Lake(tmp_path).ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows() == before
    assert Lake(tmp_path).last_epoch() == 4


def test_compaction_takes_only_so_much_at_a_time_and_leaves_large_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)
    for epoch in range(1, 8):
        lake.append(epoch, frames(events(f"10{epoch}", [NOVEMBER])))
    sizes = [Path(file).stat().st_size for file in lake.files("events", None, None)]
    monkeypatch.setattr(upkeep, "SMALL_BYTES", max(sizes) + 1)
    before = lake.ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows()
    turns = []

    @contextmanager
    def alone() -> Iterator[None]:
        turns.append(len(lake.files("events", None, None)))
        yield

    upkeep.compact(lake, date(2022, 12, 1), alone)

    assert turns[0] == 7
    assert len(turns) > 3, "some files at a time, so that a writer gets its turn between"
    assert 1 < len(lake.files("events", None, None)) < 7
    assert lake.ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows() == before


def test_files_that_another_put_together_meanwhile_are_left_alone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for epoch in range(1, 5):
        lake.append(epoch, frames(events(f"10{epoch}", [NOVEMBER])))
    before = lake.ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows()

    @contextmanager
    def late() -> Iterator[None]:
        upkeep.compact(lake, date(2022, 12, 1))
        yield

    assert upkeep.compact(lake, date(2022, 12, 1), late) == 0
    [live] = lake.files("events", None, None)
    assert lake.ask_population("SELECT tenant, time FROM events ORDER BY ALL").rows() == before
    written = {str(path) for path in (tmp_path / "events").rglob("*compact*.parquet")}
    assert written == {live}, "what was made in vain is gone"


def test_what_is_older_than_the_retention_is_gone_and_the_epoch_is_remembered(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(1, frames(events("101", [NOVEMBER, NOVEMBER + timedelta(days=40)])))

    upkeep.expire(lake, NOVEMBER + timedelta(days=30))
    upkeep.sweep(lake, hours=0)

    assert count(lake, "101") == 1
    assert lake.last_epoch() == 1
    assert not list((tmp_path / "events" / "day=2022-11-01").glob("*.parquet"))


READER = """
import sys
from pathlib import Path
from hinomi.lake.lake import Lake
lake, seen = Lake(Path(sys.argv[1])), 0
while seen < 20:
    now = lake.ask("101", "SELECT count(*) AS n FROM events").rows()[0]["n"]
    assert now >= seen and now % 2 == 0, (seen, now)
    seen = now
"""


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(1, frames(events("101", [NOVEMBER, NOVEMBER])))
    with subprocess.Popen([sys.executable, "-c", READER, str(tmp_path)], stderr=subprocess.PIPE) as reader:
        for epoch in range(2, 11):
            lake.append(epoch, frames(events("101", [NOVEMBER, NOVEMBER])))
        upkeep.compact(lake, date(2023, 1, 1))
        _, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors.decode()
