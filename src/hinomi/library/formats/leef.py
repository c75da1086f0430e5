"""Log Event Extended Format: ``LEEF:1.0|vendor|product|version|event|key=value<tab>key=value``.

LEEF 2.0 may name its delimiter in a sixth field, as a character or as hex (``^``, ``0x5E``, ``x5E``). Relays write
the tab as ``#011`` or make a space of it, and some products use another delimiter without saying so: where the
named one is not in the text, the one that stands before a ``key=`` is taken.
Source: IBM QRadar Log Event Extended Format (LEEF), version 2.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from hinomi.library.formats import times

VERSIONS = ("1.0", "2.0", "1", "2")
FIELDS = 5
NAMED = re.compile(r"(?:0?[xX]([0-9A-Fa-f]{1,4})|([^\s\w=|])|\t|)\|")
MARKS = ("\t", "#011", "|", "^")
JAVA = re.compile(r"'[^']*'|([A-Za-z])\1*")
WORDS = {"y": "%Y", "M": "%m", "MMM": "%b", "d": "%d", "H": "%H", "m": "%M", "s": "%S", "S": "%f", "Z": "%z", "X": "%z"}
"""Letters of Java's SimpleDateFormat by strptime's; a run of one letter counts as the letter unless it is here."""
ZONE = re.compile(r" (?:GMT|UTC|Z)$")


@dataclass(frozen=True)
class Message:
    """A LEEF message; of equal attributes the first counts."""

    vendor: str
    product: str
    version: str
    event: str
    attributes: dict[str, str]


def parse(text: str) -> Message | None:
    """The message in ``text``, from ``LEEF:`` on or, where a relay took that for a tag, from its version on.

    None if it is no LEEF.
    """
    fields = text[max(text.find("LEEF:"), 0) :].split("|", FIELDS)
    if len(fields) <= FIELDS or fields[0].removeprefix("LEEF:").strip() not in VERSIONS:
        return None
    _, vendor, product, version, event, rest = fields
    named = NAMED.match(rest) if fields[0].strip()[-3:] != "1.0" else None
    if named:
        rest = rest[named.end() :]
    mark = _mark(rest, (chr(int(named[1], 16)) if named[1] else named[2]) if named else None)
    return Message(vendor, product, version, event, _attributes(rest, mark))


def moment(attributes: dict[str, str], zone: ZoneInfo) -> datetime | None:
    """``devTime`` as naive UTC, by ``devTimeFormat`` where it is no epoch; a text without a zone is in ``zone``."""
    said = attributes.get("devTime", "").strip()
    plain = ZONE.sub("", said)
    zone = zone if plain == said else ZoneInfo("UTC")
    pattern = attributes.get("devTimeFormat", "").strip() or "MMM dd yyyy HH:mm:ss"
    try:
        return times.epoch(said) or times.iso(said, zone) or times.local(plain, _pattern(pattern), zone)
    except re.error:  # a pattern that names an hour twice
        return None


@cache
def _pattern(java: str) -> str:
    """A pattern of Java's SimpleDateFormat as one of strptime; a zone's name has been taken off before."""
    pattern = JAVA.sub(lambda found: WORDS.get(found[0], WORDS.get(found[1] or "", "")), java.replace("%", "%%"))
    return pattern.strip()


def _mark(text: str, named: str | None) -> str:
    """What stands between the attributes; a space if nothing better does."""
    return next((mark for mark in (named, *MARKS) if mark and _between(mark).search(text)), " ")


@cache
def _between(mark: str) -> re.Pattern[str]:
    name = r"[\w.:/\[\]-]" if mark == " " else r"[\w .:/\[\]-]"
    return re.compile(rf"(?:{re.escape(mark)})+(?={name}{{1,64}}=)")


def _attributes(text: str, mark: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in _between(mark).split(text):
        key, found, value = pair.partition("=")
        if found:
            values.setdefault(key.removeprefix(mark).strip(), value.removesuffix(mark).strip())
    return values
