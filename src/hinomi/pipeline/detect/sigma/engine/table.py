"""Events as columns of texts: what a program of rules runs over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.views import Views, take
from hinomi.library.lazy import Lazy
from hinomi.pipeline.detect.sigma.engine.cells import Cells, Columns, gathered
from hinomi.pipeline.detect.sigma.engine.texts import Texts
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key

if TYPE_CHECKING:
    import polars as pl
else:
    pl = Lazy("polars")


def no_views(_name: str) -> Views | None:
    return None


@dataclass
class Table:
    """Fields of events of several keys, each a column of texts or of lists of texts.

    ``column`` gives a field by its canonical name, None where no event has it; the field
    :data:`~hinomi.pipeline.detect.sigma.necessity.ANYWHERE` holds all of an event, for keywords.
    ``groups`` says of each row which of ``keys`` it is, -1 of those that are not looked at.
    ``event`` is a row as the oracle reads it. ``views`` are the views of a field of texts, where they are at hand
    already: for these no column is made. ``scanned`` gives cells of fields where all of them were scanned into one
    array, and no field has several values.
    """

    height: int
    keys: Sequence[Key]
    groups: NDArray[np.int32]
    column: Callable[[str], pl.Series | None]
    event: Callable[[int], Event]
    views: Callable[[str], Views | None] = no_views
    scanned: Callable[[Sequence[str | None]], tuple[Cells, Columns]] | None = None
    _columns: dict[str, pl.Series | None] = field(default_factory=dict)
    _several: frozenset[str] | None = None
    _views: dict[str, Views | None] = field(default_factory=dict)
    _texts: dict[str, Texts | None] = field(default_factory=dict)
    _buffers: dict[int, tuple[NDArray[np.uint8], ...]] = field(default_factory=dict)
    """By the identity of what :attr:`_views` keeps alive."""

    def field(self, name: str) -> pl.Series | None:
        if name not in self._columns:
            column = self.column(name)
            if column is not None and len(column) != self.height:  # compiled code would read behind its end
                raise ValueError(f"{name}: {len(column)} values for {self.height} events")
            self._columns[name] = column
        return self._columns[name]

    def _seen(self, name: str) -> Views | None:
        if name not in self._views:
            self._views[name] = self.views(name)
        return self._views[name]

    def several(self, names: frozenset[str]) -> frozenset[str]:
        """Those of these fields that may have several values in an event; the names are the same in every call."""
        if self.scanned is not None:
            return frozenset()
        if self._several is None:
            columns = {name: self.field(name) for name in names if self._seen(name) is None}
            self._several = frozenset(
                name for name, column in columns.items() if column is not None and isinstance(column.dtype, pl.List)
            )
        return self._several

    def texts(self, name: str) -> Texts | None:
        if name not in self._texts:
            views = self._seen(name)
            column = self.field(name) if views is None else None
            self._texts[name] = self._of_views(views) if views else None if column is None else Texts.of(column)
        return self._texts[name]

    def cells(self, fields: Sequence[str | None]) -> tuple[Cells, Columns]:
        """Fields side by side; None stands for one that nobody will ask for."""
        if self.scanned is None or ANYWHERE in fields:
            return gathered(self.texts, fields, self.height)
        return self.scanned(fields)

    def _of_views(self, views: Views) -> Texts:
        """Columns that share their buffers share them as arrays, too."""
        known = self._buffers.get(id(views.buffers))
        texts = Texts.seen(views, known)
        self._buffers[id(views.buffers)] = texts.buffers
        return texts

    def strings(self, name: str, rows: NDArray[np.int64]) -> list[str | None]:
        """A field of texts in some rows."""
        texts = self.texts(name)
        return texts.strings(rows) if texts is not None and len(texts) else [None] * len(rows)


def of_frame(frame: pl.DataFrame, key: Key) -> Table:
    """Events of one key whose fields are the columns of a frame."""
    columns: Mapping[str, pl.Series] = {column.name: column for column in frame}
    return Table(
        height=frame.height,
        keys=(key,),
        groups=np.zeros(frame.height, dtype=np.int32),
        column=columns.get,
        event=lambda row: Event(frame.row(row, named=True).items()),
    )


def of_events(events: Sequence[Event], keys: Sequence[Key], documents: Sequence[str]) -> Table:
    """Events one by one, each with its key and its JSON text."""
    distinct = list(dict.fromkeys(keys))
    numbers = {key: number for number, key in enumerate(distinct)}
    names = frozenset(chain.from_iterable(event.raw for event in events))

    def column(name: str) -> pl.Series | None:
        if name not in names:
            return None
        return pl.Series(name, [event.raw.get(name) for event in events], dtype=pl.List(pl.String))

    def views(name: str) -> Views | None:
        if name == ANYWHERE:
            return Views.made(documents)
        values = [event.raw.get(name) for event in events]
        if name not in names or any(found is not None and len(found) != 1 for found in values):
            return None
        return Views.made([None if found is None else found[0] for found in values])

    groups = np.array([numbers[key] for key in keys], dtype=np.int32)
    return Table(len(events), distinct, groups, column, events.__getitem__, views)


class Values:
    """Fields of some rows of a table as Python lists, read when they are asked for."""

    def __init__(self, table: Table, rows: NDArray[np.int64]) -> None:
        self.table = table
        self.rows = rows
        self._raw: dict[str, list[str | None]] = {}
        self._low: dict[str, list[str | None]] = {}
        self._raws: dict[str, list[tuple[str, ...]]] = {}
        self._lows: dict[str, list[tuple[str, ...]]] = {}

    def raw(self, name: str) -> list[str | None]:
        if name not in self._raw:
            self._raw[name] = self.table.strings(name, self.rows)
        return self._raw[name]

    def low(self, name: str) -> list[str | None]:
        if name not in self._low:
            self._low[name] = [None if text is None else text.lower() for text in self.raw(name)]
        return self._low[name]

    def raws(self, name: str) -> list[tuple[str, ...]]:
        """The same where a field may have several values."""
        if name not in self._raws:
            column = self.table.field(name)
            assert column is not None
            lists = take(column, self.rows).to_list()
            self._raws[name] = [tuple(text for text in texts or () if text is not None) for texts in lists]
        return self._raws[name]

    def lows(self, name: str) -> list[tuple[str, ...]]:
        if name not in self._lows:
            self._lows[name] = [tuple(map(str.lower, texts)) for texts in self.raws(name)]
        return self._lows[name]

    def event(self, place: int) -> Event:
        return self.table.event(int(self.rows[place]))
