"""JSON exports in every wrapping."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Normalized, Reason, Reject
from hinomi.library.formats import jsonfile
from hinomi.library.formats.jsonlines import Document
from hinomi.library.formats.rows import Row

ONE, TWO = {"name": "一"}, {"name": "二"}


def event(document: Document) -> Row | Reject:
    return {"class_uid": 0, "activity_id": 0, "message": document.value["name"]}


def read(text: str) -> Normalized:
    return jsonfile.normalize(text.encode(), event, within=("value", "Records"))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ONE, TWO]),
        json.dumps([ONE, TWO], indent=2),
        json.dumps({"value": [ONE, TWO], "next": "https://api.example/2"}),
        json.dumps({"value": [ONE]}) + "\n" + json.dumps({"Records": [TWO]}),
        json.dumps(ONE) + "\n\n" + json.dumps(TWO) + "\n",
        json.dumps(ONE, indent=2) + "\n" + json.dumps(TWO, indent=2),
        "\ufeff" + json.dumps([[ONE], TWO]),
    ],
)
def test_the_records_are_found_in_any_wrapping(text: str) -> None:
    found = read(text)

    assert found.events["message"].to_list() == ["一", "二"]
    assert found.records == 2


def test_a_record_on_a_line_of_its_own_keeps_the_lines_number() -> None:
    assert read(json.dumps(ONE) + "\n\n" + json.dumps(TWO)).events["line"].to_list() == [1, 3]
    assert read("\n\n" + json.dumps(ONE)).events["line"].to_list() == [3]


def test_an_export_that_breaks_off_gives_what_is_there_and_a_reject() -> None:
    found = read(json.dumps(ONE, indent=2) + "\n" + json.dumps(TWO, indent=2)[:-3])

    assert found.events["message"].to_list() == ["一"]
    assert [reject.reason for reject in found.rejects] == [Reason.TRUNCATED]


def test_a_record_that_is_none_is_a_reject() -> None:
    found = read(json.dumps([ONE, 5, {"no": "name"}]))

    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (2, Reason.NOT_THIS_FORMAT),
        (3, Reason.BAD_VALUE),
    ]


@given(st.one_of(st.binary(), st.text(alphabet='{}[]",:\n \\nvalue0e').map(str.encode)))
def test_nothing_raises_and_every_record_is_accounted_for(payload: bytes) -> None:
    found = jsonfile.normalize(payload, event, within=("value",))

    numbers = [*found.events["line"], *(reject.line for reject in found.rejects)]
    assert len(numbers) == len(set(numbers)) == found.records
