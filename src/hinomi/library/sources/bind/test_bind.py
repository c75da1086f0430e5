"""What clients asked of named, and what it made of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.bind.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))
CLIENT = "client @0x7f0c74087120 192.168.0.3#61568 (www.example.jp): "


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "line",
    [
        f"{CLIENT}query: www.example.jp IN A +E(0)K (192.168.0.1)",
        "client 192.168.0.3#61568: query: www.example.jp IN A +",
        f"queries: info: {CLIENT}view inside: query: www.example.jp IN A + (192.168.0.1)",
        f"12-Jan-2023 10:00:00.123 queries: info: {CLIENT}query: www.example.jp IN A + (192.168.0.1)",
        f"Jan 12 10:00:00 ns1 named[7]: {CLIENT}query: www.example.jp IN A + (192.168.0.1)",
    ],
)
def test_a_query_of_any_version_and_channel(line: str):
    row = one(line)

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.DNS_ACTIVITY, 1)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("192.168.0.3", 61568)
    assert (row["query.hostname"], row["query.type"]) == ("www.example.jp", "A")


def test_nameds_own_clock_is_that_of_the_place():
    row = one(f"12-Jan-2023 10:00:00.123 queries: info: {CLIENT}query: www.example.jp IN A +")

    assert row["time"] == datetime(2023, 1, 12, 1, 0, 0, 123000)


def test_a_refused_query_is_a_refusal_and_a_policy_zone_a_verdict():
    refused = one(f"{CLIENT}query (cache) 'www.example.jp/ANY/IN' denied")
    judged = one(f"{CLIENT}rpz QNAME NXDOMAIN rewrite bad.example.net/A/IN via bad.example.net.rpz")
    passed = one(f"{CLIENT}rpz QNAME PASSTHRU rewrite good.example.net/A/IN via good.example.net.rpz")

    assert (refused["is_alert"], refused["action_id"], refused["rcode_id"]) == (False, ActionId.DENIED, 5)
    assert (judged["is_alert"], judged["query.hostname"], judged["device.hostname"]) == (True, "bad.example.net", None)
    assert (passed["is_alert"], passed["action_id"]) == (False, ActionId.ALLOWED)
