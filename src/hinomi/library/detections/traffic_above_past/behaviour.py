"""A machine that sends and receives far more than on any day of its past.

Compared are working days with working days and rest days with rest days, by median and median absolute deviation, which
a few heavy days do not move (Leys et al., J. Exp. Soc. Psychol. 49, 2013); and with the heaviest day of sixty, so that
the load of a month's end, once seen, is no news. MITRE ATT&CK T1030, T1496.
"""

from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at, size, times
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "traffic_above_past"
TITLE = "ふだんより極端に多い通信量"
LEARNING = 10
"""Like days of the machine before."""
FLOOR = 1 << 30
"""Bytes of a day below which nothing is said."""
TIMES_USUAL, DEVIATIONS, TIMES_MOST = 5, 10, 2


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    bound = pl.max_horizontal(
        pl.lit(float(FLOOR)),
        pl.col("usual") * TIMES_USUAL,
        pl.col("usual") + pl.col("deviation") * DEVIATIONS,
        pl.col("most").cast(pl.Float64) * TIMES_MOST,
    )
    ordered = rows.filter(pl.col("like_days") >= LEARNING).sort("tenant", "machine", "day", "hour")
    so_far = (pl.col("sent") + pl.col("received")).cum_sum().over("tenant", "machine", "day")
    found = ordered.with_columns(so_far.alias("so_far")).filter(pl.col("so_far") >= bound)
    return tuple(
        map(
            notable, found.unique(["tenant", "machine", "day"], keep="first", maintain_order=True).iter_rows(named=True)
        )
    )


def notable(row: dict[str, Any]) -> Notable:
    kind = "営業日" if row["works"] else "休日"
    ratio = times(row["so_far"] / max(row["usual"], 1)) if row["usual"] >= 1 else ""
    usual = (
        f"ふだんの{kind} {size(row['usual'])} の {ratio} 倍" if ratio else f"ふだんの{kind}はほとんど通信がありません"
    )
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['day']}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」の 1 日の通信量が {size(row['so_far'])} に達しました"
            f"({usual}、過去 {row['like_days']} 日の{kind}で最も多かった日は {size(row['most'])})。"
        ),
        first=at(row["hour"], row["moment"]),
        time=at(row["hour"], row["moment"]),
        severity=SeverityId.LOW,
        advice="unusual_traffic",
        techniques=("T1030",),
        sensor=row["sensor"],
        source=row["source"],
        count=row["count"],
        about=ends.machine(row),
        related=(row["uid"],),
        numbers={
            "bytes": row["so_far"],
            "usual_bytes": row["usual"],
            "deviation_bytes": round(row["deviation"]),
            "most_bytes": row["most"],
            "like_days": row["like_days"],
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Traffic far above the machine's own past"},
    looks_at=Look.BUSY,
    judge=judge,
)
