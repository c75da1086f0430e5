"""Windows event logs (.evtx) to OCSF: every record an event, its data kept by their own names.

``unmapped`` of every event is ``{"Channel", "EventID", "Provider_Name", "Computer", "EventRecordID",
"Level", "Keywords", "EventData": {name: text}}``, all values text as Windows shows them: Sigma rules for
Windows are written on these names. Names inside ``EventData`` and ``UserData`` that are also names of
``System`` (``Channel`` of a cleared log) stay inside. Times are UTC (``TimeCreated``).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.sources.windows_evtx import defender, operational, security, sysmon
from hinomi.library.sources.windows_evtx.reader import Damage, read
from hinomi.library.sources.windows_evtx.shape import BASE, Shape
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

SECURITY = "Microsoft-Windows-Security-Auditing"
SHAPES: Mapping[str, Mapping[int, Shape]] = {
    "Microsoft-Windows-Sysmon": sysmon.SHAPES,
    SECURITY: security.SHAPES,
    "Microsoft-Windows-Windows Defender": defender.SHAPES,
    **operational.SHAPES,
}
SEVERITIES = {1: SeverityId.HIGH, 2: SeverityId.MEDIUM, 3: SeverityId.LOW}
"""Windows' levels Critical, Error, Warning; one machine's trouble is not yet a security finding."""
AUDIT_FAILURE, AUDIT_SUCCESS = 1 << 52, 1 << 53
"""Bits of ``Keywords``. Source: Microsoft, StandardEventKeywords."""
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
    return collector.normalized()


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
        event_id = plain(system.get("EventID"))
        data = event_data(document)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        return Damage(Reason.BAD_VALUE, f"イベントとして読めません (not an event): {error!r}", text.encode())
    channel, computer = plain(system.get("Channel")) or None, plain(system.get("Computer")) or None
    keywords, level = plain(system.get("Keywords")), plain(system.get("Level"))
    row: Row = {
        "time": time,
        "severity_id": int(SEVERITIES.get(int(level) if level.isdigit() else 0, SeverityId.INFORMATIONAL)),
        "is_alert": False,
        "metadata.original_time": created,
        "metadata.log_name": channel or provider or None,
        "metadata.event_code": event_id or None,
        "metadata.product.name": provider or None,
        "metadata.product.vendor_name": "Microsoft",
        "device.hostname": computer,
        "device.os.name": "Windows",
        "unmapped": orjson.dumps(
            {
                "Channel": channel,
                "EventID": event_id,
                "Provider_Name": provider,
                "Computer": computer,
                "EventRecordID": plain(system.get("EventRecordID")),
                "Level": level,
                "Keywords": keywords,
                "EventData": data,
            }
        ).decode(),
    }
    if provider == SECURITY:
        row["status_id"] = audit_result(keywords)
    row |= shape_of(provider, event_id).row(data)
    if row["class_uid"] == ClassUid.BASE_EVENT:
        row.setdefault("message", f"{provider or channel} {event_id}")
    if row["is_alert"]:
        row["raw_data"] = text
    return row


def shape_of(provider: str, event_id: str) -> Shape:
    other = security.OTHER if provider == SECURITY else BASE
    return SHAPES.get(provider, {}).get(int(event_id), other) if event_id.isdigit() else other


def audit_result(keywords: str) -> int | None:
    bits = int(keywords, 16) if keywords.startswith("0x") else 0
    if bits & AUDIT_FAILURE:
        return int(StatusId.FAILURE)
    return int(StatusId.SUCCESS) if bits & AUDIT_SUCCESS else None


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
