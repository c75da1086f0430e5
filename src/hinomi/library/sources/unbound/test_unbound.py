"""Queries and replies of Unbound, tagged and untagged, behind syslog and behind its own clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.unbound.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))
QUESTION = "192.168.0.3 www.example.jp. A IN"


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "front",
    [
        "Jan 12 10:00:00 gw unbound[9]: [9:0] info: ",
        "Jan 12 10:00:00 gw unbound[9]: [9:0] query: ",
        "Jan 12 10:00:00 unbound[9:0] info: ",
        "[1673485200] unbound[9:0] info: ",
    ],
)
def test_a_query_behind_any_clock(front: str):
    row = one(front + QUESTION)

    assert (row["time"], row["activity_id"]) == (datetime(2023, 1, 12, 1, 0), 1)
    assert (row["src_endpoint.ip"], row["query.hostname"], row["query.type"]) == ("192.168.0.3", "www.example.jp", "A")


def test_a_reply_has_a_result_a_duration_and_a_size():
    row = one(f"[9:0] reply: {QUESTION} NXDOMAIN 0.012345 0 54")

    assert (row["activity_id"], row["rcode_id"], row["duration"], row["traffic.bytes_in"]) == (2, 3, 12, 54)


def test_a_local_zone_refuses_and_a_policy_zone_judges():
    plain = one("[9:0] info: ads.example. always_nxdomain 192.168.0.3@53 www.ads.example. A IN")
    judged = one("[9:0] info: rpz: applied [malware] bad.example. rpz-nxdomain 192.168.0.3@53 www.bad.example. A IN")

    assert (plain["is_alert"], plain["action_id"]) == (False, ActionId.DENIED)
    assert (judged["is_alert"], judged["finding_info.types"]) == (True, ["malware"])
