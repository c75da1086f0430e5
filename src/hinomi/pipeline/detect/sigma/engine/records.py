"""Windows events in JSON as tables, without a Python object for each value.

The scanner of :mod:`hinomi.library.formats.jsonscan` reads the usual ones; an event that it cannot be trusted with
(a value that is a list, a name twice, a name with blanks, a number written in another way) is read plainly.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan import Documents, Found, Kind, Status, Wanted, scan
from hinomi.library.formats.jsonscan.wanted import Path
from hinomi.library.formats.views import Views
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.logsource import Key
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

NO_ID = -1
DATA, CHANNEL, EVENT_ID, NOTHING = "\0data", "\0channel", "\0eventid", "\0nothing"
"""Columns for the object that holds an event's own fields, for what its head says of its kind, and for what a usual
event has not."""
BLANK_IN_NAME = r' [^"\\]*":'
OTHERWISE = r"[.eE]|^-0$|^-?\d{17,}"
"""Numbers whose text changes when they are read."""


@dataclass(frozen=True)
class Shape:
    """Where fields lie in a document: ``head`` by canonical name, all others within ``data``."""

    data: tuple[str, ...]
    head: Mapping[str, tuple[Path, ...]]
    nothing: tuple[Path, ...] = ()
    """What a usual event has not."""

    def wanted(self, names: Iterable[str]) -> Wanted:
        parts = {name[:place] for name in names for place, letter in enumerate(name) if letter == "." and place}
        columns: dict[str, tuple[Path, ...]] = {
            name: ((*self.data, name), *self.head.get(name, ()))
            for name in sorted({*names, *parts, *self.head} - {ANYWHERE})
        }
        columns |= {DATA: (self.data,), CHANNEL: self.head["channel"], EVENT_ID: self.head["eventid"]}
        columns |= {f"{NOTHING}{number}": (path,) for number, path in enumerate(self.nothing)}
        return Wanted(columns, fold=True)


@dataclass(frozen=True)
class Read:
    """What was scanned of some documents; ``odd`` are the rows that must be read plainly."""

    found: Found
    odd: Mask


def read(documents: Documents, texts: pl.Series, wanted: Wanted) -> Iterator[tuple[slice, Read]]:
    """In order and part by part, the scanned columns; rows that are no usual event are odd."""
    begin = 0
    for found in scan(documents, wanted, compiled=True):
        part = slice(begin, begin + len(found))
        odd = found.status != Status.READ
        odd[found.unread] = True
        odd |= ~found.column(DATA).str.starts_with("{").fill_null(value=True).to_numpy()
        odd |= texts[part].str.contains(BLANK_IN_NAME).fill_null(value=True).to_numpy()
        for name in found.present():
            kinds = found.kind(name)
            if name.startswith(NOTHING):
                odd |= kinds > Kind.NULL
            if name == DATA:
                continue
            odd |= kinds == Kind.NESTED
            numbers = np.flatnonzero(kinds == Kind.NUMBER)
            if len(numbers):
                odd[numbers] |= found.column(name).gather(numbers).str.contains(OTHERWISE).to_numpy()
        yield part, Read(found, odd)
        begin += len(found)


def never(_name: str) -> bool:
    return False


def grouped(channels: pl.Series, ids: pl.Series, left_out: Mask) -> tuple[list[Key], NDArray[np.int32]]:
    """The keys of rows, and of each row which it is, -1 of those left out."""
    kinds = channels.fill_null("").str.to_lowercase()
    numbers = ids.cast(pl.Int64, strict=False).fill_null(NO_ID)
    frame = pl.DataFrame({"kind": kinds, "number": numbers})
    distinct = frame.unique(maintain_order=True)
    joined = frame.join(distinct.with_row_index("key"), on=["kind", "number"], how="left", maintain_order="left")
    groups = joined["key"].to_numpy().astype(np.int32)
    groups[left_out] = -1
    return [Key(kind, number) for kind, number in distinct.iter_rows()], groups


def table(
    texts: pl.Series,
    read: Read,
    is_renamed: "IsRenamed",
    renamed: "Renamed",
    event: Callable[[int], Event],
    *,
    null_is_empty: Callable[[str], bool] = never,
) -> Table:
    """A table of scanned documents, in which odd rows are not looked at.

    ``null_is_empty`` says of which fields the word ``null`` is an empty text.
    """
    found = read.found
    keys, groups = grouped(found.column(CHANNEL), found.column(EVENT_ID), read.odd)
    there = frozenset(found.present())

    def plain(name: str) -> pl.Series | None:
        if null_is_empty(name) and name in found.wanted.numbers and (found.kind(name) == Kind.NULL).any():
            return found.column(name).zip_with(pl.Series(found.kind(name) != Kind.NULL), pl.Series([""]))
        return found.column(name) if name in there else None

    def column(name: str) -> pl.Series | None:
        if name == ANYWHERE:
            return texts
        return renamed(name, plain, keys, groups) if is_renamed(name, keys) else plain(name)

    def views(name: str) -> Views | None:
        if (
            name not in there
            or is_renamed(name, keys)
            or (null_is_empty(name) and (found.kind(name) == Kind.NULL).any())
        ):
            return None
        number = found.wanted.numbers[name]
        return Views(found.views[number], found.kinds[number] > np.uint8(Kind.NULL), found.buffers)

    return Table(len(found), keys, groups, column, event, views)


Plain = Callable[[str], pl.Series | None]
IsRenamed = Callable[[str, Sequence[Key]], bool]
"""Whether a field of rows with these keys is made of others, too."""
Renamed = Callable[[str, Plain, Sequence[Key], NDArray[np.int32]], pl.Series | None]
"""A field of the rows with these keys, from the fields as they are named in the documents."""
