"""One signature from one machine inside, far above its history: a fault, a wrong setting, or an attack from there.

Nobody can tell which from the records alone, so nothing is set aside and nothing is hidden: it is told once a day
with its count, as a question to the company. What is surely grave (malware, C&C) is never called a fault, and
what comes from outside or from many machines is not looked at here: it stays what the sensor says it is.
"""

from datetime import date, datetime, time

import polars as pl

from hinomi.library.bursts import burst_days, span
from hinomi.library.contracts import FaultRule, UtmCategory
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.inside import lies_inside
from hinomi.ocsf.notable import Notable

NAME = "signature_flood"
TITLE = {
    "ja": "1台の機器から、同じ検知が大量に続いている",
    "en": "A flood of one signature from one device",
}
NEVER_A_FAULT = (UtmCategory.MALWARE, UtmCategory.RANSOMWARE, UtmCategory.CNC_CALLBACK)


def doubts(tenant: str, daily: pl.DataFrame) -> tuple[Notable, ...]:
    """One question a sensor, signature and day; the day is told as far as it is known when it is first seen."""
    one_device = (pl.col("addresses") == 1) & ~pl.col("source_is_destination")
    harmless = ~pl.col("category").is_in([str(category) for category in NEVER_A_FAULT]).fill_null(False)
    found = []
    for (sensor, signature, address), rows in daily.filter(one_device & harmless).group_by(
        "sensor", "signature", "address", maintain_order=True
    ):
        if not lies_inside(str(address)):
            continue
        hits = dict(rows.group_by("day").agg(pl.col("count").sum()).sort("day").iter_rows())
        known = span(daily.filter(pl.col("sensor") == sensor)["day"].to_list())
        source = str(rows["source"][0])
        found += [
            notable(tenant, str(sensor), source, str(signature), str(address), day, hits[day])
            for day in burst_days(hits, known)
        ]
    return tuple(found)


def notable(tenant: str, sensor: str, source: str, signature: str, address: str, day: date, count: int) -> Notable:
    midnight = datetime.combine(day, time.min)
    return Notable(
        tenant=tenant,
        rule=NAME,
        key=f"{sensor}|{signature}|{day.isoformat()}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE["ja"],
        message=(
            f"{day.month}月{day.day}日に、{address} の機器から「{signature}」が{count:,}件以上続きました。"
            "ふだんの20倍を超えています。故障か設定の誤りか、この機器からの攻撃かを確かめてください。"
        ),
        first=midnight,
        time=midnight,
        severity=SeverityId.MEDIUM,
        advice="device_fault",
        sensor=sensor,
        source=source,
        count=count,
        about={"src_endpoint.ip": address, "device.ip": address},
        numbers={"count": count, "signature": signature},
    )


RULE = FaultRule(name=NAME, title=TITLE, doubts=doubts)
