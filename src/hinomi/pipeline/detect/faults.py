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
from hinomi.pipeline.watch import Company, Span, Watcher, as_findings

HISTORY = timedelta(days=60)
"""How far before the span in question a device's usual days are looked up."""

KEYS = ("tenant", "sensor", "source", "signature", "category", "source_is_destination")
RECEIPT = "time_source:receive"
"""Label of a record whose own time was not believed: on which day it happened is not known."""
HITS = f"""
SELECT tenant, sensor, source, "finding_info.title" AS signature, utm_category AS category,
       coalesce("src_endpoint.ip" = "dst_endpoint.ip", false) AS source_is_destination, "src_endpoint.ip" AS address,
       time_bucket(INTERVAL 15 MINUTE, time) AS moment, sum(coalesce(count, 1))::BIGINT AS count
FROM findings
WHERE "finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)} AND "finding_info.title" IS NOT NULL
  AND NOT coalesce(list_contains("metadata.labels", '{RECEIPT}'), false)
GROUP BY ALL
"""


def exclusions(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> tuple[Exclusion, ...]:
    """Findings of these companies to be set aside, with their reasons, that touch [since, until) (naive UTC).

    Days are those of ``timezone``; an exclusion covers whole days, so it may reach beyond the span.
    """
    judged = (
        replace(found, since=in_utc(found.since, timezone), until=in_utc(found.until, timezone))
        for tenant, days in daily(lake, tenants, since, until, timezone)
        for rule in catalog.fault_rules()
        for found in rule.judge(tenant, days)
    )
    return tuple(aside for aside in judged if aside.since < until and aside.until > since)


def doubts(lake: Lake, company: Company, span: Span) -> pl.DataFrame:
    """What may be a device's fault in the days of a span, as findings with a question."""
    until = span.last + timedelta(microseconds=1)
    found = (
        replace(one, first=in_utc(one.first, company.timezone), time=in_utc(one.time, company.timezone))
        for tenant, days in daily(lake, [company.tenant], span.first, until, company.timezone)
        for rule in catalog.fault_rules()
        for one in rule.doubts(tenant, days)
    )
    return as_findings(one for one in found if one.time >= span.first - timedelta(days=1))


WATCHER = Watcher("faults", doubts)


def daily(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> list[tuple[str, pl.DataFrame]]:
    """What a fault rule looks at, of each company, from :data:`HISTORY` before ``since``."""
    hits = lake.ask_companies(tenants, HITS, since=since - HISTORY, until=until).frame()
    day = pl.col("moment").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone.key).dt.date()
    counted = (
        hits.group_by(*KEYS, day.alias("day"))
        .agg(
            pl.col("count").sum(), pl.col("address").n_unique().alias("addresses"), pl.col("address").drop_nulls().min()
        )
        .sort(*KEYS, "day")
    )
    parts = counted.partition_by("tenant", as_dict=True, include_key=False)
    return [(str(tenant), days) for (tenant,), days in sorted(parts.items())]


def in_utc(midnight: datetime, timezone: ZoneInfo) -> datetime:
    """A midnight, which a fault rule gives as the tenant's, in naive UTC."""
    return midnight.replace(tzinfo=timezone).astimezone(UTC).replace(tzinfo=None)
