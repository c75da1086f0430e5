"""Lines of text: their time, their repetitions, and what cannot be read of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import textlines
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line

NOON = datetime(2023, 1, 18, 3)
CONTEXT = Context(ZoneInfo("Asia/Tokyo"), NOON)


def hello(line: Line) -> Row | Reject:
    if line.text.startswith("boom"):
        raise ValueError(line.text)
    if not line.text.startswith("hello"):
        return line.reject(Reason.NOT_THIS_FORMAT, "no greeting")
    return {"class_uid": 0, "activity_id": 0, "message": line.text}


def read(text: str) -> Normalized:
    return textlines.normalize(text.encode(), CONTEXT, hello)


def test_the_headers_time_is_the_lines_where_it_has_none_of_its_own() -> None:
    found = read("<13>Jan 18 11:59:00 gate hello\nhello again\n").events

    assert found["time"].to_list() == [datetime(2023, 1, 18, 2, 59), NOON]
    assert found["metadata.original_time"].to_list() == ["Jan 18 11:59:00", None]
    assert found["metadata.labels"].to_list() == [None, ["time_source:receive"]]


def test_a_repeated_message_is_counted_and_not_lost() -> None:
    found = read(
        "Jan 18 11:59:00 gate hello\n"
        "Jan 18 11:59:01 other hello there\n"
        "Jan 18 11:59:30 gate last message repeated 4 times\n"
        "Jan 18 11:59:40 gate message repeated 3 times: [ hello you]\n"
    ).events

    assert found["message"].to_list() == ["hello", "hello there", "hello", "hello you"]
    assert found["count"].to_list() == [None, None, 4, 3]
    assert found["time"][2] == datetime(2023, 1, 18, 2, 59, 30)


def test_a_repetition_of_what_we_have_not_is_an_event_that_says_so() -> None:
    found = read("Jan 18 11:59:30 gate last message repeated 4 times\n").events

    assert found["message"].to_list() == ["last message repeated 4 times"]


def test_what_cannot_be_read_is_a_reject_with_its_reason() -> None:
    found = read("goodbye\n\nboom\nhello\n")

    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (1, Reason.NOT_THIS_FORMAT),
        (3, Reason.BAD_VALUE),
    ]
    assert found.records == 3


@given(st.lists(st.one_of(st.binary(), st.sampled_from([b"hello", b"boom", b"last message repeated 2 times"]))))
def test_every_line_is_an_event_or_a_reject(lines: list[bytes]) -> None:
    found = textlines.normalize(b"\n".join(lines), CONTEXT, hello)

    assert found.records == found.events.height + len(found.rejects)
    filled = [line for line in b"\n".join(lines).split(b"\n") if line.strip(b" \t\r\v\f")]
    assert found.records >= len([line for line in filled if line != b"\xef\xbb\xbf"])
