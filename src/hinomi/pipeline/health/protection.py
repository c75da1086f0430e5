"""Is a PC's antivirus on, up to date, and does it scan? From Microsoft Defender's own events, machine by machine.

Only of machines that once said they do it: what never told of an update or a scan may have another product.
Source: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus"
(1001 scan finished, 2000 signatures updated, 2001 update failed, 5000 and 5001 real-time protection on and off).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

DAYS = 45
OLD_SIGNATURES = timedelta(days=7)
NO_SCAN = timedelta(days=30)
SHORTLY = timedelta(hours=1)
"""Protection that is off for less was off for an update."""
ALIVE = timedelta(days=3)
"""A machine that was not heard for longer is switched off, on a journey or gone: its silence says nothing here."""
MACHINES = """
WITH said AS (
    SELECT "device.hostname" AS host, sensor, source, time, "metadata.event_code" AS code
    FROM events
    WHERE "device.hostname" IS NOT NULL AND "metadata.log_name" ILIKE '%Windows Defender%'
),
alive AS (
    SELECT "device.hostname" AS host, max(time) AS heard, count(DISTINCT time::DATE) AS days
    FROM events WHERE "device.hostname" IS NOT NULL GROUP BY ALL
)
SELECT host, any_value(alive.heard) AS heard, any_value(sensor) AS sensor, any_value(source) AS source,
       max(time) FILTER (code = '1001') AS scanned, max(time) FILTER (code = '2000') AS updated,
       max(time) FILTER (code = '5000') AS switched_on, max(time) FILTER (code = '5001') AS switched_off,
       count(*) FILTER (code = '2001') AS failures
FROM said JOIN alive USING (host) GROUP BY host ORDER BY host
"""
TITLES = {
    "antivirus_off": "ウイルス対策が止まったままになっている",
    "antivirus_old": "ウイルス対策の定義が古い",
    "antivirus_no_scan": "ウイルス対策の検査が行われていない",
}


def weaknesses(tenant: str, machines: list[dict[str, Any]], now: datetime) -> Iterator[Notable]:
    """``machines`` are rows of :data:`MACHINES` over the last :data:`DAYS`; ``now`` is naive UTC."""
    for machine in machines:
        if now - machine["heard"] > ALIVE:
            continue
        off, on = machine["switched_off"], machine["switched_on"]
        if off and (on is None or on < off) and now - off > SHORTLY:
            said = f"リアルタイム保護が{ago(now - off)}前に止められ、そのままです。"
            yield notable(tenant, machine, "antivirus_off", said, off, SeverityId.HIGH)
        updated = machine["updated"]
        if updated and machine["heard"] - updated > OLD_SIGNATURES:
            failed = f"更新の失敗が{machine['failures']}回あります。" if machine["failures"] else ""
            said = f"定義が{ago(now - updated)}更新されていません。{failed}"
            yield notable(tenant, machine, "antivirus_old", said, updated, SeverityId.MEDIUM)
        scanned = machine["scanned"]
        if scanned and machine["heard"] - scanned > NO_SCAN:
            said = f"検査が{ago(now - scanned)}行われていません。"
            yield notable(tenant, machine, "antivirus_no_scan", said, scanned, SeverityId.LOW)


def ago(lapse: timedelta) -> str:
    return f"{lapse.days}日" if lapse.days else f"{lapse.seconds // 3600}時間"


def notable(
    tenant: str, machine: dict[str, Any], rule: str, said: str, since: datetime, severity: SeverityId
) -> Notable:
    return Notable(
        tenant=tenant,
        rule=rule,
        key=f"{machine['host']}|{since.isoformat()}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLES[rule],
        message=f"{machine['host']}: {said}",
        first=since,
        time=since,
        severity=severity,
        advice="protection_weakened",
        techniques=("T1562.001",) if rule == "antivirus_off" else (),
        sensor=machine["sensor"],
        source=machine["source"],
        about={"device.hostname": machine["host"]},
        numbers={"failures": machine["failures"], "since": since.isoformat()},
    )
