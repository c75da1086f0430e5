"""nginx's logs, in the shapes that people give them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.nginx.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "written",
    [
        '203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "GET /a HTTP/1.1" 200 5 "-" "ua"',
        "time:18/Jan/2023:12:25:45 +0900\thost:203.0.113.9\treq:GET /a HTTP/1.1\tstatus:200\tsize:5\tua:ua",
        '{"time_local":"18/Jan/2023:12:25:45 +0900","remote_addr":"203.0.113.9","request":"GET /a HTTP/1.1",'
        '"status":200,"bytes_sent":5,"http_user_agent":"ua"}',
        '{"msec":"1674012345.000","remote_addr":"203.0.113.9","request_method":"GET","uri":"/a","status":"200",'
        '"body_bytes_sent":"5","http_user_agent":"ua"}',
        r'{"message":"203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] \"GET /a HTTP/1.1\" 200 5 \"-\" \"ua\""}',
    ],
)
def test_the_same_request_in_five_shapes_is_the_same_event(written: str):
    row = one(written)

    assert row["time"] == datetime(2023, 1, 18, 3, 25, 45)
    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (ClassUid.HTTP_ACTIVITY, 3, False)
    assert (row["src_endpoint.ip"], row["url.path"]) == ("203.0.113.9", "/a")
    assert (row["http_response.code"], row["traffic.bytes_in"], row["http_request.http_method"]) == (200, 5, "GET")
    assert row["http_request.user_agent"] == "ua"


def test_a_line_that_a_shipper_wrapped_keeps_the_time_of_the_request_not_of_the_shipper():
    inner = r"203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] \"GET / HTTP/1.1\" 200 5"

    assert one(f'{{"log":"{inner}","time":"2024-05-01T00:00:00Z"}}')["time"] == datetime(2023, 1, 18, 3, 25, 45)


def test_an_error_has_the_place_of_the_server_for_its_time_and_is_no_verdict():
    row = one(
        '2023/01/18 12:25:45 [error] 7#7: *1 open() "/x" failed (2: No such file), client: 203.0.113.9, '
        'server: www.example.jp, request: "GET /x HTTP/1.1", host: "www.example.jp:8443"'
    )

    assert row["time"] == datetime(2023, 1, 18, 3, 25, 45)
    assert (row["class_uid"], row["is_alert"], row["src_endpoint.ip"]) == (0, False, "203.0.113.9")
    assert (row["dst_endpoint.hostname"], row["url.path"]) == ("www.example.jp", "/x")


def test_a_wrong_password_is_a_failed_sign_in():
    row = one('2023/01/18 12:25:45 [error] 7#7: *1 user "taro": password mismatch, client: 203.0.113.9, server: _')

    assert (row["class_uid"], row["status_id"], row["user.name"]) == (ClassUid.AUTHENTICATION, 2, "taro")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Jan 18 12:25:45 host kernel: eth0 up", Reason.NOT_THIS_FORMAT),
        (b'{"level":"info"}', Reason.NOT_THIS_FORMAT),
        (b'{"remote_addr":"203.0.113.9","request":"GET / HT', Reason.TRUNCATED),
        (b'{"remote_addr":"203.0.113.9","request":"GET / HTTP/1.1","status":200}', Reason.NO_TIME),
        (b'{"time":"noon","remote_addr":"203.0.113.9","request":"GET / HTTP/1.1","status":200}', Reason.BAD_TIME),
        (b'203.0.113.9 - - [99/Jan/2023:12:25:45 +0900] "GET / HTTP/1.1" 200 5', Reason.BAD_TIME),
    ],
)
def test_what_is_no_line_of_nginx_says_why(raw: bytes, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


def test_a_cp932_byte_recodes_its_line_alone():
    lines = [f'203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "GET /{path} HTTP/1.1" 200 5' for path in ("火", "a")]

    events = read("\n".join(lines).encode("cp932")).events

    assert events["metadata.labels"].to_list() == [["recoded:cp932"], None]
    assert events["url.path"].to_list() == ["/火", "/a"]


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b'{"a":1}', b"time:1\treq:GET", b'1.2.3.4 - - [x] "'])))
def test_anything_is_an_event_or_a_reject(lines: list[bytes]):
    schema.conform(read(b"\n".join(lines)).events.drop("line"))
