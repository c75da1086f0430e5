"""The monthly report as values: everything that is printed, nothing about how."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts, TenantFacts
from hinomi.ocsf.incident import Exclusion
from hinomi.study.ledger import DataCut, Text
from hinomi.study.middle import Middle
from hinomi.study.months import Month


class Mark(StrEnum):
    """The month in one sign, each with its own shape and word."""

    BLIND = "blind"
    ACT = "act"
    CHECK = "check"
    STOPPED = "stopped"
    CALM = "calm"


WORDS = {
    Mark.BLIND: ("-", "記録がありません"),
    Mark.ACT: ("×", "今すぐ対応してください"),
    Mark.CHECK: ("△", "確認してください"),
    Mark.STOPPED: ("○", "止めました"),
    Mark.CALM: ("◎", "異常なし"),
}
"""Sign and word of a mark."""


@dataclass(frozen=True)
class Action:
    """One thing the company is asked to do, from an advice card filled with its own names."""

    title: str
    where: str
    """Which PC and person; empty where it concerns the company as a whole."""
    happened: str
    steps: tuple[str, ...]
    avoid: str
    within: str
    contact: str
    level: str


@dataclass(frozen=True)
class Outcome:
    """Detections in plain words, by what became of them."""

    words: str
    stopped: int
    marked: int
    """Let through with a mark, such as a mail with 「スパムメール」 in its subject."""
    noted: int
    """Noticed and written down, not stopped."""

    @property
    def count(self) -> int:
        return self.stopped + self.marked + self.noted


@dataclass(frozen=True)
class Comparison:
    """A counted item; None for a month in which the device was not heard, or that lies before its time."""

    device: str
    category: str | None
    count: int | None
    before: int | None
    middle: Middle | None
    """The programme's; None where the programme does not count this item."""
    definition: Text
    aside: tuple[Exclusion, ...]

    @property
    def change(self) -> int | None:
        return None if self.count is None or self.before is None else self.count - self.before


@dataclass(frozen=True)
class Day:
    """A device's detections on a local day; ``heard`` False: no record at all, so 0 may be blind."""

    day: date
    device: str
    count: int
    heard: bool


@dataclass(frozen=True)
class Top:
    """The most frequent values of one kind, made harmless to read, and how many other values there were."""

    title: str
    rows: tuple[tuple[str, int], ...]
    others: int


@dataclass(frozen=True)
class Coverage:
    """Days on which a sensor was to be heard, and was."""

    sensor: str
    title: str
    device: str
    expected: int
    observed: int
    longest_gap: int
    """The longest run of days without any record."""
    last: date | None
    """The last day it was heard, in this month or before; None: never."""
    fell_silent: bool
    """Silent at the end of the month for so long that somebody should look, and not heard since."""
    expected_hours: int
    """Hours of the expected days: the sensor watches by night, too."""
    observed_hours: int
    """Those in which at least one record of it came about; in the others it was blind or had nothing to say."""


@dataclass(frozen=True)
class Account:
    """How one printed number was counted (number ledger)."""

    item: str
    value: Fraction | None
    definition: Text
    numerator: int | None
    denominator: int | None
    averaging: Text
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True)
class MonthlyReport:
    """A company's month. ``made`` is naive UTC; all dates are local."""

    tenant: TenantFacts
    month: Month
    made: datetime
    cut: DataCut
    code_version: str
    mark: Mark
    summary: str
    actions: tuple[Action, ...]
    further: tuple[Action, ...]
    """What else there is to do; page one has room for three."""
    outcomes: tuple[Outcome, ...]
    unseen: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    days: tuple[Day, ...]
    tops: tuple[Top, ...]
    incidents: tuple[IncidentFacts, ...]
    expert: tuple[ExpertFacts, ...]
    """What experts pointed out; its evidence is as senders wrote it."""
    exclusions: tuple[Exclusion, ...]
    coverage: tuple[Coverage, ...]
    accounts: tuple[Account, ...]

    @property
    def period(self) -> str:
        return f"{self.month.first:%Y-%m-%d} – {self.month.last:%Y-%m-%d} ({self.tenant.timezone.key})"

    @property
    def total(self) -> int:
        return sum(row.count or 0 for row in self.comparisons)
