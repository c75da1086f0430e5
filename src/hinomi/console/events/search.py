"""What an analyst asks of the events of one company, and how it is asked of the lake."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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


def default_span(last: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The 24 hours up to the last record; ``now`` serves a company without any. All naive UTC."""
    until = (last or now).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return until - DEFAULT_SPAN, until


def as_utc(local: datetime, zone: str) -> datetime:
    """A naive time on a company's clock as naive UTC."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def as_local(moment: datetime, zone: str) -> datetime:
    """Naive UTC as a naive time on a company's clock."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
