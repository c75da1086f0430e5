"""Windows records as rules see them: from JSON that ``windows_evtx`` and ``windows_forwarded`` left in ``unmapped``.

``{"Channel", "EventID", "Provider_Name", "Computer", "EventData": {…}}``: what lies in EventData is a
field by its own name and wins over a field of the record's head (event 104 names the cleared ``Channel``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan import Found, Kind, Wanted, of_column
from hinomi.library.formats.jsonscan.scanning import worth_compiling
from hinomi.library.formats.views import Views, take
from hinomi.library.lazy import Lazy
from hinomi.pipeline.detect.sigma.engine import records
from hinomi.pipeline.detect.sigma.engine.table import Table, of_events
from hinomi.pipeline.detect.sigma.event import Event, canonical
from hinomi.pipeline.detect.sigma.taxonomy.channels import SECURITY
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key

if TYPE_CHECKING:
    import polars as pl
else:
    pl = Lazy("polars")

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
LABEL = "mandatorylabel"
RENAMED = {"image": "newprocessname", "parentimage": "parentprocessname", "logonid": "subjectlogonid"}
SUBJECT = ("subjectdomainname", "subjectusername")
SYSMON_NAMES = frozenset([*RENAMED, "integritylevel", "user"])
HEAD = ("channel", "eventid", "provider_name", "computer", "eventrecordid", "level", "keywords")
SHAPE = records.Shape((("EventData",),), {name: (name,) for name in HEAD})


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
    head = {canonical(name): value for name, value in record.items()}
    event_id = str(head.get("eventid"))
    return Key(str(head.get("channel") or "").lower(), int(event_id) if event_id.isdecimal() else NO_ID)


def as_event(key: Key, record: Mapping[str, Any]) -> Event:
    data = record.get(EVENT_DATA)
    named = data if isinstance(data, Mapping) else {"Data": data}
    fields = dict(named)
    taken = {canonical(name) for name in named}
    fields |= {name: value for name, value in record.items() if name != EVENT_DATA and canonical(name) not in taken}
    if key == PROCESS_CREATED:
        fields |= as_sysmon({canonical(name): value for name, value in fields.items()})
    return Event(fields.items())


def as_sysmon(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Security 4688 in the field names of Sysmon 1, in which rules of category process_creation are written."""
    label = str(fields.get(LABEL, "")).lower()
    user = "\\".join(filter(None, (fields.get(name) for name in SUBJECT)))
    found = {name: fields.get(other) for name, other in RENAMED.items()}
    found |= {"integritylevel": INTEGRITY.get(label), "user": user or None}
    return {name: value for name, value in found.items() if value is not None and name not in fields}


def renamed(found: Found, keys: Sequence[Key], groups: NDArray[np.int32]) -> Found:
    """The same for columns; rows that have fields of Sysmon's already are not among them (:func:`in_other_words`)."""
    if PROCESS_CREATED not in keys:
        return found
    rows = np.flatnonzero(groups == keys.index(PROCESS_CREATED))
    for name, other in RENAMED.items():
        number = found.wanted.numbers[other]
        records.put(found, name, rows, found.kinds[number, rows], found.views[number, rows])
    *subjects, labels = (records.texts(records.column(found, name).take(rows)) for name in (*SUBJECT, LABEL))
    users = [b"\\".join(filter(None, words)).decode() or None for words in zip(*subjects, strict=True)]
    levels = [INTEGRITY.get(label.decode().lower()) for label in labels]
    for name, said in (("user", users), ("integritylevel", levels)):
        made = records.beside(rows, said, len(groups), found.buffers)
        records.put(found, name, rows, np.where(made.valid[rows], Kind.STRING, Kind.ABSENT), made.words[rows])
        found = replace(found, buffers=made.buffers)
    return found


def tables(documents: pl.Series, names: frozenset[str] = frozenset()) -> Iterator[tuple[NDArray[np.int64], Table]]:
    """The Windows events among the documents of a batch: their row numbers, and a table of them.

    ``names`` are the fields that will be asked for.
    """
    rows = np.flatnonzero(documents.to_frame("unmapped").select(is_windows_event()).to_series().to_numpy())
    mine = take(documents, rows)
    if not worth_compiling(len(rows)):
        yield from read_plainly(mine.to_list(), rows)
        return
    odd: list[NDArray[np.int64]] = []
    for part, read in records.read(of_column(mine), wanted(names)):
        read.odd[in_other_words(read.found) | ~records.is_object(read.found, records.DATA)] = True
        odd.append(rows[part][read.odd])
        if not read.odd.all():
            yield rows[part], records.table(read, renamed, partial(event_at, read.documents))
    strange = np.concatenate(odd) if odd else rows[:0]
    if len(strange):
        yield from read_plainly(take(documents, strange).to_list(), strange)


def in_other_words(found: Found) -> NDArray[np.bool_]:
    """Process creations of the Security log that have fields of Sysmon's, too."""
    ids = records.numbers(found.views[found.wanted.numbers[records.EVENT_ID]])
    mine = (ids == PROCESS_CREATED.event_id) & (records.sizes(found.views[found.wanted.numbers[records.CHANNEL]]) == 8)
    both = np.zeros(len(found), dtype=np.bool_)
    for name in SYSMON_NAMES & found.wanted.numbers.keys():
        both |= found.kind(name) != Kind.ABSENT
    found_both: NDArray[np.bool_] = both & mine
    return found_both


def asked(names: frozenset[str]) -> frozenset[str]:
    """These fields, and those that stand for them in other events."""
    return names | SYSMON_NAMES | {LABEL, *RENAMED.values(), *SUBJECT}


@lru_cache(maxsize=8)
def wanted(names: frozenset[str]) -> Wanted:
    return SHAPE.wanted(asked(names))


def event_at(documents: Views, row: int) -> Event:
    (document,) = records.texts(documents.take(np.array([row])))
    return event_of(document)


def event_of(document: bytes | str) -> Event:
    record = orjson.loads(document)
    return as_event(key_of(record), record)


def read_plainly(documents: Sequence[str], rows: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Table]]:
    """The documents that are objects; ``rows`` are their numbers."""
    numbers, keys, events = [], [], []
    for number, document in enumerate(documents):
        record = orjson.loads(document)
        if isinstance(record, dict):
            key = key_of(record)
            numbers.append(number)
            keys.append(key)
            events.append(as_event(key, record))
    if numbers:
        yield rows[numbers], of_events(events, keys, [documents[number] for number in numbers])
