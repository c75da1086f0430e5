from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.tables import TABLES
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.faults import exclusions

TOKYO = ZoneInfo("Asia/Tokyo")
BURST = datetime(2022, 12, 12, 23)
"""The thirteenth, eight in the morning, in Japan."""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two months of company 212's UTM, with LAND hits from 192.168.1.40 to itself on three days of December."""
    usual = [
        {"time": datetime(2022, 11, 1) + timedelta(hours=9 * n), "finding_info.title": "WEB Path Traversal"}
        for n in range(160)
    ]
    burst = [
        {
            "time": BURST + timedelta(days=day, minutes=minute),
            "finding_info.title": "DoS LAND Attack",
            "src_endpoint.ip": "192.168.1.40",
            "dst_endpoint.ip": "192.168.1.40",
            "count": 50,
        }
        for day in range(3)
        for minute in range(100)
    ]
    rows = pl.DataFrame([*usual, *burst], infer_schema_length=None).with_columns(
        tenant=pl.lit("212"), sensor=pl.lit("utm"), **{"finding_info.analytic.type_id": pl.lit(99)}
    )
    lake = Lake(tmp_path)
    empty = {name: pl.from_arrow(table.schema.empty_table()) for name, table in TABLES.items()}
    lake.append(1, empty | {"findings": conform(rows)})
    return lake


def test_a_burst_is_found_with_its_days_in_the_companys_zone(lake: Lake):
    [found] = exclusions(lake, ["212"], datetime(2022, 12, 1), datetime(2023, 1, 1), TOKYO)

    assert (found.since, found.until) == (datetime(2022, 12, 12, 15), datetime(2022, 12, 15, 15))
    assert (found.count, found.sensor, found.signature) == (15_000, "utm", "DoS LAND Attack")


def test_history_is_looked_up_before_the_span_in_question(lake: Lake):
    [found] = exclusions(lake, ["212"], BURST, BURST + timedelta(hours=2), TOKYO)

    assert found.since == datetime(2022, 12, 12, 15)


def test_what_lies_outside_the_span_is_not_told(lake: Lake):
    assert exclusions(lake, ["212"], datetime(2022, 12, 20), datetime(2023, 1, 1), TOKYO) == ()


def test_another_company_has_no_part_in_it(lake: Lake):
    assert exclusions(lake, ["213"], datetime(2022, 12, 1), datetime(2023, 1, 1), TOKYO) == ()
