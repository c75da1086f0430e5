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
