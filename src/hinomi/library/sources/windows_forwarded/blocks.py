"""Windows events as Splunk's classic input writes them: a date, ``Name=value`` lines, a message of many lines.

Source: Splunk, "Monitor Windows event log data with Splunk Enterprise", render as plain text.
"""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.windows.record import Record
from hinomi.library.sources.windows_forwarded import json_events

START = re.compile(rb"^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?:\.\d+)? [AP]M\r?\nLogName=", re.MULTILINE)
DATE = "%m/%d/%Y %I:%M:%S %p"
FRACTION = re.compile(r"\.\d+")


def holds(payload: bytes) -> bool:
    return START.match(payload.lstrip()) is not None


def pieces(payload: bytes) -> Iterator[bytes]:
    """Events in order; what precedes the first is a piece too."""
    begins = [found.start() for found in START.finditer(payload)]
    for start, end in zip([0, *begins], [*begins, len(payload)], strict=True):
        if payload[start:end].strip():
            yield payload[start:end].strip()


def record(text: str, zone: ZoneInfo) -> Record | None:
    """The event of a piece; None if it is none."""
    head, _, message = text.partition("\nMessage=")
    date, *lines = head.splitlines()
    values = dict(line.partition("=")[::2] for line in lines)
    if "EventCode" not in values:
        return None
    time = times.local(FRACTION.sub("", date), DATE, zone)
    return json_events.finished(
        date,
        time,
        channel=values.get("LogName", ""),
        provider=values.get("SourceName", ""),
        event_id=values["EventCode"],
        computer=values.get("ComputerName", ""),
        record_id=values.get("RecordNumber", ""),
        level=json_events.LEVELS.get(values.get("Type", "").lower(), ""),
        keywords=json_events.audit(values.get("Keywords", "")),
        message=message,
        data={},
    )
