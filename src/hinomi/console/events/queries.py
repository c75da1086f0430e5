"""The lake's answers about the events of one company."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hinomi.console.events.fields import gist
from hinomi.console.events.search import Search
from hinomi.lake.lake import Lake

PAGE = 50
MOST_DOWNLOADED = 100_000
SHOWN = (
    "time",
    "sensor",
    "source",
    "class_uid",
    "severity_id",
    "is_alert",
    "action_id",
    "disposition_id",
    "message",
    "finding_info.title",
    "metadata.uid",
    "metadata.event_code",
    "metadata.log_name",
    "app_name",
    "device.hostname",
    "device.ip",
    "src_endpoint.ip",
    "src_endpoint.hostname",
    "src_endpoint.port",
    "dst_endpoint.ip",
    "dst_endpoint.hostname",
    "dst_endpoint.port",
    "url.url_string",
    "query.hostname",
    "process.cmd_line",
    "process.file.path",
    "file.path",
    "file.name",
    "email.subject",
    "email.from",
    "user.name",
    "actor.user.name",
    "count",
)
PRESENT = """
SELECT min(first_time) AS first, max(last_time) AS last, list_sort(list(DISTINCT source)) AS sources FROM blocks
"""


@dataclass(frozen=True)
class Found:
    """One page of answers, newest first, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def previous(self) -> int:
        return self.page - 1

    @property
    def next(self) -> int:
        return self.page + 1

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def find(lake: Lake, search: Search, page: int) -> Found:
    found, total, page = rows(lake, search, page)
    return Found([plain(row) for row in found], total, page)


def rows(lake: Lake, search: Search, page: int) -> tuple[list[dict[str, Any]], int, int]:
    """One page of answers under the lake's names, newest first; how many there are in all; the nearest page."""
    where, parameters = search.where()
    span = {"since": search.since, "until": search.until}
    counted = lake.ask(search.tenant, f"SELECT count(*) AS total FROM events WHERE {where}", parameters, **span)
    total: int = counted.rows()[0]["total"]
    page = max(1, min(page, -(-total // PAGE)))
    columns = ", ".join(f'"{name}"' for name in SHOWN)
    sql = f'SELECT {columns} FROM events WHERE {where} ORDER BY time DESC, "metadata.uid" LIMIT ? OFFSET ?'
    answer = lake.ask(search.tenant, sql, [*parameters, PAGE, (page - 1) * PAGE], **span)
    return answer.rows(), total, page


def download(lake: Lake, search: Search) -> pl.DataFrame:
    """All columns that hold anything, newest first, at most ``MOST_DOWNLOADED`` rows."""
    where, parameters = search.where()
    sql = f'SELECT * FROM events WHERE {where} ORDER BY time DESC, "metadata.uid" LIMIT {MOST_DOWNLOADED}'
    frame = lake.ask(search.tenant, sql, parameters, since=search.since, until=search.until).frame()
    return frame.select(series for series in frame if series.null_count() < frame.height)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted columns under names a template can say (``src_endpoint_ip``), and the row's gist."""
    return {name.replace(".", "_"): value for name, value in row.items()} | {"gist": gist(row)}


@dataclass(frozen=True)
class Present:
    """What a company has in the lake: the span of its events (naive UTC) and the sources seen."""

    first: datetime | None
    last: datetime | None
    sources: tuple[str, ...] = ()


def present(lake: Lake, tenant: str) -> Present:
    row = lake.ask(tenant, PRESENT).rows()[0]
    return Present(row["first"], row["last"], tuple(row["sources"] or ()))


def one(lake: Lake, tenant: str, uid: str) -> dict[str, Any] | None:
    """One event or finding with every column that holds anything, by its ``metadata.uid``.

    The block that the uid names tells which days to look at; what was found over time names none.
    """
    span = lake.ask(
        tenant,
        "SELECT min(first_time) AS first, max(last_time) AS last FROM blocks WHERE block = ?",
        [uid.split(":")[0]],
    )
    since, last = span.rows()[0].values()
    until = last + timedelta(microseconds=1) if last else None
    for table in ("events", "findings") if since else ("findings",):
        sql = f'SELECT * FROM {table} WHERE "metadata.uid" = ? LIMIT 1'
        if rows := lake.ask(tenant, sql, [uid], since=since, until=until).rows():
            return {name: value for name, value in rows[0].items() if value is not None and value != []}
    return None
