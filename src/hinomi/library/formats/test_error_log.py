"""Lines of error logs: what went wrong, and rules of ModSecurity counted by request."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.formats import error_log, textlines
from hinomi.library.formats.error_log import Transactions

TOKYO = ZoneInfo("Asia/Tokyo")
HIT = '2023/01/18 12:25:45 [error] 7#7: *1 [client 203.0.113.9] ModSecurity: {} [id "{}"] [msg "m"] [unique_id "{}"]'


def rows(*lines: str) -> list[Any]:
    transactions = Transactions.of("\n".join(lines).encode())
    read = (textlines.read(number, line.encode()) for number, line in enumerate(lines, start=1))
    return [error_log.event(line, TOKYO, ("Example", "Server"), transactions) for line in read]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("[Wed Jan 18 12:25:45 2023] [error] [client 203.0.113.9] x", "203.0.113.9"),
        (
            "[Wed Jan 18 12:25:45.000000 2023] [core:error] [pid 7:tid 9] [client 203.0.113.9:5000] AH1: x",
            "203.0.113.9",
        ),
        ("[Wed Jan 18 12:25:45.000000 2023] [core:error] [pid 7] [client [2001:db8::9]:5000] AH1: x", "2001:db8::9"),
        ("2023/01/18 12:25:45 [error] 7#7: *1 x, client: 203.0.113.9, server: _", "203.0.113.9"),
    ],
)
def test_both_servers_name_time_and_client(line: str, address: str):
    (row,) = rows(line)

    assert (row["time"], row["src_endpoint.ip"]) == (datetime(2023, 1, 18, 3, 25, 45), address)
    assert (row["class_uid"], row["is_alert"], row["message"].endswith("x")) == (0, False, True)


def test_lines_about_one_request_are_one_detection_that_was_blocked_if_any_line_says_so():
    found = rows(
        HIT.format("Warning. a", "942100", "u1"),
        HIT.format("Access denied with code 403 (phase 2). b", "949110", "u1"),
        HIT.format("Warning. c", "941100", "u2"),
    )

    assert [row["is_alert"] for row in found] == [True, False, True]
    assert [row.get("disposition_id") for row in found] == [2, None, 15]


def test_what_the_engine_says_of_itself_is_no_detection():
    (row,) = rows('2023/01/18 12:25:45 [error] 7#7: ModSecurity: Failed to open file [unique_id "u"]')

    assert row["is_alert"] is False


def test_another_format_is_none_of_ours():
    assert rows("Jan 18 12:25:45 host kernel: x") == [None]
