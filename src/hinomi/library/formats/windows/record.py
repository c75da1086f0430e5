"""A Windows event, however it came, as a row: the one mapping of files (.evtx) and of forwarded events.

    row(Record(time, "2022-12-06T00:15:02.345678Z", channel="Security", event_id="4625", data={…}), text)

``unmapped`` of every event is ``{"Channel", "EventID", "Provider_Name", "Computer", "EventRecordID",
"Level", "Keywords", "EventData": {name: text}}``, all values text as Windows shows them: Sigma rules for
Windows are written on these names. Names inside ``EventData`` and ``UserData`` that are also names of
``System`` (``Channel`` of a cleared log) stay inside.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows import defender, operational, security, sysmon
from hinomi.library.formats.windows.shape import BASE, Data, Shape
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

SECURITY = "Microsoft-Windows-Security-Auditing"
SHAPES: Mapping[str, Mapping[int, Shape]] = {
    "Microsoft-Windows-Sysmon": sysmon.SHAPES,
    SECURITY: security.SHAPES,
    **dict.fromkeys(("Microsoft-Windows-Windows Defender", "Microsoft Antimalware"), defender.SHAPES),
    "Microsoft-Windows-Audit-CVE": {1: defender.EXPLOIT},
    **operational.SHAPES,
}
PROVIDERS = {provider.lower(): shapes for provider, shapes in SHAPES.items()}
SEVERITIES = {"1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.LOW}
"""Windows' levels Critical, Error, Warning; one machine's trouble is not yet a security finding."""
AUDIT_FAILURE, AUDIT_SUCCESS = 1 << 52, 1 << 53
"""Bits of ``Keywords``. Source: Microsoft, StandardEventKeywords."""
PEOPLE = ("user.name", "user.uid", "actor.user.name", "actor.user.uid")
HEXADECIMAL = re.compile("0x[0-9a-f]{1,16}")


@dataclass(frozen=True)
class Record:
    """One event; ``time`` is naive UTC (None: it does not say), texts are empty where it says nothing.

    ``level`` is Windows' number, ``keywords`` is ``0x8020000000000000`` or words; ``message`` is the rendered text.
    ``logged_by`` is the account that ``System`` names, by ``uid``, ``name`` and ``domain`` as far as it does.
    """

    time: datetime | None
    original_time: str
    channel: str = ""
    provider: str = ""
    event_id: str = ""
    computer: str = ""
    record_id: str = ""
    level: str = ""
    keywords: str = ""
    message: str = ""
    logged_by: Mapping[str, str] = field(default_factory=dict)
    data: Data = field(default_factory=dict)


def row(record: Record, text: str) -> Row:
    """Columns of a record; ``text`` is the record as received, kept as evidence of a verdict."""
    channel, provider, event_id = record.channel or None, record.provider, record.event_id
    found: Row = {
        "time": record.time,
        "severity_id": int(SEVERITIES.get(record.level, SeverityId.INFORMATIONAL)),
        "is_alert": False,
        "metadata.original_time": record.original_time or None,
        "metadata.log_name": channel or provider or None,
        "metadata.event_code": event_id or None,
        "metadata.product.name": provider or None,
        "metadata.product.vendor_name": "Microsoft",
        "device.hostname": record.computer or None,
        "device.os.name": "Windows",
        "unmapped": orjson.dumps(
            {
                "Channel": channel,
                "EventID": event_id,
                "Provider_Name": provider,
                "Computer": record.computer or None,
                "EventRecordID": record.record_id,
                "Level": record.level,
                "Keywords": record.keywords,
                "EventData": record.data,
            }
        ).decode(),
    }
    if provider.lower() == SECURITY.lower():
        found["status_id"] = audit_result(record.keywords)
    found |= shape_of(provider, event_id).row(record.data)
    if not found["is_alert"] and not any(found.get(column) for column in PEOPLE):
        found |= {f"actor.user.{part}": value for part, value in record.logged_by.items() if value}
    if found["class_uid"] == ClassUid.BASE_EVENT:
        found.setdefault("message", record.message or f"{provider or channel or 'Windows'} {event_id}".strip())
    if found["is_alert"]:
        found["raw_data"] = text
    return found


def shape_of(provider: str, event_id: str) -> Shape:
    provider = provider.lower().replace("mssql$", "mssqlserver$").partition("$")[0]  # a named instance
    other = security.OTHER if provider == SECURITY.lower() else BASE
    number = int(event_id) if event_id.isascii() and event_id.isdigit() and len(event_id) < 10 else -1
    return PROVIDERS.get(provider, {}).get(number, other)


def audit_result(keywords: str) -> int | None:
    """Success or failure of what was audited, from the bits of ``Keywords`` or from its words."""
    words = keywords.lower().replace("_", " ")
    bits = int(words, 16) if HEXADECIMAL.fullmatch(words) else 0
    if bits & AUDIT_FAILURE or "audit failure" in words:
        return int(StatusId.FAILURE)
    return int(StatusId.SUCCESS) if bits & AUDIT_SUCCESS or "audit success" in words else None
