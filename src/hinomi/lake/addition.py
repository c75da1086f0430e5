"""Rows of an epoch, written as they come and made visible together: one commit a table, exactly once."""

from collections.abc import Mapping, Sequence

import polars as pl
from deltalake import CommitProperties, Transaction
from deltalake.transaction import AddAction, RemoveAction

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.tables import ORDER, TABLES, Table


class Addition:
    """Rows given to :meth:`add` lie in files at once, so an epoch may be larger than the memory.

    Nobody sees them before :meth:`commit`. What is never committed is swept away later. A table that holds the
    epoch already, after a crash, is left alone.
    """

    def __init__(self, lake: Lake, epoch: int) -> None:
        self.lake, self.epoch = lake, epoch
        behind = (name for name in ORDER if delta.last_epoch(lake.ready(name)) < epoch)
        self.added: dict[str, list[AddAction]] = {name: [] for name in behind}

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Write rows of the tables that have some."""
        for name, added in self.added.items():
            table = TABLES[name]
            for start, part in delta.partitions(table, frames[name]) if name in frames else ():
                added.append(delta.write_part(self.lake.root, table, start, part, f"{self.epoch:08d}"))

    def commit(self) -> None:
        """Show the rows of every table, in the order of tables."""
        for name, added in self.added.items():
            self.show(TABLES[name], added)

    def show(self, table: Table, actions: Sequence[AddAction | RemoveAction]) -> None:
        """One commit with the epoch as its application transaction; none where there is nothing to do."""
        if not actions:
            return
        opened = self.lake.ready(table.name)
        opened.create_write_transaction(
            list(actions),
            mode="append",
            schema=opened.schema(),
            partition_by=[table.span],
            commit_properties=CommitProperties(app_transactions=[Transaction(delta.APP, self.epoch)]),
        )
        opened.update_incremental()
