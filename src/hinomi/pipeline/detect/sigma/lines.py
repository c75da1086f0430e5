"""Windows events as JSON lines ``{"Event": {"System": …, "EventData": …}}``, straight to tables.

Lines of this shape (evtx_dump's, and what other readers of .evtx files write) need not become rows of OCSF to be
matched. A line in which anything is unusual becomes the record that the source ``windows_forwarded`` keeps of it; what
is no such event is left to the source. What rules see is the same.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
import orjson
from numpy.typing import NDArray

from hinomi.library.contracts import Context, Source
from hinomi.library.formats.json_or_text import CARRIED
from hinomi.library.formats.jsonscan import Found, Kind, Wanted, of_lines
from hinomi.library.formats.lines import split
from hinomi.library.formats.views import INLINE, Views
from hinomi.pipeline.detect.sigma import windows
from hinomi.pipeline.detect.sigma.engine import records
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.logsource import ENDPOINT, SYSTEMS, VIEW

SOURCE = "windows_forwarded"
START = b'{"Event":{'
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
    *(("Event", name) for name in ("RenderingInfo", "Message", "RenderedDescription")),
    *((name,) for name in ("winlog", "result", *CARRIED)),
)
EVENT_DATA, USER_DATA = ("Event", "EventData"), ("Event", "UserData")
SHAPE = records.Shape((EVENT_DATA, (*USER_DATA, "*")), HEAD, UNUSUAL)
OWN_CHANNEL, HEADS, USER = "\0own channel", "\0system", "\0user data"
OTHERS = {OWN_CHANNEL: ((*EVENT_DATA, "channel"), (*USER_DATA, "*", "channel")), HEADS: (SYSTEM,), USER: (USER_DATA,)}
"""An event's own ``Channel``; the objects that its parts are."""
APART = frozenset(["data", records.CHANNEL, records.EVENT_ID, records.DATA, HEADS, USER])
AUDITOR = b"Microsoft-Windows-Security-Auditing"
MOST_ID = 59_999
TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
CLASSIC = re.compile(rb'\{"Data":\{"#text":(\[(?:%b,?)+\]|%b)\}(?:,"Binary":(?:null|"[^"\\]*"))?\}' % (TEXT, TEXT))
"""Data without names, as an object: of such an event only the texts are kept, a line each."""
NEAR = re.compile(rb'"EventData":(?:null|\{[^{}]{0,10}\})[,}]')
"""Data so short that the scanner does not say where it is; what is within a text has a backslash before its quotes."""
Mask = NDArray[np.bool_]


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
    if shown:
        from hinomi.pipeline.detect.sigma.taxonomy.ocsf import views  # with polars
    of_sources = (views()[kind].sources for kind in shown)
    return all(sources is not None and SOURCE not in sources for sources in of_sources) and all(
        rule.keeps is None for rule in rules
    )


def read(payload: bytes, names: frozenset[str], source: Source, context: Context) -> Read:
    """``names`` are the fields that will be asked for; ``source`` reads a line that must be seen whole."""
    lines = split(payload)
    if not payload.startswith(START) or not len(lines) or lines.rejects or len(lines.not_utf8()):
        return Read((), payload)
    tables: list[Table] = []
    odd: list[NDArray[np.int64]] = []
    for part, scanned in records.read(of_lines(lines), wanted(names), frozenset(["data", *OTHERS])):
        usual = with_classic_data(scanned)
        usual.odd[unusual(usual) | windows.in_other_words(usual.found)] = True
        odd.append(np.flatnonzero(usual.odd) + part.start)
        event = partial(event_of, usual.documents, source, context)
        if not usual.odd.all():
            tables.append(records.table(usual, windows.renamed, event, null_is_empty=is_own))
    kept, rest = [], []
    for raw in map(lines.raw, np.concatenate(odd).tolist()):
        found = record_of(raw, context)
        if found is None:
            rest.append(raw)
        else:
            kept.append(found)
    tables += [table for _, table in windows.read_plainly(kept, np.arange(len(kept)))]
    return Read(tuple(tables), b"\n".join(rest))


def record_of(raw: bytes, context: Context) -> str | None:
    """What the source would keep of an event as ``unmapped``; None if this is not surely one to it."""
    # With all of Windows' providers, a tenth of a second; most files need none of it.
    from hinomi.library.formats.windows import record
    from hinomi.library.sources.windows_forwarded import json_events

    try:
        document = orjson.loads(raw)
        tree = document["Event"]
        if len(document) > 1 or not isinstance(tree["System"], dict):
            return None
        event = json_events.record(document, context.timezone)
        return None if event is None else str(record.row(event, "")["unmapped"])
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        return None


def event_of(documents: Views, source: Source, context: Context, row: int) -> Event:
    """A line as an event, by way of what the source keeps of it."""
    (raw,) = records.texts(documents.take(np.array([row])))
    return windows.event_of(record_of(raw, context) or source(raw, context).events["unmapped"][0])


@lru_cache(maxsize=8)
def wanted(names: frozenset[str]) -> Wanted:
    return SHAPE.wanted(windows.asked(names) | {"data"}, OTHERS)


def is_own(name: str) -> bool:
    """Whether a field is the event's own: what its head does not say is not there."""
    return name not in HEAD


