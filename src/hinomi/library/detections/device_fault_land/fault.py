"""A burst of one signature from one sensor, far outside its history, source and destination being the same.

The study's case: one company's UTM reported 40,726 LAND attacks within days, which turned out to be a faulty
device of the company and were set aside (survey report, section 6.2). An attacker outside cannot easily
send such packets through a router; a machine with a broken network stack, a loop or two devices with one address can.

Days are compared with the median of the sensor's other days and their median absolute deviation, which a
few bursts do not move. Source: Leys et al., "Detecting outliers", J. Exp. Soc. Psychol. 49 (2013).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from statistics import median

import polars as pl

from hinomi.library.contracts import FaultRule
from hinomi.ocsf.incident import Exclusion

NAME = "device_fault_land"
FLOOR = 1_000
"""Hits a day below which nothing is called a burst."""
FLOOR_UNKNOWN = 10_000
"""The same for a sensor of which too little history is known."""
TIMES_USUAL = 20
"""How many times the usual day, deviation included, a burst is."""
HISTORY_DAYS = 7
"""Other days of the sensor from which its usual day is known."""
TO_SIGMA = 1.4826
DAY = timedelta(days=1)


def judge(tenant: str, daily: pl.DataFrame) -> tuple[Exclusion, ...]:
    """Bursts as exclusions, one for each run of days; ``since`` and ``until`` are midnights of ``day``.

    ``daily`` has a row for each sensor, signature, ``source_is_destination`` and day with hits; a day
    without a row, between the first and the last of the sensor, is a day without hits.
    """
    suspects = daily.filter(pl.col("source_is_destination") & (pl.col("count") >= FLOOR))
    found: list[Exclusion] = []
    for sensor, signature in suspects.select("sensor", "signature").unique().sort("sensor", "signature").iter_rows():
        of_sensor = daily.filter(pl.col("sensor") == sensor)
        hits = hits_by_day(of_sensor.filter((pl.col("signature") == signature) & pl.col("source_is_destination")))
        bursts = burst_days(hits, span(of_sensor["day"].to_list()))
        found += [exclusion(tenant, sensor, signature, run, hits) for run in runs(bursts)]
    return tuple(found)


def hits_by_day(rows: pl.DataFrame) -> dict[date, int]:
    return dict(rows.group_by("day").agg(pl.col("count").sum()).iter_rows())


def span(days: list[date]) -> list[date]:
    first, last = min(days), max(days)
    return [first + DAY * number for number in range((last - first).days + 1)]


def burst_days(hits: dict[date, int], days: list[date]) -> list[date]:
    """Days far above the usual one, which is that of all the other days."""
    found = []
    for day, count in sorted(hits.items()):
        others = [hits.get(other, 0) for other in days if other != day]
        if count >= limit(others):
            found.append(day)
    return found


def limit(others: list[int]) -> float:
    if len(others) < HISTORY_DAYS:
        return FLOOR_UNKNOWN
    usual = median(others)
    deviation = TO_SIGMA * median(abs(count - usual) for count in others)
    return max(FLOOR, TIMES_USUAL * (usual + deviation))


def runs(days: list[date]) -> Iterator[list[date]]:
    """Days that follow one another, together."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] != DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


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
