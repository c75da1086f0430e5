"""Findings that came of no block go into the lake: each once, however often it is found again."""

from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
from deltalake.transaction import AddAction, RemoveAction

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.replace import without
from hinomi.lake.tables import TABLES
from hinomi.ocsf.schema import conform
from hinomi.pipeline.epoch import Planner
from hinomi.pipeline.watch import news

KNOWN = 'SELECT tenant, "metadata.uid" FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'
HOLDING = """
SELECT DISTINCT filename FROM read_parquet(?, filename = true, hive_partitioning = false)
WHERE time BETWEEN ? AND ? AND "metadata.uid" IN (SELECT unnest(?)) ORDER BY filename
"""
NAME = "watch"
DAY = timedelta(days=1)
"""How much earlier it may lie when it is found again: it was told by a later event of its day."""
MOVED = timedelta(days=90)
"""How much later a finding may lie when it is found again: its beginning may have left the days that were looked at."""


def record(lake: Lake, findings: pl.DataFrame) -> pl.DataFrame:
    """Add the findings that the lake does not hold yet, and tell the desk; returns those.

    ``findings`` has the lake's columns and may hold several tenants. What makes a finding the same is its
    ``metadata.uid``; its first telling stays. Waits for the pipeline; may be killed at any moment and done again.
    """
    findings = conform(findings).unique("metadata.uid", keep="first", maintain_order=True)
    if findings.is_empty():
        return findings
    table = TABLES["findings"]
    with Planner(lake.root).alone():
        fresh = unknown(lake, findings)
        if not fresh.is_empty():
            news.write(lake.root, fresh)
            added: list[AddAction | RemoveAction] = [
                delta.write_part(lake.root, table, start, part, NAME) for start, part in delta.partitions(table, fresh)
            ]
            delta.replace(table, lake.ready("findings"), added)
    return fresh


def revise(lake: Lake, fresh: pl.DataFrame, gone: pl.DataFrame) -> None:
    """Add findings and take others away, in one commit, and tell the desk.

    ``fresh`` has the lake's columns; ``gone`` says ``tenant``, ``time`` and ``metadata.uid`` of findings in the lake.
    One that is in both takes its own place. Waits for the pipeline; may be killed at any moment and done again.
    """
    table = TABLES["findings"]
    fresh = conform(fresh)
    with Planner(lake.root).alone():
        news.write(lake.root, pl.concat([fresh.select("tenant", "time"), gone.select("tenant", "time")]))
        actions: list[AddAction | RemoveAction] = [
            delta.write_part(lake.root, table, start, part, NAME) for start, part in delta.partitions(table, fresh)
        ]
        for path in holding(lake, gone):
            actions += without(
                lake.root, table, path, pl.col("metadata.uid").is_in(gone["metadata.uid"].to_list()), NAME
            )
        delta.replace(table, lake.ready("findings"), actions)


def holding(lake: Lake, gone: pl.DataFrame) -> list[Path]:
    """Files of the lake with these findings."""
    if gone.is_empty():
        return []
    first, last = gone["time"].min(), gone["time"].max()
    files = lake.files("findings", first, last)  # type: ignore[arg-type]
    with duckdb.connect() as connection:
        found = connection.execute(HOLDING, [files, first, last, gone["metadata.uid"].to_list()]).fetchall()
    return [Path(filename) for (filename,) in found]


def unknown(lake: Lake, findings: pl.DataFrame) -> pl.DataFrame:
    """Those of the findings that the lake does not hold."""
    first, last = findings["time"].min(), findings["time"].max()
    known = lake.ask_companies(
        findings["tenant"].unique().sort().to_list(),
        KNOWN,
        [findings["metadata.uid"].to_list()],
        since=first - MOVED,  # type: ignore[arg-type,operator]
        until=last + DAY,  # type: ignore[arg-type,operator]
    ).frame()
    return findings.join(known, on=["tenant", "metadata.uid"], how="anti", maintain_order="left")
