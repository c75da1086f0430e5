"""An indicator of compromise: one thing attackers use, with who says so and for how long it holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import polars as pl


class Kind(StrEnum):
    """What an indicator's value is."""

    IP = "ip"
    CIDR = "cidr"
    DOMAIN = "domain"
    """With everything below it."""
    HOSTNAME = "hostname"
    """This name alone."""
    URL = "url"
    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    EMAIL = "email"
    """A sender's address."""
    FILE_NAME = "file_name"


class Purpose(StrEnum):
    """What attackers use it for, as far as the feed says; it chooses the advice."""

    C2 = "c2"
    PHISHING = "phishing"
    MALWARE = "malware"
    """It gives away malware, or is malware."""
    SCANNER = "scanner"
    UNKNOWN = "unknown"


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST); ``white`` of version 1 is ``clear``."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


@dataclass(frozen=True)
class Indicator:
    """Times are naive UTC. ``confidence`` and ``valid_until`` are None where the feed does not say."""

    kind: Kind
    value: str
    """In the one form of :mod:`~hinomi.pipeline.intelligence.writing`."""
    confidence: int | None = None
    """0 to 100 (STIX 2.1, Appendix A)."""
    valid_until: datetime | None = None
    first_seen: datetime | None = None
    tlp: Tlp | None = None
    purpose: Purpose = Purpose.UNKNOWN
    description: str = ""
    reference: str = ""
    severity: int | None = None
    """At most so severe (OCSF ``severity_id``)."""


COLUMNS: Final = pl.Schema(
    {
        "kind": pl.String(),
        "value": pl.String(),
        "confidence": pl.Int32(),
        "severity": pl.Int32(),
        "valid_until": pl.Datetime("us"),
        "first_seen": pl.Datetime("us"),
        "added": pl.Datetime("us"),
        "tlp": pl.String(),
        "purpose": pl.String(),
        "description": pl.String(),
        "reference": pl.String(),
    }
)
"""A feed as a table; ``added`` is when this installation got to know the indicator."""


def purpose_of(words: str) -> Purpose:
    """What labels, tags, types and descriptions of a feed say an indicator is for."""
    said = words.lower()
    for purpose, marks in PURPOSES:
        if any(mark in said for mark in marks):
            return purpose
    return Purpose.UNKNOWN


PURPOSES: Final = (
    (Purpose.C2, ("c2", "c&c", "command-and-control", "command and control", "botnet", "beacon", "callback")),
    (Purpose.PHISHING, ("phish", "credential", "フィッシング", "偽サイト")),
    (Purpose.SCANNER, ("scan", "brute", "bruteforce", "compromised host", "anonymization")),
    (Purpose.MALWARE, ("malware", "malicious", "trojan", "ransom", "payload", "dropper", "virus", "マルウェア")),
)


def tlp_of(text: str) -> Tlp | None:
    """A TLP as it is written in markings and tags: ``TLP:AMBER+STRICT``, ``tlp:white``."""
    word = text.strip().lower().removeprefix("tlp").lstrip(":- ")
    if word == "white":
        return Tlp.CLEAR
    return Tlp(word) if word in set(Tlp) else None
