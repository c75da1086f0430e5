"""Findings that came of no block go into the lake: each once, however often it is found again."""

from datetime import timedelta

import polars as pl

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.lake.tables import TABLES
from hinomi.ocsf.schema import conform
from hinomi.pipeline.epoch import Planner
from hinomi.pipeline.watch import news

KNOWN = 'SELECT tenant, "metadata.uid" FROM findings WHERE "finding_info.analytic.uid" IN (SELECT unnest(?::VARCHAR[]))'
NAME = "watch"
MOMENT = timedelta(microseconds=1)


def record(lake: Lake, findings: pl.DataFrame) -> pl.DataFrame:
    """Add the findings that the lake does not hold yet, and tell the desk; returns those.

    ``findings`` has the lake's columns and may hold several tenants. What makes a finding the same is its
    ``metadata.uid``, which is sought among those of its time: a finding must not move in time when it is found
    again. Waits for the pipeline; may be killed at any moment and done again.
    """
    findings = conform(findings).unique("metadata.uid", keep="first", maintain_order=True)
    if findings.is_empty():
        return findings
    table = TABLES["findings"]
    with Planner(lake.root).alone():
        fresh = unknown(lake, findings)
        if not fresh.is_empty():
            news.write(lake.root, fresh)
            added = [
                delta.write_part(lake.root, table, start, part, NAME) for start, part in delta.partitions(table, fresh)
            ]
            delta.replace(table, lake.ready("findings"), [], added)
    return fresh


def unknown(lake: Lake, findings: pl.DataFrame) -> pl.DataFrame:
    """Those of the findings that the lake does not hold."""
    first, last = findings["time"].min(), findings["time"].max()
    rules = findings["finding_info.analytic.uid"].drop_nulls().unique().to_list()
    known = lake.ask_companies(
        findings["tenant"].unique().sort().to_list(),
        KNOWN,
        [rules],
        since=first,  # type: ignore[arg-type]
        until=last + MOMENT,  # type: ignore[arg-type,operator]
    ).frame()
    return findings.join(known, on=["tenant", "metadata.uid"], how="anti", maintain_order="left")
