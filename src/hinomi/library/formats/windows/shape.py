"""How one kind of Windows event fills OCSF: a table from columns to the event's own names.

The reading of a value follows from its column: ports are numbers in range, addresses lose their IPv6
wrapping, process ids may be hexadecimal. Windows writes ``-`` for what it does not know. Source:
Microsoft, "Advanced security audit policy settings"; Sysmon documentation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid

Data = Mapping[str, str]
"""``EventData`` or ``UserData`` of one event: the event's own names to text as Windows shows it."""

LONGEST_INTEGER = 2**63 - 1
PATH_ENDING, NAME_ENDING = "file.path", "name"


@dataclass(frozen=True)
class Shape:
    """One kind of event.

    ``fields`` maps columns to names in the event. The columns ``user`` and ``actor.user`` take
    ``DOMAIN\\name`` apart; a ``….file.path`` of a process or file also fills the name beside it.
    ``message`` is a text for people with ``{Name}`` of the event. ``refine`` has the last word.
    """

    class_uid: int
    activity_id: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    refine: Callable[[Data], Row] | None = None

    @cached_property
    def plan(self) -> tuple[tuple[str, str, Callable[[str], Any], str | None], ...]:
        """Column, name in the event, reader, and the column of the name beside a path."""
        return tuple(
            (column, name, reader(column), beside(column))
            for column, name in self.fields.items()
            if column not in ACCOUNTS
        )

    @cached_property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        return tuple((column, name) for column, name in self.fields.items() if column in ACCOUNTS)

    def row(self, data: Data) -> Row:
        row: Row = {"class_uid": int(self.class_uid), "activity_id": self.activity_id, **self.constants}
        for column, name, read, name_beside in self.plan:
            value = data.get(name)
            if value and value != "-":
                row[column] = read(value)
                if name_beside:
                    row[name_beside] = basename(value)
        for column, name in self.accounts:
            value = data.get(name)
            if value and value != "-":
                domain, _, account = value.rpartition("\\")
                row[f"{column}.name"], row[f"{column}.domain"] = account, domain or None
        if self.message:
            row["message"] = self.message.format_map(Blank(data))
        if self.refine:
            row.update(self.refine(data))
        return row


ACCOUNTS = ("user", "actor.user")


class Blank(dict[str, str]):
    """A name that the event lacks reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def reader(column: str) -> Callable[[str], Any]:
    """How a value of ``column`` is read from text; what cannot be read is null."""
    ending = column.rpartition(".")[2]
    return READERS.get(column) or READERS.get(ending) or str


def beside(column: str) -> str | None:
    if not column.endswith(PATH_ENDING) or column.startswith("module."):
        return None
    owner = column.removesuffix(PATH_ENDING).removesuffix(".")
    return f"{owner}.{NAME_ENDING}" if owner else "file.name"


def basename(path: str) -> str:
    return path.replace("/", "\\").rstrip("\\").rpartition("\\")[2]


def integer(text: str) -> int | None:
    """Decimal or ``0x…``; null when it is neither or does not fit 64 bits."""
    try:
        number = int(text, 16) if text[:2] in ("0x", "0X") else int(text)
    except ValueError:
        return None
    return number if 0 <= number <= LONGEST_INTEGER else None


def port(text: str) -> int | None:
    number = integer(text)
    return number if number is not None and number <= 65535 else None


def small(text: str) -> int | None:
    number = integer(text)
    return number if number is not None and number < 2**31 else None


@lru_cache(maxsize=65536)
def address(text: str) -> str | None:
    """An IP address in its short form, IPv4 out of IPv6; null for ``LOCAL`` and host names."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(found)


@lru_cache(maxsize=65536)
def sha256(text: str) -> str | None:
    """SHA-256 out of Sysmon's ``SHA1=…,MD5=…,SHA256=…``."""
    for part in text.split(","):
        algorithm, _, value = part.partition("=")
        if algorithm.strip().upper() == "SHA256":
            return value.strip().lower()
    return None


READERS: dict[str, Callable[[str], Any]] = {
    "pid": integer,
    "size": integer,
    "port": port,
    "ip": address,
    "sha256": sha256,
    "bytes_in": integer,
    "logon_type_id": small,
    "connection_info.protocol_num": small,
}

PROTOCOL_NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
WINDOWS_SERVICE = 201004
"""OCSF class Windows Service Activity (extension win)."""
BASE = Shape(ClassUid.BASE_EVENT)
