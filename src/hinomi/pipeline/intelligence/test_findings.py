"""What is told of a hit, how grave it is, and that it is told once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.classes import ClassUid, SeverityId
from hinomi.pipeline.intelligence import scan
from hinomi.pipeline.intelligence.conftest import NOON, events, put
from hinomi.pipeline.intelligence.findings import as_rows, sighted
from hinomi.pipeline.intelligence.index import Index, load
from hinomi.pipeline.intelligence.indicator import Indicator, Kind, Purpose, Tlp
from hinomi.pipeline.intelligence.matching import LOOKS
from hinomi.pipeline.intelligence.shelf import Shelf

Known = Callable[..., Index]
BAD = "203.0.113.5"
OUT = {"dst_endpoint.ip": BAD, "action_id": 1}
C2 = Indicator(Kind.IP, BAD, 90, purpose=Purpose.C2)


def told(index: Index, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    batch = events(*rows)
    return as_rows(batch, sighted(index, batch)).to_dicts()


def test_a_machine_that_calls_an_attackers_server_is_told_in_one_sentence(known: Known):
    [finding] = told(known(C2), OUT | {"device.hostname": "PC-07"}, OUT | {"time": NOON + timedelta(minutes=5)})

    assert finding["severity_id"] == SeverityId.HIGH
    assert finding["finding_info.types"] == ["cnc_callback"]
    assert finding["finding_info.analytic.uid"] == "intelligence/test"
    assert (finding["time"], finding["count"], finding["finding_info.related_events"]) == (NOON, 2, ["b1:1"])
    assert finding["message"] == (
        "「PC-07 (192.168.1.7)」が、攻撃者の指令サーバとされる「203.0.113.5」へ通信しました"
        "(情報源「test」、確度90)。続けて2回。この指標を知ったのは2026年11月20日です。"
    )


HIGH, MEDIUM, LOW = SeverityId.HIGH, SeverityId.MEDIUM, SeverityId.LOW
IN = {"src_endpoint.ip": BAD, "dst_endpoint.ip": "192.168.1.9", "action_id": 1}
MAIL = {"email.from": "a@bad.example", "email.to": ["b@own.example"], "class_uid": ClassUid.EMAIL_ACTIVITY}
FILE = {"file.hashes.sha256": "ab" * 32}
CASES: list[tuple[str, dict[str, Any], Indicator, SeverityId | None]] = [
    ("out, let through", OUT, C2, HIGH),
    ("out, stopped", OUT | {"action_id": 2}, C2, MEDIUM),
    ("out, the feed is not sure", OUT, Indicator(Kind.IP, BAD, 30), MEDIUM),
    ("out, the feed doubts it", OUT, Indicator(Kind.IP, BAD, 10), LOW),
    ("out, to a scanner", OUT, Indicator(Kind.IP, BAD, 90, purpose=Purpose.SCANNER), LOW),
    ("out, never graver than the feed says", OUT, Indicator(Kind.IP, BAD, 90, severity=2), LOW),
    ("others turning to an address of our own", OUT | {"connection_info.direction_id": 1}, C2, None),
    ("knocking, dropped", IN | {"dst_endpoint.port": 3389, "action_id": 2}, C2, None),
    ("visiting a public server", IN | {"dst_endpoint.port": 443}, C2, None),
    ("let in to a remote desktop", IN | {"dst_endpoint.port": 3389}, C2, MEDIUM),
    ("signed in", IN | {"class_uid": ClassUid.AUTHENTICATION, "status_id": 1}, C2, HIGH),
    ("failed to sign in", IN | {"class_uid": ClassUid.AUTHENTICATION, "status_id": 2}, C2, None),
    ("mail, delivered", MAIL, Indicator(Kind.DOMAIN, "bad.example", 80), MEDIUM),
    ("mail, stopped", MAIL | {"disposition_id": 2}, Indicator(Kind.DOMAIN, "bad.example", 80), None),
    ("a file", FILE, Indicator(Kind.SHA256, "ab" * 32, 80), HIGH),
    ("a file, removed", FILE | {"disposition_id": 5}, Indicator(Kind.SHA256, "ab" * 32, 80), MEDIUM),
    ("a file's name alone", {"file.name": "order.iso"}, Indicator(Kind.FILE_NAME, "order.iso", 80), MEDIUM),
]


@pytest.mark.parametrize(
    ("event", "indicator", "severity"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_how_grave_it_is(known: Known, event: dict[str, Any], indicator: Indicator, severity: SeverityId | None):
    assert [one["severity_id"] for one in told(known(indicator), event)] == ([severity] if severity else [])


def test_one_finding_for_an_indicator_a_machine_and_a_day_and_one_more_if_it_got_through(known: Known):
    index = known(C2)
    day = timedelta(days=1)
    rows = (
        [OUT] * 50
        + [OUT | {"action_id": 2}] * 50
        + [OUT | {"src_endpoint.ip": "192.168.1.8"}, OUT | {"time": NOON + day}]
    )

    found = told(index, *rows)

    assert [one["count"] for one in found] == [50, 50, 1, 1]
    assert {one["metadata.uid"] for one in found} == {one["metadata.uid"] for one in told(index, *reversed(rows))}
    assert len({one["metadata.uid"] for one in found}) == 4


def test_of_several_indicators_the_gravest_and_most_exact_is_told(known: Known):
    index = known(
        Indicator(Kind.CIDR, "203.0.113.0/24", 90),
        Indicator(Kind.IP, BAD, 90),
        Indicator(Kind.DOMAIN, "bad.example", 20),
        Indicator(Kind.URL, "x.bad.example/a", 80),
    )

    [finding] = told(index, OUT | {"url.hostname": "x.bad.example", "url.url_string": "http://x.bad.example/a?b"})

    assert orjson.loads(finding["unmapped"])["indicator"] == "x.bad.example/a"


def test_a_feeds_words_stay_with_us_where_they_may_not_be_passed_on(known: Known):
    index = known(
        Indicator(Kind.IP, BAD, tlp=Tlp.RED, description="secret source"),
        Indicator(Kind.IP, "203.0.113.6", tlp=Tlp.GREEN, description="=cmd|' /C calc'!A0"),
    )

    red, green = told(index, OUT, OUT | {"dst_endpoint.ip": "203.0.113.6"})

    assert "secret" not in str(red)
    assert orjson.loads(green["unmapped"])["description"] == "=cmd|' /C calc'!A0"


def test_the_same_in_another_feed_is_the_same_finding(known: Known):
    first = told(known(C2), OUT)
    assert [one["metadata.uid"] for one in told(known(Indicator(Kind.IP, BAD, 60)), OUT)] == [first[0]["metadata.uid"]]


def test_an_indicator_that_expired_tells_nothing(known: Known):
    assert told(known(Indicator(Kind.IP, BAD, valid_until=datetime(2026, 11, 1))), OUT) == []


STRANGE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["http://[", "http://a:b/", "[::1", "::", "1.2.3.4.5", "a@", "@", "..", "xn--", "http://b:x/"]),
    st.text("203.0.113.5:/@[]", max_size=16),
)


ROW = st.fixed_dictionaries({look.column: STRANGE for look in LOOKS if look.column != "answers"})


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Index:
    shelf = Shelf(tmp_path_factory.mktemp("feeds"))
    url, name = Indicator(Kind.URL, "bad.example/a"), Indicator(Kind.DOMAIN, "bad.example")
    put(shelf, C2, url, name, Indicator(Kind.IP, "::5"), Indicator(Kind.MD5, "0" * 32))
    return load(shelf)


@pytest.mark.parametrize("is_many", [True, False])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=5))
def test_nothing_that_a_sender_writes_breaks_it(several: Index, is_many: bool, rows: list[dict[str, Any]]):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "is_many", lambda count: is_many)
        for one in told(several, OUT, *(row | {"answers": list(row.values())} for row in rows)):
            assert one["message"].endswith("。")
