"""Messages of ASA and Firepower, by what they say."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.cisco_asa.mapping import normalize
from hinomi.library.sources.cisco_asa.places import place
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
GOOD, BAD = StatusId.SUCCESS, StatusId.FAILURE
NOON = "<166>Jan 15 2023 12:00:00 fw1 : "


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("token", "after", "expected"),
    [
        ("outside:192.0.2.1/443", "", ("outside", "192.0.2.1", 443, None)),
        ("dmz2/192.0.2.1", "(56575)", ("dmz2", "192.0.2.1", 56575, None)),
        ("192.0.2.1/53", "", (None, "192.0.2.1", 53, None)),
        ("v1:outside:192.0.2.1", "", ("v1:outside", "192.0.2.1", None, None)),
        ("OUTSIDE:2001:db8::6fc6/62477", "", ("OUTSIDE", "2001:db8::6fc6", 62477, None)),
        ("lan:192.0.2.1/https", "", ("lan", "192.0.2.1", 443, None)),
        ("SERVERS:mail-gw/25", "", ("SERVERS", None, 25, "mail-gw")),
        ("(0.0.0.0)", "", (None, None, None, None)),
    ],
)
def test_a_place(token: str, after: str, expected: tuple[object, ...]):
    assert tuple(place(token, after)) == expected


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        (
            "Built inbound TCP connection 1 for a:192.0.2.1/80 (192.0.2.1/80) to b:10.0.0.1/5000 (10.0.0.1/5000)",
            80,
            5000,
        ),
        (
            "Built outbound TCP connection 1 for a:192.0.2.1/80 (192.0.2.1/80) to b:10.0.0.1/5000 (10.0.0.1/5000)",
            5000,
            80,
        ),
        ("Teardown TCP connection 1 for a:192.0.2.1/80 to b:10.0.0.1/5000 duration 0:00:01 bytes 1", 5000, 80),
        ("Teardown TCP connection 1 for a:192.0.2.1/6000 to b:10.0.0.1/443 duration 0:00:01 bytes 1", 6000, 443),
    ],
)
def test_the_side_that_asked_is_the_source(text: str, source: int, target: int):
    row = one(f"{NOON}%ASA-6-302013: {text}")

    assert (row["src_endpoint.port"], row["dst_endpoint.port"]) == (source, target)
    assert row["device.hostname"] is None


def test_the_length_of_a_connection_says_when_it_began():
    row = one(f"{NOON}%ASA-6-302016: Teardown UDP connection 1 for a:192.0.2.1/500 to b:10.0.0.1/500 duration 92:24:20")

    assert (row["duration"], row["start_time"]) == (332_660_000, datetime(2023, 1, 11, 6, 35, 40))


def test_a_denial_is_no_detection_and_counts_its_hits():
    row = one(
        f"{NOON}%ASA-6-106100: access-list A denied tcp a/192.0.2.1(9) -> b/10.0.0.1(25) hit-cnt 7 first hit [0x0, 0x0]"
    )

    assert (row["class_uid"], row["activity_id"], row["action_id"]) == (ClassUid.NETWORK_ACTIVITY, 5, ActionId.DENIED)
    assert (row["count"], row["firewall_rule.name"], row["is_alert"]) == (7, "A", False)


def test_a_message_that_was_repeated_counts_as_often():
    row = one(
        "Jan 15 12:00:00 192.0.2.9 %ASA-2-106006: message repeated 2 times: [ Deny inbound UDP from 192.0.2.1/137 "
        "to 10.1.2.42/137 on interface inside]"
    )

    assert (row["count"], row["src_endpoint.ip"], row["dst_endpoint.port"]) == (2, "192.0.2.1", 137)


@pytest.mark.parametrize(
    ("text", "status", "user", "activity"),
    [
        ("AAA user authentication Successful : local database : user = admin", GOOD, "admin", 1),
        ("AAA user authentication Rejected : reason = x : server = 10.0.0.1 : user = a b : user IP = 192.0.2.1",
         BAD, "a b", 1),
        ("AAA user authentication Rejected : reason = x : local database : user = ***** : user IP = 192.0.2.1",
         BAD, None, 1),
        ('Login denied from 192.0.2.1/5 to lan:10.0.0.1/ssh for user "root"', BAD, "root", 1),
        ("Group <G 1> User <EXAMPLE\\kato> IP <192.0.2.1> AnyConnect parent session started.", GOOD, "kato", 1),
        ("Group G User kato IP 192.0.2.1 WebVPN session terminated: Idle timeout.", GOOD, "kato", 2),
        ('SSH session from 192.0.2.1 on interface inside for user "kato" terminated normally.', GOOD, "kato", 2),
    ],
)  # fmt: skip
def test_who_signs_in(text: str, status: StatusId, user: str | None, activity: int):
    row = one(f"{NOON}%ASA-6-113005: {text}")

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.AUTHENTICATION, activity)
    assert (row["status_id"], row["user.name"], row["device.hostname"]) == (status, user, "fw1")


def test_a_user_who_is_locked_out_is_a_detection_without_a_category():
    row = one(f"{NOON}%ASA-6-113006: User 'kato' locked out on exceeding '5' successive failed authentication attempts")

    assert (row["is_alert"], row["utm_category"], row["user.name"], row["count"]) == (True, None, "kato", 5)


@pytest.mark.parametrize(
    ("said", "category", "disposition"),
    [
        ("AccessControlRuleAction: Block, URLSICategory: CnC", UtmCategory.CNC_CALLBACK, DispositionId.BLOCKED),
        (
            "AccessControlRuleAction: Allow, DNSSICategory: DNS Phishing",
            UtmCategory.MALICIOUS_SITE,
            DispositionId.DETECTED,
        ),
        ("AccessControlRuleAction: Block", None, DispositionId.BLOCKED),
    ],
)
def test_security_intelligence_makes_a_connection_a_detection(
    said: str, category: UtmCategory | None, disposition: DispositionId
):
    row = one(f"<113>2023-01-15T03:00:00Z f %FTD-1-430003: SrcIP: 10.0.0.1, DstIP: 192.0.2.1, {said}")

    assert (row["utm_category"], row["is_alert"]) == (category, category is not None)
    assert row["disposition_id"] == disposition


def test_a_message_whose_number_was_lost_is_told_by_its_keys():
    row = one("Jan 15 12:00:00 f ftd[1]: SrcIP: 10.0.0.1, DstIP: 192.0.2.1, Message: Some rule (1:3:2), Priority: 2")

    assert (row["metadata.event_code"], row["finding_info.title"]) == ("430001", "Some rule (1:3:2)")


def test_a_message_nobody_knows_is_its_text():
    row = one(f"{NOON}%ASA-3-199999: Something happened")

    assert (row["class_uid"], row["message"], row["metadata.event_code"]) == (0, "Something happened", "199999")


def test_another_format_is_a_reject():
    assert [reject.reason for reject in read(b'{"a": 1}\nCEF:0|a|b|1|2|c|3|x=1').rejects] == [
        Reason.NOT_THIS_FORMAT
    ] * 2


@given(st.text(max_size=120), st.sampled_from(["302013", "106023", "430003", "430005", "113019", "733100"]))
def test_any_text_is_an_event(text: str, number: str):
    schema.conform(read(f"%ASA-6-{number}: {text}".encode("utf-8", "replace").replace(b"\n", b" ")).events.drop("line"))
