"""Cisco's ``%FACILITY-SEVERITY-MNEMONIC: text`` (IOS, NX-OS, ASA, Firepower) and all that may stand before it.

Before the tag: priorities, sequence numbers, a relay's header, the device's name, and its time, in every order:
``<189>2360957: sw1: *Jan  6 2022 20:52:12.861 JST: %SYS-5-CONFIG_I: …``, ``<166>Jan 06 2022 20:52:12 fw1 : %ASA-…``.
An asterisk before the time says that the clock was never set: a relay's time counts then. Severities may be
letters (small business switches: ``%SNMP-W-SNMPAUTHFAIL``). What IOS-XE's ``PLATFORM`` messages wrap is read.
Source: Cisco IOS Configuration Fundamentals, "Logging System Messages"; Cisco Secure Firewall ASA Syslog Messages.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from hinomi.library.contracts import Context
from hinomi.library.formats import zones
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import SeverityId

TAG = re.compile(r"%(?P<facility>[A-Z][\w<>/-]{0,60}?)-(?P<severity>[0-7A-Z])-(?P<mnemonic>\w{1,60})\b ?:? ?")
STAMP = re.compile(
    r"(?P<unset>\*)?"
    r"(?:(?P<first>(?:19|20)\d\d) )?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?:(?P<year>(?:19|20)\d\d) )?"
    r"(?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\w{1,12}))?"
    r"(?: (?P<zone>[A-Za-z]{1,6}(?:[+-]\d{1,2}(?::?\d\d)?)?)(?= ?:))?"
    r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)Z?"
)
NOISE = re.compile(
    r"^(?:\d+ )?<\d{1,3}>(?:1 (?=\d{4}-))?|<\d{1,3}>|\bOriginal Address=\S+"
    r"|(?<![\w.-])(?:(?:seq|\d+):(?= |$|\*|\.|[A-Z])|(?:\d+[ywdhms])+:|\d\d:\d\d:\d\d:)"
)
SEVERITIES = {
    "0": SeverityId.FATAL, "1": SeverityId.CRITICAL, "2": SeverityId.CRITICAL, "3": SeverityId.HIGH,
    "4": SeverityId.MEDIUM, "5": SeverityId.LOW, "6": SeverityId.INFORMATIONAL, "7": SeverityId.INFORMATIONAL,
    "A": SeverityId.CRITICAL, "C": SeverityId.CRITICAL, "E": SeverityId.HIGH, "W": SeverityId.MEDIUM,
    "N": SeverityId.LOW, "I": SeverityId.INFORMATIONAL, "D": SeverityId.INFORMATIONAL,
}  # fmt: skip


class Message(NamedTuple):
    """A tagged message. ``time`` is naive UTC, None where the device sends none."""

    facility: str
    severity: SeverityId
    mnemonic: str
    text: str
    time: datetime | None
    original: str | None
    host: str | None
    address: str | None

    @property
    def code(self) -> str:
        return f"{self.facility}-{self.mnemonic}"


def read(line: Line, context: Context) -> Message | None:
    """The message of a line, None where it has no tag."""
    whole = line.whole
    outer = TAG.search(whole)
    if not outer:
        return None
    inner = TAG.search(whole, outer.end()) if outer["facility"].startswith("IOSXE") else None
    found = inner or outer
    text = whole[found.end() :].strip()
    if text.startswith("message repeated"):
        text = line.text  # what stood in the brackets
    before = whole[: outer.start()]
    time, original = moment(before, context)
    host, address = sender(before)
    severity = SEVERITIES.get(found["severity"], SeverityId.INFORMATIONAL)
    return Message(found["facility"], severity, found["mnemonic"], text, time, original, host, address)


def moment(before: str, context: Context) -> tuple[datetime | None, str | None]:
    """The device's own time, the last before the tag, and its text."""
    stamps = list(STAMP.finditer(before))
    if not stamps:
        return None, None
    own = stamps[0] if stamps[-1]["unset"] and len(stamps) > 1 else stamps[-1]
    return stamped(own, context), own[0].strip("*")


def stamped(found: re.Match[str], context: Context) -> datetime | None:
    if found["iso"]:
        return zones.iso(found["iso"], None, context.timezone)
    year = found["first"] or found["year"]
    text = f"{found['month']} {found['day']} {f'{year} ' if year else ''}{found['clock']}"
    time = zones.short(text, found["zone"], context.timezone, context.received)
    fraction = found["fraction"] or ""
    digits = fraction[:6].ljust(6, "0") if fraction.isascii() and fraction.isdigit() else "0"
    return time and time + timedelta(microseconds=int(digits))


def is_device(word: str) -> bool:
    """Whether a word before the tag names a device, not a process, a module or a facility (``LOCAL4.WARNING``)."""
    facility = "." in word and word.isupper()
    return bool(word) and not word.isdigit() and word[0] not in "*.<%" and not facility and not set("[]/=@") & set(word)


def sender(before: str) -> tuple[str | None, str | None]:
    """Name and address of the device: the name it gives itself, else that which a relay has for it."""
    return named(" ".join(NOISE.sub(" ", STAMP.sub(" ", before)).split()))


@lru_cache(1024)
def named(words: str) -> tuple[str | None, str | None]:
    """:func:`sender`, of the words that are left; a device's lines have the same."""
    names: list[str] = []
    address: str | None = None
    for token in words.split():
        if found := ip(token) or ip(token[:-1]):
            address = address or found
            continue
        name = token.strip(":,")
        if not is_device(name):
            continue
        if token.endswith(":"):
            return name, address
        names.append(name)
    return (names[0] if names else None), address
