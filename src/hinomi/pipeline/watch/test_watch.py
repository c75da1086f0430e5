"""What is found over time is told once, however often it is looked for, and whoever else fails."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.run import River, drain
from hinomi.pipeline.watch import Company, Span, Watcher, as_findings, news, record, watch

NOON = datetime(2026, 11, 20, 3, 0)
ZONE = ZoneInfo("Asia/Tokyo")
LINE = (
    'date=2026-11-20 time=12:{:02d}:00 devname="gate" devid="FG0" tz="+0900" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip=198.51.100.9 dstport=443 proto=6 action="accept"\n'
)


def notable(tenant: str = "101", key: str = "PC-07", time: datetime = NOON) -> Notable:
    return Notable(
        tenant=tenant,
        rule="beaconing",
        key=key,
        kind=AnalyticTypeId.STATISTICAL,
        title="規則正しい通信",
        message="PC-07 が 60 秒ごとに同じ相手へ通信しました。",
        first=time - timedelta(hours=1),
        time=time,
        severity=SeverityId.MEDIUM,
        about={"device.hostname": key},
        numbers={"seconds": 60},
    )


@pytest.fixture
def river(tmp_path: Path) -> River:
    return River(Landing(tmp_path / "landing"), Lake(tmp_path / "lake"), Lookout(load([])))


def receive(river: River, tenant: str, minute: int) -> None:
    river.landing.append(
        LINE.format(minute).encode(),
        tenant=tenant,
        sensor="gate",
        source="fortinet_fortigate",
        timezone="Asia/Tokyo",
        received=NOON,
        origin=f"{tenant}-{minute}",
    )
    drain(river)


def titles(river: River, tenant: str) -> list[str]:
    asked = river.lake.ask(tenant, 'SELECT "device.hostname" AS host FROM findings ORDER BY host')
    return [row["host"] for row in asked.rows()]


def test_the_same_is_recorded_once(river: River):
    first = record(river.lake, as_findings([notable(), notable("102")]))
    again = record(river.lake, as_findings([notable(), notable(key="PC-08")]))

    assert (first.height, again["device.hostname"].to_list()) == (2, ["PC-08"])
    assert titles(river, "101") == ["PC-07", "PC-08"]
    assert titles(river, "102") == ["PC-07"]


def test_the_same_found_with_a_later_beginning_is_still_the_same(river: River):
    record(river.lake, as_findings([notable()]))

    assert record(river.lake, as_findings([notable(time=NOON + timedelta(days=20))])).is_empty()


def test_what_was_recorded_is_news_until_the_desk_knows(river: River):
    record(river.lake, as_findings([notable()]))

    (one,) = news.noted(river.lake.root)
    assert (one.tenant, one.first, one.last) == ("101", NOON, NOON)
    news.forget(one)
    record(river.lake, as_findings([notable()]))
    assert list(news.noted(river.lake.root)) == []


def test_a_watcher_looks_at_what_is_new_only(river: River):
    seen: list[tuple[str, Span]] = []

    def look(lake: Lake, new: Sequence[tuple[Company, Span]]) -> pl.DataFrame:
        seen.extend((company.tenant, span) for company, span in new)
        return as_findings([])

    companies = {tenant: Company(tenant, ZONE) for tenant in ("101", "102")}
    receive(river, "101", 1)
    watch(river.lake, [Watcher("test", look)], companies, NOON)
    receive(river, "102", 2)
    watch(river.lake, [Watcher("test", look)], companies, NOON)
    watch(river.lake, [Watcher("test", look)], companies, NOON)

    minute = timedelta(minutes=1)
    assert seen == [
        ("101", Span(NOON + minute, NOON + minute)),
        ("102", Span(NOON + 2 * minute, NOON + 2 * minute)),
    ]


def test_a_fault_stops_nobody_else_and_is_made_good(river: River):
    broken = {"101"}
    asked: list[tuple[str, ...]] = []

    def look(lake: Lake, new: Sequence[tuple[Company, Span]]) -> pl.DataFrame:
        asked.append(tuple(company.tenant for company, _ in new))
        if broken & {company.tenant for company, _ in new}:
            raise ValueError("no")
        return as_findings(notable(company.tenant) for company, _ in new)

    companies = {tenant: Company(tenant, ZONE) for tenant in ("101", "102")}
    receive(river, "101", 1)
    receive(river, "102", 1)
    watch(river.lake, [Watcher("test", look)], companies, NOON)
    assert (titles(river, "101"), titles(river, "102")) == ([], ["PC-07"])

    assert asked[:3] == [("101", "102"), ("101",), ("102",)], "together first, then each by itself"
    broken.clear()
    watch(river.lake, [Watcher("test", look)], companies, NOON)
    assert (titles(river, "101"), titles(river, "102")) == (["PC-07"], ["PC-07"])
