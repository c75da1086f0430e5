"""Falcon: its streams, its interface and its connector tell of the same detection in three ways."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.crowdstrike.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 20))
STREAM = {
    "metadata": {"eventType": "EppDetectionSummaryEvent", "eventCreationTime": 1674007976000},
    "event": {
        "Hostname": "PC01", "UserName": "sato", "LogonDomain": "EXAMPLE", "Name": "Dump", "Severity": 70,
        "Tactic": "Credential Access", "Technique": "OS Credential Dumping", "FileName": "a.exe",
        "FilePath": "\\Device\\Temp", "CommandLine": "a.exe", "LocalIP": "192.0.2.1", "AgentId": "aid1",
        "PatternDispositionDescription": "Prevention, process was blocked from execution.",
    },
}  # fmt: skip
ALERT = {
    "composite_id": "c", "display_name": "Dump", "severity": 70, "tactic": "Credential Access",
    "technique": "OS Credential Dumping", "filename": "a.exe", "filepath": "\\Device\\Temp\\a.exe", "cmdline": "a.exe",
    "user_name": "sato", "logon_domain": "EXAMPLE", "timestamp": "2023-01-18T02:12:56Z",
    "pattern_disposition_details": {"process_blocked": True},
    "device": {"hostname": "PC01", "local_ip": "192.0.2.1", "device_id": "aid1"},
}  # fmt: skip
CEF = (
    "CEF:0|CrowdStrike|FalconHost|1.0|DetectionSummaryEvent|Credential Access|4|externalId=aid1 dhost=PC01 duser=sato "
    "dntdom=EXAMPLE fname=a.exe filePath=\\\\Device\\\\Temp cs5Label=CommandLine cs5=a.exe src=192.0.2.1 "
    "cat=Credential Access act=OS Credential Dumping rt=1674007976000 cs1Label=DetectName cs1=Dump "
    "CSMTRPatternDisposition=Prevention, process was blocked from execution."
)
FORMS = {
    "stream": json.dumps(STREAM),
    "stream, pretty": json.dumps(STREAM, indent=4),
    "stream, a relay's line ends": "<134>Jan 18 11:12:56 h " + json.dumps(STREAM, indent=2).replace("\n", "#012"),
    "alert": json.dumps({"resources": [ALERT]}),
    "cef": CEF,
}


def read(text: str) -> Normalized:
    result = normalize(text.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict:
    return schema.conform(read(text).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("form", FORMS)
def test_a_detection_is_the_same_by_whatever_way(form: str):
    row = one(FORMS[form])

    assert (row["class_uid"], row["is_alert"], row["severity_id"], row["disposition_id"]) == (2004, True, 4, 2)
    assert row["time"] == datetime(2023, 1, 18, 2, 12, 56)
    assert (row["device.hostname"], row["device.ip"], row["device.uid"]) == ("PC01", "192.0.2.1", "aid1")
    assert (row["user.name"], row["user.domain"], row["finding_info.title"]) == ("sato", "EXAMPLE", "Dump")
    assert (row["process.file.path"], row["process.cmd_line"]) == ("\\Device\\Temp\\a.exe", "a.exe")
    assert row["finding_info.types"] == ["Credential Access", "OS Credential Dumping"]


@pytest.mark.parametrize(("level", "severity"), [(2, 2), (5, 5), (10, 1), (20, 2), (90, 5), ("High", 4), (None, 3)])
def test_severities_count_to_five_or_to_a_hundred(level: object, severity: int):
    event = STREAM | {"event": STREAM["event"] | {"Severity": level}}

    assert one(json.dumps(event))["severity_id"] == severity


def test_what_a_policy_would_have_blocked_was_only_detected():
    flags = {"ProcessBlocked": True, "PolicyDisabled": True}
    event = STREAM["event"] | {"PatternDispositionDescription": "", "PatternDispositionFlags": flags}

    assert one(json.dumps(STREAM | {"event": event}))["disposition_id"] == 15


@pytest.mark.parametrize(("direction", "source"), [("0", "192.0.2.1"), ("1", "198.51.100.9")])
def test_who_opened_a_connection_is_its_source(direction: str, source: str):
    seen = {
        "event_simpleName": "NetworkConnectIP4", "timestamp": "1674007976000", "LocalAddressIP4": "192.0.2.1",
        "RemoteAddressIP4": "198.51.100.9", "ConnectionDirection": direction,
    }  # fmt: skip

    assert one(json.dumps(seen))["src_endpoint.ip"] == source


def test_ids_beyond_64_bits_and_leading_zeros_stay_texts():
    row = one(
        json.dumps({"event_simpleName": "ProcessRollup2", "timestamp": "1", "TargetProcessId": "018446744073709551616"})
    )

    assert row["process.uid"] == "018446744073709551616"


@pytest.mark.parametrize(
    ("indicator", "column", "value"),
    [
        ({"IPv4": "203.0.113.5"}, "dst_endpoint.ip", "203.0.113.5"),
        ({"IPv6": "2001:db8::5"}, "dst_endpoint.ip", "2001:db8::5"),
        ({"DomainName": "bad.example"}, "query.hostname", "bad.example"),
        ({"DnsRequests": [{"DomainName": "bad.example"}]}, "query.hostname", "bad.example"),
        ({"Filename": "plan.xlsx", "ContentSha": "a" * 64}, "file.name", "plan.xlsx"),
        ({"HostNames": "PC07,PC08"}, "device.hostname", "PC07"),
        ({"IPv4Addresses": "192.0.2.21,192.0.2.26"}, "device.ip", "192.0.2.21"),
        ({"UserNames": "sato,ito"}, "user.name", "sato"),
    ],
)
def test_what_was_matched_has_a_column(indicator: dict, column: str, value: str):
    event = {"metadata": {"eventType": "CustomerIOCEvent", "eventCreationTime": 1674007976000}, "event": indicator}

    assert one(json.dumps(event))[column] == value


def test_alerts_of_other_products_name_hosts_and_people_in_lists():
    alert = {
        "composite_id": "c:ngsiem:1", "name": "UC1", "timestamp": "2023-01-18T02:12:56Z", "host_names": ["PC07"],
        "source_ips": ["198.51.100.9"], "destination_hosts": ["NAS01"], "user_names": ["sato"],
    }  # fmt: skip
    lead = {
        "composite_id": "c:automated-lead:1", "name": "lead", "timestamp": "2023-01-18T02:12:56Z",
        "threatgraph_indicators": [{"hostname": "PC08"}],
    }  # fmt: skip

    row = one(json.dumps(alert))

    assert (row["device.hostname"], row["src_endpoint.ip"]) == ("PC07", "198.51.100.9")
    assert (row["dst_endpoint.hostname"], row["user.name"]) == ("NAS01", "sato")
    assert one(json.dumps(lead))["device.hostname"] == "PC08"


def test_another_products_record_is_refused():
    assert [reject.reason for reject in read('{"hello": "world"}\nhello').rejects] == [Reason.NOT_THIS_FORMAT] * 2


VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
KEYS = [*STREAM, *STREAM["event"], *ALERT, "event_simpleName", "ExternalApiType", "behaviors", "aid", "AgentVersion"]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1), st.sampled_from(["", "DnsRequest", "UserLogon"]))
def test_any_values_make_an_event_or_a_reject(value: dict, name: str):
    read(json.dumps(value | ({"event_simpleName": name} if name else {})))
    read(json.dumps(STREAM | {"event": value}))
