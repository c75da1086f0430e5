"""Lines through the river to what correlations tell, also when they come late and when they are read again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.detect.sigma.correlation.rounds import Revised, correlate
from hinomi.pipeline.epoch import Correction
from hinomi.pipeline.reparse import Wanted, choose
from hinomi.pipeline.run import River, drain, read_again
from hinomi.pipeline.watch import news

NOW = datetime(2026, 11, 21)
LINE = (
    'date=2026-11-20 time=12:{:02d}:00 devname="gate" devid="FG0" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip={} dstport={} proto=6 action="deny"\n'
)
RULES = """\
title: 拒否
id: 00000000-0000-4000-8000-000000000001
name: denied
logsource: {category: firewall}
detection: {selection: {action: deny}, condition: selection}
---
title: 一台から多くの相手へ
id: 00000000-0000-4000-8000-000000000002
correlation:
  {type: value_count, rules: [denied], group-by: [src_ip], timespan: 5m, condition: {gte: 3, field: dst_ip}}
level: high
---
title: 一回だけ
id: 00000000-0000-4000-8000-000000000003
correlation:
  {type: event_count, rules: [denied], group-by: [dst_ip, dst_port], timespan: 10m, condition: {eq: 1}}
level: low
"""


@pytest.fixture
def river(tmp_path: Path) -> River:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    rules = load([tmp_path / "rules.yml"])
    assert rules.refused == ()
    return River(Landing(tmp_path / "landing"), Lake(tmp_path / "lake"), Lookout(rules))


def receive(river: River, *minutes: int, tenant: str = "101", port: int = 445) -> None:
    for minute in minutes:
        river.landing.append(
            LINE.format(minute, f"192.168.1.{100 + minute}", port).encode(),
            tenant=tenant,
            sensor="gate",
            source="fortinet_fortigate",
            timezone="Asia/Tokyo",
            received=NOW,
            origin=f"{tenant}-{minute}-{port}",
        )
    drain(river)


def correlated(river: River, now: datetime = NOW) -> Revised:
    return correlate(river.lake, river.lookout.rules.correlations, now)


def told(river: River, number: int = 2, tenant: str = "101") -> list[dict[str, Any]]:
    identity = f"00000000-0000-4000-8000-{number:012}"
    asked = 'SELECT * FROM findings WHERE "finding_info.analytic.uid" = ? ORDER BY time'
    return river.lake.ask(tenant, asked, [identity]).rows()


def test_a_counted_rule_leaves_hits_and_no_findings(river: River):
    receive(river, 1, 2)

    [one, other] = river.lake.ask("101", "SELECT * FROM hits ORDER BY time").rows()
    assert one["fields"] == '{"dst_ip":["192.168.1.101"],"dst_port":["445"],"src_ip":["192.168.1.7"]}'
    assert (one["time"], one["src_endpoint.ip"]) == (datetime(2026, 11, 20, 3, 1), "192.168.1.7")
    assert river.lake.ask("101", "SELECT count(*) AS number FROM findings").rows() == [{"number": 0}]
    assert other["epoch"] == river.lake.last_epoch()


def test_it_is_told_when_enough_is_there_and_the_desk_hears(river: River):
    receive(river, 1, 2, tenant="102")
    receive(river, 1, 2)
    correlated(river, NOW - timedelta(hours=12))
    assert told(river) == []

    receive(river, 3)
    correlated(river, NOW - timedelta(hours=12))

    [found] = told(river)
    assert (found["start_time"], found["time"]) == (datetime(2026, 11, 20, 3, 1), datetime(2026, 11, 20, 3, 3))
    assert (found["count"], found["src_endpoint.ip"], found["dst_endpoint.ip"]) == (3, "192.168.1.7", None)
    assert told(river, tenant="102") == []
    assert ("101", found["time"]) in {(one.tenant, one.last) for one in news.noted(river.lake.root)}


def test_a_late_line_takes_its_place(river: River):
    receive(river, 4, 5, 6)
    correlated(river)
    [before] = told(river)
    receive(river, 1)
    correlated(river)

    [after] = told(river)
    assert (before["start_time"].minute, after["start_time"].minute) == (4, 1)
    assert (before["count"], after["count"]) == (3, 4)
    assert correlated(river) == Revised()


def test_what_is_read_again_as_of_another_zone_is_told_there_and_no_longer_here(river: River):
    receive(river, 1, 2, 3)
    correlated(river)
    [before] = told(river)
    chosen, _ = choose(river, Wanted("101"))

    read_again(river, Correction("101", timezone="UTC"), chosen)
    correlated(river)

    [after] = told(river)
    assert after["start_time"] - before["start_time"] == timedelta(hours=9)


def test_what_must_be_over_is_judged_when_it_is(river: River):
    receive(river, 1)
    end = datetime(2026, 11, 20, 3, 10)
    early, late = end + timedelta(seconds=50), end + timedelta(seconds=80)

    correlated(river, early)
    assert told(river, 3) == []
    correlated(river, late)
    assert [(one["start_time"], one["count"]) for one in told(river, 3)] == [(end - timedelta(minutes=10), 1)]
    receive(river, 2)
    river.landing.append(
        LINE.format(8, "192.168.1.101", 445).encode(),
        tenant="101", sensor="gate", source="fortinet_fortigate", timezone="Asia/Tokyo", received=NOW, origin="late",
    )  # fmt: skip
    drain(river)
    correlated(river, late + timedelta(seconds=1))
    assert [one["message"].partition(" について")[0] for one in told(river, 3)] == [
        "dst_ip 192.168.1.102、dst_port 445"
    ], "the late line undid the other"


def test_a_correlation_that_is_new_looks_at_all_hits_that_are_kept(river: River):
    receive(river, 1, 2, 3)
    both = river.lookout.rules.correlations
    correlate(river.lake, both[1:], NOW)
    assert (told(river), len(told(river, 3))) == ([], 3)

    correlate(river.lake, both, NOW)

    assert len(told(river)) == 1


def test_without_correlations_nothing_is_read(river: River):
    receive(river, 1, 2, 3)

    assert correlate(river.lake, (), NOW) == Revised()
