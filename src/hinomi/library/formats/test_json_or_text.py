"""JSON and text of one product: whichever comes, every record is read once."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.formats import json_or_text
from hinomi.library.formats.jsonlines import Document
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 15, 3))


def read(payload: bytes) -> Normalized:
    def document(found: Document) -> Row:
        return {"class_uid": 0, "activity_id": 0, "message": found.value["say"]}

    def line(found: Line) -> Row:
        if not found.text.startswith("CEF"):
            raise ValueError(found.text)
        return {"class_uid": 0, "activity_id": 0, "message": found.text}

    return json_or_text.normalize(payload, CONTEXT, document, line, within=("value",))


@pytest.mark.parametrize(
    "payload",
    [
        b'{"say": "a"}\n{"say": "b"}\n',
        b'[{"say": "a"}, {"say": "b"}]',
        b'{"value": [{"say": "a"}, {"say": "b"}]}',
        b'{\n "say": "a"\n}\n{\n "say": "b"\n}',
        b'{"say": "a"}\n{\\n  "say": "b"\\n}',
        b'<14>Jan 15 12:00:00 host {#012  "say": "a"#012}\n{"say": "b"}',
        b'<14>Jan 15 12:00:00 host {"say": "a"}\n{"say": "b"}',
    ],
)
def test_json_is_read_in_any_layout(payload: bytes):
    assert read(payload).events["message"].to_list() == ["a", "b"]


def test_text_among_json_and_json_among_text_are_read():
    assert read(b'{"say": "a"}\nCEF:0|x\n').events["message"].to_list() == ["a", "CEF:0|x"]
    assert read(b'CEF:0|x {"say": 1}\n{"say": "a"}\n').events["message"].to_list() == ['CEF:0|x {"say": 1}', "a"]


def test_what_says_no_time_has_that_of_its_header_or_of_receipt():
    events = read(b'<14>Jan 15 12:00:00 host {"say": "a"}\n').events

    assert events["time"].to_list() == [datetime(2023, 1, 15, 3)]
    assert "metadata.labels" not in events.columns
    assert read(b'{"say": "a"}').events["metadata.labels"].to_list() == [["time_source:receive"]]


def test_what_neither_can_take_is_a_reject():
    result = read(b'{"say": "a"}\nhello\n{"else": 1}\n{"say": "b')

    assert [(reject.line, reject.reason) for reject in result.rejects] == [
        (2, Reason.NOT_THIS_FORMAT),
        (3, Reason.BAD_VALUE),
        (4, Reason.TRUNCATED),
    ]


def test_a_shippers_envelope_is_taken_off():
    inner = {"say": "a"}

    assert json_or_text.carried({"@timestamp": "…", "message": json.dumps(inner)}) == inner
    assert json_or_text.carried({"agent": {}, "event": {"original": json.dumps(inner)}}) == inner
    assert json_or_text.carried({"sourcetype": "x", "event": inner}) == inner
    assert json_or_text.carried({"message": '{"not": "shipped"}'}) == {"message": '{"not": "shipped"}'}
    assert json_or_text.carried({"@timestamp": "…", "message": "{broken"})["message"] == "{broken"


def test_a_file_of_windows_in_utf_16_is_read():
    assert json_or_text.utf8("表".encode("utf-16")) == "表".encode()
    assert json_or_text.utf8(b"plain") == b"plain"
