"""Logpush data sets: told apart by their fields, their times in any of three spellings."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.formats import attack_purpose as purpose
from hinomi.library.sources.cloudflare.mapping import DATASETS, normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))
TIME = "2023-01-18T03:25:45Z"
REQUEST = {"Datetime": TIME, "ClientIP": "203.0.113.9", "ClientRequestHost": "www.example.jp", "ClientRequestPath": "/"}


def read(*logs: dict[str, Any]) -> Normalized:
    result = normalize("\n".join(map(json.dumps, logs)).encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(**log: object) -> dict[str, Any]:
    return schema.conform(read(log).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "written",
    [TIME, "2023-01-18 03:25:45", "1674012345", 1674012345, 1674012345000000000, "1674012345000000000"],
)
def test_times_are_utc_in_any_spelling(written: object):
    assert one(QueryName="a.example", Timestamp=written)["time"] == datetime(2023, 1, 18, 3, 25, 45)


@pytest.mark.parametrize(
    ("action", "disposition", "is_alert"),
    [
        ("block", DispositionId.BLOCKED, True),
        ("challenge", DispositionId.CAPTCHA, True),
        ("managed_challenge", DispositionId.CHALLENGE, True),
        ("jschallenge", DispositionId.CHALLENGE, True),
        ("log", DispositionId.DETECTED, True),
        ("simulate", DispositionId.DETECTED, True),
        ("allow", DispositionId.ALLOWED, False),
        ("skip", DispositionId.ALLOWED, False),
        ("managedChallengeNonInteractiveSolved", DispositionId.ALLOWED, False),
        ("unknown", None, False),
    ],
)
def test_what_the_firewall_did(action: str, disposition: DispositionId | None, is_alert: bool):
    row = one(**REQUEST, Action=action, RuleID="r")

    assert (row["class_uid"], row["disposition_id"], row["is_alert"]) == (4002, disposition, is_alert)


def test_a_rules_description_tells_the_purpose():
    row = one(**REQUEST, Action="block", RuleID="100", Description="XSS, HTML Injection - Script Tag")

    assert (row["finding_info.title"], row["firewall_rule.uid"]) == ("XSS, HTML Injection - Script Tag", "100")
    assert row["finding_info.types"] == [purpose.INJECTION]


def test_three_records_about_one_request_are_counted_once():
    event = {**REQUEST, "RayID": "ray1", "RuleID": "r"}
    request = {"EdgeStartTimestamp": TIME, "RayID": "ray1", "SecurityAction": "block"}

    events = read(
        request, {**event, "Action": "log", "MatchIndex": 1}, {**event, "Action": "block", "MatchIndex": 0}
    ).events

    assert events["is_alert"].to_list() == [False, False, True]
    assert events["raw_data"].to_list()[:2] == [None, None]


def test_a_request_that_only_the_traffic_log_tells_of_is_a_detection_too():
    assert one(EdgeStartTimestamp=TIME, RayID="ray1", SecurityAction="block")["is_alert"] is True


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Command and Control & Botnet"], UtmCategory.CNC_CALLBACK),
        (["Phishing"], UtmCategory.MALICIOUS_SITE),
        (["Gambling"], UtmCategory.URL_CATEGORY),
        ([], UtmCategory.URL_CATEGORY),
    ],
)
def test_a_blocked_name_has_a_category_of_the_study(names: list[str], expected: UtmCategory):
    row = one(Datetime=TIME, ResolverDecision="blockedByCategory", QueryName="a.example.", MatchedCategoryNames=names)

    assert (row["class_uid"], row["utm_category"], row["query.hostname"]) == (4003, expected, "a.example")


def test_a_blocked_file_names_the_person_and_the_machine():
    row = one(
        Datetime=TIME,
        HTTPHost="x.example",
        Action="block",
        BlockedFileReason="malware",
        BlockedFileName="a.exe",
        Email="taro@example.jp",
        DeviceName="PC-1",
        SourceIP="203.0.113.9",
        SourceInternalIP="192.168.1.20",
    )

    assert (row["utm_category"], row["disposition_id"]) == (UtmCategory.MALWARE, DispositionId.BLOCKED)
    assert (row["user.name"], row["device.hostname"], row["device.ip"]) == ("taro@example.jp", "PC-1", "192.168.1.20")
    assert (row["src_endpoint.ip"], row["file.name"]) == ("203.0.113.9", "a.exe")


@pytest.mark.parametrize("allowed", [True, False])
def test_an_access_request_is_a_sign_in(allowed: bool):
    row = one(AppDomain="intra.example.jp/x", CreatedAt=TIME, Allowed=allowed, Email="taro@example.jp")

    assert (row["class_uid"], row["status_id"], row["user.name"]) == (3002, 1 if allowed else 2, "taro@example.jp")


def test_a_data_set_nobody_knew_is_a_base_event():
    assert one(Timestamp=TIME, AccountID="1", New=1)["class_uid"] == ClassUid.BASE_EVENT


def test_json_whose_line_breaks_were_written_as_letters_is_read():
    raw = rb'{\n"AppDomain": "intra.example.jp",\n"CreatedAt": "2023-01-18T03:25:45Z",\n"Allowed": true\n}'
    result = normalize(raw, CONTEXT)

    assert result.events["time"].to_list() == [datetime(2023, 1, 18, 3, 25, 45)]


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ({"Timestamp": TIME, "Message": "x"}, Reason.NOT_THIS_FORMAT),
        ({"QueryName": "a.example"}, Reason.NO_TIME),
        ({"QueryName": "a.example", "Timestamp": "soon"}, Reason.BAD_TIME),
    ],
)
def test_what_is_no_record_says_why(log: dict[str, Any], reason: Reason):
    assert [reject.reason for reject in read(log).rejects] == [reason]


def test_the_dashboards_own_export_is_a_firewall_event():
    row = one(
        action="block", clientIP="203.0.113.9", clientCountryName="JP", clientRequestHTTPHost="www.example.jp",
        clientRequestHTTPMethodName="GET", clientRequestPath="/wp-login.php", clientRequestQuery="?a=1", datetime=TIME,
        rayName="7a", ruleId="r1", source="firewallManaged", userAgent="curl",
    )  # fmt: skip

    assert (row["class_uid"], row["is_alert"], row["disposition_id"]) == (4002, True, int(DispositionId.BLOCKED))
    assert (row["src_endpoint.ip"], row["src_endpoint.location.country"]) == ("203.0.113.9", "JP")
    assert (row["url.url_string"], row["http_request.http_method"], row["http_request.user_agent"]) == (
        "https://www.example.jp/wp-login.php?a=1", "GET", "curl",
    )  # fmt: skip


def test_a_record_may_come_inside_of_what_carried_it():
    row = one(**{"@timestamp": TIME, "message": json.dumps(REQUEST | {"Action": "block", "RayID": "1", "RuleID": "r"})})

    assert (row["src_endpoint.ip"], row["is_alert"]) == ("203.0.113.9", True)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just(TIME),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["files", "name", "Name"]), inner),
    max_leaves=4,
)
FIELDS = sorted(
    {name for known in DATASETS for name in (known.time, *known.marks)} | {"RayID", "FileInfo", "MatchIndex"}
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8), max_size=4))
def test_any_shape_is_an_event_or_a_reject(logs: list[dict[str, Any]]):
    schema.conform(read(*logs).events.drop("line"))
