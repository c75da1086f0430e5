"""Events as columns of texts: what a program of rules runs over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats.views import take
from hinomi.pipeline.detect.sigma.engine.scan import Texts
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.logsource import Key
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE

Columns = Callable[[str], pl.Series | None]


@dataclass
class Table:
    """Fields of events of several keys, each a column of texts or of lists of texts.

    ``column`` gives a field by its canonical name, None where no event has it; the field
    :data:`~hinomi.pipeline.detect.sigma.necessity.ANYWHERE` holds all of an event, for keywords.
    ``groups`` says of each row which of ``keys`` it is, -1 of those that are not looked at.
    ``event`` is a row as the oracle reads it.
    """

    height: int
    keys: Sequence[Key]
    groups: NDArray[np.int32]
    column: Columns
    event: Callable[[int], Event]
    _columns: dict[str, pl.Series | None] = field(default_factory=dict)
    _texts: dict[str, Texts | None] = field(default_factory=dict)

    def field(self, name: str) -> pl.Series | None:
        if name not in self._columns:
            column = self.column(name)
            if column is not None and len(column) != self.height:  # compiled code would read behind its end
                raise ValueError(f"{name}: {len(column)} values for {self.height} events")
            self._columns[name] = column
        return self._columns[name]

    def is_several(self, name: str) -> bool:
        """Whether a field may have several values in an event."""
        column = self.field(name)
        return column is not None and isinstance(column.dtype, pl.List)

    def texts(self, name: str) -> Texts | None:
        if name not in self._texts:
            column = self.field(name)
            self._texts[name] = None if column is None else Texts.of(column)
        return self._texts[name]


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


def of_events(events: Sequence[Event], keys: Sequence[Key], documents: pl.Series) -> Table:
    """Events one by one, each with its key and its JSON text."""
    distinct = list(dict.fromkeys(keys))
    numbers = {key: number for number, key in enumerate(distinct)}
    names = frozenset(chain.from_iterable(event.raw for event in events))

    def column(name: str) -> pl.Series | None:
        if name == ANYWHERE:
            return documents
        if name not in names:
            return None
        values = [event.raw.get(name) for event in events]
        if any(found is not None and len(found) != 1 for found in values):
            return pl.Series(name, values, dtype=pl.List(pl.String))
        return pl.Series(name, [None if found is None else found[0] for found in values], dtype=pl.String)

    groups = np.array([numbers[key] for key in keys], dtype=np.int32)
    return Table(len(events), distinct, groups, column, events.__getitem__)


class Values:
    """Fields of some rows of a table as Python lists, read when they are asked for."""

    def __init__(self, table: Table, rows: NDArray[np.int64]) -> None:
        self.table = table
        self.rows = rows
        self._raw: dict[str, list[str | None]] = {}
        self._low: dict[str, list[str | None]] = {}
        self._raws: dict[str, list[tuple[str, ...]]] = {}
        self._lows: dict[str, list[tuple[str, ...]]] = {}
        self._none: list[None] = [None] * len(rows)

    def raw(self, name: str) -> list[str | None]:
        if name not in self._raw:
            column = self.table.field(name)
            self._raw[name] = list(self._none) if column is None else take(column, self.rows).to_list()
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
