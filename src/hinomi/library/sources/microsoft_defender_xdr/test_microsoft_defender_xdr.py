"""Defender XDR: JSON within texts, one alert in several records, who opened a connection."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.microsoft_defender_xdr import devices, identities, mail
from hinomi.library.sources.microsoft_defender_xdr.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 20))
ALERT = {"AlertId": "da1", "Title": "'X' malware was detected", "Severity": "High"}


def record(table: str, properties: object) -> str:
    return json.dumps({"time": "2023-01-18T03:00:00.7165282Z", "category": f"AdvancedHunting-{table}",
                       "properties": properties})  # fmt: skip


def read(text: str) -> Normalized:
    result = normalize(text.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def rows(text: str) -> list[dict]:
    return schema.conform(read(text).events.drop("line")).to_dicts()


def test_seven_digits_of_a_second_and_the_time_of_the_event_itself():
    first, second = rows(
        "\n".join(record("DeviceInfo", each) for each in ({"Timestamp": "2023-01-18T02:12:56.1234567Z"}, {}))
    )

    assert first["time"] == datetime(2023, 1, 18, 2, 12, 56, 123456)
    assert second["time"] == datetime(2023, 1, 18, 3, 0, 0, 716528)


@pytest.mark.parametrize("wrap", [json.dumps, lambda value: value])
def test_additional_fields_are_an_object_or_its_text(wrap: object):
    told = {"ThreatName": "Ransom:Win32/LockBit", "WasRemediated": True}
    (row,) = rows(record("DeviceEvents", {"ActionType": "AntivirusDetection", "AdditionalFields": wrap(told)}))  # type: ignore[operator]

    assert (row["is_alert"], row["disposition_id"], row["finding_info.title"]) == (True, 11, told["ThreatName"])
    assert row["malware.classification_ids"] == [10]


def test_rows_of_a_query_may_come_as_csv():
    text = (
        '"Timestamp","DeviceId","DeviceName","ActionType","FileName","FolderPath","ProcessId","AccountName"\n'
        '"2023-01-18T02:12:56.5Z","d1","pc01","ProcessCreated","cmd.exe","C:\\Windows\\cmd.exe","4720","sato"\n'
    )

    (row,) = rows(text)

    assert (row["class_uid"], row["time"]) == (1007, datetime(2023, 1, 18, 2, 12, 56, 500000))
    assert (row["device.hostname"], row["process.name"], row["process.pid"]) == ("pc01", "cmd.exe", 4720)
    assert row["user.name"] == "sato"


def test_an_alert_counts_once_in_a_payload():
    text = "\n".join(record("AlertEvidence", ALERT | {"EntityType": kind}) for kind in ("Machine", "File", "User"))

    assert [row["is_alert"] for row in rows(record("AlertInfo", ALERT) + "\n" + text)] == [True, False, False, False]
    assert [row["activity_id"] for row in rows(text)] == [1, 2, 2]


def test_evidence_without_a_title_is_no_alert_by_itself():
    (row,) = rows(record("AlertEvidence", {"AlertId": "da1", "EntityType": "File"}))

    assert (row["class_uid"], row["is_alert"]) == (2004, False)


@pytest.mark.parametrize(
    ("action", "told", "source"),
    [
        ("ConnectionSuccess", {}, "192.0.2.1"),
        ("InboundConnectionAccepted", {}, "198.51.100.9"),
        ("SslConnectionInspected", {"direction": "In"}, "198.51.100.9"),
    ],
)
def test_who_opened_a_connection_is_its_source(action: str, told: dict, source: str):
    ends = {"LocalIP": "192.0.2.1", "RemoteIP": "198.51.100.9", "ActionType": action, "AdditionalFields": told}

    assert rows(record("DeviceNetworkEvents", ends))[0]["src_endpoint.ip"] == source


@pytest.mark.parametrize(
    ("action", "disposition"),
    [("AsrPsexecWmiChildProcessBlocked", 2), ("AsrPsexecWmiChildProcessAudited", 15), ("SmartScreenUserOverride", 1)],
)
def test_the_end_of_a_name_says_what_was_done(action: str, disposition: int):
    (row,) = rows(record("DeviceEvents", {"ActionType": action}))

    assert (row["is_alert"], row["disposition_id"]) == (True, disposition)


def test_an_incident_of_one_alert_is_that_alert():
    one = {
        "alertId": "da1",
        "title": "X",
        "severity": "High",
        "category": "Malware",
        "devices": [{"deviceDnsName": "pc"}],
    }
    text = json.dumps({"value": [{"incidentId": 7, "alerts": each} for each in (one, [one], [one, one], [])]})

    assert [(row["class_uid"], row["is_alert"]) for row in rows(text)] == [
        (2004, True), (2004, True), (2005, True), (2005, False),
    ]  # fmt: skip


def test_rows_of_a_query_are_known_by_their_columns():
    row = {"Timestamp": "2023-01-18T02:12:56Z", "DeviceId": "1", "ActionType": "FileCreated", "FileName": "a"}

    assert rows(json.dumps({"Schema": [], "Results": [row]}))[0]["class_uid"] == 1001


def test_a_table_of_tomorrow_is_still_an_event():
    (row,) = rows(record("DeviceTomorrow", {"DeviceName": "pc"}))

    assert (row["class_uid"], row["device.hostname"], row["message"]) == (0, "pc", "DeviceTomorrow")


def test_another_products_record_is_refused():
    text = '{"hello": "world"}\nCEF:0|Microsoft|x|1|1|x|3|rt=1'

    assert [reject.reason for reject in read(text).rejects] == [Reason.NOT_THIS_FORMAT] * 2


VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.booleans() | st.sampled_from(["{", "[1]", '[{"UserName": 1}]']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
COLUMNS = ["ActionType", "AdditionalFields", "IPAddresses", "LoggedOnUsers", "ThreatTypes", "RecipientDetails", "Url",
           "RawEventData", "FileName", "FolderPath", "RemoteUrl", "AlertId", "Title", "Categories", "AttackTechniques",
           "ProcessId", "Timestamp", "OperationNamesList", "alerts", "evidence", "devices", "title", "incidentId",
           "severity", "category", "mitreTechniques", "@odata.type"]  # fmt: skip
TABLES = [*devices.TABLES, *identities.READERS, *mail.READERS, "AlertInfo", "AlertEvidence", "BehaviorInfo"]


@given(
    st.sampled_from(TABLES), st.sampled_from(["", *devices.ACTIONS]), st.dictionaries(st.sampled_from(COLUMNS), VALUES)
)
def test_any_values_make_an_event_or_a_reject(table: str, action: str, value: dict):
    read(record(table, value))
    read(record(table, {"ActionType": action, **value}))
    read(json.dumps(value))
    read(json.dumps({"incidentId": 1, "alerts": [value, value]}))
