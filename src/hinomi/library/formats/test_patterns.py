"""A log of one family and strays: the family is read by the column, the strays by themselves."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Reason, Reject
from hinomi.library.formats import addresses, patterns
from hinomi.library.formats.patterns import ENDPOINT, Family
from hinomi.library.formats.rows import LINE, Row
from hinomi.library.formats.textlines import Line, silent

RECEIVED = datetime(2023, 1, 15)
CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=RECEIVED)


def seen(way: str) -> Row:
    return {"class_uid": 4001, "activity_id": 1 if way == "in" else 2}


def columns(groups: pl.DataFrame, context: Context) -> pl.DataFrame:
    address, port = patterns.endpoint(groups, "peer")
    made = groups.select(LINE).hstack(patterns.distinct(groups, ["way"], seen))
    time = pl.when(pl.col("src_endpoint.ip").is_not_null()).then(pl.lit(context.received)).alias("time")
    return made.with_columns(address.alias("src_endpoint.ip"), port.alias("src_endpoint.port")).with_columns(time)


SEEN = Family("seen ", f"seen (?P<way>in|out) {ENDPOINT.format('peer')}", columns)


def event(line: Line) -> Row | Reject:
    if not line.text.startswith("seen"):
        return line.reject(Reason.NOT_THIS_FORMAT, "no such line")
    return {**silent(line.text), "time": RECEIVED}


def test_a_family_is_read_by_the_column_and_a_stray_by_itself():
    payload = b"seen in 192.0.2.1:80\nseen nothing\nother\n\nseen out 2001:db8::1.443\nseen in 999.0.0.1"

    result = patterns.normalize(payload, CONTEXT, [SEEN], event)

    assert result.events["line"].to_list() == [1, 2, 5, 6]
    assert result.events["class_uid"].to_list() == [4001, 0, 4001, 0]
    assert result.events["src_endpoint.port"].to_list() == [80, None, 443, None]
    assert [reject.line for reject in result.rejects] == [3]
    assert result.records == 5


def test_a_line_that_says_it_was_repeated_stands_for_the_hosts_line_before_it():
    lines = [
        "Jan 15 09:00:00 a seen something",
        "Jan 15 09:00:00 b seen another",
        "Jan 15 09:00:01 a last message repeated 2 times",
        "Jan 15 09:00:02 a message repeated 3 times: [ seen a third]",
        "Jan 15 09:00:03 c last message repeated 9 times",
    ]

    result = patterns.normalize("\n".join(lines).encode(), CONTEXT, [SEEN], event)

    first, nobody = "seen something", "last message repeated 9 times"
    assert result.events["message"].to_list() == [first, "seen another", first, "seen a third", nobody]
    assert result.events["count"].to_list() == [None, None, 2, 3, 9]


@given(st.one_of(st.ip_addresses().map(str), st.text("0123456789abcdefABCDEF:.", max_size=40)))
def test_the_quick_reader_of_addresses_never_contradicts_the_plain_one(text: str):
    assert patterns.address(text) in (None, addresses.ip(text))


@pytest.mark.parametrize("payload", [b"", b"\n\n", b"\xff\xfe", "seen in ９.9.9.9".encode()])
def test_odd_payloads_lose_nothing(payload: bytes):
    result = patterns.normalize(payload, CONTEXT, [SEEN], event)

    assert result.records == result.events.height + len(result.rejects)
