"""Reading Log Event Extended Format."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.leef import moment, parse

TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_message_has_five_fields_and_attributes_apart_by_tabs():
    found = parse("LEEF:1.0|Example|Gate|v1|3000|src=192.0.2.1\tpolicy=A = B\tmsg=two words\tusr=")

    assert found is not None
    assert (found.vendor, found.product, found.version, found.event) == ("Example", "Gate", "v1", "3000")
    assert found.attributes == {"src": "192.0.2.1", "policy": "A = B", "msg": "two words", "usr": ""}


@pytest.mark.parametrize(
    "text",
    [
        "LEEF:2.0|a|b|c|d|^|src=192.0.2.1^msg=two words^n=1",
        "LEEF:2.0|a|b|c|d|0x5E|src=192.0.2.1^msg=two words^n=1",
        "LEEF:2.0|a|b|c|d|x5e|src=192.0.2.1^msg=two words^n=1",
        "LEEF:2.0|a|b|c|d||src=192.0.2.1\tmsg=two words\tn=1",
        "LEEF:2.0|a|b|c|d|src=192.0.2.1\tmsg=two words\tn=1",
        "LEEF:2.0|a|b|c|d|\t|src=192.0.2.1\tmsg=two words\tn=1",
        "LEEF:1.0|a|b|c|d|src=192.0.2.1|msg=two words|n=1",
        "LEEF:1.0|a|b|c|d|src=192.0.2.1#011msg=two words#011n=1",
        "LEEF:1.0|a|b|c|d|src=192.0.2.1 msg=two words n=1",
        "1.0|a|b|c|d|src=192.0.2.1#011msg=two words#011n=1",
        "1 2023-01-15T03:15:33Z gate LEEF:1.0|a|b|c|d|src=192.0.2.1\tmsg=two words\tn=1",
    ],
)
def test_the_delimiter_is_the_named_one_or_what_relays_and_products_make_of_it(text: str):
    found = parse(text)

    assert found is not None
    assert found.attributes == {"src": "192.0.2.1", "msg": "two words", "n": "1"}


def test_the_first_of_equal_attributes_counts():
    found = parse("LEEF:1.0|a|b|c|d|user=taro\tuser=admin")

    assert found is not None
    assert found.attributes == {"user": "taro"}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"devTime": "1673752533000"}, datetime(2023, 1, 15, 3, 15, 33)),
        ({"devTime": "1673752533"}, datetime(2023, 1, 15, 3, 15, 33)),
        ({"devTime": "Jan 15 2023 03:15:33 GMT"}, datetime(2023, 1, 15, 3, 15, 33)),
        ({"devTime": "Jan 15 2023 12:15:33"}, datetime(2023, 1, 15, 3, 15, 33)),
        ({"devTime": "2023-01-15T12:15:33.5+0900"}, datetime(2023, 1, 15, 3, 15, 33, 500_000)),
        ({"devTime": "15/01/2023 12:15:33", "devTimeFormat": "dd/MM/yyyy HH:mm:ss"}, datetime(2023, 1, 15, 3, 15, 33)),
        (
            {"devTime": "Jan 15 2023 12:15:33.250 +0900", "devTimeFormat": "MMM dd yyyy HH:mm:ss.SSS Z"},
            datetime(2023, 1, 15, 3, 15, 33, 250_000),
        ),
        ({"devTime": "yesterday"}, None),
        ({}, None),
    ],
)
def test_the_device_says_when_in_many_ways(attributes: dict[str, str], expected: datetime | None):
    assert moment(attributes, TOKYO) == expected


def test_other_texts_are_no_leef():
    assert [parse(text) for text in ("", "LEEF:1.0|a|b|c", "date=2023-01-15", "CEF:0|a|b|c|d|e|1|", "||||||")] == [
        None
    ] * 5


NAMES = st.text(alphabet="abcXYZ_09", min_size=1, max_size=8)
VALUES = st.text(alphabet="ab =:/火\\|#", max_size=12).map(str.strip).filter(lambda value: "#011" not in value)


@given(st.dictionaries(NAMES, VALUES, min_size=1), st.sampled_from(["\t", "~"]))
def test_what_is_written_is_read(pairs: dict[str, str], mark: str):
    written = mark.join(f"{name}={value}" for name, value in pairs.items())
    if len(pairs) == 1:
        written = mark + written

    found = parse(f"LEEF:2.0|a|b|c|d|{hex(ord(mark))}|{written}")

    assert found is not None
    assert found.attributes == pairs


@given(st.text(alphabet="LEF:0|=^\\ abn\t#01x", max_size=60), st.text(max_size=12), st.text(alphabet="yMdHmsSZX' :%-"))
def test_any_text_can_be_asked(text: str, time: str, pattern: str):
    found = parse("LEEF:2.0|a|b|c|d|" + text)

    assert found is not None
    assert moment({"devTime": time, "devTimeFormat": pattern}, TOKYO) is None or time
