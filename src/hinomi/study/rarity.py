"""How often what a rule finds is found: on how many days in a company, and in how many companies."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.course import Known

REACH: Final = timedelta(days=90)
FOUND = f"""
SELECT tenant, "finding_info.analytic.uid" AS rule, count(DISTINCT CAST(time AS DATE)) AS days
FROM findings WHERE rule IS NOT NULL AND "finding_info.analytic.type_id" <> {int(AnalyticTypeId.VENDOR)} GROUP BY ALL
"""


def rarity(lake: Lake, now: datetime) -> Mapping[str, Mapping[str, Known]]:
    """Of each company, by rule of ours, what was found in the last ninety days; ``now`` is naive UTC.

    A sensor's own verdicts are not counted: they are many things under one name.
    Of other companies a company learns nothing but how many there are.
    """
    rows = lake.ask_population(FOUND, since=now - REACH).rows()
    companies = Counter(row["rule"] for row in rows)
    found: dict[str, dict[str, Known]] = {}
    for row in rows:
        found.setdefault(row["tenant"], {})[row["rule"]] = Known(row["days"], companies[row["rule"]])
    return found
