"""Regular calls to a destination that nobody else talks to: how malware asks its master for orders.

Malware sleeps between its calls, by a random part shorter or longer (jitter, often up to 30 %); people do not. The
intervals are compared with their median, which a few missed or extra calls do not move. Judged are the first calls of a
day, in numbers that grow step by step: what was regular once stays told, whatever the machine does later that day.
Calls between ten seconds and ninety minutes apart are seen; slower ones need more than a day.
MITRE ATT&CK T1071, T1573.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library import ends
from hinomi.library.amounts import span
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "beaconing"
TITLE = "外部への規則正しい通信"
LEARNING = 5
"""Working days of the company that must be known before the destination was first met."""
NEW = timedelta(days=3)
"""So long after the first contact it is said again each day."""
STEPS = (12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096)
"""How many calls are judged together, from the first of the day."""
LASTING = 2 * 3600
"""Seconds from the first to the last of them."""
TOGETHER = 5
"""Seconds within which several log lines are one call."""
SHORTEST, LONGEST = 10, 90 * 60
NEAR, SHARE = 0.35, 0.8
"""So large a share of intervals is so near to the median one; of random ones a quarter is."""
Seconds = NDArray[np.int64]
PAIR = ("tenant", "machine", "peer", "day")


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    recent = pl.col("met") >= pl.col("hour") - pl.duration(days=NEW.days)
    often = pl.col("moments").list.len().sum().over(PAIR) >= STEPS[0]
    candidates = rows.filter((pl.col("learned") >= LEARNING) & recent & often)
    found = (regular(group) for _, group in candidates.group_by(PAIR, maintain_order=True))
    return tuple(one for one in found if one)


def regular(rows: pl.DataFrame) -> Notable | None:
    row = rows.row(0, named=True)
    calls = seconds(rows)
    for some in steps(calls):
        last = moment(row["hour"], some[-1])
        known = [row[name] for name in ("other_met", "third_met") if row[name] is not None and row[name] <= last]
        if not known and (rhythm := measured(np.diff(some))):
            return notable(row, some, rhythm)
    return None


def seconds(rows: pl.DataFrame) -> Seconds:
    """Calls as seconds since the first row's hour, lines of one call taken together."""
    begin = rows["hour"][0]
    offset = (pl.col("hour") - begin).dt.total_seconds()
    at = rows.select(offset.alias("offset"), "moments").explode("moments").drop_nulls()
    times = np.unique((at["offset"] + at["moments"].cast(pl.Int64)).to_numpy())
    kept = np.concatenate([[True], np.diff(times) > TOGETHER])
    calls: Seconds = times[kept]
    return calls


def steps(calls: Seconds) -> Iterator[Seconds]:
    for number in STEPS:
        if number > calls.size:
            return
        if calls[number - 1] - calls[0] >= LASTING:
            yield calls[:number]


def measured(intervals: Seconds) -> tuple[float, float] | None:
    """Median interval in seconds and its usual deviation as a share of it; None where there is no rhythm."""
    usual = float(np.median(intervals))
    if not SHORTEST <= usual <= LONGEST:
        return None
    away = np.abs(intervals - usual)
    if float(np.mean(away <= NEAR * usual)) < SHARE:
        return None
    return usual, float(np.median(away)) / usual


def moment(hour: datetime, second: int) -> datetime:
    return hour + timedelta(seconds=int(second))


def notable(row: dict[str, Any], calls: Seconds, rhythm: tuple[float, float]) -> Notable:
    usual, deviation = rhythm
    who, peer = row["machine"], row["peer"]
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{who}|{peer}|{row['day']}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE,
        message=(
            f"「{who}」が、ほかのどの会社も使っていない外部の相手「{peer}」へ、約 {span(usual)}おき"
            f"(ばらつき {deviation:.0%})に {len(calls)} 回、機械のように規則正しく通信しました"
            f"(この会社の {row['learned']} 営業日分の記録にはなかった相手です)。"
        ),
        first=moment(row["hour"], calls[0]),
        time=moment(row["hour"], calls[-1]),
        severity=SeverityId.MEDIUM,
        advice="regular_calls",
        techniques=("T1071", "T1573"),
        sensor=row["sensor"],
        source=row["source"],
        count=len(calls),
        about=ends.both(row),
        related=(row["uid"],),
        numbers={
            "calls": len(calls),
            "interval_seconds": round(usual, 1),
            "deviation": round(deviation, 3),
            "working_days_known": row["learned"],
            "first_contact": row["met"].isoformat(),
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": "外部への規則正しい通信 (ビーコン)", "en": "Regular calls to a rare destination (beaconing)"},
    looks_at=Look.OUTWARD,
    judge=judge,
)
