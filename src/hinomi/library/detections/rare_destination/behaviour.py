"""A machine that talks to very few places outside meets one that nobody knows.

Servers, printers and machine tools talk to their maker and to a clock; a new destination of theirs is news. Of people's
PCs it is not: they meet new sites every day, so of machines with many destinations nothing is said.
MITRE ATT&CK T1071, T1105.
"""

from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "rare_destination"
TITLE = "決まった相手としか通信しない機器の、初めての通信先"
LEARNING = 10
"""Working days of the machine, and of the company before the first contact."""
FEW = 3
"""Most ends outside on any day before."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    first_hour = pl.col("met").dt.truncate("1h") == pl.col("hour")
    alone = [pl.col(name).is_null() | (pl.col(name) > pl.col("met")) for name in ("other_met", "mate_met")]
    known = pl.min_horizontal("machine_days", "learned") >= LEARNING
    found = rows.filter(
        first_hour, *alone, known, pl.col("past_peers").is_between(1, FEW), pl.col("denied") < pl.col("count")
    )
    first_of_day = found.sort("tenant", "machine", "met", "peer").unique(["tenant", "machine", "day"], keep="first")
    return tuple(map(notable, first_of_day.sort("tenant", "met", "machine").iter_rows(named=True)))


def notable(row: dict[str, Any]) -> Notable:
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"ふだんは 1 日に {row['past_peers']} か所以下としか通信しない「{row['machine']}」が、"
            f"これまで {row['machine_days']} 営業日のあいだ社内のだれも、ほかのどの会社も使っていなかった"
            f"外部の相手「{row['peer']}」と初めて通信しました。"
        ),
        first=row["met"],
        time=at(row["hour"], row["moments"][0]),
        severity=SeverityId.LOW,
        advice="unusual_traffic",
        techniques=("T1071",),
        sensor=row["sensor"],
        source=row["source"],
        count=1,
        about=ends.both(row),
        related=(row["uid"],),
        numbers={
            "most_destinations_a_day": row["past_peers"],
            "working_days_of_machine": row["machine_days"],
            "working_days_of_company": row["learned"],
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "First contact of a quiet machine with a destination nobody knows"},
    looks_at=Look.OUTWARD,
    judge=judge,
)
