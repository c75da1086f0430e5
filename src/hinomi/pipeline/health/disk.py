"""Disks of the company's machines and devices that are nearly full: a device that cannot write keeps no log.

From what they say themselves: Windows (event 2013 of ``srv``: "The C: disk is at or near capacity") and any device
whose message says that a disk, a volume or its log storage is full.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

DAYS = 7
STILL = timedelta(days=2)
"""What has not been said for longer is mended, or was deleted."""
FULL = (
    "no space left on device|"
    r"\b(disk|drive|partition|file ?system|volume|storage)\b.{0,30}\b(almost |nearly )?full\b|"
    r"\b(disk|storage|partition|volume)\b.{0,30}\b(at or near capacity|low on space|usage .{0,20}exceed)|"
    "(ディスク|ストレージ|ドライブ).{0,12}(空き|容量).{0,10}(不足|少なく|ありません|足りません)"
)
NO_DISK = "scan|検査|スキャン"
"""A full scan of a disk is no full disk."""
HOSTS = f"""
SELECT coalesce("device.hostname", sensor) AS host, any_value(sensor) AS sensor, any_value(source) AS source,
       min(time) AS first, max(time) AS last, count(*) AS events, arg_max(message, time) AS message
FROM events
WHERE NOT coalesce(is_alert, false) AND (
    ("metadata.product.name" ILIKE 'srv' AND "metadata.event_code" = '2013')
    OR (regexp_matches(message, '{FULL}', 'i') AND NOT regexp_matches(message, '{NO_DISK}', 'i'))
)
GROUP BY 1 ORDER BY 1
"""


def full(tenant: str, hosts: list[dict[str, Any]], now: datetime) -> Iterator[Notable]:
    """``hosts`` are rows of :data:`HOSTS` over the last :data:`DAYS`; ``now`` is naive UTC.

    While it lasts it is told once a week (UTC, from Monday).
    """
    week = now.date() - timedelta(days=now.weekday())
    for host in hosts:
        if now - host["last"] > STILL:
            continue
        yield Notable(
            tenant=tenant,
            rule="disk_full",
            key=f"{host['host']}|{week.isoformat()}",
            kind=AnalyticTypeId.BEHAVIORAL,
            title="ディスクの空きが足りない",
            message=f"{host['host']} が、ディスクの空きが足りないと記録しています({host['events']:,}回)。",
            first=host["first"],
            time=datetime.combine(week, datetime.min.time()),
            severity=SeverityId.MEDIUM,
            advice="disk_full",
            sensor=host["sensor"],
            source=host["source"],
            about={"device.hostname": host["host"]},
            numbers={"events": host["events"], "said": (host["message"] or "")[:200]},
        )
