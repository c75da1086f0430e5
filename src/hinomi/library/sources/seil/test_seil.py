"""Packet filter lines of SEIL routers, by the published list of logs."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, UtmCategory
from hinomi.library.sources.seil.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2024, 1, 15, 3))
NOON = "<142>Jan 15 12:00:00 x1 filter: pppoe0 @0:1[A] "


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(("action", "kept"), [("b", ActionId.DENIED), ("block", ActionId.DENIED), ("p", 1), ("P", 1)])
def test_a_filter_passes_or_blocks(action: str, kept: int):
    row = one(f"{NOON}{action} 192.0.2.1,9 -> 198.51.100.1,25 PR tcp len 40 20/20 IN")

    assert (row["class_uid"], row["action_id"], row["is_alert"]) == (ClassUid.NETWORK_ACTIVITY, kept, False)
    assert (row["src_endpoint.port"], row["dst_endpoint.port"]) == (9, 25)
    assert (row["firewall_rule.name"], row["src_endpoint.interface_name"]) == ("A", "pppoe0")


def test_file_sharing_that_is_blocked_is_a_detection():
    assert one(f"{NOON}b 192.0.2.1,9 -> 198.51.100.1,25 AP winny len 40 20/20 OUT")["utm_category"] == (
        UtmCategory.FORBIDDEN_APPLICATION
    )
    assert not one(f"{NOON}p 192.0.2.1,9 -> 198.51.100.1,25 AP winny len 40 20/20 OUT")["is_alert"]


def test_a_sequence_number_or_a_time_in_the_message_is_no_hindrance():
    row = one(
        "<142>Jan 15 12:00:00 x1 42 2024/01/15 12:00:00 filter info: lan0 @0:1[A] b 192.0.2.1 -> 192.0.2.2 PR igmp"
    )

    assert (row["connection_info.protocol_num"], row["dst_endpoint.ip"]) == (2, "192.0.2.2")


@given(st.text(max_size=100))
def test_any_text_is_an_event(text: str):
    schema.conform(read(f"{NOON}{text}".encode("utf-8", "replace").replace(b"\n", b" ")).events.drop("line"))
