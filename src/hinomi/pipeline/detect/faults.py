"""Which findings are the doing of a faulty device: asked of the lake, judged by the shelf's fault rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.incident import Exclusion

HISTORY = timedelta(days=60)
"""How far before the span in question a device's usual days are looked up."""

HITS = f"""
SELECT tenant, sensor, "finding_info.title" AS signature,
       coalesce("src_endpoint.ip" = "dst_endpoint.ip", false) AS source_is_destination,
       time_bucket(INTERVAL 15 MINUTE, time) AS moment, sum(coalesce(count, 1))::BIGINT AS count
FROM findings
WHERE "finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)} AND "finding_info.title" IS NOT NULL
GROUP BY ALL
"""


def exclusions(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> tuple[Exclusion, ...]:
    """Findings of these companies to be set aside, with their reasons, that touch [since, until) (naive UTC).

    Days are those of ``timezone``; an exclusion covers whole days, so it may reach beyond the span.
    """
    hits = lake.ask_companies(tenants, HITS, since=since - HISTORY, until=until).frame()
    day = pl.col("moment").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone.key).dt.date()
    daily = (
        hits.group_by("tenant", "sensor", "signature", "source_is_destination", day.alias("day"))
        .agg(pl.col("count").sum())
        .partition_by("tenant", as_dict=True, include_key=False)
    )
    judged = (
        in_utc(found, timezone)
        for (tenant,), days in sorted(daily.items())
        for rule in catalog.fault_rules()
        for found in rule.judge(str(tenant), days)
    )
    return tuple(aside for aside in judged if aside.since < until and aside.until > since)


def in_utc(exclusion: Exclusion, timezone: ZoneInfo) -> Exclusion:
    """The exclusion with its midnights, which a fault rule gives as the tenant's, in naive UTC."""

    def moved(midnight: datetime) -> datetime:
        return midnight.replace(tzinfo=timezone).astimezone(UTC).replace(tzinfo=None)

    return replace(exclusion, since=moved(exclusion.since), until=moved(exclusion.until))
