"""Windows events as JSON lines ``{"Event": {"System": …, "EventData": …}}``, straight to tables.

Lines of this shape (evtx_dump's, and what other readers of .evtx files write) need not become rows of OCSF to be
matched. A line in which anything is unusual becomes the record that the source ``windows_forwarded`` keeps of it; what
is no such event is left to the source. What rules see is the same.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from hinomi.library.contracts import Context, Source
from hinomi.library.formats.json_or_text import CARRIED
from hinomi.library.formats.jsonscan import Kind, Wanted, of_lines
from hinomi.library.formats.lines import Lines, split
from hinomi.library.formats.windows import record
from hinomi.library.sources.windows_forwarded import json_events
from hinomi.pipeline.detect.sigma import windows
from hinomi.pipeline.detect.sigma.engine import records
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.logsource import ENDPOINT, SYSTEMS, VIEW
from hinomi.pipeline.detect.sigma.ocsf import views
from hinomi.pipeline.detect.sigma.rule import Rule

SOURCE = "windows_forwarded"
START = '{"Event":{'
SYSTEM = ("Event", "System")
HEAD = {
    "channel": ((*SYSTEM, "Channel"),),
    "eventid": ((*SYSTEM, "EventID", "#text"), (*SYSTEM, "EventID")),
    "provider_name": ((*SYSTEM, "Provider", "#attributes", "Name"),),
    "computer": ((*SYSTEM, "Computer"),),
    "eventrecordid": ((*SYSTEM, "EventRecordID"),),
    "level": ((*SYSTEM, "Level"),),
    "keywords": ((*SYSTEM, "Keywords"),),
}
UNUSUAL = (
    *(("Event", name) for name in ("UserData", "RenderingInfo", "Message", "RenderedDescription")),
    *((name,) for name in ("winlog", "result", *CARRIED)),
)
SHAPE = records.Shape(("Event", "EventData"), HEAD, UNUSUAL)
OWN_CHANNEL = "\0own channel"
PLAIN_ID = r"^[1-9]\d{0,3}$|^[1-5]\d{4}$"
AUDITOR = "Microsoft-Windows-Security-Auditing"


@dataclass(frozen=True)
class Read:
    """Tables of events; ``rest`` are the lines that are none by themselves, as a payload for the source."""

    tables: tuple[Table, ...]
    rest: bytes


def is_enough(rules: tuple[Rule, ...]) -> bool:
    """Whether these rules see all they ask of a Windows event in its record.

    Not where a view shows its columns to one of them, nor where a correlation reads what a rule keeps of them.
    """
    endpoints = {f"{VIEW}{category}:{system}" for category in ENDPOINT for system in SYSTEMS}
    shown = {key.kind for rule in rules for key in rule.keys if key.kind.startswith(VIEW)} - endpoints
    of_sources = (views()[kind].sources for kind in shown)
    return all(sources is not None and SOURCE not in sources for sources in of_sources) and all(
        rule.keeps is None for rule in rules
    )


def read(payload: bytes, names: frozenset[str], source: Source, context: Context) -> Read:
    """``names`` are the fields that will be asked for; ``source`` reads a line that must be seen whole."""
    lines = split(payload)
    if not payload.startswith(START.encode()) or not len(lines) or lines.rejects or len(lines.not_utf8()):
        return Read((), payload)
    texts = as_column(lines)
    tables: list[Table] = []
    odd: list[NDArray[np.int64]] = []
    for part, scanned in records.read(of_lines(lines), texts, wanted(names)):
        mine = texts[part]
        scanned.odd[unusual(scanned, mine) | windows.in_other_words(scanned.found)] = True
        odd.append(np.flatnonzero(scanned.odd) + part.start)
        event = EventOf(mine, source, context)
        tables.append(records.table(mine, scanned, windows.is_renamed, windows.renamed, event, null_is_empty=is_own))
    kept, rest = [], []
    for raw in map(lines.raw, np.concatenate(odd).tolist()):
        found = record_of(raw, context)
        if found is None:
            rest.append(raw)
        else:
            kept.append(found)
    tables += [table for _, table in windows.tables(pl.Series(kept, dtype=pl.String), names)]
    return Read(tuple(tables), b"\n".join(rest))


def record_of(raw: bytes, context: Context) -> str | None:
    """What the source would keep of an event as ``unmapped``; None if this is not surely one to it."""
    try:
        document = orjson.loads(raw)
        tree = document["Event"]
        if len(document) > 1 or not isinstance(tree["System"], dict):
            return None
        event = json_events.record(document, context.timezone)
        return None if event is None else str(record.row(event, "")["unmapped"])
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        return None


@dataclass(frozen=True)
class EventOf:
    """A line as an event, by way of the source's row."""

    texts: pl.Series
    source: Source
    context: Context

    def __call__(self, row: int) -> Event:
        rows = self.source(self.texts[row].encode(), self.context).events
        return windows.event_of(rows["unmapped"], 0)


def as_column(lines: Lines) -> pl.Series:
    """A text a line, each with the end of the line."""
    offsets = np.append(lines.starts, lines.ends[-1])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(lines.payload)]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), len(lines), buffers))


@lru_cache(maxsize=8)
def wanted(names: frozenset[str]) -> Wanted:
    shape = SHAPE.wanted(windows.asked(names) | {"data"})
    return Wanted({**shape.paths, OWN_CHANNEL: ((*SHAPE.data, "channel"),)}, fold=True)


def is_own(name: str) -> bool:
    """Whether a field is the event's own: what its head does not say is not there."""
    return name not in HEAD


def unusual(read: records.Read, texts: pl.Series) -> NDArray[np.bool_]:
    """Rows whose record differs from the line in more than its shape."""
    found = read.found
    odd = np.zeros(len(found), dtype=np.bool_)
    for name in {*HEAD, records.EVENT_ID} - {"channel"}:
        odd |= found.kind(name) <= Kind.NULL
    no_channel = (found.kind(records.CHANNEL) == Kind.NULL) & (found.kind(OWN_CHANNEL) == Kind.ABSENT)
    odd |= ~no_channel & ((found.kind(records.CHANNEL) <= Kind.NULL) | (found.kind("channel") <= Kind.NULL))
    names = pl.DataFrame([found.column(name) for name in ("channel", "computer", "provider_name", "keywords")])
    ids, channels = found.column(records.EVENT_ID), found.column(records.CHANNEL)
    usual = names.select(
        (pl.col("channel").is_null() | (pl.col("channel") != ""))
        & (pl.col("computer") != "")
        & pl.col("keywords").str.starts_with("0x")
        & (pl.lit(channels).ne_missing("Security") | (pl.col("provider_name") == AUDITOR))
        & pl.lit(ids).str.contains(PLAIN_ID)
        & pl.lit(texts).str.starts_with(START)
        & pl.lit(texts).str.contains('"System":{', literal=True)
        & pl.lit(texts).str.contains('"EventData":', literal=True)
    ).to_series()
    strange: NDArray[np.bool_] = ~usual.fill_null(value=False).to_numpy()
    return odd | strange
