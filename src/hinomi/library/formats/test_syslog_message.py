"""Lines of devices that no source knows."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import syslog_message, textlines
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, SeverityId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))


def read(payload: bytes) -> Normalized:
    return textlines.normalize(payload, CONTEXT, lambda line: syslog_message.message(line, ("Example", "Box")))


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


def test_a_line_without_a_rule_is_its_message_from_its_sender():
    row = one("<28>Jan 15 12:00:00 nas1 smartd[12]: Device: /dev/sda, temperature 61")

    assert (row["class_uid"], row["message"]) == (ClassUid.BASE_EVENT, "Device: /dev/sda, temperature 61")
    assert (row["device.hostname"], row["metadata.log_name"]) == ("nas1", "smartd")
    assert (row["time"], row["severity_id"]) == (datetime(2023, 1, 15, 3), SeverityId.MEDIUM)
    assert row["metadata.product.vendor_name"] == "Example"


def test_a_sender_by_its_address():
    assert one("<30>Jan 15 12:00:00 192.0.2.9 up")["device.ip"] == "192.0.2.9"


@pytest.mark.parametrize(
    ("prefix", "activity", "action"),
    [
        ("[FW DROP] ", 5, ActionId.DENIED),
        ("[WAN_IN-3001-D]", 5, ActionId.DENIED),
        ("[LAN_IN-default-A]", 6, ActionId.ALLOWED),
        ("Firewall rule 20: PERMIT ", 6, ActionId.ALLOWED),
        ("", 6, None),
    ],
)
def test_a_packet_that_netfilter_logs(prefix: str, activity: int, action: ActionId | None):
    row = one(
        f"<4>Jan 15 12:00:00 gw kernel: {prefix}IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 "
        "SRC=198.51.100.7 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=40000 DPT=23"
    )

    assert (row["class_uid"], row["activity_id"], row["action_id"]) == (ClassUid.NETWORK_ACTIVITY, activity, action)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("198.51.100.7", 40000)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.1", 23)
    assert (row["src_endpoint.mac"], row["connection_info.protocol_num"]) == ("00:00:5e:00:53:02", 6)
    assert row["device.hostname"] is None, "a firewall is not the machine that spoke"


@pytest.mark.parametrize(
    ("text", "source", "target", "activity"),
    [
        ("block in wan0: TCP 198.51.100.7:4000 -> 192.0.2.1:22", ("198.51.100.7", 4000), ("192.0.2.1", 22), 5),
        ("UDP 192.168.1.5.5353 > 224.0.0.251.5353 passed", ("192.168.1.5", 5353), ("224.0.0.251", 5353), 6),
        ("Denied TCP from 198.51.100.7:9 to 192.0.2.1:445", ("198.51.100.7", 9), ("192.0.2.1", 445), 5),
    ],
)
def test_what_passes_or_is_refused(text: str, source: tuple[str, int], target: tuple[str, int], activity: int):
    row = one(f"<30>Jan 15 12:00:00 gw fw: {text}")

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == source
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == target
    assert row["activity_id"] == activity


def test_addresses_without_a_judgement_are_no_traffic():
    assert one("<30>Jan 15 12:00:00 gw ospfd: neighbor moved from 192.0.2.1 to 192.0.2.2")["class_uid"] == 0


def test_settings_that_were_saved():
    row = one("<30>Jan 15 12:00:00 sw1 cfg: Configuration saved by tanaka from 192.168.1.5")

    assert (row["class_uid"], row["user.name"]) == (ClassUid.DEVICE_CONFIG_STATE_CHANGE, "tanaka")
    assert (row["src_endpoint.ip"], row["device.hostname"]) == ("192.168.1.5", "sw1")


def test_a_link_that_goes_down():
    row = one("<30>Jan 15 12:00:00 sw1 NSM[1]: Port up notification received for port1.0.2 link down")

    assert (row["class_uid"], row["status_id"]) == (ClassUid.BASE_EVENT, StatusId.SUCCESS)
    assert one("<30>Jan 15 12:00:00 sw1 NSM[1]: Interface eth1: link is down")["status_id"] == StatusId.FAILURE


@pytest.mark.parametrize(
    ("values", "source", "target", "number"),
    [
        ("4,0x0,,243,54321,0,none,6,tcp,40,203.0.113.5,192.0.2.2,40222,23,0,S,1,,1024,,",
         ("203.0.113.5", 40222), ("192.0.2.2", 23), 6),
        ("4,0x0,,243,54321,0,none,1,icmp,84,203.0.113.5,192.0.2.2,request,1,2",
         ("203.0.113.5", None), ("192.0.2.2", None), 1),
        ("6,0x00,0x00000,64,UDP,17,60,2001:db8::1,2001:db8::2,5000,53,40",
         ("2001:db8::1", 5000), ("2001:db8::2", 53), 17),
        ("6,0x00,0x00000,64,ICMPv6,58,8,cut", (None, None), (None, None), 58),
    ],
)  # fmt: skip
def test_a_packet_in_the_filter_log_of_pfsense(
    values: str, source: tuple[str | None, int | None], target: tuple[str | None, int | None], number: int
):
    row = one(f"<134>Jan 15 12:00:00 gw filterlog[5]: 5,,,1000000103,em0,match,block,in,{values}")

    assert (row["class_uid"], row["activity_id"], row["action_id"]) == (ClassUid.NETWORK_ACTIVITY, 5, ActionId.DENIED)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == source
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == target
    assert row["connection_info.protocol_num"] == number
    assert (row["firewall_rule.uid"], row["src_endpoint.interface_name"]) == ("1000000103", "em0")


@given(st.text(max_size=200))
def test_any_text_is_an_event(text: str):
    result = read(text.encode("utf-8", "replace"))

    schema.conform(result.events.drop("line"))
    assert result.records == result.events.height
