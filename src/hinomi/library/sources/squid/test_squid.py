"""Squid's formats, the documented ones and what people make of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context
from hinomi.library.sources.squid.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "line",
    [
        "1673485200.123     61 192.168.0.3 TCP_MISS/200 904 GET http://example.com/a sato HIER_DIRECT/203.0.113.9 -",
        "1673485200.123 61 192.168.0.3 58938 TCP_MISS/200 904 123 364 123 528 GET http://example.com/a 1.1 sato "
        'HIER_DIRECT/203.0.113.9 80 text/html - - "-" "curl/8" "example.com" "-" 53 -',
        '192.168.0.3 - sato [12/Jan/2023:10:00:00 +0900] "GET http://example.com/a HTTP/1.1" 200 904 "-" "curl/8" '
        "TCP_MISS:HIER_DIRECT",
        "Jan 12 10:00:00 gw (squid-1)[9]: 1673485200.123 61 192.168.0.3 TCP_MISS/200 904 GET http://example.com/a sato "
        "HIER_DIRECT/203.0.113.9 text/html",
    ],
)
def test_the_same_request_in_every_format(line: str):
    row = one(line)

    assert (row["class_uid"], row["http_request.http_method"]) == (ClassUid.HTTP_ACTIVITY, "GET")
    assert (row["src_endpoint.ip"], row["user.name"]) == ("192.168.0.3", "sato")
    assert (row["url.url_string"], row["url.hostname"]) == ("http://example.com/a", "example.com")
    assert (row["http_response.code"], row["traffic.bytes_in"], row["action_id"]) == (200, 904, ActionId.ALLOWED)
    assert row["time"].replace(microsecond=0) == datetime(2023, 1, 12, 1, 0)


def test_a_tunnel_a_denial_and_an_error():
    tunnel = one(
        "1673485200.123 61 192.168.0.3 TCP_TUNNEL/200 1 CONNECT www.example.com:443 - HIER_DIRECT/203.0.113.9 -"
    )
    denied = one("1673485200.123 0 192.168.0.3 TCP_DENIED/403 1 CONNECT [2001:db8::1]:443 - HIER_NONE/- -")
    error = one("1673485200.123 0 192.168.0.3 NONE/400 1 - error:invalid-request - HIER_NONE/- text/html")

    assert (tunnel["dst_endpoint.hostname"], tunnel["dst_endpoint.port"]) == ("www.example.com", 443)
    assert tunnel["dst_endpoint.ip"] == "203.0.113.9"
    assert (denied["action_id"], denied["dst_endpoint.ip"], denied["is_alert"]) == (
        ActionId.DENIED,
        "2001:db8::1",
        False,
    )
    assert (error["action_id"], error["url.url_string"]) == (None, None)


@given(st.text('0123456789./ -:"TCP_MISGEThp', max_size=80))
def test_any_tail_of_a_line_is_an_event(tail: str):
    result = normalize(f"1673485200.123 61 192.168.0.3 {tail}".encode(), CONTEXT)

    assert result.records == result.events.height + len(result.rejects) == 1
