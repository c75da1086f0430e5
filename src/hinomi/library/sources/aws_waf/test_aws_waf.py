"""What AWS WAF did with a request, and which rule says so."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.formats import attack_purpose as purpose
from hinomi.library.sources.aws_waf.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))
TIME = 1674012345123


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(**log: object) -> dict[str, Any]:
    document = {"timestamp": TIME, "webaclId": "arn:x", "action": "ALLOW", "terminatingRuleId": "Default_Action", **log}
    return schema.conform(read(json.dumps(document).encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("written", [TIME, str(TIME), "2023-01-18T03:25:45.123Z", "2023-01-18 03:25:45.123"])
def test_times_are_utc_whatever_the_place_of_the_collector(written: object):
    assert one(timestamp=written)["time"] == datetime(2023, 1, 18, 3, 25, 45, 123000)


@pytest.mark.parametrize("wrap", [lambda log: {"message": json.dumps(log)}, lambda log: {"@message": log}])
def test_a_log_may_come_inside_of_what_carried_it(wrap: Any):
    log = {"timestamp": TIME, "webaclId": "arn:x", "action": "BLOCK", "terminatingRuleId": "r",
           "httpRequest": {"clientIp": "203.0.113.9"}}  # fmt: skip

    (row,) = read(json.dumps(wrap(log)).encode()).events.to_dicts()

    assert (row["src_endpoint.ip"], row["disposition_id"]) == ("203.0.113.9", int(DispositionId.BLOCKED))


def test_a_request_that_was_let_through_by_default_is_no_detection():
    row = one(httpRequest={"clientIp": "203.0.113.9", "httpMethod": "GET", "uri": "/", "country": "-"})

    assert (row["is_alert"], row["disposition_id"], row["raw_data"]) == (False, DispositionId.ALLOWED, None)
    assert (row["src_endpoint.ip"], row["src_endpoint.location.country"]) == ("203.0.113.9", None)


@pytest.mark.parametrize(
    ("action", "disposition"),
    [
        ("BLOCK", DispositionId.BLOCKED),
        ("CAPTCHA", DispositionId.CAPTCHA),
        ("CHALLENGE", DispositionId.CHALLENGE),
    ],
)
def test_what_ended_a_request_is_a_detection(action: str, disposition: DispositionId):
    row = one(action=action, terminatingRuleId="my-rule")

    assert (row["is_alert"], row["disposition_id"], row["finding_info.title"]) == (True, disposition, "my-rule")


def test_a_rule_that_only_counts_detects():
    group = {"ruleGroupId": "AWS#G", "nonTerminatingMatchingRules": [{"ruleId": "GenericLFI_BODY", "action": "COUNT"}]}
    row = one(ruleGroupList=[group])

    assert (row["is_alert"], row["disposition_id"]) == (True, DispositionId.DETECTED)
    assert (row["finding_info.title"], row["finding_info.types"]) == ("G: GenericLFI_BODY", [purpose.DEFACEMENT])


def test_the_rule_that_ended_the_request_names_it_though_others_counted():
    counted = [{"ruleId": "Log4JRCE_BODY", "action": "COUNT"}]
    row = one(action="BLOCK", terminatingRuleId="by-country", nonTerminatingMatchingRules=counted)

    assert (row["firewall_rule.uid"], row["finding_info.types"]) == ("by-country", [purpose.OTHER])


@pytest.mark.parametrize(
    ("rule", "conditions", "expected"),
    [
        ("SQLi_BODY", [], purpose.LEAK),
        ("r", ["SQL_INJECTION"], purpose.LEAK),
        ("CrossSiteScripting_COOKIE", [], purpose.INJECTION),
        ("r", ["XSS"], purpose.INJECTION),
        ("EC2MetaDataSSRF_BODY", [], purpose.INJECTION),
        ("JavaDeserializationRCE_URIPATH", [], purpose.DEFACEMENT),
        ("PHPHighRiskMethodsVariables_BODY", [], purpose.DEFACEMENT),
        ("UNIXShellCommandsVariables_BODY", [], purpose.DEFACEMENT),
        ("Log4JRCE_HEADER", [], purpose.NEW_VULNERABILITY),
        ("UserAgent_BadBots_HEADER", [], purpose.SCAN),
        ("AWSManagedReconnaissanceList", [], purpose.SCAN),
        ("block-resource-force", [], purpose.OTHER),
    ],
)
def test_names_of_rules_and_conditions_tell_the_purpose(rule: str, conditions: list[str], expected: str):
    details = [{"conditionType": condition} for condition in conditions]
    row = one(action="BLOCK", terminatingRuleId=rule, terminatingRuleMatchDetails=details)

    assert row["finding_info.types"] == [expected]


def test_a_query_that_was_redacted_is_not_part_of_the_address():
    request = {"uri": "/a", "args": "REDACTED", "headers": [{"name": "HOST", "value": "www.example.jp"}]}

    assert one(httpRequest=request)["url.url_string"] == "https://www.example.jp/a"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"webaclId":"a"}', Reason.NO_TIME),
        (b'{"webaclId":"a","timestamp":"noon"}', Reason.BAD_TIME),
        (b'{"eventSource":"wafv2.amazonaws.com"}', Reason.NOT_THIS_FORMAT),
        (b'{"timestamp":1674012345123,"webaclId":"arn', Reason.TRUNCATED),
    ],
)
def test_what_is_no_web_acl_log_says_why(raw: bytes, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ruleId", "action", "name", "value", "uri", "terminatingRule"]), inner)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "action",
        "terminatingRuleId",
        "ruleGroupList",
        "nonTerminatingMatchingRules",
        "httpRequest",
        "labels",
        "timestamp",
    ]
)


@given(st.dictionaries(NAMES, VALUES))
def test_any_shape_is_an_event_or_a_reject(log: dict[str, Any]):
    schema.conform(read(json.dumps({"webaclId": "a", "timestamp": TIME, **log}).encode()).events.drop("line"))
