"""A lake filled by hand, for tests that count."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.tables import ORDER, TABLES
from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.schema import POLARS, conform

FINDING = int(ClassUid.DETECTION_FINDING)
Fill = Callable[..., dict[str, Any]]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def event() -> Fill:
    """An event of a sensor: ``event("a", "a-utm", datetime(...), **columns)``; dots in names are ``__``."""

    def make(tenant: str, sensor: str, time: datetime, **columns: Any) -> dict[str, Any]:
        named = {name.replace("__", "."): value for name, value in columns.items()}
        return {"tenant": tenant, "sensor": sensor, "time": time, "class_uid": 4001, "activity_id": 6} | named

    return make


@pytest.fixture
def verdict(event: Fill) -> Fill:
    """A sensor's own verdict, as an event with ``is_alert``; :func:`fill` makes the finding of it."""

    def make(tenant: str, sensor: str, time: datetime, title: str = "検知", **columns: Any) -> dict[str, Any]:
        return event(tenant, sensor, time, is_alert=True, finding_info__title=title, **columns)

    return make


@pytest.fixture
def fill(lake: Lake) -> Callable[[list[dict[str, Any]]], None]:
    """Append rows to the lake as one epoch: every row is an event, every verdict also a finding."""

    def append(rows: list[dict[str, Any]]) -> None:
        events = conform(pl.DataFrame(rows, schema={name: POLARS[name] for row in rows for name in row}))
        findings = events.filter(pl.col("is_alert")).with_columns(
            pl.lit(FINDING, dtype=pl.Int32).alias("class_uid"),
            pl.when(pl.col("class_uid") == FINDING).then("activity_id").otherwise(1).alias("activity_id"),
            pl.col("finding_info.analytic.type_id").fill_null(99),
            pl.format("{}-{}", pl.lit(str(lake.last_epoch() + 1)), pl.int_range(pl.len())).alias("metadata.uid"),
        )
        empty = {name: pl.from_arrow(TABLES[name].schema.empty_table()) for name in ORDER}
        epoch = lake.last_epoch() + 1
        spans = events.group_by("tenant", "sensor").agg(
            pl.col("time").min(), pl.col("time").min().alias("first_time"), pl.col("time").max().alias("last_time")
        )
        block = [row | {"source": "x", "block": "b", "epoch": epoch} for row in spans.to_dicts()]
        frames = {"events": events, "findings": findings, "blocks": pl.DataFrame(block, schema=empty["blocks"].schema)}
        lake.append(epoch, empty | frames)

    return append
