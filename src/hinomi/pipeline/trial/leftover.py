"""Fields of the input that a source makes nothing of: without them the events would be the same."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

import polars as pl

from hinomi.ocsf.schema import empty
from hinomi.pipeline.normalize import Outcome
from hinomi.pipeline.trial.attempt import KEPT_TEXT, OURS
from hinomi.pipeline.trial.fields import Named, record_of

SECONDS = 8.0
"""For asking field by field; what was not asked by then is judged by its text alone."""
NOTHING = frozenset({"", "-", "--", "n/a", "(null)", "null", "none", "undefined", "unknown"})
LEAST_TEXT, LEAST_PART = 3, 6
"""Characters of a text that is not a column's value, or a part of one, by chance."""
LEAST_FIELDS = 3
"""Named fields in a message that is the line itself."""
TIME = re.compile(r"\d{4}[-/]\d\d[-/]\d\d([T ]\d\d:\d\d.*)?|\d\d:\d\d(:\d\d)?([.,]\d+)?|[+-]\d\d:?\d\d")
EPOCH = re.compile(r"\d{10}(\d{3}|\d{6}|\d{9})?")
DAY = 86_400
BESIDES = [*sorted(OURS | KEPT_TEXT), "metadata.original_time"]

Read = Callable[[bytes], Outcome]


@dataclass(frozen=True)
class Leftover:
    """A field that is in no column: in how many records it has a value, and one of them."""

    field: str
    count: int
    example: str


def leftovers(named: Named, read: Read, seconds: float = SECONDS) -> list[Leftover]:
    """Fields in the order of the input. ``read`` is the source.

    A field counts as used where its text stands in a column, where it is a time near the events' own, or
    where an event becomes another when the field is left out (it chose a class, a severity, an action).
    """
    texts: dict[str, list[str]] = {}
    for record in named.records:
        for name, text in record:
            if text.strip().lower() not in NOTHING:
                texts.setdefault(name, []).append(text)
    whole = read(named.without(""))
    columns = values(whole)
    moments = [moment.replace(tzinfo=UTC).timestamp() for moment in whole.events["time"].to_list()]
    before, until = told(whole), time.monotonic() + seconds
    found = []
    for name, held in texts.items():
        if any(is_time(text, moments) or is_in(text, columns) for text in held):
            continue
        if time.monotonic() > until or told(read(named.without(name))).equals(before):
            found.append(Leftover(name, len(held), held[0]))
    return found


def values(outcome: Outcome) -> str:
    """All texts and numbers of the events' columns, one to a line, folded."""
    events = understood(outcome).drop(BESIDES)
    texts: set[str] = set()
    for column in events.iter_columns():
        flat = column.explode() if column.dtype.is_nested() else column
        if not flat.dtype.is_temporal():
            texts |= {str(value).casefold() for value in flat.drop_nulls().unique().to_list()}
    return "\n".join(["", *texts, ""])


def is_in(text: str, columns: str) -> bool:
    folded = text.strip().casefold()
    if len(folded) < LEAST_TEXT or "\n" in folded:
        return False
    return f"\n{folded}\n" in columns or (len(folded) >= LEAST_PART and folded in columns)


def is_time(text: str, moments: list[float]) -> bool:
    """Whether it looks like a date or a time of day, or counts the time of one of the events."""
    if TIME.fullmatch(text):
        return True
    if EPOCH.fullmatch(text) and moments:
        seconds = int(text[:10])
        return min(moments) - DAY <= seconds <= max(moments) + DAY
    return False


def told(outcome: Outcome) -> pl.DataFrame:
    """What the events say, without their texts as received; a record that is rejected says nothing."""
    events = understood(outcome).drop([name for name in BESIDES if name != "raw_ref"])
    return events.with_columns(pl.lit(outcome.records).alias("records")) if not events.is_empty() else empty()


def understood(outcome: Outcome) -> pl.DataFrame:
    """The events, without messages that are the line itself and not one of its fields."""
    messages = outcome.events["message"].drop_nulls().head(20).to_list()
    if any(len(record_of(message).fields) >= LEAST_FIELDS for message in messages):
        return outcome.events.with_columns(message=None)
    return outcome.events
