from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.ocsf.schema import conform
from hinomi.study.rarity import rarity

NOW = datetime(2022, 12, 31)


def test_a_rule_is_as_rare_as_the_days_and_companies_that_it_was_found_on(tmp_path: Path):
    said = [
        ("901", "beacon", 1, 1),
        ("901", "beacon", 1, 1),
        ("901", "beacon", 2, 1),
        ("902", "beacon", 5, 1),
        ("901", "verdict/keepeye", 1, 99),
        ("901", "long ago", 200, 1),
    ]
    rows = [
        {"tenant": tenant, "finding_info.analytic.uid": rule, "time": NOW - timedelta(days=days), "is_alert": True,
         "finding_info.analytic.type_id": kind, "metadata.uid": str(number)}
        for number, (tenant, rule, days, kind) in enumerate(said)
    ]  # fmt: skip
    lake = Lake(tmp_path)
    lake.append(1, {"findings": conform(pl.DataFrame(rows))})

    found = rarity(lake, NOW)

    assert found.days == {"901": {"beacon": 2}, "902": {"beacon": 1}}
    assert found.companies == {"beacon": 2}
