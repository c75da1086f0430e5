"""What follows from the shape of a line, found out once for each shape and remembered.

A mapping that is declared for cells is asked of shapes instead of lines, in two parts:

* *decided* columns need only the deciding cells, and which other cells there are:
  ``pl.col("type") == "traffic"``, ``has("virus")``;
* *chosen* columns say which cell is copied, without looking at it: ``pl.coalesce(cell("app"), cell("service"))``.

    mapping = Mapping(WANTED, DECIDING, decided=[{"class_uid": …}], chosen={"app_name": …})
    columns = mapping.columns(cells)
    columns.decided("class_uid")               # a row a line
    columns.texts(["app_name"])                # {"app_name": …}; {} where no line has it

What must look at the values themselves comes after that, for the lines that have them.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats.cells import Cells, Codes, Places, Rows, Shape, Wanted
from hinomi.library.formats.views import scatter, take

REMEMBERED = 1 << 14
"""Shapes of which a mapping remembers what follows; where there are more, it begins anew."""

Expressions = Table[str, pl.Expr]


def cell(key: str) -> pl.Expr:
    """The cell of a key, to be copied; null where a line has none."""
    return pl.col(f"#{key}")


def has(key: str) -> pl.Expr:
    return cell(key).is_not_null()


def is_address(key: str) -> pl.Expr:
    """Whether the cell of a key, one of the wanted addresses, looks like one."""
    return pl.col(f"{key} is an address")


@dataclass(frozen=True)
class Memory:
    """What followed from the shapes known so far: rows of ``decided`` and ``places`` by the shape's number."""

    known: dict[Shape, int]
    decided: pl.DataFrame
    places: Places


class Mapping:
    """A declared mapping; may be used by several threads.

    The expressions are over a row a shape: ``decided`` over :func:`cell`, the deciding keys as String columns, and
    the decided columns before them in the sequence; ``chosen`` over all of these.
    """

    def __init__(
        self, wanted: Wanted, deciding: Iterable[str], *, decided: Sequence[Expressions], chosen: Expressions
    ) -> None:
        self.wanted, self.deciding = wanted, frozenset(deciding)
        self.decides = np.array([key in self.deciding for key in wanted.names], dtype=np.uint8)
        self.decided, self.chosen = decided, chosen
        self.number = {name: number for number, name in enumerate(chosen)}
        self._memory: Memory | None = None
        self._lock = threading.Lock()

    def columns(self, cells: Cells) -> "Columns":
        codes, shapes = cells.grouped(self.decides)
        return Columns(self, cells, codes, *self.outcome(shapes))

    def outcome(self, shapes: Sequence[Shape]) -> tuple[pl.DataFrame, Places]:
        """What follows from each shape: decided columns, and the places of the chosen cells (shape, column)."""
        with self._lock:
            memory = self._memory
            if memory is None or len(memory.known) > REMEMBERED:
                memory = Memory({}, *self.evaluate([]))
            missing = list(dict.fromkeys(shape for shape in shapes if shape not in memory.known))
            if missing:
                decided, places = self.evaluate(missing)
                known = {shape: number for number, shape in enumerate(missing, start=len(memory.known))}
                memory = Memory(
                    memory.known | known,
                    pl.concat([memory.decided, decided], rechunk=True),
                    np.concatenate([memory.places, places]),
                )
            self._memory = memory
        which = [memory.known[shape] for shape in shapes]
        return memory.decided[which], memory.places[which]

    def evaluate(self, shapes: Sequence[Shape]) -> tuple[pl.DataFrame, Places]:
        """:meth:`outcome` by evaluating the expressions."""
        places = np.full((len(shapes), len(self.wanted.names)), -1, dtype=np.int16)
        values: list[dict[str, str]] = []
        for row, shape in enumerate(shapes):
            numbers = shape.numbers
            places[row, numbers] = np.arange(len(numbers))
            deciding = (self.wanted.names[number] for number in numbers if self.decides[number])
            values.append(dict(zip(deciding, shape.values, strict=True)))
        addresses = {f"{key} is an address": places[:, number] >= 0 for key, number in self.wanted.variants.items()}
        for key, number in self.wanted.variants.items():
            places[:, self.wanted.numbers[key]] = np.maximum(places[:, self.wanted.numbers[key]], places[:, number])
        cells = {
            f"#{key}": pl.Series([number if there else None for there in places[:, number] >= 0], dtype=pl.Int16)
            for key, number in self.wanted.numbers.items()
        }
        texts = {key: pl.Series([each.get(key) for each in values], dtype=pl.String) for key in self.deciding}
        frame = pl.DataFrame(cells | addresses | texts)
        for stage in self.decided:
            frame = frame.with_columns(**stage)
        chosen = frame.select(value.fill_null(-1).cast(pl.Int16).alias(name) for name, value in self.chosen.items())
        which = chosen.to_numpy().astype(np.int64)
        found = np.where(which < 0, -1, np.take_along_axis(places, np.maximum(which, 0), axis=1)).astype(np.int16)
        return frame.select(name for stage in self.decided for name in stage), np.ascontiguousarray(found)


