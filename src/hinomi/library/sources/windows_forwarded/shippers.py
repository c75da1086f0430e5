"""Objects of further shippers, with the names that :mod:`json_events` knows.

Promtail and Alloy (``windows_events``), OpenTelemetry Collector (``windowseventlog``), fluent-plugin-windows-eventlog
(both versions), Kinesis Agent for Windows, PowerShell's ``Get-WinEvent | ConvertTo-Json``, GELF. Source: Grafana,
"loki.source.windowsevent"; OpenTelemetry, receiver/windowseventlogreceiver; Fluentd, in_windows_eventlog2.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from hinomi.library.formats.jsonlines import part

Object = Mapping[str, Any]
DATE = re.compile(r"/Date\((\d{1,15})(?:[+-]\d{4})?\)/")
SLASHES = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$")


def renamed(value: Object) -> Object:
    """The object as a flat one that is known; itself where it is of none of these shippers."""
    return next((recast(value) for holds, recast in SHIPPERS if holds(value)), value)


def promtail(value: Object) -> Object:
    data = value.get("event_data") or value.get("user_data") or {}
    if isinstance(data, str) and not data.lstrip().startswith(("<EventData", "<UserData")):
        data = f"<EventData>{data}</EventData>"
    return {
        "Channel": value.get("channel"),
        "SourceName": value.get("source"),
        "EventID": value["event_id"],
        "Computer": value.get("computer"),
        "EventRecordID": value.get("eventRecordID"),
        "Level": value.get("level"),
        "Keywords": value.get("keywords"),
        "TimeCreated": value.get("timeCreated"),
        "Message": value.get("message"),
        "EventData": data,
    }


def opentelemetry(value: Object) -> Object:
    provider, data = value["provider"], value.get("event_data") or value.get("user_data")
    if isinstance(data, dict) and isinstance(pairs := data.get("data"), list):
        data = {name: item for pair in pairs if isinstance(pair, dict) for name, item in pair.items()} or {
            "Data": pairs
        }
    return {
        "Channel": value.get("channel"),
        "SourceName": provider.get("name") or provider.get("event_source"),
        "EventID": part(value.get("event_id")).get("id", value.get("event_id")),
        "Computer": value.get("computer"),
        "EventRecordID": value.get("record_id"),
        "Level": value.get("level"),
        "Keywords": value.get("keywords"),
        "TimeCreated": value.get("system_time"),
        "Message": value.get("message"),
        "EventData": data,
        "UserID": part(value.get("security")).get("user_id"),
    }


def fluentd(value: Object) -> Object:
    """``TimeCreated`` with slashes is UTC, and the data are values in order."""
    time = SLASHES.match(str(value.get("TimeCreated")))
    data = value.get("EventData")
    found = {**value, "Message": value.get("Description"), "StringInserts": data if isinstance(data, list) else None}
    if time:
        found["TimeCreated"] = f"{time[1]}-{time[2]}-{time[3]}T{time[4]}Z"
    return {name: item for name, item in found.items() if name not in ("Description", "ProviderGUID")}


def fluentd_classic(value: Object) -> Object:
    return {
        "Channel": str(value.get("channel", "")).title(),
        "SourceName": value.get("source_name"),
        "EventID": value["event_id"],
        "Computer": value.get("computer_name"),
        "EventRecordID": value.get("record_number"),
        "EventType": value.get("event_type"),
        "EventTime": value.get("time_generated"),
        "Message": value.get("description"),
        "StringInserts": value["string_inserts"],
    }


def kinesis(value: Object) -> Object:
    return {
        "Channel": value.get("LogName"),
        "SourceName": value.get("ProviderName"),
        "EventID": value["EventId"],
        "Computer": value.get("MachineName"),
        "EventRecordID": value.get("Index"),
        "Level": value.get("LevelDisplayName"),
        "Keywords": value.get("Keywords"),
        "TimeCreated": value.get("TimeCreated"),
        "Message": value.get("Description"),
        "EventData": value.get("EventData"),
    }


def powershell(value: Object) -> Object:
    created = value.get("TimeCreated")
    if isinstance(created, dict):  # PowerShell 5 wraps dates that it has decorated
        created = created.get("value") or created.get("DateTime")
    date = DATE.match(str(created))
    words, properties = value.get("KeywordsDisplayNames"), value.get("Properties")
    user = value.get("UserId")
    return {
        "Channel": value.get("LogName"),
        "SourceName": value.get("ProviderName"),
        "EventID": value["Id"],
        "Computer": value.get("MachineName"),
        "EventRecordID": value.get("RecordId"),
        "Level": value.get("Level"),
        "Keywords": words if isinstance(words, list) and words else value.get("Keywords"),
        "time" if date else "TimeCreated": date[1] if date else created,
        "Message": value.get("Message"),
        "StringInserts": [part(item).get("Value", item) for item in properties]
        if isinstance(properties, list)
        else None,
        "UserID": part(user).get("Value", user),
    }


def gelf(value: Object) -> Object:
    named = {name.removeprefix("_"): item for name, item in value.items()}
    full = named.pop("full_message", None)
    return {"Hostname": value.get("host"), "Message": full or named.pop("short_message", None), **named}


SHIPPERS: tuple[tuple[Callable[[Object], bool], Callable[[Object], Object]], ...] = (
    (lambda value: "timeCreated" in value and "event_id" in value, promtail),
    (lambda value: isinstance(value.get("provider"), dict) and "event_id" in value, opentelemetry),
    (lambda value: "string_inserts" in value and "event_id" in value, fluentd_classic),
    (lambda value: "Description" in value and "EventID" in value, fluentd),
    (lambda value: "Description" in value and "EventId" in value, kinesis),
    (lambda value: "ProviderName" in value and "RecordId" in value and "Id" in value, powershell),
    (lambda value: "short_message" in value, gelf),
)
