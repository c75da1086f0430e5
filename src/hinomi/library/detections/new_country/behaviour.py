"""The first contact of a company with a country, at a destination that no other company uses.

Where a destination lies is what the firewall says of it; nothing is looked up. Big services answer from anywhere, so
destinations that other companies use, and those known as harmless, are left out. MITRE ATT&CK T1071.
"""

from typing import Any

import polars as pl

from hinomi.library import countries, ends
from hinomi.library.amounts import at
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "new_country"
TITLE = "初めての国との通信"
LEARNING = 10
"""Working days of the company before."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    first_hour = pl.col("met").dt.truncate("1h") == pl.col("hour")
    rare = pl.col("other_met").is_null() | (pl.col("other_met") > pl.col("met"))
    abroad = pl.col("country") != countries.HOME
    found = rows.filter(first_hour, rare, abroad, pl.col("company_days") >= LEARNING)
    ordered = found.sort("tenant", "country", pl.col("moments").list.first(), "machine", "peer")
    each = ordered.unique(["tenant", "country"], keep="first").sort("tenant", "met", "country")
    return tuple(map(notable, each.iter_rows(named=True)))


def notable(row: dict[str, Any]) -> Notable:
    country = countries.name(row["country"])
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['country']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が、この会社が {row['company_days']} 営業日のあいだ"
            f"一度も通信しなかった国「{country}」の、ほかのどの会社も使っていない相手「{row['peer']}」と通信しました。"
        ),
        first=row["met"],
        time=at(row["hour"], row["moments"][0]),
        severity=SeverityId.LOW,
        advice="unusual_traffic",
        techniques=("T1071",),
        sensor=row["sensor"],
        source=row["source"],
        about={**ends.both(row), "dst_endpoint.location.country": row["country"]},
        related=(row["uid"],),
        numbers={"country": row["country"], "working_days_of_company": row["company_days"]},
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "First contact with a country"},
    looks_at=Look.COUNTRIES,
    judge=judge,
)
