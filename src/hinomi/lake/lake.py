"""The event lake: append an epoch, ask a question. Every question names first whom it is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from hinomi.lake import delta
from hinomi.lake.landing import checked
from hinomi.lake.tables import ORDER, TABLES

TOGETHER = 16
"""Companies about whom is asked at once where many are told of one after another: asked singly, each question reads
again the files in which the rows of all lie; asked together, the rows of all would be held in memory."""
Times = tuple[datetime, datetime]
"""[since, until), naive UTC."""
Parameters = Sequence[Any] | Mapping[str, Any]
"""Of a question: by place (``?``) or by name (``$name``)."""

Item = TypeVar("Item")


def groups(items: Iterable[Item], size: int = TOGETHER) -> Iterator[list[Item]]:
    """The items in their order, so many at a time."""
    listed = list(items)
    for first in range(0, len(listed), size):
        yield listed[first : first + size]


@dataclass(frozen=True)
class Answer:
    """A table, and the tenant it was asked for (None: more than one)."""

    tenant: str | None
    table: pa.Table

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def frame(self) -> pl.DataFrame:
        frame = pl.from_arrow(self.table)
        assert isinstance(frame, pl.DataFrame)
        return frame


class Lake:
    """Delta tables below ``root``: ``events``, ``findings``, ``hits``, ``rejects`` and ``blocks`` (see ``tables``).

    One process writes at a time (the pipeline's lock); any number of processes read meanwhile.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: dict[str, DeltaTable] = {}

    def table(self, name: str) -> DeltaTable | None:
        """A table as it is now; None before its first row."""
        known = self._open.get(name)
        if known is None:
            known = delta.open_table(self.root, TABLES[name])
        else:
            known.update_incremental()
        if known is not None:
            self._open[name] = known
        return known

    def ready(self, name: str) -> DeltaTable:
        """A table as it is now, made where it is missing: for writers only."""
        self._open[name] = self.table(name) or delta.make_table(self.root, TABLES[name])
        return self._open[name]

    def last_epoch(self) -> int:
        """The last epoch that is complete: ``blocks`` is committed last and has rows for every epoch."""
        blocks = self.table("blocks")
        return delta.last_epoch(blocks) if blocks else 0

    def next_epoch(self) -> int:
        """The first epoch that no table holds, not even one that was begun and never completed."""
        return 1 + max((delta.last_epoch(table) for name in ORDER if (table := self.table(name))), default=0)

    def append(self, epoch: int, frames: dict[str, pl.DataFrame]) -> None:
        """Commit an epoch to every table, in order; a table that holds it already is left as it is."""
        for name in filter(frames.__contains__, ORDER):
            delta.commit(self.root, TABLES[name], self.ready(name), epoch, frames[name])

    def files(self, name: str, since: datetime | None, until: datetime | None) -> list[str]:
        """Files of a table that may hold rows with since <= time <= until (naive UTC), by their least and greatest."""
        span = TABLES[name].span
        bounds: list[tuple[str, str, Any]] = []
        if since:
            bounds += [(span.value, ">=", span.start(since).isoformat()), ("time", ">=", since)]
        if until:
            bounds += [(span.value, "<=", span.start(until).isoformat()), ("time", "<=", until)]
        table = self.table(name)
        uris = table.file_uris(file_pruning_predicate=bounds or None) if table else []
        # A URI is percent-encoded where the folder's path is not plain ASCII; its last two parts always are.
        return [str(self.root.joinpath(name, *str(uri).rsplit("/", 2)[1:])) for uri in uris]

    def days(self, since: datetime | None = None, until: datetime | None = None) -> list[tuple[datetime, datetime]]:
        """The days (UTC) for which there are events of anyone, as [start, end) cut to since and until."""
        files = self.files("events", since, until)
        starts = sorted({datetime.combine(delta.partition(file), time.min) for file in files})
        spans = [(start, start + timedelta(days=1)) for start in starts]
        cut = [(max(start, since or start), min(end, until or end)) for start, end in spans]
        return [(start, end) for start, end in cut if start < end]

    def ask(
        self,
        tenant: str,
        sql: str,
        parameters: Parameters = (),
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Answer:
        """Ask about one tenant in DuckDB SQL.

        The tables ``events``, ``findings``, ``hits``, ``rejects`` and ``blocks`` hold this tenant's rows alone, with
        ``time`` in [since, until) (naive UTC). OCSF columns are dotted: write ``"src_endpoint.ip"``.
        """
        return Answer(tenant, self._ask(sql, parameters, [f"tenant = '{checked(tenant)}'"], since, until))

    def ask_companies(
        self,
        tenants: Iterable[str],
        sql: str,
        parameters: Parameters = (),
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Answer:
        """Ask about a list of companies at once; the tables hold their rows alone (of none: nothing).

        For pages of people who serve many companies: always the companies that the person may see.
        """
        names = ", ".join(f"'{checked(tenant)}'" for tenant in tenants)
        return Answer(None, self._ask(sql, parameters, [f"tenant IN ({names})" if names else "false"], since, until))

    def ask_windows(self, windows: Mapping[str, Times], sql: str, parameters: Parameters = ()) -> Answer:
        """Ask about a list of companies at once, of each in a window of its own: the tables hold nothing else.

        ``windows`` is not empty.
        """
        since, until = min(first for first, _ in windows.values()), max(end for _, end in windows.values())
        alike: dict[Times, list[str]] = {}
        for tenant, window in windows.items():
            alike.setdefault(window, []).append(f"'{checked(tenant)}'")
        own = (
            f"(tenant IN ({', '.join(names)}) AND time >= {literal(first)} AND time < {literal(end)})"
            for (first, end), names in alike.items()
        )
        names = ", ".join(name for group in alike.values() for name in group)
        conditions = [f"tenant IN ({names})", *([f"({' OR '.join(own)})"] if len(alike) > 1 else [])]
        return Answer(None, self._ask(sql, parameters, conditions, since, until))

    def ask_population(
        self,
        sql: str,
        parameters: Parameters = (),
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Answer:
        """Ask across tenants: for the study's cohorts and the operator's house-keeping only."""
        return Answer(None, self._ask(sql, parameters, [], since, until))

    def _ask(
        self,
        sql: str,
        parameters: Parameters,
        conditions: list[str],
        since: datetime | None,
        until: datetime | None,
    ) -> pa.Table:
        if since:
            conditions = [*conditions, f"time >= {literal(since)}"]
        if until:
            conditions = [*conditions, f"time < {literal(until)}"]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        with duckdb.connect() as connection:
            for name in ORDER:
                if name in sql:
                    self._add_view(connection, name, where, since, until)
            given = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
            return connection.sql(sql, params=given).to_arrow_table()

    def _add_view(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        where: str,
        since: datetime | None,
        until: datetime | None,
    ) -> None:
        files = self.files(name, since, until)
        if files:
            listing = ", ".join(f"'{file.replace(chr(39), chr(39) * 2)}'" for file in files)
            origin = f"read_parquet([{listing}], hive_partitioning = false)"
        else:
            connection.register(f"no_{name}", TABLES[name].schema.empty_table())
            origin = f"no_{name}"
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {origin}{where}")


def literal(moment: datetime) -> str:
    """A moment (naive UTC) in DuckDB SQL."""
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"
