"""Windows event logs (.evtx) to OCSF: every record an event, by the mapping of :mod:`formats.windows.record`.

Times are UTC (``TimeCreated``).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.windows import record, script_blocks
from hinomi.library.formats.windows.record import Record
from hinomi.library.sources.windows_evtx.reader import Damage, read

GUID_LENGTH = 36
GUID = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
"""A value of type GUID as the reader writes it; a text that looks like one is seldom all capitals."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """``line`` is the record's place in the file, counted from 1; damaged records count too."""
    collector = Collector()
    for number, item in enumerate(read(payload), start=1):
        outcome = item if isinstance(item, Damage) else event(item)
        if isinstance(outcome, Damage):
            collector.add(number, Reject(number, outcome.reason, outcome.detail, outcome.raw))
        else:
            collector.add(number, outcome)
    return script_blocks.joined(collector.normalized())


def event(text: str) -> Row | Damage:
    """Columns of one record, given as JSON text; damage where it has no time or is no event."""
    try:
        document = orjson.loads(text)["Event"]
        system = document["System"]
        created = attributes(system.get("TimeCreated")).get("SystemTime")
        if not created:
            return Damage(Reason.NO_TIME, "TimeCreated がありません (no time)", text.encode())
        time = datetime.fromisoformat(created).astimezone(UTC).replace(tzinfo=None)
        provider = str(attributes(system.get("Provider")).get("Name") or "")
        data = event_data(document)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        return Damage(Reason.BAD_VALUE, f"イベントとして読めません (not an event): {error!r}", text.encode())
    found = Record(
        time,
        created,
        channel=plain(system.get("Channel")),
        provider=provider,
        event_id=plain(system.get("EventID")),
        computer=plain(system.get("Computer")),
        record_id=plain(system.get("EventRecordID")),
        level=plain(system.get("Level")),
        keywords=plain(system.get("Keywords")),
        data=data,
    )
    return record.row(found, text)


def event_data(document: Mapping[str, Any]) -> dict[str, str]:
    """``EventData``, ``UserData`` (without the element around its values) or what failed to render."""
    payload = document.get("EventData") or document.get("ProcessingErrorData")
    if not payload and isinstance(user := document.get("UserData"), dict):
        payload = next((value for name, value in user.items() if name != "#attributes"), None)
    if not isinstance(payload, dict):
        return {"Data": plain(payload)} if payload else {}
    return {
        name: value if type(value) is str and len(value) != GUID_LENGTH else plain(value)
        for name, value in payload.items()
        if name != "#attributes"
    }


def attributes(element: object) -> Mapping[str, Any]:
    found = element.get("#attributes") if isinstance(element, dict) else None
    return found if isinstance(found, dict) else {}


def plain(value: object) -> str:
    """A value as Windows shows it: ``true``, decimal numbers, GUIDs in braces, several values on lines."""
    if isinstance(value, str):
        return "{" + value + "}" if len(value) == GUID_LENGTH and GUID.fullmatch(value) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(plain(item) for item in value)
    if isinstance(value, dict):
        if "#text" in value:
            return plain(value["#text"])
        inner = {name: item for name, item in value.items() if name != "#attributes"}
        return orjson.dumps(inner).decode() if inner else ""
    return str(value)
