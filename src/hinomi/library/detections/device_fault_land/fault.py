"""A burst of one signature from one sensor, far outside its history, source and destination being the same.

The study's case: one company's UTM reported 40,726 LAND attacks within days, which turned out to be a faulty
device of the company and were set aside (survey report, section 6.2). An attacker outside cannot easily
send such packets through a router; a machine with a broken network stack, a loop or two devices with one address can.
It is one address then, or a few: where many appear, somebody forges them, and nothing is set aside.

"""

from datetime import date, datetime, time

import polars as pl

from hinomi.library.bursts import DAY, FLOOR, burst_days, runs, span
from hinomi.library.contracts import FaultRule
from hinomi.ocsf.incident import Exclusion

NAME = "device_fault_land"
FEW = 3
"""Addresses that one faulty device may show."""


def judge(tenant: str, daily: pl.DataFrame) -> tuple[Exclusion, ...]:
    """Bursts as exclusions, one for each run of days; ``since`` and ``until`` are midnights of ``day``.

    ``daily`` has a row for each sensor, signature, ``source_is_destination`` and day with hits; a day
    without a row, between the first and the last of the sensor, is a day without hits.
    """
    few = pl.col("addresses") <= FEW
    suspects = daily.filter(pl.col("source_is_destination") & (pl.col("count") >= FLOOR) & few)
    found: list[Exclusion] = []
    for sensor, signature in suspects.select("sensor", "signature").unique().sort("sensor", "signature").iter_rows():
        of_sensor = daily.filter(pl.col("sensor") == sensor)
        same = of_sensor.filter((pl.col("signature") == signature) & pl.col("source_is_destination"))
        crowded = set(same.filter(pl.col("addresses") > FEW)["day"])
        hits = hits_by_day(same)
        bursts = [day for day in burst_days(hits, span(of_sensor["day"].to_list())) if day not in crowded]
        found += [exclusion(tenant, sensor, signature, run, hits) for run in runs(bursts)]
    return tuple(found)


def hits_by_day(rows: pl.DataFrame) -> dict[date, int]:
    return dict(rows.group_by("day").agg(pl.col("count").sum()).iter_rows())


def exclusion(tenant: str, sensor: str, signature: str, run: list[date], hits: dict[date, int]) -> Exclusion:
    count = sum(hits[day] for day in run)
    first, last = run[0], run[-1]
    when = f"{first.month}月{first.day}日" + (f"から{last.month}月{last.day}日" if last > first else "")
    return Exclusion(
        tenant=tenant,
        sensor=sensor,
        rule=NAME,
        signature=signature,
        since=datetime.combine(first, time.min),
        until=datetime.combine(last + DAY, time.min),
        count=count,
        reason=(
            f"{when}に、送信元と送信先が同じアドレスの「{signature}」が{count:,}件集中しました。この機器のふだんの日から"
            "大きく外れており、攻撃ではなく社内機器の不具合と考えられるため、集計から除きます。"
        ),
    )


RULE = FaultRule(
    name=NAME,
    title={"ja": "機器の不具合とみられる LAND 検知の集中", "en": "Burst of LAND hits from a faulty device"},
    judge=judge,
)
