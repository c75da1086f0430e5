"""Indicators in the river: told once, whoever runs it, however often it is cut off; and looked for in the past."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline import run
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.epoch import Correction
from hinomi.pipeline.intelligence import lookback
from hinomi.pipeline.intelligence.conftest import put
from hinomi.pipeline.intelligence.index import load as indicators
from hinomi.pipeline.intelligence.indicator import Indicator, Kind, Purpose
from hinomi.pipeline.intelligence.lookback import look_back
from hinomi.pipeline.intelligence.shelf import Shelf
from hinomi.pipeline.intelligence.told import Told
from hinomi.pipeline.reparse import Wanted, choose
from hinomi.pipeline.run import River, drain, read_again

C2 = Indicator(Kind.IP, "203.0.113.5", 90, purpose=Purpose.C2)
LATER = datetime(2026, 12, 1)
LINE = (
    'date=2026-11-{day:02d} time=12:{minute:02d}:00 devname="gate" devid="FG0" tz="+0900" logid="0000000013" '
    'type="traffic" subtype="forward" level="notice" srcip=192.168.1.7 dstip={to} dstport=443 proto=6 action="accept"\n'
)


class House:
    """A data folder; each :meth:`river` is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.landing, self.lake = Landing(folder / "landing"), Lake(folder / "lake")
        self.shelf = Shelf(folder / "intelligence")

    def river(self) -> River:
        lake = Lake(self.lake.root)
        return River(self.landing, lake, Lookout(load([]), indicators(self.shelf), Told(lake)))

    def receive(self, *minutes: int, day: int = 20, to: str = "203.0.113.5", tenant: str = "101") -> None:
        self.landing.append(
            "".join(LINE.format(day=day, minute=minute, to=to) for minute in minutes).encode(),
            tenant=tenant,
            sensor="gate",
            source="fortinet_fortigate",
            timezone="Asia/Tokyo",
            received=datetime(2026, 11, day, 3),
            origin=f"{tenant}-{day}-{minutes}",
        )

    def findings(self, tenant: str = "101") -> list[dict[str, Any]]:
        return self.lake.ask(tenant, 'SELECT *, "metadata.uid" AS uid FROM findings ORDER BY time').rows()

    def look_back(self, tenants: Sequence[str] = ("101",), seconds: float = 60) -> lookback.Round:
        return look_back(Lake(self.lake.root), self.shelf, tenants, seconds, LATER)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_day_is_told_once_over_many_blocks_and_processes(house: House):
    put(house.shelf, C2)
    first = house.river()
    for minute in range(3):
        house.receive(minute)
        drain(first)
    house.receive(30, 31)
    drain(house.river())
    house.receive(40, day=21)
    drain(house.river())

    assert [(row["time"].day, row["count"]) for row in house.findings()] == [(20, 1), (21, 1)]


def test_what_was_cut_off_is_told_when_it_is_done_again(house: House, monkeypatch: pytest.MonkeyPatch):
    put(house.shelf, C2)
    house.receive(1)
    house.receive(2)
    river = house.river()
    with monkeypatch.context() as patch:
        patch.setattr(run.Addition, "commit", lambda addition: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError):
            drain(river)
    assert house.findings() == []

    drain(river)

    assert len(house.findings()) == 1


def test_a_block_that_is_read_again_tells_again_what_it_told(house: House):
    put(house.shelf, C2)
    house.receive(1, 2)
    drain(house.river())
    house.receive(3)
    drain(house.river())
    before = house.findings()

    river = house.river()
    read_again(river, Correction("101"), choose(river, Wanted("101"))[0])

    assert [row["uid"] for row in house.findings()] == [row["uid"] for row in before]


def test_a_new_indicator_is_looked_for_in_all_that_was_received_before(house: House):
    house.receive(1, 2, day=10)
    house.receive(5, day=12)
    house.receive(5, day=12, to="203.0.113.9")
    house.receive(7, day=12, tenant="102")
    drain(house.river())
    put(house.shelf, C2)

    done = house.look_back(("101", "102"))

    assert (done.found, done.done) == (3, True)
    first, second = house.findings()
    assert (first["count"], second["count"]) == (2, 1)
    since = "この指標を登録した2026年11月20日より前の、2026年11月10日から起きていました。"
    assert first["message"].endswith(since)
    assert second["message"].endswith(since)
    assert len(house.findings("102")) == 1
    assert house.look_back(("101", "102")).found == 0


def test_live_and_looked_back_are_the_same_finding(house: House):
    house.receive(1, day=20)
    drain(house.river())
    put(house.shelf, C2)
    house.receive(9, day=20)
    drain(house.river())

    live = [row["uid"] for row in house.findings()]
    house.look_back()

    assert [row["uid"] for row in house.findings()] == live
    house.receive(11, day=20)
    drain(house.river())
    assert [row["uid"] for row in house.findings()] == live


def test_only_what_is_new_is_looked_for(house: House, monkeypatch: pytest.MonkeyPatch):
    house.receive(1)
    drain(house.river())
    put(house.shelf, C2, feed="one", added=datetime(2026, 11, 21))
    house.look_back()
    put(house.shelf, Indicator(Kind.IP, "203.0.113.9"), feed="two", added=datetime(2026, 11, 22))
    looked: list[int] = []
    seen_on = lookback.seen_on

    def counted(lake: Lake, index: Any, *rest: Any) -> Any:
        looked.append(len(index))
        return seen_on(lake, index, *rest)

    monkeypatch.setattr(lookback, "seen_on", counted)
    house.look_back()

    assert looked == [1]


def test_cut_off_at_any_moment_it_goes_on_where_it_was(house: House, monkeypatch: pytest.MonkeyPatch):
    for day in range(10, 16):
        house.receive(1, 2, day=day)
    drain(house.river())
    put(house.shelf, C2)
    write, turns = lookback.write, 0

    def killed(path: Path, progress: lookback.Progress) -> None:
        raise KeyboardInterrupt

    for _ in range(3):  # a day is found and recorded, and the note of it is lost
        monkeypatch.setattr(lookback, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            house.look_back()
        monkeypatch.setattr(lookback, "write", write)
        assert not house.look_back(seconds=0).done
        turns += 1
    while not house.look_back(seconds=0).done:
        turns += 1

    assert turns >= 5
    assert [row["time"].day for row in house.findings()] == list(range(10, 16))
    assert {row["message"][-17:] for row in house.findings()} == {"年11月10日から起きていました。"}


def test_indicators_wait_until_the_live_river_knows_them(house: House):
    house.receive(1)
    drain(house.river())
    put(house.shelf, C2, added=LATER + timedelta(seconds=1))

    assert house.look_back().found == 0
    assert house.findings() == []
