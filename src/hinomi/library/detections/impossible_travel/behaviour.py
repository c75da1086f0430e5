"""One person signs in from two countries within so short a time that nobody travels between them.

Countries are those that the service says; nothing is looked up. Who signed in from both on several days before (a
VPN, an office abroad) is left alone. MITRE ATT&CK T1078.004.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from hinomi.library import countries
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "impossible_travel"
TITLE = "短い時間に二つの国からサインイン"
WITHIN = timedelta(hours=3)
"""Less than any journey between two countries from door to door, counting Japan's nearest neighbour."""
USUAL_DAYS = 3
"""Days on which a person signed in from a country for it to be usual."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    known = rows.filter(pl.col("country").is_not_null())
    several = known.filter(pl.col("country").n_unique().over("tenant", "person") > 1)
    found = (one for _, part in several.group_by("tenant", "person", maintain_order=True) for one in journeys(part))
    return tuple({(one.tenant, one.key): one for one in reversed(list(found))}.values())


def journeys(rows: pl.DataFrame) -> Iterator[Notable]:
    """Changes of country, in order of time; of two in a day the first is told."""
    days: dict[str, set[Any]] = defaultdict(set)
    ordered = rows.sort("first", "country", "uid").to_dicts()
    for row in ordered:
        days[row["country"]].add(row["day"])
    for one, other in pairwise(ordered):
        if one["country"] == other["country"] or not other["judged"]:
            continue
        left = min(one["last"], other["first"])
        usual = all(
            len({day for day in days[row["country"]] if day < other["day"]}) >= USUAL_DAYS for row in (one, other)
        )
        if other["first"] - left <= WITHIN and not usual:
            yield notable(one, other, other["first"] - left)


def notable(one: dict[str, Any], other: dict[str, Any], gap: timedelta) -> Notable:
    minutes = max(1, round(gap / timedelta(minutes=1)))
    here, there = (countries.name(row["country"]) for row in (one, other))
    where = f"(接続元 {other['address']})" if other["address"] else ""
    return Notable(
        tenant=other["tenant"],
        rule=NAME,
        key=f"{other['person']}|{other['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{other['person']}」が「{here}」でサインインした {minutes} 分後に、移動できるはずのない「{there}」から"
            f"{where}サインインしました。"
        ),
        first=min(one["last"], other["first"]),
        time=other["first"],
        severity=SeverityId.HIGH,
        advice="unusual_sign_in",
        techniques=("T1078.004",),
        sensor=other["sensor"],
        source=other["source"],
        count=2,
        about={
            "user.name": other["person"],
            "src_endpoint.ip": other["address"],
            "src_endpoint.location.country": other["country"],
        },
        related=(other["uid"], one["uid"]),
        numbers={"minutes": minutes, "from": one["country"], "to": other["country"]},
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Impossible travel"},
    looks_at=Look.SIGN_INS,
    judge=judge,
)
