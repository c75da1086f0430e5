"""How often what a rule finds is found: on how many days in a company, and in how many companies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import AnalyticTypeId

REACH: Final = timedelta(days=90)
FOUND = f"""
SELECT tenant, "finding_info.analytic.uid" AS rule, count(DISTINCT CAST(time AS DATE)) AS days
FROM findings WHERE rule IS NOT NULL AND "finding_info.analytic.type_id" <> {int(AnalyticTypeId.VENDOR)} GROUP BY ALL
"""


@dataclass(frozen=True)
class Rarity:
    """What was found since ``since`` (naive UTC), by rule of ours."""

    since: datetime
    days: Mapping[str, Mapping[str, int]]
    """Of each company by rule: on how many days."""
    companies: Mapping[str, int]
    """By rule: in how many companies. Of others a company learns nothing but this."""


def rarity(lake: Lake, now: datetime) -> Rarity:
    """Of the last ninety days; ``now`` is naive UTC.

    A sensor's own verdicts are not counted: they are many things under one name.
    """
    rows = lake.ask_population(FOUND, since=now - REACH).rows()
    days: dict[str, dict[str, int]] = {}
    for row in rows:
        days.setdefault(row["tenant"], {})[row["rule"]] = row["days"]
    return Rarity(now - REACH, days, Counter(row["rule"] for row in rows))
