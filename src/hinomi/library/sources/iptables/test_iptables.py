"""Firewall lines of Linux and of the small routers that are built of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.iptables.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))
PACKET = "IN=eth0 OUT= MAC= SRC=203.0.113.5 DST=192.0.2.1 LEN=40 DF PROTO=TCP SPT=4444 DPT=22 SYN URGP=0"


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("prefix", "action"),
    [
        ("[UFW BLOCK] ", ActionId.DENIED),
        ("[UFW ALLOW] ", ActionId.ALLOWED),
        ("iptables DROP_INPUT: ", ActionId.DENIED),
        ("Shorewall:net2fw:REJECT:", ActionId.DENIED),
        ("[WAN_LOCAL-default-D]", ActionId.DENIED),
        ("[LAN_OUT-2000-A]", ActionId.ALLOWED),
        ("reject wan in: ", ActionId.DENIED),
        ("custom-chain: ACCEPT ", ActionId.ALLOWED),
        ("[ 1234.567890] ", None),
        ("backdrop: ", None),
    ],
)
def test_the_words_of_the_rule_say_what_became_of_a_packet(prefix: str, action: ActionId | None):
    row = one(f"Jan 12 10:00:00 fw kernel: {prefix}{PACKET}")

    assert (row["class_uid"], row["action_id"]) == (ClassUid.NETWORK_ACTIVITY, action)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"], row["dst_endpoint.port"]) == ("203.0.113.5", 4444, 22)
    assert row["device.hostname"] == "fw"


def test_a_tag_that_is_the_rules_name_is_its_name():
    row = one(f"Jan 12 10:00:00 DENY: {PACKET}")

    assert (row["firewall_rule.name"], row["disposition_id"]) == ("DENY", DispositionId.DROPPED)


def test_the_packet_within_an_icmp_error_is_not_the_packet():
    inner = "[SRC=192.168.0.83 DST=192.168.9.9 LEN=60 PROTO=UDP SPT=1 DPT=2 ]"

    row = one(f"IN=eth0 OUT= SRC=192.0.2.9 DST=192.0.2.1 LEN=88 PROTO=ICMP TYPE=3 CODE=3 {inner}")

    assert (row["connection_info.protocol_name"], row["src_endpoint.ip"], row["src_endpoint.port"]) == (
        "icmp",
        "192.0.2.9",
        None,
    )


def test_a_line_that_breaks_off_says_so():
    assert one("Jan 12 10:00:00 r kernel: DROP IN=ppp0 OUT= SRC=203.0.113.5 DST=192.0")["metadata.labels"] == [
        "truncated"
    ]


@pytest.mark.parametrize(
    ("cells", "source", "port"),
    [
        (
            "146,,,15,igb1,match,block,in,4,0x0,,63,329,0,DF,6,tcp,60,192.0.2.5,198.51.100.1,49652,853,0,S",
            "192.0.2.5",
            49652,
        ),
        ("6,,,10,igb1,match,block,in,6,0x00,0xf6279,1,UDP,17,32,fe80::1,ff02::1:2,546,547,32", "fe80::1", 546),
        ("6,,,10,igb1,match,block,in,4,0x0,,64,1,0,none,1,icmp,84,192.0.2.5,192.0.2.1,request,1,2", "192.0.2.5", None),
    ],
)
def test_filterlog_of_both_address_families(cells: str, source: str, port: int | None):
    row = one(f"<134>Jan 12 10:00:00 filterlog[9]: {cells}")

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == (source, port)
    assert (row["action_id"], row["src_endpoint.interface_name"]) == (ActionId.DENIED, "igb1")


def test_routeros_with_and_without_topics_and_prefix():
    rest = (
        "in:ether1 out:(unknown 0), src-mac 00:00:5e:00:53:09, proto TCP (SYN), 203.0.113.5:5060->192.0.2.1:22, len 60"
    )

    bare, told = one(f"Jan 12 10:00:00 mt input: {rest}"), one(f"firewall,info DROP input: {rest}")

    assert bare["src_endpoint.mac"] == told["src_endpoint.mac"] == "00:00:5e:00:53:09"
    assert (bare["action_id"], told["action_id"], told["firewall_rule.name"]) == (None, ActionId.DENIED, "DROP")
    assert told["dst_endpoint.interface_name"] is None


def test_netgear_writes_its_time_last():
    row = one("[DoS Attack: RST Scan] from source: 203.0.113.9, port 443, Thursday, January 12,2023 10:00:00")

    assert row["time"] == datetime(2023, 1, 12, 1, 0)
    assert (row["is_alert"], row["utm_category"], row["finding_info.types"]) == (True, None, ["RST Scan"])


def test_what_else_such_a_router_says():
    lease = one("Jan 12 10:00:00 gw dnsmasq-dhcp[1]: DHCPACK(br-lan) 192.168.0.9 00:00:5e:00:53:01 pc9")
    query = one("Jan 12 10:00:00 gw dnsmasq[1]: query[A] www.example.jp from 192.168.0.3")
    failed = one("Jan 12 10:00:00 srv sshd[1]: Failed password for invalid user admin from 203.0.113.5 port 4 ssh2")

    assert (lease["class_uid"], lease["src_endpoint.hostname"]) == (ClassUid.DHCP_ACTIVITY, "pc9")
    assert (query["class_uid"], query["query.hostname"]) == (ClassUid.DNS_ACTIVITY, "www.example.jp")
    assert (failed["class_uid"], failed["user.name"]) == (ClassUid.AUTHENTICATION, "admin")
