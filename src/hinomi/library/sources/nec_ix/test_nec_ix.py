"""Event messages with a date, a time of day, or nothing in front."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.formats.times import RECEIPT
from hinomi.library.sources.nec_ix.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, StatusId

RECEIVED = datetime(2023, 1, 15, 3, 0)
CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=RECEIVED)


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("front", "time"),
    [
        ("2023/01/12 10:00:00 ", datetime(2023, 1, 12, 1, 0)),
        ("11:59:00 ", datetime(2023, 1, 15, 2, 59)),
        ("23:59:00 ", datetime(2023, 1, 14, 14, 59)),
        ("", RECEIVED),
    ],
)
def test_a_message_is_as_old_as_it_says(front: str, time: datetime):
    row = one(f"<142>{front}ETH.002: GigaEthernet0 link down")

    assert (row["time"], row["metadata.event_code"]) == (time, "ETH.002")
    assert (row["metadata.labels"] == [RECEIPT]) == (not front)


@pytest.mark.parametrize(
    ("message", "class_uid", "activity"),
    [
        ("CNFG.003: Startup config write done  (TTY:1).", ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1),
        ("IKE.011: phase 1 established, peer 198.51.100.2", ClassUid.TUNNEL_ACTIVITY, 1),
        ("PPPE.008: PPPoE session disconnected", ClassUid.TUNNEL_ACTIVITY, 2),
        ("TELN.001: login failed, user admin from 192.168.0.66", ClassUid.AUTHENTICATION, 1),
        ("dhcp4r - 001 - Discard packet from 192.168.0.9 to 192.168.0.1", ClassUid.DHCP_ACTIVITY, 99),
        ("OSPF.004: neighbor 192.0.2.7", ClassUid.BASE_EVENT, 0),
    ],
)
def test_the_class_follows_from_the_subsystem(message: str, class_uid: ClassUid, activity: int):
    row = one(f"<142>{message}")

    assert (row["class_uid"], row["activity_id"]) == (class_uid, activity)


def test_a_filter_that_blocked_and_a_login_that_failed():
    blocked = one("<142>IP.045: BLOCK udp 192.168.0.9:137 > 203.0.113.5:138, match deny-all, GigaEthernet0.0 out")
    failed = one("<142>TELN.001: login failed, user admin from 192.168.0.66")

    assert (blocked["action_id"], blocked["src_endpoint.port"], blocked["dst_endpoint.ip"]) == (
        ActionId.DENIED,
        137,
        "203.0.113.5",
    )
    assert (failed["status_id"], failed["user.name"], failed["src_endpoint.ip"]) == (
        StatusId.FAILURE,
        "admin",
        "192.168.0.66",
    )
