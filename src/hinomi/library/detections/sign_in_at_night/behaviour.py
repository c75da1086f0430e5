"""Somebody signs in in the night, hours away from any time of day at which they ever did.

Who works shifts or reads mail at midnight has done so before, and is measured by their own past. MITRE ATT&CK T1078.
"""

from typing import Any

import polars as pl

from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "sign_in_at_night"
TITLE = "いつもと違う深夜のサインイン"
LEARNING = 10
"""Working days on which the person signed in before."""
NIGHT = (21, 6)
"""From and until which hour it is night."""
APART = 3
"""Hours from the nearest time of day at which the person ever signed in."""
ROUND = 24


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    night = (pl.col("clock") >= NIGHT[0]) | (pl.col("clock") < NIGHT[1])
    odd = rows.filter("judged", night, pl.col("company_days") >= LEARNING)
    past = rows.select("tenant", "person", "day", "clock").unique()
    pairs = odd.join(past, on=["tenant", "person"], suffix="_past").filter(pl.col("day_past") < pl.col("day"))
    gap = (pl.col("clock") - pl.col("clock_past")).abs()
    nearest = pairs.group_by("tenant", "person", "hour").agg(pl.min_horizontal(gap, ROUND - gap).min().alias("apart"))
    found = odd.join(nearest, on=["tenant", "person", "hour"]).filter(pl.col("apart") >= APART)
    each = found.sort("tenant", "person", "first", "uid").unique(
        ["tenant", "person", "day"], keep="first", maintain_order=True
    )
    return tuple(map(notable, each.iter_rows(named=True)))


def notable(row: dict[str, Any]) -> Notable:
    where = f"(接続元 {row['address']})" if row["address"] else ""
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['person']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{row['person']}」が {row['clock']} 時台にサインインしました{where}が、"
            f"過去 {row['company_days']} 営業日のこの人のサインインは、"
            f"どれもこの時刻から {row['apart']} 時間以上離れています。"
        ),
        first=row["first"],
        time=row["first"],
        severity=SeverityId.LOW,
        advice="unusual_sign_in",
        techniques=("T1078",),
        sensor=row["sensor"],
        source=row["source"],
        about={"user.name": row["person"], "src_endpoint.ip": row["address"], "device.hostname": row["name"]},
        related=(row["uid"],),
        numbers={"hour": row["clock"], "hours_apart": row["apart"], "working_days_of_person": row["company_days"]},
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Sign-in at a time of night at which the person never did"},
    looks_at=Look.SIGN_INS,
    judge=judge,
)
