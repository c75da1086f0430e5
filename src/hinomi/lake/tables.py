"""The tables of the lake: their columns and which of them carry statistics for skipping files."""

from dataclasses import dataclass

import pyarrow as pa

from hinomi.ocsf.schema import FLAG, INT, LONG, SCHEMA, TEXT, TIME

REJECTS = pa.schema(
    [
        ("tenant", TEXT),
        ("sensor", TEXT),
        ("source", TEXT),
        ("time", TIME),  # of receipt
        ("block", TEXT),
        ("origin", TEXT),
        ("line", LONG),
        ("reason", TEXT),
        ("detail", TEXT),
        ("raw", pa.binary()),
    ]
)
BLOCKS = pa.schema(
    [
        ("tenant", TEXT),
        ("sensor", TEXT),
        ("source", TEXT),
        ("timezone", TEXT),
        ("time", TIME),  # of receipt
        ("block", TEXT),
        ("origin", TEXT),
        ("live", FLAG),
        ("sha256", TEXT),
        ("bytes", LONG),
        ("records", LONG),
        ("events", LONG),
        ("rejects", LONG),
        ("findings", LONG),
        ("first_time", TIME),
        ("last_time", TIME),
        ("epoch", INT),
        ("problem", TEXT),  # why nothing could be read of the block
    ]
)


@dataclass(frozen=True)
class Table:
    """A Delta table, partitioned by ``day`` (UTC date of ``time``)."""

    name: str
    schema: pa.Schema
    stats: tuple[str, ...] = ("tenant", "time")


TABLES = {
    table.name: table
    for table in (
        Table("events", SCHEMA),
        Table("findings", SCHEMA),
        Table("rejects", REJECTS),
        Table("blocks", BLOCKS),
    )
}
ORDER = ("events", "findings", "rejects", "blocks")
"""Tables are committed in this order; ``blocks`` last, for it says that a block is done."""
