"""How far an attack went, as far as the sensors could see: what correlation finds out and the desk shows.

The five detection points, the three patterns and the thirteen steps are those of the survey report, section 4.5 (3):
a virus came by mail and encrypts; ① it only does that, ② it also tells its C&C server, ③ it also fetches a tool.
Values are codes; the page words them. Times are naive UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PATTERNS = (1, 2, 3)


class Sight(StrEnum):
    """What a detection point saw, or why it saw nothing."""

    SEEN = "seen"
    NOTHING = "nothing"
    """It looked and saw nothing."""
    BLIND = "blind"
    """It was there and could not see: the download was encrypted, or nobody knows that it was not."""
    NOT_THERE = "not_there"


class Cause(StrEnum):
    """Why a point was blind or not there."""

    NO_EDR = "no_edr"
    """The company has no EDR."""
    NO_EDR_ON_MACHINE = "no_edr_on_machine"
    NO_UTM = "no_utm"
    SILENT = "silent"
    """Its sensor delivered nothing at that time."""
    ENCRYPTED = "encrypted"
    MAYBE_ENCRYPTED = "maybe_encrypted"
    MACHINE_UNKNOWN = "machine_unknown"
    """Nobody knows which machine it is, and so whether it has an EDR."""


class Happening(StrEnum):
    """A step of the report's table in one story."""

    SEEN = "seen"
    INFERRED = "inferred"
    INVISIBLE = "invisible"
    """It may have happened; no sensor could have told."""
    NOT_HAPPENED = "not_happened"


@dataclass(frozen=True)
class Point:
    """One of the five detection points: 1 EDR sees encryption, 2 EDR checks the C&C URL, 3 UTM checks it,
    4 UTM checks the tool's download (http only), 5 EDR sees behaviour after the tool's installation."""

    number: int
    sight: Sight
    cause: Cause | None = None
    findings: tuple[str, ...] = ()
    """Uids of the findings that fired it."""


@dataclass(frozen=True)
class Step:
    """One of the thirteen steps of the report's table."""

    number: int
    happening: Happening
    findings: tuple[str, ...] = ()


class Check(StrEnum):
    """What to look at next: each may make the set of patterns smaller."""

    FULL_SCAN = "full_scan"
    READ_GATE_LOG = "read_gate_log"
    """The router's or proxy's own log, where the UTM was absent or silent."""
    READ_BROWSER_HISTORY = "read_browser_history"
    LIST_PROGRAMS = "list_programs"
    """Programs and services installed since, on the machine."""
    INSTALL_EDR = "install_edr"
    FIND_MACHINE = "find_machine"
    """Whose address it was."""


@dataclass(frozen=True)
class Course:
    """Which of the three patterns an infection of a machine may still be, and why."""

    machine: str
    """Name or address; empty where nobody knows it."""
    patterns: tuple[int, ...]
    points: tuple[Point, ...]
    """All five, in order."""
    steps: tuple[Step, ...]
    """All thirteen, in order."""
    checks: tuple[Check, ...] = ()
    """The one that narrows most first."""


class StageName(StrEnum):
    """How deep an attack got, in order; an infection's first, then those of a support scam and of data taken out."""

    DELIVERY = "delivery"
    EXECUTION = "execution"
    CALL = "call"
    TOOL = "tool"
    CREDENTIAL = "credential"
    SPREAD = "spread"
    COLLECTION = "collection"
    EXFILTRATION = "exfiltration"
    IMPACT = "impact"
    NOTIFICATION = "notification"
    FAKE_PAGE = "fake_page"
    REMOTE_CONTROL = "remote_control"
    PAYMENT = "payment"


TACTICS: dict[StageName, str] = {
    StageName.DELIVERY: "TA0001",
    StageName.EXECUTION: "TA0002",
    StageName.CALL: "TA0011",
    StageName.TOOL: "TA0011",
    StageName.CREDENTIAL: "TA0006",
    StageName.SPREAD: "TA0008",
    StageName.COLLECTION: "TA0009",
    StageName.EXFILTRATION: "TA0010",
    StageName.IMPACT: "TA0040",
}
"""ATT&CK tactics of stages; bringing a tool in is T1105, a technique of command and control. A scam's own have none."""


@dataclass(frozen=True)
class Stage:
    """A stage that a story reached; ``first`` and ``last`` bound what was seen of it."""

    name: StageName
    first: datetime
    last: datetime
    stopped: bool
    """All that was seen of it was stopped by a device."""
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """Whom and what a story touches."""

    machines: tuple[str, ...]
    accounts: tuple[str, ...]
    outside: tuple[str, ...]
    """Names or addresses of the other ends."""
    first: datetime
    """First sight of anything that belongs to it, an ordinary event among it."""
    last: datetime
    found: datetime
    """The first finding."""
    before_watch: bool = False
    """It was going on when the watch over the company began: nobody knows when it did."""
    files: tuple[str, ...] = ()
    """Data touched: names of files that were gathered, taken out, encrypted or destroyed, the first of them."""

    @property
    def delay_seconds(self) -> float:
        """From the first sight to the first finding."""
        return max(0.0, (self.found - self.first).total_seconds())


class Trace(StrEnum):
    """Why an ordinary event belongs to a story."""

    MAIL = "mail"
    """A mail to one of its people that brought one of its files or led to one of its sites."""
    VISIT = "visit"
    """One of its machines turned to one of its sites."""
    DOWNLOAD = "download"
    """One of its machines fetched one of its files."""
    FILE = "file"
    """One of its machines made, opened or started one of its files."""
    SIGN_IN = "sign_in"
    """One of its machines signed in to another."""


@dataclass(frozen=True)
class Around:
    """An ordinary event, no finding, that belongs to a story; ``value`` is what ties it: a file, a site, a machine."""

    time: datetime
    event: str
    """Its ``metadata.uid``."""
    sensor: str
    kind: str
    """Kind of the sensor."""
    machine: str
    trace: Trace
    value: str


@dataclass(frozen=True)
class Contact:
    """What the lake holds of a story's other end from before the story: how often, by which machines, since when."""

    outside: str
    first: datetime
    count: int
    machines: tuple[str, ...]


@dataclass(frozen=True)
class Lookback:
    """What the lake holds around a story and from before it."""

    around: tuple[Around, ...] = ()
    contacts: tuple[Contact, ...] = ()
    watched_since: datetime | None = None
    """The first event of the company in the lake."""

    @property
    def first(self) -> datetime | None:
        """The first sight of anything."""
        return min([*(one.time for one in self.around), *(one.first for one in self.contacts)], default=None)


@dataclass(frozen=True)
class Traces:
    """By what events that belong to a story are known; all in lower case but addresses."""

    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    """Names and addresses of bad other ends."""
    told: tuple[str, ...] = ()
    """Events that a finding of the story is made of: these are told already."""


class Urgency(StrEnum):
    NOW = "now"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"


@dataclass(frozen=True)
class Reason:
    """One thing that makes a story more, or less, urgent; ``weight`` is its part of the score."""

    code: str
    value: str = ""
    weight: int = 0


@dataclass(frozen=True)
class Priority:
    """How soon to look at a story, always with its reasons, the weightiest first."""

    urgency: Urgency
    score: int
    reasons: tuple[Reason, ...]
