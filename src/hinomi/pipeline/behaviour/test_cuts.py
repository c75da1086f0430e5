"""The same events give the same findings, however they are cut into deliveries and whatever goes wrong between."""

from pathlib import Path
from random import Random

import polars as pl
import pytest

from hinomi.library.contracts import Behaviour, Look
from hinomi.pipeline import behaviour
from hinomi.pipeline.behaviour.conftest import LAST, NOW, Line, Tower, at, copied, dnsmasq, fortigate, machine
from hinomi.pipeline.behaviour.test_planted import beacon, scan

SEED = 5


def attack() -> list[Line]:
    """A beacon, a scan and an upload, one after another."""
    sender = machine("101", 4)
    upload = [
        fortigate(at(LAST, f"15:{minute:02d}:00"), sender[0], "203.0.113.77", name=sender[1], sent=100 << 20)
        for minute in range(10, 14)
    ]
    return sorted(beacon() + scan() + upload)


def uids(tower: Tower) -> list[str]:
    asked = 'SELECT "metadata.uid" AS uid FROM findings ORDER BY uid'
    return [row["uid"] for row in tower.river.lake.ask("101", asked).rows()]


@pytest.fixture(scope="module")
def at_once(past: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found where the attack comes as one delivery."""
    tower = copied(past, tmp_path_factory.mktemp("cuts") / "tower")
    tower.receive("101", "fortinet_fortigate", attack())
    tower.look()
    found = uids(tower)
    assert len(found) == 3
    return found


@pytest.mark.parametrize("pieces", [3])
def test_deliveries_in_the_order_of_time_find_the_same(tower: Tower, at_once: list[str], pieces: int):
    lines, random = attack(), Random(SEED + pieces)
    cuts = sorted(random.sample(range(1, len(lines)), pieces - 1))
    for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        tower.receive("101", "fortinet_fortigate", lines[begin:end])
        tower.look()

    assert uids(tower) == at_once


def test_lines_that_come_late_and_in_disorder_find_the_same(tower: Tower, at_once: list[str]):
    lines = attack()
    Random(SEED).shuffle(lines)
    for part in (lines[:60], lines[60:]):
        tower.receive("101", "fortinet_fortigate", part)
        tower.look()

    assert uids(tower) == at_once


def test_profiles_that_were_lost_or_damaged_are_made_anew(tower: Tower, at_once: list[str]):
    lines = attack()
    tower.receive("101", "fortinet_fortigate", lines[:60])
    tower.look()
    (tower.root / "lake" / "behaviour" / "met.parquet").write_bytes(b"no")
    tower.receive("101", "fortinet_fortigate", lines[60:])
    with pytest.raises(pl.exceptions.PolarsError):
        tower.look()
    tower.look()

    assert uids(tower) == at_once


def test_a_behaviour_that_fails_stops_no_other_and_is_asked_again(tower: Tower):
    broken = [True]

    def judge(rows: object) -> tuple[()]:
        if broken[0]:
            raise ValueError("no")
        asked.append(rows)
        return ()

    asked: list[object] = []
    mine = Behaviour("mine", {"ja": "", "en": ""}, Look.NAMES, judge)
    tower.receive("101", "dnsmasq", dnsmasq(at(LAST, "10:00:00"), machine("101", 1)[0], "www.site-1.example"))
    tower.look()
    tower.receive("101", "dnsmasq", dnsmasq(at(LAST, "10:00:30"), machine("101", 1)[0], "www.site-1.example"))
    tower.drain()
    behaviour.look(tower.river.lake, tower.companies, NOW, behaviours=[mine])
    broken.clear()
    broken.append(False)
    behaviour.look(tower.river.lake, tower.companies, NOW, behaviours=[mine])
    behaviour.look(tower.river.lake, tower.companies, NOW, behaviours=[mine])
    assert len(asked) == 1, "asked again once, and no more when nothing is new"
