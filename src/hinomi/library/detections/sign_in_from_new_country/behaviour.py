"""A person signs in from a country from which nobody of the company did before. MITRE ATT&CK T1078.004.

Countries are those that the service says; nothing is looked up. People travel: it is said once a person and country.
"""

from typing import Any

import polars as pl

from hinomi.library import countries
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "sign_in_from_new_country"
TITLE = "初めての国からのサインイン"
LEARNING = 10
"""Working days on which the person signed in before."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    known = rows.filter(pl.col("country").is_not_null())
    by_day = known.group_by("tenant", "country").agg(pl.col("day").min().alias("company_first"))
    abroad = known.filter("judged", pl.col("company_days") >= LEARNING, pl.col("country") != countries.HOME)
    new = abroad.join(by_day, on=["tenant", "country"]).filter(pl.col("company_first") == pl.col("day"))
    each = new.sort("tenant", "person", "first", "uid").unique(
        ["tenant", "person", "country", "day"], keep="first", maintain_order=True
    )
    return tuple(map(notable, each.iter_rows(named=True)))


def notable(row: dict[str, Any]) -> Notable:
    where = f"(接続元 {row['address']})" if row["address"] else ""
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['person']}|{row['country']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{row['person']}」が、過去 {row['company_days']} 営業日のあいだ社内のだれもサインインしなかった国"
            f"「{countries.name(row['country'])}」から{where}サインインしました。"
        ),
        first=row["first"],
        time=row["first"],
        severity=SeverityId.MEDIUM,
        advice="unusual_sign_in",
        techniques=("T1078.004",),
        sensor=row["sensor"],
        source=row["source"],
        about={
            "user.name": row["person"],
            "src_endpoint.ip": row["address"],
            "src_endpoint.location.country": row["country"],
        },
        related=(row["uid"],),
        numbers={"country": row["country"], "working_days_of_person": row["company_days"]},
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Sign-in from a new country"},
    looks_at=Look.SIGN_INS,
    judge=judge,
)
