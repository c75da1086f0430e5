"""Who asked dnsmasq what, and what it answered."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.dnsmasq.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))


def one(message: str) -> dict:
    result = normalize(f"Jan 12 10:00:00 gw dnsmasq[1]: {message}".encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


def test_a_query_names_its_client_and_extra_lines_name_it_always():
    plain = one("query[A] www.example.jp from 192.168.0.3")
    extra = one("105 192.168.0.3/40123 reply www.example.jp is 203.0.113.9")

    assert (plain["activity_id"], plain["src_endpoint.ip"], plain["query.type"]) == (1, "192.168.0.3", "A")
    assert (extra["activity_id"], extra["src_endpoint.ip"], extra["answers"]) == (2, "192.168.0.3", ["203.0.113.9"])
    assert extra["metadata.correlation_uid"] == "105"


@pytest.mark.parametrize(
    ("message", "rcode", "answers"),
    [
        ("reply nothing.example.jp is NXDOMAIN", 3, None),
        ("reply nothing.example.jp is NODATA-IPv6", 0, None),
        ("cached nothing.example.jp is <CNAME>", 0, ["CNAME"]),
        ("config nothing.example.jp is 10.10.2.10", 0, ["10.10.2.10"]),
    ],
)
def test_an_answer_is_a_name_an_address_or_a_failure(message: str, rcode: int, answers: list[str] | None):
    row = one(message)

    assert (row["activity_id"], row["query.hostname"]) == (2, "nothing.example.jp")
    assert (row["rcode_id"], row["answers"]) == (rcode, answers)


def test_what_a_list_blocked_is_no_detection():
    row = one("gravity blocked ads.example.net is 0.0.0.0")

    assert (row["is_alert"], row["disposition_id"]) == (False, DispositionId.BLOCKED)
