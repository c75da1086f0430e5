"""Audit logs of a web site under attack: one transaction, one event, one purpose."""

import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.formats import attack_purpose as purpose
from hinomi.library.sources.modsecurity.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15))
CORPUS = Path(os.environ.get("HINOMI_CORPUS", Path(__file__).parents[5].parent / "shared" / "corpus"))
RECORDS = CORPUS / "devices" / "modsecurity"
TIME = "Tue Nov  1 09:31:12 2022"


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(*messages: dict, **transaction: object) -> dict:
    document = {"transaction": {"time_stamp": TIME, "messages": messages, **transaction}}
    events = read(json.dumps(document).encode()).events
    return schema.conform(events.drop("line")).row(0, named=True)


def hit(uid: str, message: str = "found", severity: int = 2, tags: tuple[str, ...] = ()) -> dict:
    return {"message": message, "details": {"ruleId": uid, "severity": str(severity), "tags": list(tags)}}


SCORE = hit("949110", "Inbound Anomaly Score Exceeded", 2, ("attack-generic",))


def test_a_local_time_without_a_zone_is_of_the_place():
    assert one()["time"] == datetime(2022, 11, 1, 0, 31, 12)


@pytest.mark.parametrize(
    ("times", "utc"),
    [
        ({"timestamp": "2022/11/01 09:31:12"}, datetime(2022, 11, 1, 0, 31, 12)),
        ({"timestamp": "01/Nov/2022:09:31:12 +0900"}, datetime(2022, 11, 1, 0, 31, 12)),
        ({"timestamp": "x", "unix_timestamp": 1667262672}, datetime(2022, 11, 1, 0, 31, 12)),
        ({"unix_timestamp": 1667262672123456789}, datetime(2022, 11, 1, 0, 31, 12, 123456)),
    ],
)
def test_coraza_tells_the_time_in_its_own_ways(times: dict, utc: datetime):
    row = one(time_stamp=None, **times)

    assert row["time"] == utc


def test_a_transaction_that_hit_no_rule_is_ordinary_traffic():
    row = one(request={"method": "GET", "uri": "/"}, response={"http_code": 403})

    assert (row["class_uid"], row["is_alert"], row["raw_data"]) == (ClassUid.HTTP_ACTIVITY, False, None)
    assert row["finding_info.title"] is None


def test_a_transaction_that_hit_three_rules_is_one_alert_named_after_the_most_severe():
    row = one(hit("920350", "numeric host", 4), SCORE, hit("942100", "SQL injection", 2, ("attack-sqli",)))

    assert (row["firewall_rule.uid"], row["finding_info.title"]) == ("942100", "SQL injection")
    assert row["finding_info.types"] == [purpose.LEAK]
    assert json.loads(row["unmapped"])["rule_ids"] == ["942100", "920350", "949110"]


def test_the_sum_of_the_others_names_an_alert_only_when_alone():
    assert one(hit("920350", "numeric host", 4), SCORE)["firewall_rule.uid"] == "920350"
    assert one(SCORE)["firewall_rule.uid"] == "949110"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("language-shell", "attack-rce"), purpose.DEFACEMENT),
        (("attack-lfi",), purpose.DEFACEMENT),
        (("attack-rfi",), purpose.DEFACEMENT),
        (("attack-injection-php",), purpose.DEFACEMENT),
        (("attack-injection-java",), purpose.DEFACEMENT),
        (("OWASP_CRS/ATTACK-SQLI",), purpose.LEAK),
        (("attack-disclosure",), purpose.LEAK),
        (("attack-xss",), purpose.INJECTION),
        (("attack-injection-generic",), purpose.INJECTION),
        (("attack-ldap",), purpose.INJECTION),
        (("attack-reputation-scanner",), purpose.SCAN),
        (("reputation-scanner",), purpose.SCAN),
        (("attack-rce", "CVE-2021-44228"), purpose.NEW_VULNERABILITY),
        (("attack-protocol",), purpose.OTHER),
        ((), purpose.OTHER),
    ],
)
def test_tags_tell_the_purpose(tags: tuple[str, ...], expected: str):
    assert one(hit("999999", tags=tags), SCORE)["finding_info.types"] == [expected]


def test_a_cve_in_any_message_comes_first_then_the_most_severe_purpose():
    cve = hit("944240", "Log4Shell, CVE-2021-44228", 5)
    assert one(hit("942100", tags=("attack-sqli",)), cve)["finding_info.types"] == [purpose.NEW_VULNERABILITY]
    mixed = one(hit("941100", severity=3, tags=("attack-xss",)), hit("920100", severity=2), SCORE)
    assert mixed["finding_info.types"] == [purpose.INJECTION]


