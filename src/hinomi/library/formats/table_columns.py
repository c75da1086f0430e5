"""``columns.yaml``: how a vendor's export becomes OCSF, written by a person who has the file open beside it.

::

    headings:                      # heading in the file: other spellings of it
      日時: [検出日時, Time]
      種別: []
      送信元IP: [Source IP]
      処理: [Action]
    required: [日時, 種別]          # a file without these is not this format
    null_words: ["-"]              # cells that mean "nothing" beside the empty one
    time:
      from: 日時
      formats: ["%Y/%m/%d %H:%M:%S"]   # strptime, tried in this order; epoch_s and epoch_ms too
      zone: UTC                    # only where the vendor documents it; else the zone named at the import
    set:                           # OCSF column: the same value in every event
      metadata.product.name: Example
    map:                           # OCSF column: where its value comes from
      src_endpoint.ip: 送信元IP
      url.hostname: {from: URL, as: host}
      email.to: {from: 受信者, as: address, separator: ";"}
      disposition_id: {from: 処理, values: {遮断: Blocked}, otherwise: Other, empty: Unknown}
      finding_info.title: {first: [検出名, {from: URL, as: host}]}
    rules:                         # the first rule that fits a record decides what it is
      - when: {種別: [不正サイト]}   # heading: texts, one of which the cell must be
        given: [URL]               # headings whose cell must not be empty
        set: {class_uid: HTTP Activity, activity_id: Unknown, is_alert: true}
        map: {}

A rule's own ``set`` and ``map`` come before those of the document; null in ``set`` leaves a column out.
Columns of ``finding_info`` and ``malware`` and ``utm_category`` are kept by alerts only. Ids may be written by
their OCSF caption. Headings and texts of ``when`` and ``values`` are compared without regard to width (NFKC),
case and spaces. In ``values``, ``otherwise`` stands for a text that is not listed (without it such a record is
a reject), ``empty`` for an empty cell. What is left out: ``is_alert`` false, ``severity_id`` Informational.
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from hinomi.library.formats.table_values import Value, key_of


class Part(StrEnum):
    """Which part of a cell is meant (``as``).

    ``host`` and ``path`` of a URL, ``file_name`` of a path, ``account`` and ``account_domain`` of
    ``DOMAIN\\account``, ``address`` of a mail address with a name before it.
    """

    HOST = "host"
    PATH = "path"
    FILE_NAME = "file_name"
    ACCOUNT = "account"
    ACCOUNT_DOMAIN = "account_domain"
    ADDRESS = "address"


@dataclass(frozen=True)
class Cell:
    """One heading's text, perhaps a part of it, perhaps translated; keys of ``values`` are compared folded."""

    heading: str
    part: Part | None = None
    separator: str | None = None
    values: dict[str, Value] | None = None
    otherwise: Value = None
    refuses: bool = False
    """True where a text that is not in ``values`` makes the record a reject."""
    empty: Value = None


@dataclass(frozen=True)
class First:
    """The first of several cells that is not empty."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Time:
    heading: str
    formats: tuple[str, ...]
    zone: ZoneInfo | None


@dataclass(frozen=True)
class Rule:
    """What a record is: it fits when every cell of ``when`` is one of the texts and those ``given`` are not empty."""

    when: dict[str, frozenset[str]]
    given: tuple[str, ...]
    constants: dict[str, Value]
    sources: dict[str, Cell | First]

    @property
    def is_alert(self) -> bool:
        return self.constants["is_alert"] is True


@dataclass(frozen=True)
class Columns:
    """A ``columns.yaml`` that was read and checked; ``spellings`` has folded heading → heading."""

    spellings: dict[str, str]
    required: tuple[str, ...]
    null_words: tuple[str, ...]
    time: Time
    rules: tuple[Rule, ...]

    def heading(self, text: str) -> str | None:
        """The heading of this document that ``text`` spells."""
        return self.spellings.get(key_of(text))
