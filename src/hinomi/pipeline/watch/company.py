"""Whom a watcher looks at, and over which time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Company:
    """A tenant, and the zone in which its working day begins and ends."""

    tenant: str
    timezone: ZoneInfo


@dataclass(frozen=True)
class Span:
    """From the first to the last event that is new, both inclusive, naive UTC."""

    first: datetime
    last: datetime
