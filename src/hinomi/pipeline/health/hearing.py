"""Is the sensor heard, in time, and by a clock that is right? From what each live block says of its newest event.

A live block is written about a second after its lines came, so its newest event should be as old as that. What is
always off by the same is a clock or a time zone that is set wrongly; what is off by more and more, or by this and that,
comes late.
"""

from datetime import datetime, timedelta
from statistics import median

import polars as pl

from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.health.sensor import Watched, about_sensor

RECENT = timedelta(hours=24)
ENOUGH = 20
"""Live blocks from which a clock is judged."""
TOLERATED = timedelta(minutes=5)
STEADY = 0.1
"""A clock is wrong if the offsets deviate (median absolute deviation) from their median by no more than this share."""
BLOCKS = """
SELECT sensor, time, last_time FROM blocks WHERE live AND last_time IS NOT NULL ORDER BY sensor, time
"""


def silence(tenant: str, sensor: Watched, now: datetime) -> Notable | None:
    """Nothing has come for longer than the sensor may be silent."""
    since = sensor.silent_since
    if since is None:
        return None
    hours = (now - since).total_seconds() / 3600
    return about_sensor(
        tenant,
        sensor,
        "sensor_silent",
        since.isoformat(),
        title="記録が届いていない",
        message=f"最後の記録から{hours:,.0f}時間たちました。その間のことは分かりません。",
        first=since,
        time=since,
        numbers={"hours": round(hours, 1)},
        severity=SeverityId.MEDIUM,
    )


def clock(tenant: str, sensor: Watched, blocks: pl.DataFrame, now: datetime) -> Notable | None:
    """A wrong clock, or lines that come late; ``blocks`` are this sensor's live ones of the last day.

    While it lasts it is told once a week (UTC, from Monday).
    """
    recent = blocks.filter(pl.col("time") >= now - RECENT)
    if recent.height < ENOUGH:
        return None
    offsets = (recent["time"] - recent["last_time"]).dt.total_seconds().to_list()
    middle = median(offsets)
    if abs(middle) <= TOLERATED.total_seconds():
        return None
    deviation = median(abs(offset - middle) for offset in offsets)
    steady = deviation <= STEADY * abs(middle)
    minutes = abs(middle) / 60
    said = f"{minutes:,.0f}分" if minutes < 120 else f"{minutes / 60:,.1f}時間"
    numbers = {"seconds": round(middle), "deviation": round(deviation), "blocks": recent.height}
    week = now.date() - timedelta(days=now.weekday())
    told = datetime.combine(week, datetime.min.time())
    first: datetime = recent["time"][0]
    if steady or middle < 0:
        way = "遅れて" if middle > 0 else "進んで"
        return about_sensor(
            tenant,
            sensor,
            "sensor_clock",
            week.isoformat(),
            title="時計がずれている",
            message=f"時計が約{said}{way}います。時計か時間帯の設定を直すまで、前後の出来事とつながりません。",
            first=first,
            time=told,
            numbers=numbers,
            severity=SeverityId.LOW,
        )
    return about_sensor(
        tenant,
        sensor,
        "sensor_late",
        week.isoformat(),
        title="記録が遅れて届く",
        message=f"記録が、起きてからまん中の値で{said}遅れて届いています。知らせもその分遅れます。",
        first=first,
        time=told,
        numbers=numbers,
        severity=SeverityId.LOW,
    )
