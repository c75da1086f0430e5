"""What is known of one value, and which companies met it: a question of an analyst."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.pipeline.intelligence import matching
from hinomi.pipeline.intelligence.index import Index, Known
from hinomi.pipeline.intelligence.indicator import Kind
from hinomi.pipeline.intelligence.writing import Unusable, normalised

NAMES = ("url.hostname", "query.hostname", "dst_endpoint.hostname")
QUESTION = """
SELECT tenant, sum(coalesce(count, 1))::BIGINT AS count, min(time) AS first, max(time) AS last,
       count(DISTINCT coalesce("device.hostname", "src_endpoint.ip")) AS machines
FROM events WHERE {} GROUP BY tenant ORDER BY count DESC
"""


def meant(text: str) -> tuple[Kind, str]:
    """Raises ``Unusable``."""
    try:
        return normalised(text)
    except Unusable:
        return normalised(text, Kind.FILE_NAME)


def known(index: Index, kind: Kind, value: str) -> list[Known]:
    """Indicators that would match a value, the allow-list left aside."""
    if kind in (Kind.DOMAIN, Kind.HOSTNAME):
        return index.of_name(value)
    if kind is Kind.IP:
        return index.of_address(value)
    if kind is Kind.URL:
        return index.of_url(value) + index.of_name(value.partition("/")[0].partition(":")[0])
    if kind is Kind.EMAIL:
        return index.of_text(value, {Kind.EMAIL}) + index.of_name(value.rpartition("@")[2])
    return index.of_text(value, {kind})


def seen(lake: Lake, tenants: Collection[str], kind: Kind, value: str, since: datetime) -> list[dict[str, Any]]:
    """Companies whose events since then (naive UTC) hold the value: count, first, last, machines."""
    condition, parameters = where(kind, value)
    return lake.ask_companies(tenants, QUESTION.format(condition), parameters, since=since).rows()


def where(kind: Kind, value: str) -> tuple[str, list[str]]:
    """A condition of SQL, and its parameters."""
    if kind is Kind.IP:
        columns = ("dst_endpoint.ip", "src_endpoint.ip", "url.hostname")
        return either([f'"{name}" = ?' for name in columns] + ["list_contains(answers, ?)"]), [value] * 4
    if kind is Kind.CIDR:
        return "false", []
    if kind in matching.NAMES:
        told = [f'lower("{name}") = ? OR lower("{name}") LIKE ?' for name in NAMES]
        return either(told), [value, f"%.{value}"] * len(NAMES)
    if kind is Kind.URL:
        return '"url.url_string" ILIKE ?', [f"%{value}%"]
    if kind is Kind.EMAIL:
        return '"email.from" ILIKE ?', [f"%{value}%"]
    if kind is Kind.FILE_NAME:
        return 'lower("file.name") = ?', [value]
    return '"file.hashes.sha256" = ? OR unmapped ILIKE ?', [value, f"%{value}%"]


def either(conditions: list[str]) -> str:
    return " OR ".join(conditions)
