"""Windows events as rules see them, from the JSON that the source ``windows_evtx`` leaves in ``unmapped``.

``{"Channel", "EventID", "Provider_Name", "Computer", "EventData": {…}}``: what lies in EventData is a
field by its own name and wins over a field of the record's head (event 104 names the cleared ``Channel``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from hinomi.pipeline.detect.sigma.channels import SECURITY
from hinomi.pipeline.detect.sigma.engine.table import Table, of_events
from hinomi.pipeline.detect.sigma.event import Event, canonical
from hinomi.pipeline.detect.sigma.logsource import Key

EVENT_DATA = "EventData"
NO_ID = -1
PROCESS_CREATED = Key(SECURITY, 4688)

INTEGRITY = {
    "s-1-16-0": "Untrusted",
    "s-1-16-4096": "Low",
    "s-1-16-8192": "Medium",
    "s-1-16-8448": "Medium Plus",
    "s-1-16-12288": "High",
    "s-1-16-16384": "System",
}
"""Mandatory labels of Security 4688 in the words of Sysmon (Microsoft, "Well-known SIDs")."""


def is_windows_event() -> pl.Expr:
    return pl.col("unmapped").str.contains('"EventID":', literal=True).fill_null(False)


@dataclass(frozen=True)
class Records:
    """Windows events of one channel and event id: row numbers of the batch and what was in each record."""

    key: Key
    rows: tuple[int, ...]
    records: tuple[Mapping[str, Any], ...]

    def event(self, index: int) -> Event:
        return as_event(self.key, self.records[index])


def sorted_by_key(events: pl.DataFrame) -> list[Records]:
    """The Windows events of a batch by their key; other events are left out."""
    rows = events.select(is_windows_event()).to_series().arg_true()
    found: dict[Key, tuple[list[int], list[Mapping[str, Any]]]] = defaultdict(lambda: ([], []))
    for row, document in zip(rows.to_list(), events["unmapped"].gather(rows).to_list(), strict=True):
        record = orjson.loads(document)
        if not isinstance(record, dict):
            continue
        numbers, records = found[key_of(record)]
        numbers.append(row)
        records.append(record)
    return [Records(key, tuple(numbers), tuple(records)) for key, (numbers, records) in found.items()]


def key_of(record: Mapping[str, Any]) -> Key:
    event_id = str(record.get("EventID"))
    return Key(str(record.get("Channel") or "").lower(), int(event_id) if event_id.isdecimal() else NO_ID)


def as_event(key: Key, record: Mapping[str, Any]) -> Event:
    data = record.get(EVENT_DATA)
    named = data if isinstance(data, Mapping) else {"Data": data}
    fields = dict(named)
    taken = {canonical(name) for name in named}
    fields |= {name: value for name, value in record.items() if name != EVENT_DATA and canonical(name) not in taken}
    if key == PROCESS_CREATED:
        fields |= as_sysmon(fields)
    return Event(fields.items())


def as_sysmon(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Security 4688 in the field names of Sysmon 1, in which rules of category process_creation are written."""
    label = str(fields.get("MandatoryLabel", "")).lower()
    user = "\\".join(filter(None, (fields.get("SubjectDomainName"), fields.get("SubjectUserName"))))
    renamed = {
        "Image": fields.get("NewProcessName"),
        "ParentImage": fields.get("ParentProcessName"),
        "IntegrityLevel": INTEGRITY.get(label),
        "LogonId": fields.get("SubjectLogonId"),
        "User": user or None,
    }
    return {name: value for name, value in renamed.items() if value is not None and name not in fields}


def tables(documents: pl.Series) -> Iterator[tuple[list[int], Table]]:
    """The Windows events among the documents of a batch: their row numbers, and a table of them."""
    rows = documents.to_frame("unmapped").select(is_windows_event()).to_series().arg_true()
    mine = documents.gather(rows)
    numbers, keys, events = [], [], []
    for number, document in enumerate(mine.to_list()):
        record = orjson.loads(document)
        if isinstance(record, dict):
            key = key_of(record)
            numbers.append(number)
            keys.append(key)
            events.append(as_event(key, record))
    if numbers:
        yield rows.gather(numbers).to_list(), of_events(events, keys, mine.gather(numbers))
