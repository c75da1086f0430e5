"""What an analyst asks of the events of one company, and how it is asked of the lake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.console.events.fields import gist
from hinomi.lake.lake import Lake

PAGE = 50
MOST_DOWNLOADED = 100_000
DEFAULT_SPAN = timedelta(hours=24)

ADDRESSES = ("src_endpoint.ip", "dst_endpoint.ip", "device.ip")
HOSTS = ("device.hostname", "src_endpoint.hostname", "dst_endpoint.hostname", "url.hostname", "query.hostname")
USERS = ("user.name", "actor.user.name", "email.from", "email.to")
TEXTS = (
    "message",
    "finding_info.title",
    "malware.name",
    "url.url_string",
    "file.name",
    "file.path",
    "process.file.path",
    "process.cmd_line",
    "actor.process.file.path",
    "actor.process.cmd_line",
    "script.script_content",
    "email.subject",
)
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


@dataclass(frozen=True)
class Search:
    """A question about ``since`` <= time < ``until`` (naive UTC); an empty field asks nothing."""

    tenant: str
    since: datetime
    until: datetime
    ip: str = ""
    host: str = ""
    user: str = ""
    text: str = ""
    class_uid: int | None = None
    source: str = ""
    alerts_only: bool = False

    def where(self) -> tuple[str, list[Any]]:
        """The condition as DuckDB SQL and its parameters; what a person typed is always a parameter."""
        conditions, parameters = ["true"], list[Any]()
        for columns, wanted, test in (
            (ADDRESSES, self.ip, address_test(self.ip)),
            (HOSTS, self.host.lower(), CONTAINS),
            (USERS, self.user.lower(), CONTAINS),
            (TEXTS, self.text.lower(), CONTAINS),
        ):
            if wanted:
                conditions.append("(" + " OR ".join(test.format(column=column) for column in columns) + ")")
                parameters += [wanted] * len(columns)
        if self.class_uid is not None:
            conditions.append("class_uid = ?")
            parameters.append(self.class_uid)
        if self.source:
            conditions.append("source = ?")
            parameters.append(self.source)
        if self.alerts_only:
            conditions.append("is_alert")
        return " AND ".join(conditions), parameters


CONTAINS = 'contains(lower("{column}"::VARCHAR), ?)'


def address_test(address: str) -> str:
    """An address is meant whole; one that ends in a dot or a colon names the net it begins."""
    return 'starts_with("{column}", ?)' if address.endswith((".", ":")) else '"{column}" = ?'


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
    where, parameters = search.where()
    span = {"since": search.since, "until": search.until}
    counted = lake.ask(search.tenant, f"SELECT count(*) AS total FROM events WHERE {where}", parameters, **span)
    total: int = counted.rows()[0]["total"]
    page = max(1, min(page, -(-total // PAGE)))
    columns = ", ".join(f'"{name}"' for name in SHOWN)
    sql = f'SELECT {columns} FROM events WHERE {where} ORDER BY time DESC, "metadata.uid" LIMIT ? OFFSET ?'
    answer = lake.ask(search.tenant, sql, [*parameters, PAGE, (page - 1) * PAGE], **span)
    return Found([plain(row) for row in answer.rows()], total, page)


def download(lake: Lake, search: Search) -> pl.DataFrame:
    """All columns that hold anything, newest first, at most ``MOST_DOWNLOADED`` rows."""
    where, parameters = search.where()
    sql = f'SELECT * FROM events WHERE {where} ORDER BY time DESC, "metadata.uid" LIMIT {MOST_DOWNLOADED}'
    frame = lake.ask(search.tenant, sql, parameters, since=search.since, until=search.until).frame()
    return frame.select(series for series in frame if series.null_count() < frame.height)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted columns under names a template can say (``src_endpoint_ip``), and the row's gist."""
    return {name.replace(".", "_"): value for name, value in row.items()} | {"gist": gist(row)}


PRESENT = """
SELECT min(first_time) AS first, max(last_time) AS last, list_sort(list(DISTINCT source)) AS sources FROM blocks
"""


@dataclass(frozen=True)
class Present:
    """What a company has in the lake: the span of its events (naive UTC) and the sources seen."""

    first: datetime | None
    last: datetime | None
    sources: tuple[str, ...] = field(default=())


def present(lake: Lake, tenant: str) -> Present:
    row = lake.ask(tenant, PRESENT).rows()[0]
    return Present(row["first"], row["last"], tuple(row["sources"] or ()))


def default_span(span: Present, now: datetime) -> tuple[datetime, datetime]:
    """The last 24 hours of which there is anything; ``now`` is naive UTC and serves an empty lake."""
    until = (span.last or now).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return until - DEFAULT_SPAN, until


def as_utc(local: datetime, zone: str) -> datetime:
    """A naive time on a company's clock as naive UTC."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def as_local(moment: datetime, zone: str) -> datetime:
    """Naive UTC as a naive time on a company's clock."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def one(lake: Lake, tenant: str, uid: str) -> dict[str, Any] | None:
    """One event or finding with every column that holds anything, by its ``metadata.uid``.

    The block that the uid names tells which days to look at.
    """
    span = lake.ask(
        tenant,
        "SELECT min(first_time) AS first, max(last_time) AS last FROM blocks WHERE block = ?",
        [uid.split(":")[0]],
    )
    bounds = span.rows()[0]
    if bounds["first"] is None:
        return None
    until = bounds["last"] + timedelta(microseconds=1)
    for table in ("events", "findings"):
        sql = f'SELECT * FROM {table} WHERE "metadata.uid" = ? LIMIT 1'
        if rows := lake.ask(tenant, sql, [uid], since=bounds["first"], until=until).rows():
            return {name: value for name, value in rows[0].items() if value is not None and value != []}
    return None
