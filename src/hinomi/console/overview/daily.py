"""Detections of every day of a month, by kind of sensor, over many companies."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from hinomi.console.shell.chart import Bar
from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.incident import Exclusion
from hinomi.study.months import Month, midnight
from hinomi.study.population import COUNTED, DEVICES, Enrolment
from hinomi.study.tally import COVERS, EXCLUSIONS, SET_ASIDE

DAILY = f"""
WITH {EXCLUSIONS},
places AS (SELECT unnest(?::STRUCT(tenant VARCHAR, sensor VARCHAR, kind VARCHAR)[], recursive := true)),
days AS (SELECT unnest(?::STRUCT(day VARCHAR, since TIMESTAMP, until TIMESTAMP)[], recursive := true))
SELECT p.kind, d.day, sum(coalesce(f.count, 1))::BIGINT AS hits
FROM findings f JOIN places p ON f.tenant = p.tenant AND f.sensor = p.sensor
     JOIN days d ON f.time >= d.since AND f.time < d.until
WHERE f."finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)}
  AND (p.kind <> '{Kind.UTM}' OR list_contains(?::VARCHAR[], f.utm_category))
  AND NOT EXISTS (SELECT 1 FROM exclusions x WHERE {SET_ASIDE})
GROUP BY ALL
"""


def daily(
    lake: Lake, enrolled: Iterable[Enrolment], excluded: Iterable[Exclusion], month: Month, zone: ZoneInfo
) -> dict[str, list[Bar]]:
    """For each device these companies have: every day of the month with its detections."""
    places = [{"tenant": e.tenant, "sensor": e.sensor, "kind": str(e.kind)} for e in enrolled]
    asides = [
        {"number": number, **{key: getattr(exclusion, key) for key in COVERS}}
        for number, exclusion in enumerate(excluded)
    ]
    days = [
        {"day": day.isoformat(), "since": midnight(day, zone), "until": midnight(day + timedelta(days=1), zone)}
        for day in month.days()
    ]
    answer = lake.ask_companies(
        {place["tenant"] for place in places},
        DAILY,
        [asides, places, days, list(COUNTED)],
        since=month.since(zone),
        until=month.until(zone),
    )
    hits = {(row["kind"], row["day"]): row["hits"] for row in answer.rows()}
    present = {place["kind"] for place in places}
    return {
        device: [Bar(day, hits.get((str(kind), day.isoformat()), 0)) for day in month.days()]
        for kind, device in DEVICES.items()
        if kind in present
    }
