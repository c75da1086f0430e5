"""Kept blocks read again: what they mean today stands in place of what was made of them before, exactly once."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hinomi.lake import upkeep
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.tables import TABLES
from hinomi.library import catalog
from hinomi.pipeline import reparse, reread, river
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.epoch import Correction, Planner
from hinomi.pipeline.reparse import Wanted
from hinomi.pipeline.run import River, drain, read_again

MANIFEST = """
title: {ja: 見本の門, en: Sample gate}
vendor: Sample
product: Gate
kind: utm
framing: file
reader: table
"""
COLUMNS = """
headings: {日時: [], 種別: [], 送信元: [], 名前: []}
required: [日時, 種別]
time: {from: 日時, formats: ["%Y/%m/%d %H:%M:%S"]}
map: {src_endpoint.ip: 送信元, finding_info.title: 名前, finding_info.types: 種別}
rules:
  - {when: {種別: [通信]}, set: {class_uid: Network Activity, activity_id: Traffic}}
  - {when: {種別: [ウイルス]}, set: {class_uid: HTTP Activity, activity_id: Unknown, is_alert: true}}
"""
MENDED = COLUMNS + "  - {when: {種別: [侵入]}, set: {class_uid: Network Activity, activity_id: Open, is_alert: true}}\n"
KINDS = ("通信", "ウイルス", "侵入")
DAYS = 3
NOVEMBER = datetime(2022, 11, 1)


def payload(tenant: str, number: int) -> bytes:
    """Nine records over three days: three of each kind."""
    rows = [
        f"{NOVEMBER + timedelta(days=day, hours=number):%Y/%m/%d %H:%M:%S},{kind},192.168.1.{day},{tenant}-{kind}"
        for day in range(DAYS)
        for kind in KINDS
    ]
    return "\n".join(["日時,種別,送信元,名前", *rows]).encode()


def put_on_the_shelf(folder: Path, columns: str) -> None:
    """The catalogue knows one source more, described by ``columns``.

    More, not alone: what a process derives from the catalogue it keeps until its end, for other tests too.
    """
    item = folder / "sources" / "sample_gate"
    item.mkdir(parents=True, exist_ok=True)
    (item / "manifest.yaml").write_text(MANIFEST)
    (item / "columns.yaml").write_text(columns)
    shelf = catalog.manifests() | {item.name: catalog.manifest(item)}
    catalog.manifests = lambda: shelf
    catalog.source_manifest = shelf.__getitem__
    catalog.source.cache_clear()


def receive(where: River, tenant: str, number: int, sensor: str = "gate") -> str:
    header = where.landing.append(
        payload(tenant, number),
        tenant=tenant,
        sensor=sensor,
        source="sample_gate",
        timezone="UTC",
        received=NOVEMBER + timedelta(days=30, minutes=number),
        origin=f"{number}.csv",
    )
    assert header
    return header.block


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("manifests", "source_manifest"):  # put back in the end
        monkeypatch.setattr(catalog, name, getattr(catalog, name))
    put_on_the_shelf(tmp_path / "shelf", COLUMNS)
    yield tmp_path / "shelf"
    catalog.source.cache_clear()


@pytest.fixture
def town(tmp_path: Path, shelf: Path) -> River:
    """Two companies with three blocks each, read by a mapping that does not know every kind."""
    where = River(Landing(tmp_path / "landing"), Lake(tmp_path / "lake"), Lookout(load([])))
    for number in range(3):
        for tenant in ("101", "102"):
            receive(where, tenant, number)
        drain(where)
    return where


def again(where: River, wanted: Wanted, **correction: str) -> tuple[reparse.Unread, ...]:
    blocks, missing = reparse.choose(where, wanted)
    return (*missing, *read_again(where, Correction(wanted.tenant, **correction), blocks))


def rows(where: River, tenant: str, name: str) -> list[dict[str, Any]]:
    """A company's rows without what says when they were written."""
    drop = "EXCLUDE (epoch)" if name == "blocks" else ""
    return where.lake.ask(tenant, f"SELECT * {drop} FROM {name} ORDER BY ALL").rows()


def everything(where: River, tenant: str) -> dict[str, list[dict[str, Any]]]:
    return {name: rows(where, tenant, name) for name in TABLES}


def counts(where: River, tenant: str) -> tuple[int, ...]:
    """Events, findings, rejects and blocks; no rule counts hits here."""
    return tuple(len(rows(where, tenant, name)) for name in ("events", "findings", "rejects", "blocks"))


def test_after_a_mapping_was_mended_rejects_are_events(town: River, shelf: Path) -> None:
    others = everything(town, "102")
    assert counts(town, "101") == (18, 9, 9, 3)

    put_on_the_shelf(shelf, MENDED)
    assert again(town, Wanted("101", rejected_only=True)) == ()

    assert counts(town, "101") == (27, 18, 0, 3)
    assert {row["records"] for row in rows(town, "101", "blocks")} == {9}
    assert everything(town, "102") == others
    assert again(town, Wanted("101", rejected_only=True)) == (), "there is nothing left to do"


