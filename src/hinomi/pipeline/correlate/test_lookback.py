from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.ocsf.course import Trace
from hinomi.ocsf.incident import Story
from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import MORNING, Company
from hinomi.pipeline.correlate.lookback import look_back

HOME = "cdn-telemetry.invalid"


@pytest.fixture
def story(company: Company, told: Any) -> Story:
    """A macro on PC-07 that calls out; the mail that brought it was delivered as an ordinary one."""
    opened = company.edr(4, "アプリがOSコマンド実行", file__name="見積依頼.doc")
    call = company.utm(5, "C&Cコールバック", 5, disposition_id=15, url__hostname=HOME, dst_endpoint__ip="203.0.113.66")
    [story] = stories(told([opened, call]))
    return story


def event(uid: str, at: float | datetime, **columns: Any) -> dict[str, Any]:
    time = at if isinstance(at, datetime) else MORNING + timedelta(minutes=at)
    row = {"tenant": "901", "metadata.uid": uid, "time": time, "is_alert": False, "sensor": "901-utm"}
    return row | {name.replace("__", "."): value for name, value in columns.items()}


def holding(folder: Path, rows: list[dict[str, Any]]) -> Lake:
    lake = Lake(folder)
    overrides = {name: POLARS[name] for row in rows for name in row}
    events = conform(pl.DataFrame(rows, schema_overrides=overrides, infer_schema_length=None))
    lake.append(lake.next_epoch(), {"events": events})
    return lake


def mail(uid: str, at: float, file: str, to: str = "yamada@c901.example.co.jp") -> dict[str, Any]:
    return event(uid, at, class_uid=4009, source="cloud_mail_security", file__name=file, email__to=[to])


def visit(uid: str, at: float | datetime, host: str = HOME, ip: str = "192.168.10.27") -> dict[str, Any]:
    return event(uid, at, class_uid=4002, source="fortinet_fortigate", url__hostname=host, src_endpoint__ip=ip)


def test_the_mail_before_and_the_visit_after_belong_to_a_story_and_say_why(tmp_path: Path, story: Story):
    lake = holding(
        tmp_path,
        [
            mail("brought it", -10, "見積依頼.DOC"),
            mail("brought something else", -9, "成績書.pdf"),
            mail("to somebody else", -8, "見積依頼.doc", "sato@c901.example.co.jp"),
            visit("called again", 30, "www." + HOME),
            visit(story.traces.told[0], 5),
            visit("read the news", 31, "news.example"),
            visit("of another machine", 32, ip="192.168.10.99"),
        ],
    )

    found = look_back(lake, story)

    assert [(one.event, one.trace, one.value) for one in found.around] == [
        ("brought it", Trace.MAIL, "見積依頼.doc"),
        ("called again", Trace.VISIT, HOME),
    ]
    assert found.around[1].machine == "PC-07", "the gate knows its address alone"
    assert found.first == MORNING - timedelta(minutes=10)
    assert look_back(lake, story) == found


def test_a_sign_in_from_the_storys_machine_to_another_belongs_to_it(tmp_path: Path, story: Story):
    def sign_in(uid: str, at: float, to: str, ip: str = "192.168.10.27") -> dict[str, Any]:
        return event(uid, at, class_uid=3002, source="windows_evtx", device__hostname=to, src_endpoint__ip=ip)

    lake = holding(
        tmp_path,
        [
            sign_in("before it began", 0, "SV-01"),
            sign_in("to the next", 20, "SV-01.plant.example.co.jp"),
            sign_in("to itself", 21, "PC-07.plant.example.co.jp"),
            sign_in("of another", 22, "SV-01", ip="192.168.10.28"),
        ],
    )

    [found] = look_back(lake, story).around

    assert (found.event, found.trace, found.value) == ("to the next", Trace.SIGN_IN, "sv-01.plant.example.co.jp")


def test_calls_to_the_same_server_weeks_before_say_that_it_had_been_happening(tmp_path: Path, story: Story):
    early = MORNING - timedelta(days=40)
    lake = holding(
        tmp_path,
        [
            visit("first", early, ip="192.168.10.28"),
            visit("second", early + timedelta(days=3)),
            visit("long ago", MORNING - timedelta(days=100)),
            visit("of another company", early - timedelta(days=1)) | {"tenant": "902"},
        ],
    )

    [contact] = look_back(lake, story).contacts

    assert (contact.outside, contact.count, contact.first) == (HOME, 2, early)
    assert contact.machines == ("192.168.10.27", "192.168.10.28")


def test_what_another_machine_sent_there_hours_before_is_told_and_its_own_is_on_the_timeline(
    tmp_path: Path, story: Story
):
    other, unnamed = "192.168.10.28", "192.168.10.29"
    lake = holding(
        tmp_path,
        [
            visit("another's", MORNING - timedelta(hours=5), ip=other),
            visit("its own", MORNING - timedelta(hours=4)),
            visit("afterwards", 30, ip=unnamed),
        ],
    )

    found = look_back(lake, story)

    assert [(one.count, one.machines) for one in found.contacts] == [(1, (other,))]
    assert [one.event for one in found.around] == ["its own"]


def test_an_empty_lake_tells_nothing(tmp_path: Path, story: Story):
    found = look_back(Lake(tmp_path), story)

    assert (found.around, found.contacts, found.first) == ((), (), None)
