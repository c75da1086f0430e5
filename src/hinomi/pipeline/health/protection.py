"""Is a PC's antivirus on, up to date, and does it scan? From what Windows writes of it, machine by machine.

Microsoft Defender's own events, and for any other product what it told the Windows Security Center. Only of machines
that once said they do it: what never told of an update or a scan may have another product.
Sources: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus"
(1001 scan finished, 2000 signatures updated, 2001 and 2003 an update failed, 5000/5001 real-time protection, 5009/5010
scans for spyware and 5011/5012 for viruses on and off); event 15 of SecurityCenter in the Application log ("Updated …
status successfully to SECURITY_PRODUCT_STATE_…").
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
GUARDS = (
    ("リアルタイム保護", "5001", "5000"),
    ("スパイウェアの検査", "5010", "5009"),
    ("ウイルスの検査", "5012", "5011"),
)
"""What Defender switches off and on, with the codes of either."""
LATEST = ", ".join(f"max(time) FILTER (code = '{code}') AS at_{code}" for _, *codes in GUARDS for code in codes)
HEARD = """
alive AS (
    SELECT "device.hostname" AS host, max(time) AS heard FROM events WHERE "device.hostname" IS NOT NULL GROUP BY ALL
)"""
MACHINES = f"""
WITH said AS (
    SELECT "device.hostname" AS host, sensor, source, time, "metadata.event_code" AS code
    FROM events
    WHERE "device.hostname" IS NOT NULL AND "metadata.log_name" ILIKE '%Windows Defender%'
), {HEARD}
SELECT host, any_value(alive.heard) AS heard, any_value(sensor) AS sensor, any_value(source) AS source,
       max(time) FILTER (code = '1001') AS scanned, max(time) FILTER (code = '2000') AS updated, {LATEST},
       count(*) FILTER (code IN ('2001', '2003')) AS failures
FROM said JOIN alive USING (host) GROUP BY host ORDER BY host
"""
PRODUCTS = f"""
WITH said AS (
    SELECT "device.hostname" AS host, sensor, source, time,
           regexp_extract(unmapped, 'SECURITY_PRODUCT_STATE_([A-Z]+)', 1) AS state,
           split_part(json_extract_string(unmapped, '$.EventData.Data'), chr(10), 1) AS product
    FROM events
    WHERE "device.hostname" IS NOT NULL AND "metadata.event_code" = '15' AND "metadata.product.name" = 'SecurityCenter'
), {HEARD},
latest AS (
    SELECT host, product, any_value(sensor) AS sensor, any_value(source) AS source, max(time) AS time,
           arg_max(state, time) AS state
    FROM said WHERE state <> '' GROUP BY host, product
)
SELECT host, any_value(alive.heard) AS heard, any_value(sensor) AS sensor, any_value(source) AS source,
       max(time) AS since, arg_max(product, time) AS product, bool_or(state = 'ON') AS guarded
FROM latest JOIN alive USING (host) GROUP BY host ORDER BY host
"""
"""Any product that keeps Windows informed; one that another replaces is off, and the PC is guarded all the same."""
TITLES = {
    "antivirus_off": "ウイルス対策が止まったままになっている",
    "antivirus_old": "ウイルス対策の定義が古い",
    "antivirus_no_scan": "ウイルス対策の検査が行われていない",
}


def weaknesses(
    tenant: str, machines: list[dict[str, Any]], products: list[dict[str, Any]], now: datetime
) -> Iterator[Notable]:
    """Rows of :data:`MACHINES` and :data:`PRODUCTS` over the last :data:`DAYS`; ``now`` is naive UTC."""
    told: set[str] = set()
    for machine in machines:
        if now - machine["heard"] > ALIVE:
            continue
        off = [(machine[f"at_{code}"], guard) for guard, code, on in GUARDS if is_off(machine, code, on)]
        if off and now - min(off)[0] > SHORTLY:
            since, guard = min(off)
            told.add(machine["host"])
            said = f"{guard}が{ago(now - since)}前に止められ、そのままです。"
            yield notable(tenant, machine, "antivirus_off", said, since, SeverityId.HIGH)
        updated = machine["updated"]
        if updated and machine["heard"] - updated > OLD_SIGNATURES:
            failed = f"更新の失敗が{machine['failures']}回あります。" if machine["failures"] else ""
            said = f"定義が{ago(now - updated)}更新されていません。{failed}"
            yield notable(tenant, machine, "antivirus_old", said, updated, SeverityId.MEDIUM)
        scanned = machine["scanned"]
        if scanned and machine["heard"] - scanned > NO_SCAN:
            said = f"検査が{ago(now - scanned)}行われていません。"
            yield notable(tenant, machine, "antivirus_no_scan", said, scanned, SeverityId.LOW)
    yield from unguarded(tenant, [one for one in products if one["host"] not in told], now)


def is_off(machine: dict[str, Any], off: str, on: str) -> bool:
    switched_off, switched_on = machine[f"at_{off}"], machine[f"at_{on}"]
    return switched_off is not None and (switched_on is None or switched_on < switched_off)


def unguarded(tenant: str, products: list[dict[str, Any]], now: datetime) -> Iterator[Notable]:
    for machine in products:
        since = machine["since"]
        if machine["guarded"] or now - machine["heard"] > ALIVE or now - since <= SHORTLY:
            continue
        said = f"「{machine['product'] or 'ウイルス対策ソフト'}」が{ago(now - since)}前に止められ、そのままです。"
        yield notable(tenant, machine | {"failures": 0}, "antivirus_off", said, since, SeverityId.HIGH)


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
        advice=rule,
        techniques=("T1562.001",) if rule == "antivirus_off" else (),
        sensor=machine["sensor"],
        source=machine["source"],
        about={"device.hostname": machine["host"]},
        numbers={"failures": machine["failures"], "since": since.isoformat()},
    )
