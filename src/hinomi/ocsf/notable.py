"""What many events together tell: a finding that is no single event's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId


@dataclass(frozen=True)
class Notable:
    """Something about one tenant that follows from many events, or from their absence. Times are naive UTC.

    Two notables of one tenant, ``rule`` and ``key`` are the same finding, told once: the key says what makes
    it this one (a host, a destination and a day), and holds nothing that changes when it is computed again.
    """

    tenant: str
    rule: str
    """What noticed it: the ``finding_info.analytic.uid``."""
    key: str
    kind: AnalyticTypeId
    title: str
    message: str
    """One sentence that a non-specialist understands, with the numbers behind it."""
    first: datetime
    time: datetime
    """When it was last seen; the finding lies in the lake at this time."""
    severity: SeverityId
    advice: str | None = None
    """Key of the advice card."""
    techniques: tuple[str, ...] = ()
    """ATT&CK technique ids."""
    sensor: str = ""
    source: str = ""
    """Sensor and source of the events that tell most."""
    count: int = 1
    """Events behind it."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the lake that say which machine, person and other end: ``device.hostname``, ``src_endpoint.ip`` …"""
    related: tuple[str, ...] = ()
    """``metadata.uid`` of events behind it, the most telling first; at most 100 are kept."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What was measured, under plain names; kept with the finding as JSON."""
