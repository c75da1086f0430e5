"""How rows lie in the files of the lake: the encoding of a column follows from what it holds.

Text goes from Polars to the file as views, without being copied together first. Files hold no Arrow schema: readers
see the plain Parquet types of the table's schema.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 64 * 1024
VIEWS = pl.CompatLevel.newest()
PRUNED = frozenset({"tenant", "sensor", "time", "class_uid", "metadata.uid", "raw_ref", "finding_info.uid", "block"})
"""Columns by whose least and greatest value a reader skips row groups; of others no statistics are written."""
REFERENCES = {"metadata.uid": "DELTA_BYTE_ARRAY", "raw_ref": "DELTA_BYTE_ARRAY", "finding_info.uid": "DELTA_BYTE_ARRAY"}
"""Texts that begin like the row before: only what differs is written."""
CLOCKS = {"time": "DELTA_BINARY_PACKED", "metadata.logged_time": "DELTA_BINARY_PACKED"}
VARIOUS = frozenset(
    {
        *("metadata.original_time", "metadata.correlation_uid", "traffic.bytes_in", "traffic.bytes_out"),
        *("src_endpoint.port", "duration", "raw_data", "raw", "line", *REFERENCES, *CLOCKS),
    }
)
"""Columns whose values seldom repeat: a dictionary of them would be larger than they are."""


def write(rows: pl.DataFrame, schema: pa.Schema, path: Path) -> None:
    """Write a file of rows, at least one, whose columns are those of ``schema``."""
    filled = {column.name: column for column in rows.get_columns() if column.null_count() < rows.height}
    encodings = {name: encoding for name, encoding in (REFERENCES | CLOCKS).items() if name in filled}
    lists = [f"{name}.list.element" for name, column in filled.items() if isinstance(column.dtype, pl.List)]
    pq.write_table(
        table(filled, rows.height, schema),
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in filled if name not in VARIOUS] + lists,
        column_encoding=encodings or None,
        write_statistics=[name for name in filled if name in PRUNED],
        store_schema=False,
    )


def table(filled: Mapping[str, pl.Series], height: int, schema: pa.Schema) -> pa.Table:
    """An Arrow table whose text is views; columns that are not ``filled`` are null."""
    nothing = {kind: pa.nulls(height, kind) for kind in set(schema.types)}
    arrays = [
        filled[field.name].rechunk().to_arrow(compat_level=VIEWS) if field.name in filled else nothing[field.type]
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, names=schema.names)
