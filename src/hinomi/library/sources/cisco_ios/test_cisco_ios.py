"""Messages of routers and switches."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.cisco_ios.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
NOON = "<190>5: rt1: Jan 15 12:00:00.000: "


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("text", "source", "target", "count"),
    [
        ("list A denied tcp 192.0.2.1(9) -> 10.0.0.1(25), 7 packets", ("192.0.2.1", 9), ("10.0.0.1", 25), 7),
        ("R0/0: fman_fp_image:  list A denied udp 192.0.2.1(9) -> 10.0.0.1(25), 1 packet",
         ("192.0.2.1", 9), ("10.0.0.1", 25), 1),
        ("list A denied icmp 192.0.2.1 -> 10.0.0.1 (8/0), 2 packets", ("192.0.2.1", None), ("10.0.0.1", None), 2),
        ("list A denied 0 192.0.2.1 -> 10.0.0.1, 1 packet", ("192.0.2.1", None), ("10.0.0.1", None), 1),
        ("list A denied udp 2001:db8::1(9) -> 2001:db8::2(53), 1 packet", ("2001:db8::1", 9), ("2001:db8::2", 53), 1),
        ("list A denied 192.0.2.1 5 packets", ("192.0.2.1", None), (None, None), 5),
        ("access-list A deny tcp 192.0.2.1(9) -> 10.0.0.1(25), 1 packet", ("192.0.2.1", 9), ("10.0.0.1", 25), 1),
        ("list A denied tcp 00-00-5E-00-53-23 192.0.2.1(9) Te0/1/1-> 10.0.0.1(25), 1 packet",
         ("192.0.2.1", 9), ("10.0.0.1", 25), 1),
        ("list A denied tcp 192.0.2.1(9) (FastEthernet0/0 0000.5e00.5301) -> 10.0.0.1(25), 1 packet",
         ("192.0.2.1", 9), ("10.0.0.1", 25), 1),
    ],
)  # fmt: skip
def test_an_access_list_in_all_its_forms(text: str, source: object, target: object, count: int):
    row = one(f"{NOON}%SEC-6-IPACCESSLOGP: {text}")

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == source
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == target
    assert (row["count"], row["firewall_rule.name"]) == (count, "A")
    assert (row["class_uid"], row["activity_id"], row["action_id"]) == (ClassUid.NETWORK_ACTIVITY, 5, ActionId.DENIED)
    assert (row["is_alert"], row["device.hostname"]) == (False, None)


@pytest.mark.parametrize(
    ("text", "status", "activity"),
    [
        ("%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: kato] [Source: 192.0.2.1] [localport: 22] at 1", 1, 1),
        ("%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: kato] [Source: 192.0.2.1] [localport: 22] [Reason: x]", 2, 1),
        ("%SYS-6-LOGOUT: User kato has exited tty session 1(192.0.2.1)", 1, 2),
        ("%SYS-6-TTY_EXPIRE_TIMER: (exec timer expired, tty 1 (192.0.2.1)), user kato", 1, 2),
        ("%SSH-5-SSH2_USERAUTH: User 'kato' authentication for SSH2 Session from 192.0.2.1 (tty = 0) using crypto "
         "cipher 'a', hmac 'b' Failed", 2, 1),
        ("%DMI-5-AUTH_PASSED: R0/0: dmiauthd: User 'kato' authenticated successfully from 192.0.2.1:7 for x", 1, 1),
        ("%AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user kato from 192.0.2.1 - sshd[1]", 2, 1),
        ("%SECURITY-SSHD-6-INFO_USER_LOGOUT : User 'kato' from '192.0.2.1' logged out on 'vty0'", 1, 2),
    ],
)  # fmt: skip
def test_who_signs_in(text: str, status: int, activity: int):
    row = one(NOON + text)

    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (ClassUid.AUTHENTICATION, activity, status)
    assert (row["user.name"], row["src_endpoint.ip"]) == ("kato", "192.0.2.1")
    assert row["device.hostname"] == "rt1"


@pytest.mark.parametrize(
    ("text", "user", "address"),
    [
        ("%SYS-5-CONFIG_I: Configured from console by kato on vty0 (192.0.2.1)", "kato", "192.0.2.1"),
        ("%SYS-5-CONFIG_I: Configured from console by vty2 (192.0.2.1)", None, "192.0.2.1"),
        ("%SYS-5-CONFIG_I: Configured from memory by console", None, None),
        ("%SYS-5-CONFIG_P: Configured programmatically by process SSH Process from console as kato on vty0 (192.0.2.1)",
         "kato", "192.0.2.1"),
        ("%VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by kato on 192.0.2.1@pts/0", "kato", "192.0.2.1"),
    ],
)  # fmt: skip
def test_who_changes_settings(text: str, user: str | None, address: str | None):
    row = one(NOON + text)

    assert (row["class_uid"], row["user.name"]) == (ClassUid.DEVICE_CONFIG_STATE_CHANGE, user)
    assert row["src_endpoint.ip"] == address


def test_a_signature_is_a_detection_and_a_ping_has_no_category():
    attack = one(f"{NOON}%IPS-4-SIGNATURE: Sig:5114 Subsig:1 Sev:75 Web Attack [192.0.2.1:9 -> 10.0.0.1:80]")
    ping = one(f"{NOON}%IPS-4-SIGNATURE: Sig:2004 Subsig:0 Sev:25 ICMP Echo Request [192.0.2.1:8 -> 10.0.0.1:0]")

    assert (attack["class_uid"], attack["utm_category"]) == (ClassUid.DETECTION_FINDING, UtmCategory.IPS)
    assert (attack["finding_info.title"], attack["dst_endpoint.port"]) == ("Web Attack", 80)
    assert (ping["is_alert"], ping["utm_category"]) == (True, None)


def test_unified_threat_defense_speaks_as_snort_does():
    row = one(
        f"{NOON}%IOSXE_UTD-4-MSG: [Drop] [**] [1:58722:4] SERVER-OTHER attempt [**] [Classification: Attempted Admin] "
        "[Priority: 1] [VRF: 0] {TCP} 192.0.2.1:4000 -> 10.0.0.1:443"
    )

    assert (row["finding_info.title"], row["finding_info.types"]) == ("SERVER-OTHER attempt", ["Attempted Admin"])
    assert (row["action_id"], row["connection_info.protocol_num"]) == (ActionId.DENIED, 6)


def test_a_clock_that_was_never_set_gives_way_to_the_relay():
    row = one("Jan 15 12:00:00 gw <187>2: *Mar  1 00:00:43.167: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up")

    assert (row["time"], row["device.hostname"]) == (datetime(2023, 1, 15, 3), "gw")


def test_a_line_without_a_tag_still_has_its_time():
    row = one("<191>2637085: rt1: Jan 15 2023 12:00:00.5 UTC: NTP Core (NOTICE): Clock synchronization lost.")

    assert (row["time"], row["device.hostname"]) == (datetime(2023, 1, 15, 12, 0, 0, 500000), "rt1")
    assert row["message"] == "NTP Core (NOTICE): Clock synchronization lost."


def test_port_based_authentication_names_the_machine_by_its_hardware():
    row = one(f"{NOON}%DOT1X-5-FAIL: Authentication failed for client (0000.5e00.5301) on Interface Gi1/0/16 AuditID 1")

    assert (row["status_id"], row["src_endpoint.mac"]) == (StatusId.FAILURE, "00:00:5e:00:53:01")


def test_another_format_is_a_reject():
    assert [reject.reason for reject in read(b'{"a": 1}').rejects] == [Reason.NOT_THIS_FORMAT]


@given(
    st.text(max_size=120), st.sampled_from(["SEC-6-IPACCESSLOGP", "SYS-5-CONFIG_I", "IPS-4-SIGNATURE", "FW-6-DROP_PKT"])
)
def test_any_text_is_an_event(text: str, tag: str):
    schema.conform(read(f"%{tag}: {text}".encode("utf-8", "replace").replace(b"\n", b" ")).events.drop("line"))
