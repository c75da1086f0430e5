"""What matches what; the compiled scan sees all that one value at a time does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.pipeline.intelligence import kernel as compiled  # loaded: scans are compiled from here on
from hinomi.pipeline.intelligence import scan
from hinomi.pipeline.intelligence.conftest import events
from hinomi.pipeline.intelligence.index import Index
from hinomi.pipeline.intelligence.indicator import Indicator, Kind
from hinomi.pipeline.intelligence.matching import matches
from hinomi.pipeline.intelligence.writing import Unusable, normalised

Known = Callable[..., Index]
BAD = Indicator(Kind.DOMAIN, "bad.example")
INDICATORS = [
    BAD,
    Indicator(Kind.HOSTNAME, "only.example"),
    Indicator(Kind.IP, "203.0.113.5"),
    Indicator(Kind.CIDR, "198.51.100.128/25"),
    Indicator(Kind.IP, "2001:db8::5"),
    Indicator(Kind.CIDR, "2001:db8:bad::/48"),
    Indicator(Kind.URL, "shop.example/wp/load.php"),
    Indicator(Kind.URL, "shop.example:8080/a"),
    Indicator(Kind.SHA256, "ab" * 32),
    Indicator(Kind.MD5, "cd" * 16),
    Indicator(Kind.FILE_NAME, "請求書.iso"),
    Indicator(Kind.EMAIL, "boss@mail.example"),
]
CASES: list[tuple[dict[str, Any], str | None]] = [
    ({"dst_endpoint.ip": "203.0.113.5"}, "203.0.113.5"),
    ({"src_endpoint.ip": "203.0.113.5"}, "203.0.113.5"),
    ({"dst_endpoint.ip": "203.0.113.50"}, None),
    ({"dst_endpoint.ip": "198.51.100.127"}, None),
    ({"dst_endpoint.ip": "198.51.100.128"}, "198.51.100.128/25"),
    ({"dst_endpoint.ip": "198.51.100.255"}, "198.51.100.128/25"),
    ({"dst_endpoint.ip": "2001:DB8:0::5"}, "2001:db8::5"),
    ({"dst_endpoint.ip": "::ffff:203.0.113.5"}, "203.0.113.5"),
    ({"dst_endpoint.ip": "2001:db8:bad:1::1"}, "2001:db8:bad::/48"),
    ({"dst_endpoint.ip": "2001:db8:bae::1"}, None),
    ({"query.hostname": "a.b.BAD.example."}, "bad.example"),
    ({"query.hostname": "notbad.example"}, None),
    ({"query.hostname": "bad.example.test"}, None),
    ({"dst_endpoint.hostname": "only.example"}, "only.example"),
    ({"dst_endpoint.hostname": "www.only.example"}, None),
    ({"url.hostname": "203.0.113.5"}, "203.0.113.5"),
    ({"answers": ["192.0.2.1", "203.0.113.5"]}, "203.0.113.5"),
    ({"answers": ["cdn.bad.example"]}, "bad.example"),
    ({"url.url_string": "https://x.bad.example/"}, "bad.example"),
    ({"url.url_string": "HTTP://user@Shop.example:80/wp/load.php?id=1#top"}, "shop.example/wp/load.php"),
    ({"url.url_string": "http://shop.example/wp/load.php"}, "shop.example/wp/load.php"),
    ({"url.url_string": "http://shop.example/wp/load.php/more"}, "shop.example/wp/load.php"),
    ({"url.url_string": "http://shop.example/wp/load.phpx"}, None),
    ({"url.url_string": "http://shop.example/WP/load.php"}, None),
    ({"url.url_string": "http://shop.example:8080/a/"}, "shop.example:8080/a"),
    ({"url.url_string": "http://shop.example/a"}, None),
    ({"file.hashes.sha256": "AB" * 32}, "ab" * 32),
    ({"unmapped": '{"Hashes":"MD5=' + "CD" * 16 + ',SHA256=00"}'}, "cd" * 16),
    ({"unmapped": '{"Hashes":"SHA256=' + "AB" * 32 + '"}'}, "ab" * 32),
    ({"unmapped": '{"note":"' + "CD" * 16 + '"}'}, None),
    ({"file.name": "請求書.ISO"}, "請求書.iso"),
    ({"email.from": "Boss <BOSS@Mail.example>"}, "boss@mail.example"),
    ({"email.from": "anyone@bad.example"}, "bad.example"),
    ({"email.from": "anyone@mail.example"}, None),
]


@pytest.fixture(params=["compiled", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_many", lambda count: request.param == "compiled")


@pytest.mark.usefixtures("way")
def test_an_event_meets_its_indicator_and_no_other(known: Known):
    index = known(*INDICATORS)

    found = matches(index, events(*(event for event, _ in CASES)))

    met = {row: {hit.known.indicator.value for hit in found if hit.row == row} for row in range(len(CASES))}
    assert met == {row: {value} if value else set() for row, (_, value) in enumerate(CASES)}


def test_an_expired_indicator_meets_what_happened_before_it_expired(known: Known):
    index = known(Indicator(Kind.DOMAIN, "bad.example", valid_until=datetime(2026, 11, 21, 3, 0, 1)))

    before, after = {"query.hostname": "bad.example"}, {"query.hostname": "bad.example"}
    found = matches(index, events(before, after | {"time": datetime(2026, 11, 21, 3, 0, 1)}))

    assert [hit.row for hit in found] == [0]


def test_what_the_operator_allows_meets_nothing(known: Known, shelf):
    shelf.allow("partner.bad.example", "取引先")
    shelf.allow("203.0.113.0/24", "")
    index = known(*INDICATORS)

    found = matches(
        index,
        events(
            {"query.hostname": "www.partner.bad.example"},
            {"url.url_string": "http://partner.bad.example/x"},
            {"email.from": "a@partner.bad.example"},
            {"dst_endpoint.ip": "203.0.113.5"},
            {"query.hostname": "other.bad.example"},
        ),
    )

    assert [hit.row for hit in found] == [4]


def test_no_indicators_cost_nothing(known: Known):
    assert matches(known(), events({"dst_endpoint.ip": "203.0.113.5"})) == []


NAMES = st.text("ab.", min_size=1, max_size=8).map(lambda text: f"{text}.xn")
ADDRESSES = st.tuples(*[st.integers(0, 3)] * 3).map(lambda four: "203.{}.{}.{}".format(*four))
WIDTHS = st.integers(8, 32)
NETWORKS = st.tuples(ADDRESSES, WIDTHS).map(lambda two: f"{two[0]}/{two[1]}")
URLS = st.tuples(st.sampled_from(["http://", "https://", ""]), NAMES, st.text("/?&a:80@#", max_size=8)).map("".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.one_of(NAMES, ADDRESSES, NETWORKS, URLS), min_size=1, max_size=20),
    seen=st.lists(st.tuples(NAMES, ADDRESSES, URLS), min_size=1, max_size=20),
)
def test_the_compiled_scan_misses_nothing_that_a_value_by_itself_matches(known: Known, told, seen):
    indicators = {}
    for text in told:
        try:
            kind, value = normalised(text)
        except Unusable:
            continue
        indicators[kind, value] = Indicator(kind, value)
    index = known(*indicators.values())
    assert compiled is not None
    rows = [
        {"query.hostname": name, "dst_endpoint.ip": address, "url.url_string": url if "://" in url else f"http://{url}"}
        for name, address, url in seen
    ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "is_many", lambda count: False)
        plain = matches(index, events(*rows))
        index.remembered.clear()
        patch.setattr(scan, "is_many", lambda count: True)
        assert matches(index, events(*rows)) == plain
