"""What the desk knows of a company, as values: the report needs no desk to be made."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hinomi.ocsf.expert import Evidence
from hinomi.study.expert_kinds import ExpertKind
from hinomi.study.months import TOKYO


@dataclass(frozen=True)
class TenantFacts:
    """A company. ``contact`` is whom it calls about its devices, as people write it; empty if unknown."""

    uid: str
    name: str
    sector: str = ""
    timezone: ZoneInfo = TOKYO
    contact: str = ""


@dataclass(frozen=True)
class SensorFacts:
    """A sensor of the company; ``since`` and ``until`` are local dates, both included (None: still there)."""

    sensor: str
    kind: str
    title: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class IncidentFacts:
    """An incident as the desk has it now; times are naive UTC, ``kind`` is the key of its advice card."""

    uid: str
    title: str
    kind: str
    severity_id: int
    first_seen: datetime
    last_seen: datetime
    status: str
    """In words: 新規, 対応中, 回答待ち, 完了."""
    is_open: bool
    host: str = ""
    address: str = ""
    user: str = ""
    detail: str = ""
    """What the gravest finding of it was."""
    closed_because: str = ""
    findings: frozenset[str] = field(default_factory=frozenset)
    """``metadata.uid`` of its findings."""

    @property
    def place(self) -> str:
        """The machine, as well as it is known."""
        return self.host or self.address


@dataclass(frozen=True)
class ExpertFacts:
    """What an expert read out of the month's detections and confirmed; ``text`` is for the company."""

    kind: ExpertKind
    text: str
    evidence: Evidence
