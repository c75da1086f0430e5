"""What an item on a shelf is, and what machines may expect of it.

An item thinks and a machine acts: nothing here or below does input or output, and items do not know each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # a run over lines of Windows events needs no table and tells no story
    import polars as pl

    from hinomi.ocsf.incident import Exclusion
    from hinomi.ocsf.notable import Notable


class Kind(StrEnum):
    """What a source is; the first four are the devices of the study's table."""

    UTM = "utm"
    EDR = "edr"
    WAF = "waf"
    MAIL = "mail"
    ROUTER = "router"
    ENDPOINT = "endpoint"
    IDS = "ids"
    SERVER = "server"
    """Services a company runs: web, mail, name, proxy and address servers."""
    CLOUD = "cloud"
    """Records of a cloud service's use that are no mail filter's: sign-ins, shares, settings."""


class UtmCategory(StrEnum):
    """The study's categories of UTM detections (survey report, section 4.5); the first seven are counted."""

    MALWARE = "不正プログラム"
    IPS = "不正侵入防止(IPS)"
    MALICIOUS_SITE = "不正サイト"
    SPAM = "スパムメール"
    RANSOMWARE = "ランサムウェア"
    CNC_CALLBACK = "C&Cコールバック"
    FORBIDDEN_APPLICATION = "禁止アプリケーション"
    URL_CATEGORY = "URLカテゴリフィルタ"


class Framing(StrEnum):
    """How a payload divides into records: a record a line, or the file as a whole (EVTX, XLSX, CSV with a header)."""

    LINES = "lines"
    MULTILINE = "multiline"
    """Like ``lines``, but a record may stand on several of them; it is numbered by its first."""
    FILE = "file"


class Reason(StrEnum):
    """Why a record was not normalised."""

    NOT_THIS_FORMAT = "not_this_format"
    TRUNCATED = "truncated"
    TOO_LONG = "too_long"
    ENCODING = "encoding"
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    BAD_VALUE = "bad_value"
    CORRUPT = "corrupt"
    UNKNOWN_TYPE = "unknown_type"


