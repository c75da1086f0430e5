"""Feeds and events for tests: real files below a temporary folder, rows in the lake's schema."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.intelligence.index import Index, load
from hinomi.pipeline.intelligence.indicator import COLUMNS, Indicator
from hinomi.pipeline.intelligence.shelf import Shelf

ADDED = datetime(2026, 11, 20)
NOON = datetime(2026, 11, 21, 3)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "intelligence")


def put(shelf: Shelf, *indicators: Indicator, feed: str = "test", added: datetime = ADDED) -> None:
    """Show these indicators as a feed."""
    rows = [asdict(one) | {"added": added} for one in indicators]
    shelf.replace(feed, pl.DataFrame(rows, schema=COLUMNS))


@pytest.fixture
def known(shelf: Shelf) -> Callable[..., Index]:
    """An index of these indicators."""

    def index(*indicators: Indicator) -> Index:
        put(shelf, *indicators)
        return load(shelf)

    return index


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    """Events of company 101 at noon in Japan, one a row, from 192.168.1.7."""
    told = [
        {
            "tenant": "101",
            "sensor": "gate",
            "source": "fortinet_fortigate",
            "time": NOON,
            "class_uid": 4001,
            "src_endpoint.ip": "192.168.1.7",
            "metadata.uid": f"b1:{number}",
            "raw_ref": f"b1:{number}",
        }
        | row
        for number, row in enumerate(rows, start=1)
    ]
    names = {name for row in told for name in row}
    return conform(pl.DataFrame(told, schema={name: POLARS[name] for name in names}))
