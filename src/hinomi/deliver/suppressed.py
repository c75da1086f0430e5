"""What suppressions hide: it raises nothing, and is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.ocsf.suppression import COLUMNS, Suppression
from hinomi.pipeline.correlate.suppression import covers

DAYS = 30
ASKED = f"""
SELECT tenant, time, "finding_info.analytic.uid", {", ".join(f'"{column}"' for column in COLUMNS)}
FROM findings WHERE "finding_info.analytic.uid" IN (SELECT unnest(?::VARCHAR[]))
"""


@dataclass(frozen=True)
class Hidden:
    """Findings that a suppression covers; ``last`` is naive UTC, None where there are none."""

    findings: int
    companies: int
    last: datetime | None


def hidden(
    lake: Lake, suppressions: Iterable[Suppression], tenants: Sequence[str], now: datetime, days: int = DAYS
) -> dict[str, Hidden]:
    """By uid, for these companies and the last ``days``; ``now`` is naive UTC. One finding may be covered twice."""
    suppressions = tuple(suppressions)
    rules = sorted({one.rule for one in suppressions})
    if not rules:
        return {}
    since = now - timedelta(days=days)
    found = lake.ask_companies(tenants, ASKED, [rules], since=since).frame()
    return {one.uid: counted(found.filter(covers(one))) for one in suppressions}


def counted(rows: pl.DataFrame) -> Hidden:
    last = rows["time"].max()
    assert last is None or isinstance(last, datetime)
    return Hidden(rows.height, rows["tenant"].n_unique(), last)
