"""Apache's logs: access lines, and errors with and without what went wrong around them."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.apache.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Wed Jan 18 12:25:45 2023", datetime(2023, 1, 18, 3, 25, 45)),
        ("Wed Jan 18 12:25:45.120045 2023", datetime(2023, 1, 18, 3, 25, 45, 120045)),
        ("2023-01-18 12:25:45.120045 +0100", datetime(2023, 1, 18, 11, 25, 45, 120045)),
    ],
)
def test_times_of_errors_are_of_the_place_unless_they_say_otherwise(written: str, utc: datetime):
    row = one(f"[{written}] [core:error] [pid 7:tid 9] [client 203.0.113.9:40022] AH00037: x")

    assert (row["time"], row["metadata.original_time"]) == (utc, written)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("203.0.113.9", 40022)
    assert (row["metadata.event_code"], row["severity_id"], row["class_uid"]) == ("AH00037", SeverityId.MEDIUM, 0)


@pytest.mark.parametrize(
    "message",
    [
        'AH01617: user taro: authentication failure for "/a": Password Mismatch',
        "AH01618: user taro not found: /a",
        "AH01790: user `taro' in realm `r' not found: /a",
        "AH01794: user taro: password mismatch: /a",
        "user taro not found: /a",
    ],
)
def test_a_failed_sign_in_names_the_user(message: str):
    row = one(f"[Wed Jan 18 12:25:45 2023] [error] [client 203.0.113.9] {message}")

    assert (row["class_uid"], row["status_id"], row["user.name"]) == (ClassUid.AUTHENTICATION, 2, "taro")


def test_a_field_whose_quote_was_lost_does_not_hide_those_behind_it():
    row = one(
        "[Wed Jan 18 12:25:45 2023] [error] [client 203.0.113.9] ModSecurity: Warning. x "
        '[id "973338"] [msg "XSS Filter"] [ver "OWASP_CRS/ [hostname "www.example.jp"] [uri "/a"]'
    )

    assert (row["is_alert"], row["disposition_id"]) == (True, DispositionId.DETECTED)
    assert (row["dst_endpoint.hostname"], row["url.path"]) == ("www.example.jp", "/a")
    assert json.loads(row["unmapped"])["rule_ids"] == ["973338"]


def test_rules_of_two_requests_are_two_detections():
    line = '[Wed Jan 18 12:25:45 2023] [error] [client 203.0.113.9] ModSecurity: Warning. [id "1"] [unique_id "{}"]'

    assert read("\n".join(line.format(uid) for uid in "aab").encode()).events["is_alert"].sum() == 2


def test_a_dropped_connection_has_a_status_but_no_request():
    row = one('203.0.113.9 - - [18/Jan/2023:12:25:48 +0900] "-" 408 -')

    assert (row["http_response.code"], row["activity_id"], row["traffic.bytes_in"]) == (408, 0, None)


def test_what_is_no_line_of_apache_says_so():
    assert [reject.reason for reject in read(b"kernel: eth0 up\n").rejects] == [Reason.NOT_THIS_FORMAT]


@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([b"[error] [client x] ModSecurity: Warning. [id ", b"[:error] "]))
)
def test_anything_is_an_event_or_a_reject(lines: list[bytes]):
    schema.conform(read(b"\n".join(lines)).events.drop("line"))