def test_reading_twice_is_reading_once_and_the_same_as_reading_right_at_first(
    town: River, shelf: Path, tmp_path: Path
) -> None:
    put_on_the_shelf(shelf, MENDED)
    again(town, Wanted("101"))
    once = everything(town, "101")
    again(town, Wanted("101"))

    fresh = River(Landing(tmp_path / "landing2"), Lake(tmp_path / "lake2"), Lookout(load([])))
    for number in range(3):
        receive(fresh, "101", number)
    drain(fresh)

    assert everything(town, "101") == once == everything(fresh, "101")


@pytest.mark.parametrize("group", [1, 2, 100])
def test_the_result_does_not_depend_on_how_blocks_are_grouped(
    town: River, shelf: Path, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reparse, "GROUP_BLOCKS", group)
    monkeypatch.setattr(river, "BATCH_BYTES", group)
    put_on_the_shelf(shelf, MENDED)
    upkeep.compact(town.lake, (NOVEMBER + timedelta(days=90)).date())

    again(town, Wanted("101"))

    assert counts(town, "101") == (27, 18, 0, 3)
    assert counts(town, "102") == (18, 9, 9, 3)


def test_only_what_was_asked_for_is_read_again(town: River, shelf: Path) -> None:
    put_on_the_shelf(shelf, MENDED)
    first, second, third = (kept.block for kept in reparse.choose(town, Wanted("101"))[0])
    before = [row for row in rows(town, "101", "events") if not row["raw_ref"].startswith(first)]

    again(town, Wanted("101", block=first))

    assert [row for row in rows(town, "101", "events") if not row["raw_ref"].startswith(first)] == before
    assert {row["block"]: row["rejects"] for row in rows(town, "101", "blocks")} == {first: 0, second: 3, third: 3}
    late = NOVEMBER + timedelta(days=30, minutes=2)
    assert [kept.block for kept in reparse.choose(town, Wanted("101", since=late))[0]] == [third]
    assert [kept.block for kept in reparse.choose(town, Wanted("101", until=late))[0]] == [first, second]
    assert reparse.choose(town, Wanted("101", sensor="other")) == ([], [])
    assert reparse.choose(town, Wanted("101", source="other")) == ([], [])


def test_a_time_zone_is_corrected_once_and_kept_by_a_later_reparse(town: River, shelf: Path) -> None:
    put_on_the_shelf(shelf, MENDED)
    again(town, Wanted("101"), timezone="Asia/Tokyo")
    again(town, Wanted("101"))

    times = [row["time"] for row in rows(town, "101", "events")]
    assert min(times) == NOVEMBER - timedelta(hours=9)
    assert max(times) == NOVEMBER + timedelta(days=DAYS - 1, hours=2 - 9)
    assert {row["timezone"] for row in rows(town, "101", "blocks")} == {"Asia/Tokyo"}
    assert counts(town, "101") == (27, 18, 0, 3)
    landing = town.landing
    assert all(landing.header(path).timezone == "Asia/Tokyo" for path in landing.kept_files("101"))

    again(town, Wanted("101"), timezone="UTC")
    assert not list(landing.kept.rglob("*.json")), "what the header says needs no card"


def test_a_file_that_was_read_as_of_another_source_is_known_when_it_comes_again(town: River) -> None:
    again(town, Wanted("101"), timezone="Asia/Tokyo")

    for timezone, is_new in (("UTC", False), ("Asia/Tokyo", False), ("Asia/Seoul", True)):
        header = town.landing.append(
            payload("101", 0),
            tenant="101",
            sensor="gate",
            source="sample_gate",
            timezone=timezone,
            received=NOVEMBER,
            origin="0.csv",
        )
        assert (header is not None) == is_new


def test_what_cannot_be_read_again_keeps_its_rows(town: River, shelf: Path) -> None:
    gone, damaged, _ = sorted(town.landing.kept_files("101"))
    gone.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-20])
    before = everything(town, "101")

    unread = again(town, Wanted("101"))
    assert {one.block for one in unread} == {gone.stem, damaged.stem}
    assert everything(town, "101") == before

    assert {one.block for one in again(town, Wanted("101"), source="no_such")} >= {damaged.stem}
    put_on_the_shelf(shelf, "headings: []")  # a source that was mended the wrong way
    assert len(again(town, Wanted("101"))) == 3
    assert everything(town, "101") == before


def test_a_lost_lake_is_made_again_from_what_is_kept(town: River, shelf: Path, tmp_path: Path) -> None:
    again(town, Wanted("101"), timezone="Asia/Tokyo")
    before = everything(town, "101")

    rebuilt = River(town.landing, Lake(tmp_path / "rebuilt"), Lookout(load([])))
    again(rebuilt, Wanted("101"))

    assert everything(rebuilt, "101") == before


