"""Google Workspace: activities with several events, nested parameters, and what has no time."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context
from hinomi.library.sources.google_workspace.mapping import normalize

NOON = datetime(2023, 1, 18, 4)
CONTEXT = Context(ZoneInfo("Asia/Tokyo"), NOON)


def activity(*events: dict[str, Any]) -> dict[str, Any]:
    return {"id": {"time": "2023-01-18T03:25:45Z", "applicationName": "drive"}, "events": list(events)}


def test_an_activity_with_several_events_is_several_records_numbered_on() -> None:
    two = activity({"name": "view"}, {"name": "download"})
    payload = "\n".join(map(json.dumps, [two, activity({"name": "edit"})]))

    found = normalize(payload.encode(), CONTEXT)

    assert found.events["metadata.event_code"].to_list() == ["view", "download", "edit"]
    assert found.events["line"].to_list() == [1, 2, 3]


def test_parameters_may_be_a_list_of_pairs_or_a_plain_object() -> None:
    as_list = activity({"name": "view", "parameters": [{"name": "doc_title", "value": "図面"}]})
    as_object = activity({"name": "view", "parameters": {"doc_title": "図面"}})

    found = normalize(json.dumps([as_list, as_object]).encode(), CONTEXT)

    assert found.events["file.name"].to_list() == ["図面", "図面"]


def test_what_has_no_time_is_given_the_time_of_receipt_and_says_so() -> None:
    record = {"id": {"applicationName": "drive"}, "name": "view"}

    (row,) = normalize(json.dumps(record).encode(), CONTEXT).events.to_dicts()

    assert (row["time"], row["metadata.labels"]) == (NOON, ["time_source:receive"])


def test_who_acted_and_whom_it_was_done_to_are_two() -> None:
    made = activity({"name": "CREATE_USER", "parameters": [{"name": "USER_EMAIL", "value": "new@factory.example"}]})
    made |= {"id": made["id"] | {"applicationName": "admin"}, "actor": {"email": "admin@factory.example"}}
    granted = made | {"id": made["id"] | {"applicationName": "token"}, "events": [{"name": "authorize"}]}

    found = normalize("\n".join(map(json.dumps, [made, granted])).encode(), CONTEXT).events

    assert found["actor.user.name"].to_list() == ["admin@factory.example"] * 2
    assert found["user.name"].to_list() == ["new@factory.example", None]


def test_an_entry_of_cloud_logging_is_the_activity_that_it_carries() -> None:
    entry = {
        "timestamp": "2023-01-18T03:25:45.5Z",
        "protoPayload": {
            "authenticationInfo": {"principalEmail": "sato@factory.example"},
            "requestMetadata": {"callerIp": "203.0.113.7"},
            "serviceName": "login.googleapis.com",
            "methodName": "google.login.LoginService.loginFailure",
            "metadata": {"event": [{"eventName": "login_failure", "eventType": "login", "parameter": []}]},
        },
    }

    (row,) = normalize(json.dumps(entry).encode(), CONTEXT).events.to_dicts()

    assert (row["class_uid"], row["status_id"], row["user.name"]) == (3002, 2, "sato@factory.example")
    assert (row["src_endpoint.ip"], row["time"]) == ("203.0.113.7", datetime(2023, 1, 18, 3, 25, 45, 500000))


def test_what_chrome_blocked_is_blocked_on_a_machine_with_a_name() -> None:
    given = {"EVENT_RESULT": "EVENT_RESULT_BLOCKED", "DEVICE_NAME": "PC01", "CONTENT_NAME": "C:\\tmp\\a.exe"}
    met = activity({"name": "MALWARE_TRANSFER", "parameters": given})

    (row,) = normalize(json.dumps(met).encode(), CONTEXT).events.to_dicts()

    assert (row["disposition_id"], row["device.hostname"]) == (2, "PC01")
    assert (row["file.path"], row["file.name"]) == ("C:\\tmp\\a.exe", "a.exe")