def test_rules_913_are_scans_whatever_their_tags():
    assert one(hit("913100", tags=("attack-xss",)))["finding_info.types"] == [purpose.SCAN]


@pytest.mark.parametrize(
    ("transaction", "disposition"),
    [
        ({"response": {"http_code": 403}}, DispositionId.BLOCKED),
        ({"response": {"http_code": 200}}, DispositionId.DETECTED),
        ({"response": {"http_code": 403}, "producer": {"secrules_engine": "DetectionOnly"}}, DispositionId.DETECTED),
        ({"response": {"http_code": 406}, "intervention": {"disruptive": True}}, DispositionId.BLOCKED),
        ({"is_interrupted": True}, DispositionId.BLOCKED),
        ({"is_interrupted": False, "response": {"status": 403}}, DispositionId.DETECTED),
    ],
)
def test_what_the_firewall_did(transaction: dict, disposition: DispositionId):
    assert one(hit("942100"), **transaction)["disposition_id"] == disposition


def test_a_rule_without_a_severity_is_the_least():
    row = one(hit("1001", "own rule", 0), hit("920350", "numeric host", 4))

    assert (row["firewall_rule.uid"], row["severity_id"]) == ("920350", SeverityId.MEDIUM)
    assert one(hit("1001", severity=0))["severity_id"] == SeverityId.INFORMATIONAL


def test_a_header_twice_does_not_hurt():
    headers = b'{"Set-Cookie":"a","Set-Cookie":"b"}'
    line = b'{"transaction":{"time_stamp":"Tue May 10 04:52:04 2022","response":{"headers":%s}}}' % headers

    assert read(line).events.height == 1


