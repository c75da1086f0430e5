"""Vision One: what it judged is a finding, what it only saw an activity."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.trendmicro_vision_one.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 20))
SEEN = {"endpointHostName": "PC01", "eventId": "1", "eventSubId": 2, "eventTime": "1674007976000", "objectCmd": "a"}


def read(*values: object) -> Normalized:
    result = normalize("\n".join(map(json.dumps, values)).encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(value: object) -> dict:
    return schema.conform(read(value).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("act", ["Block", ["Block"], ["Block", "Log"]])
@pytest.mark.parametrize("when", [1674007976000, "1674007976000"])
def test_a_field_may_be_a_text_or_a_list_and_a_time_a_number_or_a_text(act: object, when: object):
    row = one({"eventName": "WEB_POLICY_VIOLATION", "act": act, "eventTime": when, "dst": "192.0.2.1", "src": ["::1"]})

    assert (row["disposition_id"], row["time"]) == (2, datetime(2023, 1, 18, 2, 12, 56))
    assert (row["dst_endpoint.ip"], row["src_endpoint.ip"]) == ("192.0.2.1", "::1")


@pytest.mark.parametrize(
    ("risk", "class_uid", "alert", "severity"),
    [("info", 1007, False, 1), ("undefined", 1007, False, 1), ("low", 2004, True, 2), ("critical", 2004, True, 5)],
)
def test_a_technique_is_a_finding_from_low_risk_on(risk: str, class_uid: int, alert: bool, severity: int):
    row = one({"filters": [{"name": "n", "riskLevel": risk, "mitreTechniqueIds": ["T1059"]}], "detail": SEEN})

    assert (row["class_uid"], row["is_alert"], row["severity_id"]) == (class_uid, alert, severity)
    assert row["finding_info.attacks.technique.uid"] == ["T1059"]


@pytest.mark.parametrize(
    ("number", "sub", "class_uid", "activity"),
    [
        ("1", 2, 1007, 1), ("1", 3, 1007, 2), ("1", 4, 1005, 1), ("2", 103, 1001, 4), ("3", 202, 4001, 7),
        ("TELEMETRY_DNS", 301, 4003, 1), ("5", 401, 201001, 1), ("5", 402, 201002, 2), ("8", 701, 1007, 4),
        ("11", 901, 1009, 1), ("12", 1001, 0, 0),
    ],
)  # fmt: skip
def test_what_a_sensor_saw_is_an_activity(number: str, sub: int, class_uid: int, activity: int):
    row = one(SEEN | {"eventId": number, "eventSubId": sub})

    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (class_uid, activity, False)
    assert row["device.hostname"] == "PC01"


@pytest.mark.parametrize(
    ("act", "threat", "alert", "disposition"), [(1, "", False, 1), (2, "Trojan.X", True, 2), (4, "", True, 2)]
)
def test_a_request_through_the_web_gateway_is_traffic_unless_it_was_stopped(
    act: int, threat: str, alert: bool, disposition: int
):
    row = one({
        "eventName": "SWG_ACTIVITY_LOG", "act": act, "malName": threat, "request": "https://www.example.jp/x",
        "requestBase": "www.example.jp", "requestMethod": "GET", "clientIp": "192.0.2.4", "eventTime": 1674007976,
    })  # fmt: skip

    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (4002, 3, alert)
    assert (row["disposition_id"], row["malware.name"]) == (disposition, threat or None)
    assert (row["src_endpoint.ip"], row["dst_endpoint.hostname"]) == ("192.0.2.4", "www.example.jp")


def test_another_products_record_is_refused():
    assert [reject.reason for reject in read({"hello": "world"}).rejects] == [Reason.NOT_THIS_FORMAT]


VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
KEYS = [
    *SEEN,
    "filters",
    "detail",
    "matchedRules",
    "impactScope",
    "indicators",
    "act",
    "malName",
    "loggedDateTime",
    "src",
]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1))
def test_any_values_make_an_event_or_a_reject(value: dict):
    read(value)