@dataclass(frozen=True)
class Manifest:
    """The card of a source: ``library/sources/NAME/manifest.yaml``."""

    name: str
    title: dict[str, str]
    vendor: str
    product: str
    kind: Kind
    framing: Framing
    folder: Path
    reader: str = "mapping"
    """``mapping``: the folder's ``mapping.py``; ``table``: the declarative importer with ``columns.yaml``."""
    suffixes: tuple[str, ...] = ()
    """File name endings that name this source beyond doubt (``.evtx``)."""
    assumed: bool = False
    """True where no real sample was seen; said in the console and by ``hinomi source list``."""
    alone: bool = False
    """True where a line means the same whatever other lines are in the payload: those of many senders, also of
    several tenants, may then be read at once."""
    note: dict[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What is known of a payload beside its bytes.

    ``received`` is naive UTC. ``live`` is True for a stream: only then may a device clock that is more
    than a day off be overruled by the time of receipt.
    """

    timezone: ZoneInfo
    received: datetime
    live: bool = False


@dataclass(frozen=True)
class Reject:
    """A record that could not be normalised; ``line`` is 1-based, ``raw`` is what was received."""

    line: int
    reason: Reason
    detail: str
    raw: bytes


@dataclass(frozen=True)
class Normalized:
    """What a source made of a payload.

    ``events`` has columns of :data:`hinomi.ocsf.schema.COLUMNS` (any subset that holds ``time``,
    ``class_uid`` and ``activity_id``) and ``line`` (int64, 1-based, the record's number in the payload).
    Every record is in ``events`` or in ``rejects``, never in both, never in neither:
    ``records == events.height + len(rejects)``. Blank lines and a table's header are no records.
    """

    events: pl.DataFrame
    rejects: tuple[Reject, ...]
    records: int


class Source(Protocol):
    """A product whose logs we read: bytes to OCSF, no input or output."""

    def __call__(self, payload: bytes, context: Context) -> Normalized: ...


def sure_of_nothing(tenant: str, daily: pl.DataFrame) -> tuple[Exclusion, ...]:
    return ()


def no_doubts(tenant: str, daily: pl.DataFrame) -> tuple[Notable, ...]:
    return ()


@dataclass(frozen=True)
class FaultRule:
    """A thought over daily counts of one tenant's findings that recognises a faulty device.

    It takes a frame with columns ``sensor``, ``source``, ``signature``, ``category``,
    ``source_is_destination`` (bool), ``day`` (date), ``count``, ``addresses`` (how many different addresses sent
    them) and ``address`` (one of them). ``judge`` returns the exclusions it is sure of; ``doubts`` what may
    be a fault, for a person to find out. Times of both are midnights of ``day``.
    """

    name: str
    title: dict[str, str]
    judge: Callable[[str, pl.DataFrame], tuple[Exclusion, ...]] = sure_of_nothing
    doubts: Callable[[str, pl.DataFrame], tuple[Notable, ...]] = no_doubts


class Look(StrEnum):
    """What a behaviour looks at: a frame with a row for each machine, other end and hour, of some days and all tenants.

    Every frame has ``tenant``, ``day`` (date of the tenant), ``hour`` (naive UTC), ``clock`` (hour of the tenant's
    day), ``works`` (a working day), ``sensor``, ``source``, ``uid`` (an event's ``metadata.uid``), ``company_days``
    and ``machine_days`` (working days before ``day`` for which the company and the machine are known), ``address``
    and ``machine`` (name, else address; ``nameless`` where it is the address). Moments are seconds of the hour.
    """

    OUTWARD = "outward"
    """Rare ends outside: ``peer`` (registered domain, else address), ``peer_ip``, ``ports``, ``country``, ``count``,
    ``denied``, ``sent``, ``received`` (bytes), ``moments``; ``met`` (first contact of this machine), ``mate_met`` and
    ``third_met`` (of the second and third machine of the company), ``other_met`` (of another company), ``learned``
    (working days known before the company first met it), ``past_peers`` (most ends outside on a day before). Left out
    is what two other machines or another company knew before the day began, and what is known as harmless."""
    COUNTRIES = "countries"
    """Ends outside in countries that the company had not met before the day: as ``outward``; ``country`` is the
    ISO 3166 code, ``met`` the company's first contact with it."""
    TRANSFERS = "transfers"
    """Every end outside to which much was sent that day: ``peer``, ``sent``, ``received``, ``moments``, ``other_met``,
    and of the machine's days before: ``past_sent`` (the most on a day), ``past_upload`` (the most to one end)."""
    BUSY = "busy"
    """Machines that sent and received much that day, summed over ends: ``sent``, ``received``, ``count``, ``moment``
    (the first of the hour), and of the machine's like days before (working or resting): ``like_days``,
    ``usual``, ``deviation`` (median of the bytes of a day, and median absolute deviation), ``most``."""
    INWARD = "inward"
    """Other machines inside: ``peer`` (address), ``ports``, ``count``, ``moments``; ``past_inside`` (the most machines
    inside that this one talked to on a day before)."""
    NAMES = "names"
    """Names asked for below a registered ``domain``: ``count``, ``long_names``, ``missing`` (one was nowhere),
    ``moment`` (the first), ``other_met`` (when another company first asked for the domain), ``met`` (this company)."""
    SIGN_INS = "sign_ins"
    """People who signed in: ``person``, ``country`` (ISO 3166 code), ``count``, ``first``, ``last`` (naive UTC), and
    ``judged``, False for rows of the past that are there for comparison. ``company_days`` are those of the person."""


@dataclass(frozen=True)
class Behaviour:
    """A thought over what machines and people did over time; pure, and the same for the same rows.

    ``judge`` takes the frame that ``looks_at`` names. It is asked again and again while a day fills: what it says
    of a day must stay true when later rows come, and the time of what it says must not move.
    """

    name: str
    title: dict[str, str]
    looks_at: Look
    judge: Callable[[pl.DataFrame], tuple[Notable, ...]]


@dataclass(frozen=True)
class Question:
    """One question of a decision tree; ``yes`` and ``no`` name the next question or an ending."""

    ask: dict[str, str]
    if_yes: dict[str, str]
    """What a yes calls for at once, in one sentence: for a channel that cannot ask back, such as mail."""
    yes: str
    no: str


@dataclass(frozen=True)
class Ending:
    """Where a way through a decision tree ends: what to do, at most three steps."""

    title: dict[str, str]
    steps: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Tree:
    """Questions that lead to the steps that fit; texts in ``ja`` and ``en``, with the slots of a card."""

    first: str
    questions: dict[str, Question]
    endings: dict[str, Ending]


@dataclass(frozen=True)
class Card:
    """An advice card: what to do now, for one kind of incident or finding, in ``ja`` and ``en``.

    ``happened`` to ``contact`` speak to the part-time administrator.
    """

    key: str
    title: dict[str, str]
    happened: dict[str, str]
    steps: dict[str, tuple[str, ...]]
    avoid: dict[str, str]
    within: dict[str, str]
    contact: dict[str, str]
    level: str
    """``act_now``, ``act_today``, ``check`` or ``know``."""
    president: dict[str, str] = field(default_factory=dict)
    """For who answers for the company: what it means for the business, and what nobody else can decide."""
    vendor: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What whoever maintains the devices is asked to do; technical and terse."""
    tree: Tree | None = None


class Occasion(StrEnum):
    """Why somebody is told of an incident: it is news to them, or it has become graver."""

    NEW = "new"
    GRAVER = "graver"
    REMINDER = "reminder"
    """They were told and did not acknowledge."""
    ESCALATION = "escalation"
    """Those who were told before did not acknowledge."""


@dataclass(frozen=True)
class Notice:
    """What one reader is to be told of an incident. Texts are as received from outside: none of them is safe.

    ``first_seen`` and ``last_seen`` are aware, in the company's time zone.
    """

    to: str
    """Mail address of the reader."""
    reader: str
    """Name of the reader; may be empty."""
    staff: bool
    """The reader serves all companies; else works for this one."""
    occasion: Occasion
    tenant: str
    company: str
    title: str
    severity_id: int
    host: str
    address: str
    user: str
    """Who uses the machine; empty like ``host`` and ``address`` where nothing is known."""
    detail: str
    """What it is about (a destination, a file, a program), else what the gravest finding says of itself."""
    findings: int
    first_seen: datetime
    last_seen: datetime
    card: Card | None
    link: str
    """Address of the incident's page; ours, the only text here that may be followed."""
    centre: str
    """How the monitoring centre is reached, as people write it; may be empty."""
    vendor: str
    """Whom the company calls about its devices; may be empty."""
    company_readers: int
    """People and rooms of the company that are told, too."""
    level: str = ""
    """How pressing it is: a level of :class:`Card`; empty: as the card says."""
    waits_until: datetime | None = None
    """When the company may be disturbed about it, aware, in its zone; None: now."""
    acknowledge: str = ""
    """Where the reader says that this was read, without signing in; ours too. Empty: nobody asks for that."""
    forward: str = ""
    """What the company may forward to its vendor, ready and harmless; empty where nobody needs to."""


ACKNOWLEDGE = "\ue000"
"""Stands in a text for the acknowledging link, which is known when the message is sent. No log can write it: texts
from outside lose their private use characters (:func:`hinomi.library.harmless.visible`)."""


@dataclass(frozen=True)
class Message:
    """What a notifier says, ready to be sent to one person; a chat shows the two addresses as buttons."""

    to: str
    subject: str
    text: str
    link: str = ""
    """The page it is about."""
    acknowledge: str = ""
    """Where the reader says that it was read."""


class Notifier(Protocol):
    """A notice in the words of one channel, no input or output."""

    def __call__(self, notice: Notice) -> Message: ...


@dataclass(frozen=True)
class Target:
    """Where a chat takes messages: its URL or room, and what lets us in."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Request:
    """What to POST over HTTPS so that a message arrives."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes


class Requester(Protocol):
    """A message as one channel takes it; ``key`` is the same for every attempt, ``now`` aware. No input or output."""

    def __call__(self, message: Message, target: Target, key: str, now: datetime) -> Request: ...


class LibraryError(Exception):
    """An item on a shelf is missing or malformed; the message says which, where and what to do."""


class UnknownItem(LibraryError):
    def __init__(self, shelf: str, name: str, known: list[str]) -> None:
        listing = ", ".join(known)
        super().__init__(f"{shelf} に「{name}」はありません (no such item). 使えるもの (known): {listing}")
        self.shelf, self.name, self.known = shelf, name, known


class MalformedItem(LibraryError):
    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


Document = dict[str, Any]
