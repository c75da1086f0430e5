"""Access lines of web servers and proxies, in the usual format and what people make of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Reject
from hinomi.library.formats import access_log, textlines

TOKYO = ZoneInfo("Asia/Tokyo")
PRODUCT = ("Example", "Server")
TAIL = '[18/Jan/2023:12:25:45 +0900] "GET / HTTP/1.1" 200 512'


def event(text: str) -> Any:
    return access_log.event(textlines.read(1, text.encode()), TOKYO, PRODUCT)


def one(text: str) -> dict[str, Any]:
    row = event(text)
    assert isinstance(row, dict)
    return row


def test_a_combined_line_tells_who_asked_for_what_and_what_was_answered():
    row = one(
        '203.0.113.9 - taro [18/Jan/2023:12:25:45 +0900] "GET /shop?id=1 HTTP/1.1" 200 512 '
        '"https://www.example.jp/" "Mozilla/5.0"'
    )

    assert row["time"] == datetime(2023, 1, 18, 3, 25, 45)
    assert (row["src_endpoint.ip"], row["user.name"]) == ("203.0.113.9", "taro")
    assert (row["http_request.http_method"], row["activity_id"]) == ("GET", 3)
    assert (row["url.url_string"], row["url.path"]) == ("/shop?id=1", "/shop")
    assert (row["http_response.code"], row["traffic.bytes_in"]) == (200, 512)
    assert row["http_request.user_agent"] == "Mozilla/5.0"


@pytest.mark.parametrize(
    ("before", "client", "host", "user"),
    [
        ("203.0.113.9 - -", "203.0.113.9", None, None),
        ("2001:db8::9 - -", "2001:db8::9", None, None),
        ("203.0.113.9 ident taro", "203.0.113.9", None, "taro"),
        ("203.0.113.9 - taro yamada", "203.0.113.9", None, "taro yamada"),
        ("203.0.113.9 (-) - -", "203.0.113.9", None, None),
        ("www.example.jp 203.0.113.9 - -", "203.0.113.9", "www.example.jp", None),
        ("www.example.jp:443 203.0.113.9 - taro", "203.0.113.9", "www.example.jp", "taro"),
        ("203.0.113.9:5000 www.example.jp:80 - -", "203.0.113.9", "www.example.jp", None),
        ("192.168.1.5, 10.0.0.1, 9.9.9.9 - -", "9.9.9.9", None, None),
        ('"192.168.1.5, 10.0.0.1" 10.0.0.2 - -', "192.168.1.5", None, None),
        ("www.example.jp 192.168.1.5, 9.9.9.9 - -", "9.9.9.9", "www.example.jp", None),
    ],
)
def test_client_virtual_host_and_user_are_told_apart(before: str, client: str, host: str | None, user: str | None):
    row = one(f"{before} {TAIL}")

    assert (row["src_endpoint.ip"], row["dst_endpoint.hostname"], row["user.name"]) == (client, host, user)


def test_a_virtual_host_completes_the_url():
    assert one(f"www.example.jp:443 203.0.113.9 - - {TAIL}")["url.url_string"] == "https://www.example.jp:443/"


def test_a_name_in_place_of_an_address_is_a_host_name():
    row = one(f"monitor.example.jp - - {TAIL}")

    assert (row["src_endpoint.ip"], row["src_endpoint.hostname"]) == (None, "monitor.example.jp")


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (r"/a\"b", '/a"b'),
        (r"/a\x22b", '/a"b'),
        (r"/\xe7\x81\xab", "/火"),
        (r"/a\\b", r"/a\b"),
        (r"/\x00\x1b", r"/\x00\x1b"),
        (r"/\xff", r"/\xff"),
    ],
)
def test_escapes_are_undone_but_not_those_of_control_characters(written: str, path: str):
    row = one(f'203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "GET {written} HTTP/1.1" 404 0 "-" "-"')

    assert row["url.path"] == path


@pytest.mark.parametrize("request_line", ["-", "", r"\x16\x03\x01", "- - HTTP/1.0"])
def test_what_is_no_request_has_no_method_yet_an_answer(request_line: str):
    row = one(f'203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "{request_line}" 400 226 "-" "-"')

    assert (row["http_request.http_method"], row["activity_id"], row["http_response.code"]) == (None, 0, 400)
    assert row.get("url.url_string") is None


def test_an_attackers_quotes_that_were_not_escaped_do_not_end_the_request():
    row = one('203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "GET /?q="><script> HTTP/1.1" 200 7 "-" "a "b" c"')

    assert (row["url.url_string"], row["http_response.code"]) == ('/?q="><script>', 200)


def test_a_tunnel_names_its_host():
    row = one('10.0.0.5 - - [18/Jan/2023:12:25:45 +0900] "CONNECT mail.example.jp:443 HTTP/1.1" 200 39')

    assert (row["url.hostname"], row["activity_id"]) == ("mail.example.jp", 1)


def test_a_line_cut_by_the_network_is_an_event_that_says_so():
    row = one('203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "GET /very/long')

    assert row["metadata.labels"] == ["truncated"]
    assert row["url.path"] == "/very/long"


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        ("18/Jan/2023:12:25:45 +0000", datetime(2023, 1, 18, 12, 25, 45)),
        ("18/Jan/2023:12:25:45", datetime(2023, 1, 18, 3, 25, 45)),
        ("18/Jan/2023:12:25:45.250 +0900", datetime(2023, 1, 18, 3, 25, 45, 250000)),
        ("2023-01-18T12:25:45+09:00", datetime(2023, 1, 18, 3, 25, 45)),
        ("18/01/2023 12:25:45", datetime(2023, 1, 18, 3, 25, 45)),
    ],
)
def test_clocks(clock: str, utc: datetime):
    assert one(f'203.0.113.9 - - [{clock}] "GET / HTTP/1.1" 200 1')["time"] == utc


def test_a_time_that_never_was_is_a_reject():
    assert isinstance(event('203.0.113.9 - - [31/Feb/2023:12:25:45 +0900] "GET / HTTP/1.1" 200 1'), Reject)


def test_another_format_is_none_of_ours():
    assert event("Jan 18 12:25:45 host sshd[1]: Accepted password") is None


@given(st.text(max_size=60))
def test_any_request_is_read(text: str):
    line = textlines.read(1, f'203.0.113.9 - - [18/Jan/2023:12:25:45 +0900] "{text}" 200 1'.encode())

    assert isinstance(access_log.event(line, TOKYO, PRODUCT), dict)
