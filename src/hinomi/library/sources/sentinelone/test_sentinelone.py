"""SentinelOne: one threat by the interface, by activities in two spellings and by three ways of syslog."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.sentinelone.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 20))
THREAT = {
    "agentDetectionInfo": {"agentIpV4": "192.0.2.1"},
    "agentRealtimeInfo": {"agentComputerName": "PC01"},
    "threatInfo": {
        "threatName": "a.exe", "classification": "Malware", "confidenceLevel": "malicious", "threatId": "77",
        "filePath": "C:\\a.exe", "identifiedAt": "2023-01-18T02:12:56Z", "mitigationStatus": "not_mitigated",
        "processUser": "EXAMPLE\\sato",
    },
}  # fmt: skip
ACTIVITY = {
    "activityType": 19, "createdAt": "2023-01-18T02:12:56Z", "threatId": "77",
    "primaryDescription": "Threat with confidence level malicious detected: a.exe",
    "data": {"computerName": "PC01", "fileDisplayName": "a.exe", "filePath": "C:\\a.exe",
             "threatClassification": "Malware", "confidenceLevel": "malicious"},
}  # fmt: skip
LOWER = {name.lower(): item for name, item in ACTIVITY.items()} | {
    "activitytype": "19",
    "createdat": "2023-01-18 02:12:56.000",
    "data": {name.lower(): item for name, item in ACTIVITY["data"].items()},  # type: ignore[attr-defined]
}
KEYS = {
    "eventID": "19", "eventDesc": "New active threat - machine PC01", "sourceHostName": "PC01", "threatID": "77",
    "threatClassification": "Malware", "threatConfidenceLevel": "malicious", "threatMitigationStatus": "not_mitigated",
    "fileName": "a.exe", "filePath": "C:\\a.exe",
}  # fmt: skip
CEF2 = "|".join(f"{key}={value}" for key, value in KEYS.items())
CEF = " ".join(f"{key}={value}" for key, value in KEYS.items())
FORMS = {
    "threat": json.dumps({"data": [THREAT]}),
    "activity": json.dumps(ACTIVITY),
    "activity, small letters": json.dumps(LOWER, indent=2),
    "cef2": f"<14>2023-01-18 11:12:57,001 sentinel -  CEF:2|SentinelOne|Mgmt|rt=2023-01-18 02:12:56.000000|{CEF2}",
    "cef2, the system first": f"CEF:2|SentinelOne|Mgmt|Windows|rt=2023-01-18 02:12:56|{CEF2}",
    "cef": "CEF:0|SentinelOne|Mgmt|S-1.2#3|19|New active threat|1|"
    f"{CEF} rt=#arcsightDate(Wed, 18 Jan 2023, 02:12:56 UTC) siteName=Tokyo",
}


def read(text: str) -> Normalized:
    result = normalize(text.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict:
    return schema.conform(read(text).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("form", FORMS)
def test_a_threat_is_the_same_by_whatever_way(form: str):
    row = one(FORMS[form])

    assert (row["class_uid"], row["is_alert"], row["severity_id"], row["disposition_id"]) == (2004, True, 4, 15)
    assert row["time"] == datetime(2023, 1, 18, 2, 12, 56)
    assert (row["device.hostname"], row["finding_info.title"], row["finding_info.uid"]) == ("PC01", "a.exe", "77")
    assert (row["finding_info.types"], row["file.path"]) == (["Malware"], "C:\\a.exe")


@pytest.mark.parametrize(
    ("told", "disposition"),
    [
        ("The agent clean-pc successfully quarantined the threat: deleted.exe.", 3),
        ("The agent clean-pc failed to kill the threat: deleted.exe.", 15),
        ("The agent clean-pc successfully killed the threat: deleted.exe.", 2),
    ],
)
def test_what_became_of_a_threat_is_not_counted_again(told: str, disposition: int):
    """Words within the names of PCs and files are no deeds."""
    data = {"computerName": "clean-pc", "fileDisplayName": "deleted.exe"}
    row = one(json.dumps(ACTIVITY | {"activityType": 2004, "primaryDescription": told, "data": data}))

    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (2004, 2, False)
    assert row["disposition_id"] == disposition


def test_the_strongest_of_what_succeeded_was_done():
    done = [{"action": "kill", "status": "success"}, {"action": "quarantine", "status": "failed"}]

    assert one(json.dumps(THREAT | {"mitigationStatus": done}))["disposition_id"] == 2


def test_backslashes_escaped_twice_are_one():
    twice = THREAT | {"threatInfo": THREAT["threatInfo"] | {"filePath": "\\\\Device\\\\a.exe"}}

    assert one(json.dumps(twice))["file.path"] == "\\Device\\a.exe"


def test_only_the_clock_in_a_timestamp_does_not_count():
    row = one(json.dumps({"event.type": "DNS Resolved", "event.time": 1674007976000, "timestamp": "02:12:56.000"}))

    assert (row["time"], row["class_uid"]) == (datetime(2023, 1, 18, 2, 12, 56), 4003)


def test_an_event_of_no_known_kind_is_still_an_event():
    row = one(json.dumps({"event.type": "Named Pipe Creation", "event.time": 1674007976000, "endpoint.name": "PC01"}))

    assert (row["class_uid"], row["device.hostname"], row["message"]) == (0, "PC01", "Named Pipe Creation")


def test_another_products_record_is_refused():
    text = '{"hello": "world"}\nCEF:0|Trend Micro|Apex Central|1|1|x|3|rt=1'

    assert [reject.reason for reject in read(text).rejects] == [Reason.NOT_THIS_FORMAT] * 2


VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
NAMES = [*THREAT, *ACTIVITY, *ACTIVITY["data"], "alertInfo", "ruleInfo", "indicators", "networkInterfaces",
         "mitigationStatus", "assets", "detectionTime", "agentIpV4", "detectedAt", "severity", "name", "rulename",
         "tiIndicator.value", "event.dns.request", "url.address", "timestamp"]  # type: ignore[misc]  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.sampled_from(["", "GET", "Login", "DNS", "Process Exit"]))
def test_any_values_make_an_event_or_a_reject(value: dict, kind: str):
    read(json.dumps(value))
    read(json.dumps(value | {"event.type": kind}))
    read(json.dumps({"threatInfo": value, "agentDetectionInfo": value, "agentRealtimeInfo": value, **value}))
    read(json.dumps({"alertInfo": value, "sourceProcessInfo": value, **value}))


@given(st.text(alphabet="|= aeRtI1d#()\\", max_size=40))
def test_any_line_of_the_console_is_an_event(rest: str):
    assert read("CEF:2|SentinelOne|Mgmt|" + rest).events.height == 1
