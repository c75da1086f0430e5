"""Which findings are the doing of a faulty device: asked of the lake, judged by the shelf's fault rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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

KEYS = ("sensor", "source", "signature", "category", "source_is_destination")
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


@dataclass(frozen=True)
class Asked:
    """A company, its days, and the span [since, until), naive UTC, that is in question."""

    tenant: str
    since: datetime
    until: datetime
    timezone: ZoneInfo


def exclusions(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> tuple[Exclusion, ...]:
    """:func:`set_aside` for companies of one zone, in the same span [since, until) (naive UTC)."""
    return set_aside(lake, [Asked(tenant, since, until, timezone) for tenant in tenants])


def set_aside(lake: Lake, asked: Sequence[Asked]) -> tuple[Exclusion, ...]:
    """Findings to be set aside, with their reasons, that touch the spans in question.

    Days are those of a company's zone; an exclusion covers whole days, so it may reach beyond the span.
    """
    judged = (
        (one, replace(found, since=in_utc(found.since, one.timezone), until=in_utc(found.until, one.timezone)))
        for one, days in daily(lake, asked)
        for rule in catalog.fault_rules()
        for found in rule.judge(one.tenant, days)
    )
    return tuple(aside for one, aside in judged if aside.since < one.until and aside.until > one.since)


def doubts(lake: Lake, new: Sequence[tuple[Company, Span]]) -> pl.DataFrame:
    """What may be a device's fault in the days of the spans, as findings with a question."""
    instant = timedelta(microseconds=1)
    asked = [Asked(company.tenant, span.first, span.last + instant, company.timezone) for company, span in new]
    found = (
        (one, replace(doubt, first=in_utc(doubt.first, one.timezone), time=in_utc(doubt.time, one.timezone)))
        for one, days in daily(lake, asked)
        for rule in catalog.fault_rules()
        for doubt in rule.doubts(one.tenant, days)
    )
    return as_findings(doubt for one, doubt in found if doubt.time >= one.since - timedelta(days=1))


WATCHER = Watcher("faults", doubts)


def daily(lake: Lake, asked: Sequence[Asked]) -> list[tuple[Asked, pl.DataFrame]]:
    """What a fault rule looks at, of each company that has any, from :data:`HISTORY` before its span."""
    if not asked:
        return []
    hits = lake.ask_windows({one.tenant: (one.since - HISTORY, one.until) for one in asked}, HITS).frame()
    parts = hits.partition_by("tenant", as_dict=True)
    return [(one, by_day(parts[one.tenant,], one.timezone)) for one in asked if (one.tenant,) in parts]


def by_day(hits: pl.DataFrame, timezone: ZoneInfo) -> pl.DataFrame:
    day = pl.col("moment").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone.key).dt.date()
    return (
        hits.group_by(*KEYS, day.alias("day"))
        .agg(
            pl.col("count").sum(), pl.col("address").n_unique().alias("addresses"), pl.col("address").drop_nulls().min()
        )
        .sort(*KEYS, "day")
    )


def in_utc(midnight: datetime, timezone: ZoneInfo) -> datetime:
    """A midnight, which a fault rule gives as the tenant's, in naive UTC."""
    return midnight.replace(tzinfo=timezone).astimezone(UTC).replace(tzinfo=None)
