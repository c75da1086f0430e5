"""Blocks on their way to the lake: what is found in each, and that no block costs another what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pytest

from hinomi.lake.block import Block, Header
from hinomi.pipeline import river
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.detect.sigma import Seen
from hinomi.pipeline.normalize import Outcome, normalize
from hinomi.pipeline.river import looked_at

NOON = datetime(2023, 1, 15, 3)
LINE = (
    'date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime=1673751540 tz="+0900" logid="0419016384" '
    'type="utm" subtype="ips" eventtype="signature" level="alert" severity="high" srcip=192.168.1.{host} '
    'dstip=203.0.113.9 action="dropped" attack="A.Signature"\n'
)


def block(name: str, hosts: Sequence[int], tenant: str = "101") -> Outcome:
    payload = "".join(LINE.format(host=host) for host in hosts).encode()
    header = Header(name, tenant, "gate", "fortinet_fortigate", "Asia/Tokyo", NOON, "x", False, len(payload), 0, "x")
    return normalize(Block(header, payload))


@dataclass(frozen=True)
class Watched(Lookout):
    """Notes how many rows it is asked about at a time, and fails over the events of company 666."""

    asked: tuple[list[int], ...] = ([],)

    def look(self, events: pl.DataFrame) -> Seen:
        self.asked[0].append(events.height)
        if "666" in events["tenant"].to_list():
            raise ZeroDivisionError("a fault of ours")
        return super().look(events)


def lookout() -> Watched:
    return Watched(load([]), asked=([],))


def sources_of(outcome: Outcome) -> list[str]:
    return outcome.findings["src_endpoint.ip"].to_list()


def test_small_blocks_are_looked_at_together_and_each_keeps_what_is_its_own() -> None:
    looking = lookout()

    first, second, third = looked_at([block("b:1", [5]), block("b:12", [6, 7], "102"), block("b:2", [])], looking)

    assert looking.asked[0] == [3], "one look for all"
    assert (sources_of(first), sources_of(second)) == (["192.168.1.5"], ["192.168.1.6", "192.168.1.7"])
    assert third.findings.is_empty()
    assert second.findings["tenant"].unique().to_list() == ["102"]


def test_large_blocks_are_looked_at_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(river, "LOOK_ROWS", 2)
    looking = lookout()

    found = list(looked_at([block("a", [1, 2, 3]), block("b", [4]), block("c", [5]), block("d", [6])], looking))

    assert looking.asked[0] == [3, 3]
    assert [len(sources_of(outcome)) for outcome in found] == [3, 1, 1, 1]


def test_where_the_look_fails_for_one_the_others_findings_and_its_own_events_are_kept() -> None:
    good, bad, other = looked_at([block("a", [1]), block("b", [2], "666"), block("c", [3])], lookout())

    assert (sources_of(good), sources_of(other)) == (["192.168.1.1"], ["192.168.1.3"])
    assert (bad.events.height, bad.findings.height) == (1, 0)
    assert bad.problem == "ZeroDivisionError: a fault of ours"
