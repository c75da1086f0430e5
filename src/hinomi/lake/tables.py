"""The tables of the lake: their columns, how they are divided, and which columns carry statistics."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

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
HITS = pa.schema(
    [
        ("tenant", TEXT),
        ("sensor", TEXT),
        ("source", TEXT),
        ("time", TIME),  # of the event
        ("epoch", INT),
        ("rule", TEXT),
        ("metadata.uid", TEXT),  # of the event
        ("raw_ref", TEXT),
        ("fields", TEXT),  # JSON: what correlations of the rule group by or count, {canonical name: [texts]}
        ("device.hostname", TEXT),
        ("src_endpoint.ip", TEXT),
        ("dst_endpoint.ip", TEXT),
        ("actor.user.name", TEXT),
        ("user.name", TEXT),
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


class Span(StrEnum):
    """How long a time one partition holds; the value is the partition column's name."""

    DAY = "day"
    MONTH = "month"

    def start(self, moment: datetime | date) -> date:
        """First day of the partition that holds a moment (naive UTC)."""
        return date(moment.year, moment.month, moment.day if self is Span.DAY else 1)


@dataclass(frozen=True)
class Table:
    """A Delta table, partitioned by the UTC date of ``time``: its day, or the first day of its month.

    Events are many and asked for by the day; so are hits, the events on which rules fired that correlations count.
    The other tables are small: by the day they would be hundreds of files to open for one question.
    """

    name: str
    schema: pa.Schema
    span: Span = Span.MONTH
    stats: tuple[str, ...] = ("tenant", "time")
    reference: str = "block"
    """The column that names the block a row came from: the block, or the block and after a colon the line in it."""


TABLES = {
    table.name: table
    for table in (
        Table("events", SCHEMA, Span.DAY, reference="raw_ref"),
        Table("findings", SCHEMA, reference="raw_ref"),
        Table("hits", HITS, Span.DAY, reference="raw_ref"),
        Table("rejects", REJECTS),
        Table("blocks", BLOCKS),
    )
}
ORDER = ("events", "findings", "hits", "rejects", "blocks")
"""Tables are committed in this order; ``blocks`` last, for it says that a block is done."""
