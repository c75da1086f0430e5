"""Messages of Junos in its two formats, behind headers, relays and damage."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.juniper_srx.mapping import normalize
from hinomi.library.sources.juniper_srx.records import carefully, is_plain, quickly
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 4))
SAMPLES = Path(__file__).parent / "samples"
FLOW, VERDICTS = ((SAMPLES / f"{name}.log").read_text(encoding="utf-8").splitlines() for name in ("flow", "verdicts"))


def read(payload: bytes | str) -> Normalized:
    result = normalize(payload.encode() if isinstance(payload, str) else payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(line: str) -> dict:
    return schema.conform(read(line).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "words",
    [
        "10.0.0.5/51594->203.0.113.9/443 junos-https 198.51.100.2/7->203.0.113.9/443 nat1 None 6 lan trust untrust 60"
        " 17(3676) 13(7867) 30",
        "10.0.0.5/51594->203.0.113.9/443 junos-https 198.51.100.2/7->203.0.113.9/443 nat1 None 6 lan trust untrust 60"
        " 17(3676) 13(7867) 30 UNKNOWN UNKNOWN N/A(N/A) irb.10 UNKNOWN",
        "10.0.0.5/51594->203.0.113.9/443 0x0 junos-https 198.51.100.2/7->203.0.113.9/443 0x0 source rule nat1 N/A N/A"
        " 6 lan trust untrust 60 17(3676) 13(7867) 30 UNKNOWN UNKNOWN N/A(N/A) irb.10 No Web N/A 4 Can Leak;",
    ],
)
def test_a_closed_session_in_words_is_the_same_in_any_release(words: str):
    row = one(f"<14>Jan 15 12:00:31 srx RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: {words}")

    assert (row["src_endpoint.ip"], row["dst_endpoint.port"]) == ("10.0.0.5", 443)
    assert (row["connection_info.protocol_num"], row["firewall_rule.name"]) == (6, "lan")
    assert (row["traffic.bytes_out"], row["traffic.bytes_in"], row["duration"]) == (3676, 7867, 30_000)
    assert (row["app_name"], row["status_detail"]) == ("junos-https", "TCP FIN")


def test_structure_and_words_say_the_same():
    structured, words = one(FLOW[0]), one(FLOW[4])

    same = ("class_uid", "activity_id", "action_id", "firewall_rule.name", "src_endpoint.interface_name")
    assert [structured[name] for name in same] == [words[name] for name in same]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("1 2023-01-15T12:00:01.184+09:00", datetime(2023, 1, 15, 3, 0, 1, 184_000)),
        ("1 2023-01-15T03:00:01.184Z", datetime(2023, 1, 15, 3, 0, 1, 184_000)),
        ("1 2023-01-15T12:00:01.184", datetime(2023, 1, 15, 3, 0, 1, 184_000)),
        ("Sep 23 13:54:55 192.0.2.1 junos-flow: 2023-01-15T03:00:01Z", datetime(2023, 1, 15, 3, 0, 1)),
    ],
)
def test_the_devices_own_time_counts_not_the_relays(stamp: str, expected: datetime):
    assert one(FLOW[0].replace("1 2023-01-15T12:00:01.184+09:00", stamp))["time"] == expected


@pytest.mark.parametrize("what", ["created", "denied", "closed TCP FIN:"])
def test_of_a_session_in_words_that_are_not_known_the_ends_are_read(what: str):
    row = one(
        f"<14>Jan 15 12:00:31 srx RT_FLOW: RT_FLOW_SESSION_CREATE: session {what} 10.0.0.5/5->203.0.113.9/443 x y"
    )

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("10.0.0.5", 5)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("203.0.113.9", 443)


@pytest.mark.parametrize("user", ["username taro roles N/A", "USERNAME=taro ROLES=sales"])
def test_a_page_in_words_says_who_asked_for_it(user: str):
    row = one(
        'srx RT_UTM: WEBFILTER_URL_BLOCKED: WebFilter: ACTION="URL Blocked" 10.0.0.5(5)->203.0.113.9(80)'
        f' CATEGORY="Games" REASON="BY_PRE_DEFINED" PROFILE="p" URL=203.0.113.9 OBJ=/ {user}'
    )

    assert (row["user.name"], row["utm_category"]) == ("taro", UtmCategory.URL_CATEGORY)
    assert (row["url.hostname"], row["dst_endpoint.hostname"]) == ("203.0.113.9", None)


@pytest.mark.parametrize("repeat", ["repeat=0", "id=19519, repeat=0"])
def test_an_attack_in_words_is_the_same_in_any_release(repeat: str):
    row = one(
        "<14>Jan 15 12:00:31 srx RT_IDP: IDP_ATTACK_LOG_EVENT: IDP: at 1673751600, SIG Attack log "
        "<198.51.100.9/5->10.0.0.5/80> for TCP protocol and service HTTP application NONE by rule 1 of rulebase IPS in "
        f"policy Recommended. attack: {repeat}, action=DROP, threat-severity=HIGH, name=HTTP:X, NAT <x>"
    )

    assert (row["finding_info.title"], row["disposition_id"]) == ("HTTP:X", DispositionId.DROPPED)
    assert (row["src_endpoint.ip"], row["dst_endpoint.port"], row["app_name"]) == ("198.51.100.9", 80, "HTTP")


@pytest.mark.parametrize(
    ("source", "sender", "host"), [("a@example.org", "a@example.org", None), ("mx.example.org", None, "mx.example.org")]
)
def test_spam_in_words_says_where_it_came_from(source: str, sender: str | None, host: str | None):
    row = one(
        f"<14>Jan 15 12:00:31 srx RT_UTM: ANTISPAM_SPAM_DETECTED_MT: AntiSpam: SPAM detected: {source} (203.0.113.7) "
        "BLOCKED reason: Match local blacklist"
    )

    assert (row["src_endpoint.ip"], row["email.from"], row["src_endpoint.hostname"]) == ("203.0.113.7", sender, host)
    assert (row["disposition_id"], row["finding_info.types"]) == (DispositionId.BLOCKED, ["Match local blacklist"])


def test_a_filtered_file_in_words_says_who_fetched_it():
    row = one(
        "<14>Jan 15 12:00:31 srx RT_UTM: CONTENT_FILTERING_BLOCKED_MT: Content Filtering: Protocol:http "
        "10.0.0.5:5->203.0.113.9:80, file a.exe, action drop, reason file extension block list"
    )

    assert (row["src_endpoint.ip"], row["dst_endpoint.port"], row["file.name"]) == ("10.0.0.5", 80, "a.exe")
    assert row["disposition_id"] == DispositionId.DROPPED


def test_an_address_that_a_list_allows_is_no_verdict():
    said = 'sub-category="Whitelist" action="PERMIT" source-address="10.0.0.5" destination-address="203.0.113.9"'
    row = one(f"<14>1 2023-01-15T03:00:00Z srx RT_SECINTEL - SECINTEL_ACTION_LOG [junos@2636.1.1.1.2.129 {said}]")

    assert (row["class_uid"], row["is_alert"]) == (ClassUid.NETWORK_ACTIVITY, False)


def test_the_alarm_of_a_tunnel_names_both_ends():
    row = one(
        "<30>Jan 15 12:00:31 srx kmd[5]: KMD_VPN_DOWN_ALARM_USER: VPN honsha from 203.0.113.1 is down. "
        "Local-ip: 198.51.100.1, gateway name: gw"
    )

    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"], row["activity_id"]) == ("198.51.100.1", "203.0.113.1", 2)


def test_a_tag_may_stand_without_its_process():
    row = one("<30>Jan 15 12:00:31 srx FWAUTH_FTP_USER_AUTH_FAIL: User taro at 10.0.0.5 is rejected")

    assert (row["class_uid"], row["status_id"]) == (ClassUid.AUTHENTICATION, StatusId.FAILURE)
    assert (row["user.name"], row["src_endpoint.ip"]) == ("taro", "10.0.0.5")


def test_an_attack_with_no_header_has_its_epoch():
    bare = VERDICTS[8].partition("RT_IDP - ")[2]

    assert one(bare)["time"] == datetime(2023, 1, 15, 3, 10, 9)


def test_a_denied_session_is_no_verdict():
    row = one(FLOW[2])

    assert (row["activity_id"], row["disposition_id"], row["is_alert"]) == (5, DispositionId.BLOCKED, False)
    assert row["src_endpoint.ip"] == "2001:db8:10::23"


@pytest.mark.parametrize(
    ("number", "category"),
    [
        (0, UtmCategory.MALICIOUS_SITE),
        (1, UtmCategory.URL_CATEGORY),
        (3, UtmCategory.MALWARE),
        (4, UtmCategory.RANSOMWARE),
        (6, UtmCategory.SPAM),
        (7, None),
        (8, UtmCategory.IPS),
        (9, None),
        (10, None),
        (11, UtmCategory.IPS),
        (13, UtmCategory.CNC_CALLBACK),
        (14, UtmCategory.MALICIOUS_SITE),
        (15, UtmCategory.MALWARE),
        (17, None),
    ],
)
def test_verdicts_by_message(number: int, category: UtmCategory | None):
    row = one(VERDICTS[number])

    assert (row["is_alert"], row["utm_category"]) == (True, category)


@pytest.mark.parametrize("number", [2, 5, 16])
def test_what_was_permitted_or_could_not_be_scanned_is_no_verdict(number: int):
    assert one(VERDICTS[number])["is_alert"] is False


@pytest.mark.parametrize(
    ("words", "user", "status"),
    [
        ("sshd[1]: Failed password for invalid user test from 192.0.2.7 port 4 ssh2", "test", StatusId.FAILURE),
        ("sshd[1]: Accepted password for taro from 192.0.2.7 port 4 ssh2", "taro", StatusId.SUCCESS),
        ("sshd[1]: SSHD_LOGIN_FAILED: Login failed for user 'taro' from host '192.0.2.7'", "taro", StatusId.FAILURE),
        ("login: LOGIN_FAILED: Login failed for user taro from host 192.0.2.7", "taro", StatusId.FAILURE),
    ],
)
def test_sign_ins_by_tag_or_by_words(words: str, user: str, status: StatusId):
    row = one(f"<37>Jan 15 12:00:00 srx {words}")

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.AUTHENTICATION, 1)
    assert (row["user.name"], row["src_endpoint.ip"], row["status_id"]) == (user, "192.0.2.7", status)


def test_escaped_brackets_and_quotes_do_not_end_the_data():
    row = one(
        '<30>1 2023-01-15T12:00:00+09:00 srx kmd 1 KMD_X [junos@2636.1 a="x\\]y" u="t\\"a" local-address="192.0.2.1"]'
    )

    assert row["src_endpoint.ip"] == "192.0.2.1"


def test_any_other_process_is_a_base_event_with_its_host():
    row = one("<30>Jan 15 12:00:00 srx rmopd[10286]: PING_TEST_COMPLETED: pingCtlOwnerIndex = X")

    assert (row["class_uid"], row["device.hostname"], row["metadata.event_code"]) == (0, "srx", "PING_TEST_COMPLETED")


@pytest.mark.parametrize(
    "line", ['{"a":1}', "date=2023-01-15 type=traffic", "CEF:0|a|b|c|d|e|1|x=1", "no words of Junos"]
)
def test_another_products_line_is_none_of_ours(line: str):
    assert [reject.reason for reject in read(line).rejects] == [Reason.NOT_THIS_FORMAT]


def test_a_message_cut_on_its_way_says_so():
    assert one(FLOW[1][:330])["metadata.labels"] == ["truncated"]


VALUES = st.dictionaries(st.sampled_from(["a", "b-c", "d.e", "f_1"]), st.text(alphabet="xy /->[]=火N", max_size=6))


@given(VALUES, st.sampled_from(['"] said', '"]', "", '" cu']))
def test_the_quick_way_to_read_structured_data_finds_what_the_careful_one_finds(values: dict[str, str], end: str):
    data = "[junos@2636.1 " + '" '.join(f'{name}="{value}' for name, value in {**values, "z": "1"}.items()) + end
    assume(is_plain(data))

    assert quickly(data) == carefully(data)


@given(st.sampled_from([*FLOW, *VERDICTS]), st.integers(0, 900), st.text(alphabet='"=[]\\ \n->(', max_size=4))
def test_any_damage_leaves_an_event_or_a_reject(line: str, at: int, put: str):
    result = read(line[:at] + put + line[at + 1 :])

    schema.conform(result.events.drop("line"))
