"""Peeling relays' headers off a message."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.lines import split
from hinomi.library.formats.syslog import header, moment, starts

TOKYO = ZoneInfo("Asia/Tokyo")
RECEIVED = datetime(2023, 1, 15, 3, 0)
HEADED = [
    (b"", b"date=2023-01-15 time=12:00:00"),
    (b"", b"[INSPECT] LAN2[out] TCP"),
    (b"", b"CEF:0|Fortinet|Fortigate|v7.2.8|"),
    (b"<189>", b"date=2023-01-15 time=12:00:00"),
    (b"<189> ", b"date=2023-01-15"),
    (b"<5>", b"Date=2023"),
    (b"57 <189>", b"date=2023-01-15"),
    (b"Jan 15 12:00:00 fw01 ", b"date=2023-01-15"),
    (b"<189>Jan 15 12:00:00 192.0.2.1 ", b"date=2023-01-15"),
    (b"<189>Jan  5 12:00:00 2001:db8::1 ", b"date=2023-01-15"),
    (b"<189> Jan 15 12:00:00 fw01 ", b"date=2023-01-15"),
    (b"Jan 15 12:00:00 ", b"date=2023-01-15"),
    (b"Jan 15 12:00:00 fw01 ", b"CEF:0|Fortinet|Fortigate|"),
    (b"Jan 15 12:00:00 fw01 sshd[123]: ", b"Failed password"),
    (b"2023-01-15T12:00:00+09:00 fw01 ", b"date=2023-01-15"),
    (b"2023-01-15T12:00:00.123456+09:00 fw01 forti: ", b"date=2023-01-15"),
    (b"<189>1 2023-01-15T12:00:00+09:00 fw01 - - - - ", b"date=2023-01-15"),
    (b'<189>1 2023-01-15T12:00:00Z fw01 app 1 ID [a@1 b="]" c="\\""][d@2] \xef\xbb\xbf', b"date=2023-01-15"),
    (b"<189>1 - - - - - - ", b"date=2023-01-15"),
    (b"<189>1 2023-01-15T12:00:00Z fw01 app 1 ID ", b'[a@1 devname="fw01"]'),
    (b"Jan 15 12:00:01 relay <189>Jan 15 12:00:00 fw01 ", b"date=2023-01-15"),
    (b"<13>Jan 15 12:00:01 relay <189>", b"date=2023-01-15"),
]


@pytest.mark.parametrize(("front", "message"), HEADED)
def test_what_relays_put_in_front_is_peeled_off(front: bytes, message: bytes):
    assert header(front + message).start == len(front)


def test_a_header_says_who_and_when():
    found = header(b"<189>Jan 15 12:00:00 fw01 sshd[123]: Failed password")

    assert found[1:] == (189, "Jan 15 12:00:00", "fw01", "sshd")
    assert header(b"<34>1 2023-01-15T03:00:00Z fw01 app - - - hi")[1:] == (34, "2023-01-15T03:00:00Z", "fw01", "app")
    assert header(b"date=2023-01-15") == (0, None, None, None, None)


def test_the_starts_of_many_lines_are_those_of_each():
    lines = split(b"\n".join(front + message for front, message in HEADED))

    assert (starts(lines) - lines.starts).tolist() == [len(front) for front, _ in HEADED]


PIECES = st.sampled_from(
    [front for front, _ in HEADED] + [b"<", b">", b"1", b"999", b"a=1", b" ", b"\r", b"<189>\n", b"<a>", b"<18x>"]
)


@given(st.lists(PIECES | st.binary(max_size=6), max_size=8).map(b"".join))
def test_any_lines_have_starts_within_them(payload: bytes):
    lines = split(payload)

    found = starts(lines)

    assert (found - lines.starts).tolist() == [header(raw).start for _, raw in lines]
    assert all(start <= end for start, end in zip(found, lines.ends, strict=True))


def test_a_time_without_a_year_is_the_latest_that_can_be():
    assert moment("Jan 15 12:00:00", TOKYO, RECEIVED) == datetime(2023, 1, 15, 3, 0)
    assert moment("Dec 31 23:59:59", TOKYO, RECEIVED) == datetime(2022, 12, 31, 14, 59, 59)
    assert moment("Feb 29 00:00:00", TOKYO, RECEIVED) == datetime(2020, 2, 28, 15, 0)
    assert moment("Jan 15 2021 12:00:00", TOKYO, RECEIVED) == datetime(2021, 1, 15, 3, 0)


def test_a_zone_in_the_text_counts_more_than_the_source_s():
    assert moment("2023-01-15T12:00:00+01:00", TOKYO, RECEIVED) == datetime(2023, 1, 15, 11, 0)
    assert moment("2023-01-15 12:00:00,5", TOKYO, RECEIVED) == datetime(2023, 1, 15, 3, 0, 0, 500000)


def test_a_text_that_is_no_time_has_none():
    assert [moment(text, TOKYO, RECEIVED) for text in ("", "Jan 45 12:00:00", "yesterday", "Foo 15 12:00:00")] == [
        None
    ] * 4
