"""A stated, expiring reason not to raise a finding. What it covers stays in the lake and is counted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Operator(StrEnum):
    """How a value of the event is compared; letters' case aside."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts"
    ENDS = "ends"
    NETWORK = "network"
    """An address within a network in CIDR notation."""


COLUMNS = (
    "sensor",
    "finding_info.title",
    "device.hostname",
    "device.ip",
    "src_endpoint.ip",
    "dst_endpoint.ip",
    "dst_endpoint.hostname",
    "dst_endpoint.port",
    "url.hostname",
    "url.url_string",
    "query.hostname",
    "actor.user.name",
    "user.name",
    "process.name",
    "process.file.path",
    "process.cmd_line",
    "process.parent_process.name",
    "actor.process.file.path",
    "file.name",
    "file.path",
    "file.hashes.sha256",
    "malware.name",
    "app_name",
    "email.from",
    "email.subject",
)
"""What a condition may ask of a finding, in the order in which a form offers it."""


@dataclass(frozen=True)
class Condition:
    column: str
    """One of :data:`COLUMNS`."""
    operator: Operator
    value: str


@dataclass(frozen=True)
class Suppression:
    """Findings of ``rule`` that meet every condition, and whose time is before ``until`` (naive UTC).

    ``tenant`` None: of every company. ``rule`` is the ``finding_info.analytic.uid``.
    """

    uid: str
    tenant: str | None
    rule: str
    conditions: tuple[Condition, ...]
    until: datetime
    reason: str