def test_the_request_is_told_in_full():
    request = {"method": "POST", "uri": "/a?b", "headers": {"HOST": "www.example.jp:8443", "user-agent": "ua"}}
    row = one(request=request, client_ip="203.0.113.5", host_port=443, host_ip="192.168.1.1")

    assert row["url.url_string"] == "https://www.example.jp:8443/a?b"
    assert (row["url.hostname"], row["dst_endpoint.hostname"]) == ("www.example.jp", "www.example.jp")
    assert (row["http_request.http_method"], row["http_request.user_agent"]) == ("POST", "ua")
    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"]) == ("203.0.113.5", "192.168.1.1")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"transaction":{"client_ip":"192.0.2.1"}}', Reason.NO_TIME),
        (b'{"transaction":{"time_stamp":"Tue Foo 1 09:31:12 2022"}}', Reason.BAD_TIME),
        (b'{"transaction":{"time_stamp":"Tue Feb 30 09:31:12 2022"}}', Reason.BAD_TIME),
        (b'{"time":"x"}', Reason.NOT_THIS_FORMAT),
        (b"--a1b2c3-A--", Reason.TRUNCATED),
        (b'{"transaction":{"client_ip":"192.0', Reason.TRUNCATED),
    ],
)
def test_what_is_no_transaction_says_why(raw: bytes, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


NATIVE = b"""--a1b2c3d4-A--
[18/Jan/2023:12:25:45 +0900] Y8dEXAMPLE 203.0.113.9 50123 192.168.1.10 443
--a1b2c3d4-B--
POST /login HTTP/1.1
Host: www.example.jp
User-Agent: curl/7.85.0

--a1b2c3d4-C--
--this is a body that looks like a boundary-A--
--a1b2c3d4-F--
HTTP/1.1 403 Forbidden

--a1b2c3d4-H--
Message: Warning. Pattern match "x" at ARGS:id. [file "/r.conf"] [line "1"] [id "942100"] [msg "SQLi"] \
[severity "CRITICAL"] [tag "attack-sqli"]
Message: Access denied with code 403 (phase 2). [file "/r.conf"] [id "949110"] [msg "Inbound Anomaly Score Exceeded"]
Action: Intercepted (phase 2)

--a1b2c3d4-Z--
""".replace(b"\\\n", b"")


def test_the_native_log_tells_a_transaction_over_many_lines():
    result = read(NATIVE + b"\n" + NATIVE.replace(b"a1b2c3d4", b"0f0f0f0f"))

    assert (result.records, result.events["line"].to_list()) == (2, [1, 20])
    row = schema.conform(result.events.drop("line")).row(0, named=True)
    assert row["time"] == datetime(2023, 1, 18, 3, 25, 45)
    assert (row["src_endpoint.ip"], row["dst_endpoint.port"]) == ("203.0.113.9", 443)
    assert (row["url.url_string"], row["http_response.code"]) == ("https://www.example.jp/login", 403)
    assert (row["firewall_rule.uid"], row["disposition_id"]) == ("942100", DispositionId.BLOCKED)
    assert row["raw_data"].startswith("--a1b2c3d4-A--")


def test_a_native_record_that_breaks_off_is_an_event_and_its_other_half_a_reject():
    result = read(b"\n".join(NATIVE.splitlines()[-5:]) + b"\n" + b"\n".join(NATIVE.splitlines()[:6]))

    assert [reject.reason for reject in result.rejects] == [Reason.TRUNCATED]
    assert result.events["metadata.labels"].to_list() == [["truncated"]]


def test_version_2_writes_its_messages_as_text():
    said = 'Warning. Matched phrase "bin/bash" at ARGS:exec. [id "932160"] [msg "Unix Shell"] [severity "CRITICAL"]'
    document = {
        "transaction": {"time": "18/Jan/2023:12:25:45.120045 +0900", "transaction_id": "Y8d", "remote_port": 5},
        "request": {"request_line": "GET /?a=b HTTP/1.1", "headers": {"Host": "www.example.jp"}},
        "response": {"status": 403},
        "audit_data": {"messages": [said], "action": {"intercepted": True}},
    }
    events = read(json.dumps(document).encode()).events
    row = schema.conform(events.drop("line")).row(0, named=True)

    assert row["time"] == datetime(2023, 1, 18, 3, 25, 45, 120045)
    assert (row["firewall_rule.uid"], row["finding_info.types"]) == ("932160", [purpose.DEFACEMENT])
    assert (row["http_request.http_method"], row["url.path"], row["disposition_id"]) == ("GET", "/", 2)


def test_three_lines_of_an_error_log_about_one_request_are_counted_once():
    line = (
        "[Wed Jan 18 12:25:45.120045 2023] [:error] [pid 7:tid 9] [client 203.0.113.9:5] [client 203.0.113.9] "
        'ModSecurity: {} [file "/r"] [id "{}"] [msg "m{}"] [severity "CRITICAL"] [hostname "www.example.jp"] '
        '[uri "/a"] [unique_id "Y8d"]'
    )
    told = [("Warning. x", "942100"), ("Access denied with code 403 (phase 2). y", "949110"), ("Warning. z", "980130")]

    events = read("\n".join(line.format(text, uid, uid) for text, uid in told).encode()).events

    assert events["is_alert"].to_list() == [True, False, False]
    assert events["disposition_id"].to_list() == [DispositionId.BLOCKED, None, None]
    assert json.loads(events["unmapped"][0])["rule_ids"] == ["942100", "949110", "980130"]
    assert events["class_uid"].to_list() == [ClassUid.HTTP_ACTIVITY] * 3


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["details", "data", "tags", "severity", "ruleId", "id", "headers", "Host", "uri", "status"]
            ),
            inner,
        )
    ),
    max_leaves=8,
)
PARTS = st.sampled_from(
    ["request", "response", "messages", "producer", "intervention", "client_port", "unix_timestamp", "host_ip"]
)


@given(
    st.dictionaries(PARTS, VALUES), st.sampled_from([{"time_stamp": TIME}, {"timestamp": "2022/11/01 09:31:12"}, {}])
)
def test_any_shape_of_a_transaction_is_an_event_or_a_reject(parts: dict, times: dict):
    result = read(json.dumps({"transaction": {**parts, **times}}).encode())

    schema.conform(result.events.drop("line"))
    assert result.records == 1


@given(st.lists(st.sampled_from(NATIVE.splitlines()) | st.binary(max_size=12), max_size=30))
def test_lines_of_native_records_in_any_order_are_events_or_rejects(lines: list[bytes]):
    schema.conform(read(b"\n".join(lines)).events.drop("line"))


@pytest.mark.corpus
@pytest.mark.skipif(not RECORDS.is_dir(), reason="no recorded audit logs here (HINOMI_CORPUS)")
def test_real_transactions_are_read():
    results = [read(path.read_bytes()) for path in sorted(RECORDS.glob("*.log"))]

    assert sum(result.events.height for result in results) > 0
    assert sum(len(result.rejects) for result in results) == 0
