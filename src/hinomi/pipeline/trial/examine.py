"""What one source makes of a sample, in facts that a page or a terminal can show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Framing
from hinomi.library.harmless import visible
from hinomi.ocsf import vocabulary
from hinomi.ocsf.nested import CAPTIONED
from hinomi.pipeline.normalize import Outcome
from hinomi.pipeline.trial.attempt import KEPT_TEXT, OURS, outcome
from hinomi.pipeline.trial.clock import ClockDoubt, doubts
from hinomi.pipeline.trial.fields import named
from hinomi.pipeline.trial.leftover import Leftover, leftovers
from hinomi.pipeline.trial.sample import Sample

EXAMPLE = 120
"""Characters shown of a value."""
RAW_EXAMPLE = 300
GROUPS = 20
NUMBERS = 20
"""Groups of rejects, and line numbers of each, that are told one by one."""


@dataclass(frozen=True)
class ClassCount:
    """Events of one OCSF class."""

    class_uid: int
    name: str
    count: int


@dataclass(frozen=True)
class Column:
    """An OCSF column, in how many events it is filled, and one value."""

    name: str
    filled: int
    example: str


@dataclass(frozen=True)
class Rejected:
    """Records that were refused for one reason; ``lines`` are the first of their numbers."""

    reason: str
    detail: str
    count: int
    lines: tuple[int, ...]
    example: str


@dataclass(frozen=True)
class Examined:
    """``records`` == ``events`` + the rejected ones. Times are ISO 8601 in the sensor's zone.

    Texts are one line each, without characters that act. ``left`` is None where the input's fields have no names.
    """

    source: str
    timezone: str
    records: int
    events: int
    alerts: int
    problem: str | None
    classes: tuple[ClassCount, ...]
    first: str | None
    last: str | None
    zone_counts: bool
    doubts: tuple[ClockDoubt, ...]
    columns: tuple[Column, ...]
    left: tuple[Leftover, ...] | None
    rejected: tuple[Rejected, ...]


def examine(source: str, sample: Sample, timezone: str) -> Examined:
    """Every fact at once; never raises for what is in the sample."""
    is_whole = catalog.source_manifest(source).framing is Framing.FILE
    payload = sample.data if is_whole else sample.head
    zone = ZoneInfo(timezone)

    def read(payload: bytes, timezone: str = timezone) -> Outcome:
        return outcome(source, payload, timezone, sample.received)

    made = read(payload)
    times = made.events["time"]
    last = latest(made)
    zone_counts = not read(payload, "UTC").events["time"].equals(read(payload, "Asia/Tokyo").events["time"])
    end = last if is_whole or sample.tail == payload else latest(read(sample.tail))
    return Examined(
        source=source,
        timezone=timezone,
        records=made.records,
        events=made.events.height,
        alerts=int(made.events["is_alert"].sum()),
        problem=made.problem and visible(made.problem, RAW_EXAMPLE),
        classes=classes(made.events),
        first=local(times.min(), zone),
        last=local(last, zone),
        zone_counts=zone_counts,
        doubts=tuple(doubts(times, end, sample.received, timezone, zone_counts=zone_counts)),
        columns=tuple(columns(made.events, zone)),
        left=left(payload if is_whole else without_rejects(payload, made), read, is_whole=is_whole),
        rejected=rejected(made),
    )


def latest(made: Outcome) -> datetime | None:
    last = made.events["time"].max()
    return last if isinstance(last, datetime) else None


def local(moment: Any, zone: ZoneInfo) -> str | None:
    return moment.replace(tzinfo=UTC).astimezone(zone).isoformat() if isinstance(moment, datetime) else None


def classes(events: pl.DataFrame) -> tuple[ClassCount, ...]:
    counts = events["class_uid"].value_counts(sort=True).sort("count", "class_uid", descending=[True, False])
    return tuple(ClassCount(uid, vocabulary.class_caption(uid), count) for uid, count in counts.iter_rows())


def columns(events: pl.DataFrame, zone: ZoneInfo) -> Iterator[Column]:
    """Those that are filled, in the schema's order."""
    for name in events.columns:
        filled = events[name].drop_nulls()
        if name not in OURS | KEPT_TEXT and len(filled):
            value = next((value for value in filled.unique(maintain_order=True) if said(value, name, zone)), None)
            yield Column(name, len(filled), said(value, name, zone))


def said(value: Any, name: str, zone: ZoneInfo) -> str:
    """A value for reading: times in the zone, ids with their caption, lists joined."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value, zone) or ""
    if isinstance(value, pl.Series):
        return visible(", ".join(str(one) for one in value), EXAMPLE)
    if name in CAPTIONED:
        return f"{value} ({vocabulary.enum_caption(name, value)})"
    return f"{value} ({vocabulary.class_caption(value)})" if name == "class_uid" else visible(str(value), EXAMPLE)


def left(payload: bytes, read: Callable[[bytes], Outcome], *, is_whole: bool) -> tuple[Leftover, ...] | None:
    try:
        fields = named(payload, is_whole=is_whole)
        found = leftovers(fields, read) if fields else None
    except RecursionError:  # a document of nothing but brackets
        return None
    if found is None:
        return None
    return tuple(Leftover(visible(one.field), one.count, visible(one.example, EXAMPLE)) for one in found)


def without_rejects(payload: bytes, made: Outcome) -> bytes:
    """The lines that became events, the others blank: they may be of another product."""
    refused = set(made.rejects["line"].to_list())
    return b"\n".join(b"" if number in refused else line for number, line in enumerate(payload.split(b"\n"), start=1))


def rejected(made: Outcome) -> tuple[Rejected, ...]:
    """Rejects by reason and detail, the most first."""
    groups = made.rejects.group_by("reason", "detail", maintain_order=True).agg(
        pl.len(), pl.col("line").head(NUMBERS), pl.col("raw").first()
    )
    rows = groups.sort("len", descending=True, maintain_order=True).head(GROUPS).iter_rows()
    return tuple(
        Rejected(reason, visible(detail, RAW_EXAMPLE), count, tuple(lines), shown(raw))
        for reason, detail, count, lines, raw in rows
    )


def shown(raw: bytes) -> str:
    return visible(raw[: 4 * RAW_EXAMPLE].decode("utf-8", "backslashreplace"), RAW_EXAMPLE)