class Columns:
    """The columns that a mapping has for some lines. ``rows`` are indices of lines, all of them by default."""

    def __init__(self, mapping: Mapping, cells: Cells, codes: Codes, shapes: pl.DataFrame, places: Places) -> None:
        self.mapping, self.cells, self.codes, self.shapes, self.places = mapping, cells, codes, shapes, places
        self.about = cells.about
        self.all: Rows = np.arange(len(codes))

    def decided(self, name: str, rows: Rows | None = None) -> pl.Series:
        """A decided column, a row a line."""
        found, codes = self.shapes[name], self.codes if rows is None else self.codes[rows]
        return found.new_from_index(0, len(codes)) if found.n_unique() == 1 else take(found, codes)

    def where(self, condition: pl.Expr) -> Rows:
        """The lines whose shape fulfils a condition on decided columns."""
        return self._lines(self.shapes.select(condition.fill_null(value=False)).to_series().to_numpy())

    def having(self, names: Iterable[str]) -> Rows:
        """The lines that have some of these chosen columns."""
        holds: NDArray[np.bool_] = np.any(self._places(list(names)) >= 0, axis=1)
        return self._lines(holds)

    def texts(self, names: Iterable[str], rows: Rows | None = None) -> dict[str, pl.Series]:
        """Of these chosen columns those that some line has."""
        present = self._present(names)
        found = self.cells.texts(self.codes, self._places(present), self.all if rows is None else rows)
        return dict(zip(present, found, strict=True))

    def integers(self, names: Iterable[str]) -> dict[str, pl.Series]:
        """Of these chosen columns those that some line has, as Int64."""
        present = self._present(names)
        return dict(zip(present, self.cells.integers(self.codes, self._places(present), self.all), strict=True))

    def frame(self, names: Sequence[str], rows: Rows | None = None) -> pl.DataFrame:
        """These chosen columns as a frame; those that no line has are null."""
        found = self.texts(names, rows)
        none = pl.Series([None], dtype=pl.String).new_from_index(0, len(self.all if rows is None else rows))
        return pl.DataFrame({name: found.get(name, none) for name in names})

    def refined(self, names: Sequence[str], refine: Callable[[pl.DataFrame], pl.DataFrame]) -> dict[str, pl.Series]:
        """What ``refine`` makes of these chosen columns, for the lines that have some of them; null for the rest.

        It is given them all, and returns as many rows as it is given.
        """
        rows = self.having(names)
        return self.spread(rows, refine(self.frame(names, rows))) if len(rows) else {}

    def spread(self, rows: Rows, frame: pl.DataFrame) -> dict[str, pl.Series]:
        """Columns of the lines ``rows`` as columns of all lines; without those that are null."""
        whole = len(rows) == len(self.all)
        return {
            column.name: column if whole else scatter(column, rows, len(self.all))
            for column in frame.get_columns()
            if column.null_count() < len(rows)
        }

    def _lines(self, holds: NDArray[np.bool_]) -> Rows:
        """The lines of the shapes for which something holds."""
        return self.all if holds.all() else np.flatnonzero(holds[self.codes])

    def _present(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if (self.places[:, self.mapping.number[name]] >= 0).any()]

    def _places(self, names: Sequence[str]) -> Places:
        return np.ascontiguousarray(self.places[:, [self.mapping.number[name] for name in names]])
