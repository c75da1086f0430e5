"""Far fewer records than this sensor usually sends: a filter, a policy or a firmware may have silenced part of it.

A day is compared with the median of the sensor's days of the same kind (working days or rest days) in the four weeks
before.
"""

from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.ocsf.notable import Notable
from hinomi.pipeline.health.sensor import Watched, about_sensor
from hinomi.pipeline.hours.workdays import is_working_day

DAYS = 28
ENOUGH_DAYS = 5
"""Days of the same kind from which the usual day is known."""
ENOUGH_EVENTS = 200
"""A sensor that sends fewer a day says little by its number."""
COLLAPSED = 0.1
CHANGED = timedelta(days=2)
EVENTS = """
SELECT sensor, time_bucket(INTERVAL 15 MINUTE, time) AS moment, count(*) AS events,
       count(*) FILTER (class_uid = 5019 OR "metadata.log_name" ILIKE '%config%') AS changes
FROM events GROUP BY ALL
"""
"""Events by quarter of an hour, and those that tell of a changed setting (OCSF 5019)."""


def collapse(tenant: str, sensor: Watched, quarters: pl.DataFrame, zone: ZoneInfo, now: datetime) -> Notable | None:
    """Yesterday (of the company) against its like; ``quarters`` are this sensor's of :data:`EVENTS`."""
    day = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date() - timedelta(days=1)
    local = pl.col("moment").dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key)
    by_day = dict(quarters.group_by(local.dt.date().alias("day")).agg(pl.col("events").sum()).iter_rows())
    if not by_day or min(by_day) >= day:
        return None
    known = [min(by_day) + timedelta(days=number) for number in range((day - min(by_day)).days)]
    alike = [by_day.get(one, 0) for one in known if is_working_day(one) == is_working_day(day)]
    usual, count = median(alike) if alike else 0, by_day.get(day, 0)
    if len(alike) < ENOUGH_DAYS or usual < ENOUGH_EVENTS or not 0 < count < COLLAPSED * usual:
        return None
    midnight = datetime.combine(day, time.min, zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    changed = quarters.filter((pl.col("changes") > 0) & (pl.col("moment") >= midnight - CHANGED))
    why = f"{said(changed['moment'][0], zone)}に設定が変わっています。" if changed.height else ""
    return about_sensor(
        tenant,
        sensor,
        "sensor_volume",
        day.isoformat(),
        title="記録が急に減った",
        message=(
            f"{day.month}月{day.day}日の記録は{count:,}件で、ふだんの同じような日({usual:,.0f}件)の"
            f"{count / usual:.0%}です。{why}ログを送る設定を確かめてください。"
        ),
        first=midnight,
        time=midnight,
        numbers={"events": count, "usual": usual, "days": len(alike)},
    )


def said(moment: datetime, zone: ZoneInfo) -> str:
    day: date = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
    return f"{day.month}月{day.day}日"
