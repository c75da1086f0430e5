"""What correlation finds and people work on: findings that belong together, and why (OCSF 2005)."""

from dataclasses import dataclass, field
from datetime import datetime

from hinomi.ocsf.course import Course, Lookback, Priority, Spread, Stage, Traces


@dataclass(frozen=True)
class Link:
    """Why two findings are told as one story: ``kind`` is a shared entity, ``value`` its value."""

    finding: str
    other: str
    kind: str
    value: str
    reason: str
    """One sentence in Japanese for the page."""


@dataclass(frozen=True)
class Nature:
    """What a finding is, apart from whose machine it was on, who used it, and when."""

    rule: str = ""
    """``finding_info.analytic.uid``."""
    programs: tuple[str, ...] = ()
    """Programs that ran, as :func:`hinomi.pipeline.correlate.nature.program` writes them."""
    ends: tuple[str, ...] = ()
    """The other ends outside, and domains of mail's senders after an ``@``."""
    stopped: bool = False
    """The sensor prevented what it saw."""
    count: int = 1
    """Findings that it is the nature of."""


@dataclass(frozen=True)
class Entry:
    """One line of a timeline; ``time`` is naive UTC, ``finding`` is a finding's uid."""

    time: datetime
    finding: str
    sensor: str
    kind: str
    """Kind of the sensor: utm, edr, mail, waf …"""
    title: str
    detail: str
    severity_id: int
    disposition_id: int | None = None
    nature: Nature | None = None
    """Also of the equal findings that this line stands for. None: shown beside the story, and no part of it."""


@dataclass(frozen=True)
class Story:
    """Findings of one tenant that are worked on as one incident; times are naive UTC.

    ``uid`` is deterministic: it follows from the tenant and the earliest finding.
    """

    uid: str
    tenant: str
    title: str
    kind: str
    """Key of the advice card: ransomware, support_scam, malware …"""
    severity_id: int
    host: str | None
    address: str | None
    user: str | None
    first_seen: datetime
    last_seen: datetime
    timeline: tuple[Entry, ...]
    links: tuple[Link, ...]
    what: str = ""
    """What its advice card names: a destination, a file, a program; empty where only a finding's title says it."""
    members: frozenset[str] = frozenset()
    """All findings that it is made of; the timeline shows some of them, and some that happened beside it."""
    courses: tuple[Course, ...] = ()
    """Of an infection: one for each machine that it is on, the one seen first before."""
    stages: tuple[Stage, ...] = ()
    spread: Spread | None = None
    priority: Priority | None = None
    traces: Traces = field(default_factory=Traces)
    lookback: Lookback | None = None
    """None: nobody looked, and what was found before stays true."""

    @property
    def findings(self) -> frozenset[str]:
        return frozenset(entry.finding for entry in self.timeline)


@dataclass(frozen=True)
class Exclusion:
    """Findings set aside by a rule, with the reason; never silently dropped. Times are naive UTC."""

    tenant: str
    sensor: str
    rule: str
    signature: str
    since: datetime
    until: datetime
    count: int
    reason: str
    owner: str = ""
    """Who answers for it; empty where it is the rule's alone."""