def with_classic_data(read: records.Read) -> records.Read:
    """The same, with the texts of classic data as the field ``data`` and nothing beside; other lists of it are odd."""
    found, number = read.found, read.found.wanted.numbers["data"]
    rows = np.flatnonzero(found.kinds[number] == Kind.NESTED)
    if not len(rows):
        return read
    data = found.wanted.numbers[records.DATA]
    objects = records.texts(Views(found.views[data, rows], found.kinds[data, rows] == Kind.NESTED, found.buffers))
    matched = [CLASSIC.fullmatch(one) for one in objects]
    read.odd[rows[[one is None for one in matched]]] = True
    classic = rows[[one is not None for one in matched]]
    values = [orjson.loads(one[1]) for one in matched if one is not None]
    said = ["\n".join(value) if isinstance(value, list) else value for value in values]
    made = records.beside(classic, said, len(found), found.buffers)
    within = [number for name, number in found.wanted.numbers.items() if is_own(name) and name not in APART]
    found.kinds[np.array(within)[:, np.newaxis], classic] = Kind.ABSENT
    found.kinds[number, classic], found.views[number, classic] = Kind.STRING, made.words[classic]
    return replace(
        read,
        found=replace(found, buffers=made.buffers),
        documents=replace(read.documents, buffers=made.buffers),
    )


def unusual(read: records.Read) -> Mask:
    """Rows whose record differs from the line in more than its shape."""
    found, numbers = read.found, read.found.wanted.numbers
    said = [numbers[name] for name in (*HEAD, records.EVENT_ID) if name != "channel"]
    odd = (found.kinds[said] <= Kind.NULL).any(axis=0)
    no_channel = (found.kind(records.CHANNEL) == Kind.NULL) & (found.kind(OWN_CHANNEL) == Kind.ABSENT)
    odd |= ~no_channel & ((found.kind(records.CHANNEL) <= Kind.NULL) | (found.kind("channel") <= Kind.NULL))
    odd |= empty(found, "channel") | empty(found, "computer")
    keywords = found.views[numbers["keywords"], :, 0] >> np.uint64(32)
    odd |= (keywords & np.uint64(0xFFFF)) != np.uint64(int.from_bytes(b"0x", "little"))
    channels = found.views[numbers[records.CHANNEL]]
    audited = (records.sizes(channels) == 8) & (records.inlined(channels)[:, :8] == octets_of(b"Security")).all(axis=1)
    odd |= audited & ~is_text(found, "provider_name", AUDITOR)
    ids = records.numbers(found.views[numbers[records.EVENT_ID]])
    first = records.inlined(found.views[numbers[records.EVENT_ID]])[:, 0]
    odd |= (ids < 1) | (ids > MOST_ID) | (first == ord("0"))
    odd |= ~begins(read.documents, START) | ~is_named(found, HEADS, b'"System":')
    own, other = is_named(found, records.DATA, b'"EventData":'), is_named(found, USER, b'"UserData":')
    near = np.flatnonzero(~own & (found.kind(records.DATA) != Kind.ABSENT))
    own[near] = [NEAR.search(text) is not None for text in records.texts(read.documents.take(near))]
    other[other] = np.array([is_plain(text) for text in texts_at(found, USER, np.flatnonzero(other))], dtype=np.bool_)
    is_usual: Mask = own & (found.kind(USER) <= Kind.NULL) | other & (found.kind(records.DATA) == Kind.ABSENT)
    found_odd: Mask = odd | ~is_usual
    return found_odd


def empty(found: Found, name: str) -> Mask:
    sizes = records.sizes(found.views[found.wanted.numbers[name]])
    is_it: Mask = (found.kind(name) == Kind.STRING) & (sizes == 0)
    return is_it


def octets_of(text: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(text, dtype=np.uint8)


def texts_at(found: Found, name: str, rows: NDArray[np.int64]) -> list[bytes]:
    return records.texts(records.column(found, name).take(rows))


def starts_of(views: Views, size: int) -> tuple[Mask, NDArray[np.int64]]:
    """Texts in the first buffer of more than ``size`` octets, and where they begin."""
    far = views.valid & (records.sizes(views.words) >= max(size, INLINE + 1))
    far &= (views.words[:, 1] & np.uint64(0xFFFFFFFF)) == 0
    return far, (views.words[far, 1] >> np.uint64(32)).astype(np.int64)


def begins(views: Views, text: bytes) -> Mask:
    far, starts = starts_of(views, len(text))
    far[far] = (views.buffers[0][starts[:, np.newaxis] + np.arange(len(text))] == octets_of(text)).all(axis=1)
    return far


def is_text(found: Found, name: str, text: bytes) -> Mask:
    """Rows whose value is a long text, written without escapes."""
    views = records.column(found, name)
    is_it: Mask = begins(views, text) & (records.sizes(views.words) == len(text))
    return is_it


def is_named(found: Found, name: str, key: bytes) -> Mask:
    """Rows whose object follows its key as it is usually written, letter by letter."""
    views = records.column(found, name)
    far, starts = starts_of(views, 0)
    octets = views.buffers[0]
    before = starts[:, np.newaxis] + np.arange(-len(key), 0)
    far[far] = (starts >= len(key)) & (octets[np.maximum(before, 0)] == octets_of(key)).all(axis=1)
    is_it: Mask = far & records.is_object(found, name)
    return is_it


def is_plain(user_data: bytes) -> bool:
    """Whether user data is one object with values beside names."""
    value = orjson.loads(user_data)
    inner = [item for item in value.values() if isinstance(item, dict)]
    names = {name.lower() for item in inner for name in item}
    return len(value) == 1 == len(inner) and bool(inner[0]) and "data" not in names