def test_what_is_done_is_noted_for_the_desk(town: River) -> None:
    again(town, Wanted("101"), timezone="Asia/Tokyo")
    epoch = town.lake.last_epoch()

    (note,) = reread.noted(town.lake.root, epoch)
    assert (note.tenant, note.sensors, len(note.blocks)) == ("101", ("gate",), 3)
    assert note.times.first == NOVEMBER - timedelta(hours=9), "the earliest time of before and after"
    assert note.times.last == NOVEMBER + timedelta(days=DAYS - 1, hours=2)
    assert list(reread.noted(town.lake.root, epoch - 1)) == [], "an epoch that is not complete is not told"
    reread.forget(town.lake.root, epoch)
    assert list(reread.noted(town.lake.root, epoch)) == []


WORKER = """
import importlib.util, os, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("scene", sys.argv[2])
scene = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scene)
from deltalake import DeltaTable

root = Path(sys.argv[1])

def deadly(owner, name, fatal):
    act = getattr(owner, name)
    def step(*arguments, **options):
        done = act(*arguments, **options)
        fatal.pop()
        if not fatal:
            os.kill(os.getpid(), 9)
        return done
    setattr(owner, name, step)

def work(fatal):
    scene.put_on_the_shelf(root / "shelf", scene.MENDED)
    scene.reparse.GROUP_BLOCKS = 2
    where = scene.River(scene.Landing(root / "landing"), scene.Lake(root / "lake"), scene.Lookout(scene.load([])))
    steps = [None] * fatal
    for owner, name in ((Path, "rename"), (Path, "unlink"), (DeltaTable, "create_write_transaction")):
        deadly(owner, name, steps)
    scene.again(where, scene.Wanted("101"), timezone=("Asia/Tokyo", "UTC")[fatal % 2])

print("ready", flush=True)
for line in sys.stdin:  # imported once, killed often: a child for each number
    child = os.fork()
    if not child:
        work(int(line))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Reads company 101 again for each number it is told, and is killed after so many steps; says how it ended."""
    command = [sys.executable, "-c", WORKER, str(tmp_path), __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin
        process.stdin.close()


class Reader(threading.Thread):
    """Asks the same question again and again; every answer must be whole."""

    def __init__(self, root: Path) -> None:
        super().__init__(daemon=True)
        self.lake, self.stop, self.seen, self.wrong = Lake(root / "lake"), threading.Event(), 0, []

    def run(self) -> None:
        question = 'SELECT count(*) AS n, count(DISTINCT "metadata.uid") AS uids FROM {}'
        while not self.stop.wait(0.05):
            for name, wanted in (("events", 27), ("findings", 18)):
                found = self.lake.ask("101", question.format(name)).rows()[0]
                if found != {"n": wanted, "uids": wanted}:
                    self.wrong.append((name, found))
                self.seen += 1


def test_killed_after_every_step_it_ends_with_every_row_once(
    town: River, shelf: Path, tmp_path: Path, worker: "subprocess.Popen[str]"
) -> None:
    assert worker.stdin
    assert worker.stdout
    put_on_the_shelf(shelf, MENDED)
    again(town, Wanted("101"))
    others = everything(town, "102")
    reader = Reader(tmp_path)
    reader.start()
    killed = 0
    for fatal in range(1, 15):
        worker.stdin.write(f"{fatal}\n")
        killed += worker.stdout.readline() == f"{signal.SIGKILL}\n"
        assert counts(town, "101") == (27, 18, 0, 3), f"killed after step {fatal}"
    reader.stop.set()
    reader.join()
    assert killed >= 12, "an epoch has nine steps and more, and there are two"
    assert reader.seen > 20
    assert reader.wrong == []

    again(town, Wanted("101"), timezone="UTC")
    assert not Planner(town.lake.root).path.exists()
    assert everything(town, "102") == others
    fresh = River(Landing(tmp_path / "landing2"), Lake(tmp_path / "lake2"), Lookout(load([])))
    for number in range(3):
        receive(fresh, "101", number)
    drain(fresh)
    assert everything(town, "101") == everything(fresh, "101")


def test_a_reparse_that_was_cut_off_is_completed_by_whoever_works_next_and_nothing_that_waits_is_lost(
    town: River, shelf: Path, worker: "subprocess.Popen[str]"
) -> None:
    assert worker.stdin
    assert worker.stdout
    put_on_the_shelf(shelf, MENDED)
    for number in range(3, 7):
        worker.stdin.write(f"{number}\n")
        worker.stdout.readline()
        receive(town, "102", number)
        drain(town)
        assert not Planner(town.lake.root).path.exists()
        assert len(rows(town, "102", "blocks")) == number + 1
        assert rows(town, "102", "events") == [*{str(row): row for row in rows(town, "102", "events")}.values()]

    again(town, Wanted("101"))
    assert counts(town, "101") == (27, 18, 0, 3)
    assert town.landing.pending() == []
