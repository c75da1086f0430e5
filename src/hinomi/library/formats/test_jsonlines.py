"""Lines of JSON as devices, relays and broken links deliver them."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats.jsonlines import Document, integer, normalize, part, port, read, text, texts
from hinomi.library.formats.lines import LONGEST
from hinomi.library.formats.rows import BATCH, Row

NOON = datetime(2022, 12, 1, 3)


def one(raw: bytes) -> Document | Reject:
    (item,) = read(raw)
    return item


def test_a_line_is_an_object_with_its_number():
    documents = list(read(b'{"a":1}\n\n{"a":2}\r\n'))

    assert [(document.line, document.value) for document in documents] == [(1, {"a": 1}), (3, {"a": 2})]


@pytest.mark.parametrize("prefix", [b"<13>Dec  6 09:15:43 host app[1]: ", b"@cee: ", b" ", b"\xef\xbb\xbf"])
def test_what_stands_before_the_object_is_passed_over(prefix: bytes):
    assert one(prefix + b'{"a":1}').value == {"a": 1}


def test_of_equal_keys_the_last_counts():
    assert one(b'{"Set-Cookie":"a","Set-Cookie":"b"}').value == {"Set-Cookie": "b"}


@pytest.mark.parametrize(
    ("raw", "value", "label"),
    [
        ('{"a":"経理"}'.encode("cp932"), {"a": "経理"}, "recoded:cp932"),
        (b'{"a":"tab\there"}', {"a": "tab\there"}, None),
        (b'{"a":NaN}', {"a": None}, None),
        (rb'{"a":"\ud83d"}', {"a": "?"}, None),
    ],
)
def test_what_is_nearly_json_is_read_with_patience(raw: bytes, value: object, label: str | None):
    document = one(raw)

    assert (document.value, document.label) == (value, label)


@pytest.mark.parametrize("length", range(2, 40))
def test_a_line_cut_anywhere_is_truncated(length: int):
    whole = '{"a":{"b":[1,true,"漢\\u00e9"]},"c":-1.5e3}'.encode()
    assert one(whole).value["c"] == -1500

    assert one(whole[:length]).reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    "raw", [b"GET / HTTP/1.1", b'[{"a":1}]', b"{a:1}", b'{"a":1} {"b":2}', b"<xml/>", b'{"a" 1, "b": 2, "c": 3}']
)
def test_what_is_no_object_is_another_format(raw: bytes):
    assert one(raw).reason is Reason.NOT_THIS_FORMAT


def test_absurd_json_is_a_reject():
    assert one(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}").reason is Reason.BAD_VALUE
    assert one(b'{"a":"' + b"x" * LONGEST + b'"}').reason is Reason.TOO_LONG


def test_every_line_is_an_event_or_a_reject_and_an_unreadable_value_costs_one_line():
    def event(document: Document) -> Row | Reject:
        if "odd" in document.value:
            return document.reject(Reason.UNKNOWN_TYPE, "odd")
        return {"time": NOON, "class_uid": 0, "activity_id": 0, "count": int(document.value["n"])}

    result = normalize(b'{"n":1}\n{"odd":1}\n{"n":"x"}\nnot json\n{"n":"2","s":"\x8c\xea"}', event)

    assert result.events.select("line", "count", "metadata.labels").rows() == [(1, 1, None), (5, 2, ["recoded:cp932"])]
    assert [(reject.line, reject.reason) for reject in result.rejects] == [
        (2, Reason.UNKNOWN_TYPE),
        (3, Reason.BAD_VALUE),
        (4, Reason.NOT_THIS_FORMAT),
    ]
    assert result.records == 5


def test_many_lines_keep_their_order():
    count = BATCH * 2 + 1
    payload = b"\n".join(b'{"n":%d}' % number for number in range(count))

    result = normalize(payload, lambda document: {"time": NOON, "class_uid": 0, "activity_id": document.value["n"]})

    assert result.events["activity_id"].to_list() == list(range(count))


def test_nothing_is_no_records_yet_a_frame():
    result = normalize(b"", lambda document: {})

    assert (result.records, result.events.height) == (0, 0)
    assert {"line", "time", "class_uid", "activity_id"} <= set(result.events.columns)


def test_values_of_any_kind_become_what_a_column_takes():
    assert [text(value) for value in ("a", "", 7, 1.5, True, None, [], {})] == [
        "a",
        None,
        "7",
        "1.5",
        None,
        None,
        None,
        None,
    ]
    assert texts(["a", "", 1, None, ["b"]]) == ["a", "1"]
    assert texts("a") == ["a"]
    assert [integer(value) for value in (5, "5", -1, "x", "", True, 1.5, None, 2**63)] == [5, 5, *[None] * 7]
    assert [port(value) for value in (443, "443", 65536)] == [443, 443, None]
    assert (part({"a": 1}), part([1])) == ({"a": 1}, {})


@given(st.binary())
def test_any_bytes_are_a_document_or_a_reject(raw: bytes):
    for item in read(raw):
        assert isinstance(item, Document | Reject)


@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists), max_size=4)
)
def test_any_object_is_read_as_it_was_written(value: dict):
    document = one(b"<13>" + json.dumps(value).encode())

    expected = json.loads(json.dumps(value), parse_constant=lambda _: None)
    assert json.dumps(document.value, sort_keys=True) == json.dumps(jsonlines_view(expected), sort_keys=True)


def jsonlines_view(value: object) -> object:
    """Half surrogates as question marks, integers over 64 bits as the float they are read as."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [jsonlines_view(item) for item in value]
    if isinstance(value, dict):
        return {jsonlines_view(key): jsonlines_view(item) for key, item in value.items()}
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float(value)
    return value
