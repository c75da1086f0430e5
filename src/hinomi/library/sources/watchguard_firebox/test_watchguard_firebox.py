"""Firebox messages in the native form and in LEEF."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.watchguard_firebox.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 4))
SAMPLES = Path(__file__).parent / "samples"
TRAFFIC, VERDICTS = (
    (SAMPLES / f"{name}.log").read_text(encoding="utf-8").splitlines() for name in ("traffic", "verdicts")
)
HEAD = "<142>Jan 15 12:00:00 Firebox 80AB01234567 (2023-01-15T03:00:00) firewall: "


def read(payload: bytes | str) -> Normalized:
    result = normalize(payload.encode() if isinstance(payload, str) else payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(line: str) -> dict:
    return schema.conform(read(line).events.drop("line")).row(0, named=True)


def said(code: str, message: str) -> dict:
    return one(f'{HEAD}msg_id="{code}" {message}')


def test_the_time_in_brackets_is_utc_whatever_the_header_says():
    row = one(TRAFFIC[0].replace("Jan 15 12:00:01", "May 10 15:19:05"))

    assert row["time"] == datetime(2023, 1, 15, 3, 0, 1)


@pytest.mark.parametrize(
    ("head", "expected", "labels"),
    [
        ("<142>Jan 15 12:00:01 Firebox firewall: ", datetime(2023, 1, 15, 3, 0, 1), None),
        ("firewall: ", CONTEXT.received, ["time_source:receive"]),
    ],
)
def test_without_it_the_header_or_the_receipt_tells(head: str, expected: datetime, labels: list[str] | None):
    row = one(f'{head}msg_id="3000-0148" Allow 1-Trusted 0-External 52 tcp 20 127 10.0.1.2 203.0.113.9 6 80 (A-00)')

    assert (row["time"], row["metadata.labels"]) == (expected, labels)
    assert (row["src_endpoint.ip"], row["firewall_rule.name"]) == ("10.0.1.2", "A-00")


@pytest.mark.parametrize(
    "head",
    [
        "80AB01234567 (2023-01-15T03:00:00) firewall[10]: ",
        "(2023-01-15T03:00:00) firewall: ",
        "80AB01234567 Member2 (2023-01-15T03:00:00) firewall[10]: ",
    ],
)
def test_serial_number_and_member_are_optional(head: str):
    row = one(f'<142>Jan 15 12:00:00 Firebox {head}msg_id="3000-0148" Deny A B tcp 10.0.1.2 203.0.113.9 6 80 (A-00)')

    assert (row["time"], row["activity_id"], row["is_alert"]) == (datetime(2023, 1, 15, 3), 5, False)


def test_native_and_leef_say_the_same():
    native = said(
        "3000-0151",
        'Allow LAN WAN udp 10.0.1.9 203.0.113.53 5207 53 duration="38" sent_bytes="69" rcvd_bytes="185" (DNS-00)',
    )
    leef = one(
        "LEEF:1.0|WatchGuard|XTM|12.8|30000151|policy=DNS-00\tdisp=Allow\tin_if=LAN\tout_if=WAN\tsrc=10.0.1.9"
        "\tsrcPort=5207\tdst=203.0.113.53\tdstPort=53\tproto=udp\tduration=38\tsent_bytes=69\trcvd_bytes=185"
    )

    differ = ("time", "metadata.original_time", "metadata.labels", "metadata.log_name", "metadata.product.version")
    assert {name for name in native if native[name] != leef[name]} <= set(differ)


def test_ports_of_icmp_are_types():
    row = one(TRAFFIC[3])

    assert (row["connection_info.protocol_num"], row["src_endpoint.port"], row["dst_endpoint.port"]) == (1, None, None)


@pytest.mark.parametrize(
    ("number", "category"),
    [
        (0, UtmCategory.IPS),
        (1, UtmCategory.MALWARE),
        (2, UtmCategory.RANSOMWARE),
        (3, UtmCategory.MALWARE),
        (5, UtmCategory.URL_CATEGORY),
        (6, UtmCategory.MALICIOUS_SITE),
        (8, UtmCategory.MALICIOUS_SITE),
        (9, UtmCategory.MALICIOUS_SITE),
        (10, UtmCategory.SPAM),
        (11, UtmCategory.SPAM),
        (13, UtmCategory.FORBIDDEN_APPLICATION),
        (14, None),
        (15, UtmCategory.IPS),
        (16, None),
        (17, UtmCategory.IPS),
        (18, UtmCategory.IPS),
        (21, UtmCategory.MALWARE),
        (23, UtmCategory.MALICIOUS_SITE),
    ],
)
def test_verdicts_by_message(number: int, category: UtmCategory | None):
    row = one(VERDICTS[number])

    assert (row["is_alert"], row["utm_category"]) == (True, category)


@pytest.mark.parametrize("number", [4, 7, 12, 19, 22])
def test_what_was_submitted_allowed_clean_or_only_denied_is_no_verdict(number: int):
    assert one(VERDICTS[number])["is_alert"] is False


def test_an_alarm_of_a_flood_says_that_packets_were_dropped():
    flood = "SYN flood attack against 10.0.1.5 from 203.0.113.9 detected."

    assert said("3000-0153", f"{flood} 500 SYN packets dropped since last alarm. (IPS)")["disposition_id"] == 6
    assert said("3000-0153", f"{flood} (IPS)")["disposition_id"] == DispositionId.DETECTED


def test_a_policy_that_notifies_says_who_spoke_with_whom():
    row = said(
        "3000-0167",
        "Policy Name: HTTP-00 Source IP Address: 10.0.1.20 Source Port: 4107 Destination IP Address: 203.0.113.9"
        " Destination Port: 80 (HTTP-py)",
    )

    assert (row["class_uid"], row["disposition_id"]) == (ClassUid.NETWORK_ACTIVITY, DispositionId.LOGGED)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("10.0.1.20", 4107)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("203.0.113.9", 80)


def test_a_connection_that_is_denied_was_not_allowed_whatever_its_proxy_says():
    row = said("2CFF-0009", 'Deny 1-Trusted 0-External tcp 10.0.1.2 203.0.113.9 4000 443 msg="ProxyInspect: HTTPS" (P)')

    assert row["disposition_id"] == DispositionId.BLOCKED


def test_a_scan_that_failed_found_nothing():
    ends = 'tcp 10.0.1.2 203.0.113.9 4000 80 msg="ProxyAllow: HTTP IntelligentAV scanning error" error="timeout" (P)'

    assert said("1AFF-0029", f"Allow 1-Trusted 0-External {ends}")["is_alert"] is False


@pytest.mark.parametrize(
    ("code", "message", "column", "name"),
    [
        ("1100-0006", "User taro is unlocked automatically", "user.name", "taro"),
        ("1100-000C", "Authentication error. Domain not found for taro.", "user.name", "taro"),
        (
            "7800-0000",
            "VPN (SSL) connection by user taro@example.com failed to meet it",
            "user.name",
            "taro@example.com",
        ),
        ("1500-0000", "The configuration file was updated after a request from jiro from x", "actor.user.name", "jiro"),
    ],
)
def test_who_a_message_is_about(code: str, message: str, column: str, name: str):
    assert said(code, message)[column] == name


def test_only_the_botnet_list_of_blocked_sites_is_a_callback():
    internal, botnet = one(TRAFFIC[4]), one(TRAFFIC[5])

    assert (internal["is_alert"], internal["activity_id"]) == (False, 5)
    assert (botnet["is_alert"], botnet["utm_category"]) == (True, UtmCategory.CNC_CALLBACK)


@pytest.mark.parametrize(
    ("verb", "disposition"),
    [
        ("ProxyDrop", DispositionId.DROPPED),
        ("ProxyStrip", DispositionId.DELETED),
        ("ProxyLock", DispositionId.QUARANTINED),
        ("ProxyAllow", DispositionId.ALLOWED),
    ],
)
def test_the_proxys_own_word_outweighs_what_became_of_the_connection(verb: str, disposition: DispositionId):
    row = said(
        "1BFF-000C", f'Allow A B tcp 10.0.1.2 203.0.113.9 6 25 msg="{verb}: SMTP Virus found" virus="X" (SMTP-00)'
    )

    assert row["disposition_id"] == disposition


@pytest.mark.parametrize(
    ("message", "user", "activity", "status"),
    [
        ("Authentication of firewall user [taro@Firebox-DB] from 192.0.2.7 was accepted", "taro", 1, StatusId.SUCCESS),
        ("Authentication of SSLVPN user [taro@RADIUS] from 192.0.2.7 was rejected, x", "taro", 1, StatusId.FAILURE),
        ("Management user taro from 192.0.2.7 log in attempt was rejected.", "taro", 1, StatusId.FAILURE),
        (
            "SSL VPN user taro@Firebox-DB from 192.0.2.7 logged out assigned virtual IP is x",
            "taro",
            2,
            StatusId.SUCCESS,
        ),
    ],
)
def test_sign_ins_are_told_by_their_words(message: str, user: str, activity: int, status: StatusId):
    row = said("3E00-0002", message)

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.AUTHENTICATION, activity)
    assert (row["user.name"], row["src_endpoint.ip"], row["status_id"]) == (user, "192.0.2.7", status)


def test_too_many_failures_are_a_verdict_that_is_in_no_category():
    row = said("1100-0007", "User taro is locked out briefly after 3 login failures")

    assert (row["is_alert"], row["class_uid"], row["utm_category"]) == (True, ClassUid.AUTHENTICATION, None)


def test_a_lease_joins_address_machine_and_name():
    row = said("1600-0065", "DHCPACK on 10.0.1.52 to 00:00:5e:00:53:a0 (pc-7) via eth1")

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.DHCP_ACTIVITY, 5)
    assert (row["src_endpoint.ip"], row["src_endpoint.hostname"]) == ("10.0.1.52", "pc-7")


def test_any_other_message_is_a_base_event_with_its_host():
    row = said("3100-000D", "[eth1 (Trusted)] Interface is deactivated as link state becomes DOWN.")

    assert (row["class_uid"], row["device.hostname"], row["metadata.event_code"]) == (0, "Firebox", "3100-000D")


@pytest.mark.parametrize("line", ['{"a":1}', "date=2023-01-15 type=traffic", "LEEF:1.0|Other|X|1|e|a=b", "plain words"])
def test_another_products_line_is_none_of_ours(line: str):
    assert [reject.reason for reject in read(line).rejects] == [Reason.NOT_THIS_FORMAT]


def test_a_message_cut_on_its_way_says_so():
    assert one(TRAFFIC[15])["metadata.labels"] == ["truncated"]


@given(st.sampled_from([*TRAFFIC, *VERDICTS]), st.integers(0, 500), st.text(alphabet='"=()\\ |\t\n', max_size=4))
def test_any_damage_leaves_an_event_or_a_reject(line: str, at: int, put: str):
    result = read(line[:at] + put + line[at + 1 :])

    schema.conform(result.events.drop("line"))
