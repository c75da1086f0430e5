"""What the monthly report asks the lake about one company; every answer is small."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hinomi.deliver.report.facts import TenantFacts
from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.incident import Exclusion
from hinomi.study.months import Month
from hinomi.study.reported import IS_REPORT
from hinomi.study.tally import COVERS, CREATED, EXCLUSIONS, SET_ASIDE

LOCAL_DAY = "CAST(timezone(?, timezone('UTC', f.time)) AS DATE)"
JUDGED = f"""
judged AS (
    SELECT f.*, {LOCAL_DAY} AS local_day, coalesce(f.count, 1) AS hits,
           (SELECT min(x.number) FROM exclusions x WHERE {SET_ASIDE}) AS exclusion,
           f."finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)} AS verdict
    FROM findings f WHERE f.activity_id = {CREATED}
)"""
COUNTS = f"""
WITH {EXCLUSIONS}, {JUDGED}
SELECT sensor, local_day AS day, verdict, utm_category AS category, disposition_id AS disposition, exclusion,
       sum(hits)::BIGINT AS hits
FROM judged GROUP BY ALL
"""
MACHINES = f"""
WITH {EXCLUSIONS}, {JUDGED},
named AS (
    SELECT exclusion, coalesce("device.hostname", "src_endpoint.hostname") AS host,
           coalesce("device.ip", "src_endpoint.ip") AS address, sum(hits) AS hits
    FROM judged WHERE exclusion IS NOT NULL GROUP BY ALL
)
SELECT exclusion, arg_max(host, hits) AS host, arg_max(address, hits) AS address FROM named GROUP BY exclusion
"""
LOCAL_HOUR = "date_trunc('hour', timezone(?, timezone('UTC', f.time)))"
HEARD = f"SELECT DISTINCT sensor, {LOCAL_HOUR} AS hour FROM events f WHERE NOT {IS_REPORT}"


PRIVATE = r"(?i)^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|f[cd]|fe80:)"


def private(address: str) -> str:
    """SQL: whether an address is of the company's own network (RFC 1918, RFC 4193, link-local)."""
    return f"regexp_matches({address}, '{PRIVATE}')"


SOURCE, TARGET = 'f."src_endpoint.ip"', 'f."dst_endpoint.ip"'
NO_MAIL = 'f."email.from" IS NULL'
FROM_OUTSIDE = f"coalesce(NOT {private(SOURCE)}, false)"
SITE = 'coalesce(f."url.hostname", f."query.hostname", f."dst_endpoint.hostname")'
HOST, SOURCE_HOST = 'f."device.hostname"', 'f."src_endpoint.hostname"'
INSIDE = f"CASE WHEN {FROM_OUTSIDE} THEN {TARGET} ELSE coalesce({SOURCE_HOST}, {SOURCE}) END"
TOPS = {
    "検知名": 'f."finding_info.title"',
    "接続しようとしたサイト": f"CASE WHEN {NO_MAIL} AND NOT {FROM_OUTSIDE} THEN {SITE} END",
    "メールの送信者": 'f."email.from"',
    "社内の端末": f"CASE WHEN {NO_MAIL} THEN coalesce({HOST}, {INSIDE}) END",
    "外からの攻撃元": f"CASE WHEN {NO_MAIL} AND {FROM_OUTSIDE} THEN {SOURCE} END",
}
"""What the report ranks, and where it lies in a finding."""


@dataclass(frozen=True)
class Counted:
    """Findings of one sensor on one local day, alike in all else; ``hits`` is a count of detections.

    ``verdict`` is True for the sensor's own, False for those of our detections. ``exclusion`` is the place of
    the exclusion that covers them.
    """

    sensor: str
    day: date
    verdict: bool
    category: str | None
    disposition: int | None
    exclusion: int | None
    hits: int


@dataclass(frozen=True)
class Machine:
    """A machine as findings name it; empty where they do not."""

    host: str
    address: str


def covering(exclusions: Sequence[Exclusion]) -> list[dict[str, Any]]:
    return [{"number": number, **{key: getattr(x, key) for key in COVERS}} for number, x in enumerate(exclusions)]


def counts(
    lake: Lake, tenant: TenantFacts, first: Month, last: Month, exclusions: Sequence[Exclusion]
) -> list[Counted]:
    """Findings from the start of ``first`` to the end of ``last``."""
    answer = lake.ask(
        tenant.uid,
        COUNTS,
        [covering(exclusions), tenant.timezone.key],
        since=first.since(tenant.timezone),
        until=last.until(tenant.timezone),
    )
    return [Counted(**row) for row in answer.rows()]


def machines(lake: Lake, tenant: TenantFacts, month: Month, exclusions: Sequence[Exclusion]) -> dict[int, Machine]:
    """The machine that most of the findings set aside name, by the place of the exclusion."""
    answer = lake.ask(
        tenant.uid,
        MACHINES,
        [covering(exclusions), tenant.timezone.key],
        since=month.since(tenant.timezone),
        until=month.until(tenant.timezone),
    )
    return {row["exclusion"]: Machine(row["host"] or "", row["address"] or "") for row in answer.rows()}


def heard(lake: Lake, tenant: TenantFacts, first: Month) -> dict[str, frozenset[datetime]]:
    """Local hours (by their start, naive) from the start of ``first`` in which each sensor sent a record."""
    answer = lake.ask(tenant.uid, HEARD, [tenant.timezone.key], since=first.since(tenant.timezone))
    hours: dict[str, set[datetime]] = {}
    for row in answer.rows():
        hours.setdefault(row["sensor"], set()).add(row["hour"])
    return {sensor: frozenset(found) for sensor, found in hours.items()}


def tops(
    lake: Lake, tenant: TenantFacts, month: Month, exclusions: Sequence[Exclusion]
) -> dict[str, list[tuple[str, int]]]:
    """For each of ``TOPS`` its values and their counts, most frequent first, equal ones by name."""
    kinds = ", ".join(f"{{'kind': '{kind}', 'value': {expression}}}" for kind, expression in TOPS.items())
    sql = f"""
    WITH {EXCLUSIONS}, {JUDGED}, named AS (
        SELECT f.hits, unnest([{kinds}], recursive := true) FROM judged f WHERE f.verdict AND f.exclusion IS NULL
    )
    SELECT kind, value, sum(hits)::BIGINT AS hits FROM named WHERE value <> '' GROUP BY ALL ORDER BY hits DESC, value
    """
    answer = lake.ask(
        tenant.uid,
        sql,
        [covering(exclusions), tenant.timezone.key],
        since=month.since(tenant.timezone),
        until=month.until(tenant.timezone),
    )
    found: dict[str, list[tuple[str, int]]] = {kind: [] for kind in TOPS}
    for row in answer.rows():
        found[row["kind"]].append((row["value"], row["hits"]))
    return found
