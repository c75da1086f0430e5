"""What syslog daemons and relays put in front of a message: RFC 3164, RFC 5424, or nothing but a priority.

Many devices send ``<PRI>message`` with no header at all, and relays prepend ``Jan 15 12:00:00 host`` to that,
with or without a priority of their own, sometimes twice. What lies in front is peeled off until the device's
own message begins.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.lines import Lines, Offsets

NESTED = 3
"""Headers that are peeled off one message at most."""

PRIORITY = re.compile(rb"(?:\d{1,7} (?=<))?<(\d{1,3})> ?")
STAMP = (
    rb"(?P<time>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)"
)
RFC3164 = re.compile(
    rb" ?" + STAMP + rb":? +"
    rb"(?:(?P<host>[^\s=\"\[<>|]*[^\s=\"\[<>|:]) +)?"
    rb"(?:(?P<app>[^\s=:\"\[<>|]{1,64})(?:\[[^\]\s]*\])?:(?: +|$))?"
)
RFC5424 = re.compile(
    rb"1 (?P<time>-|\d{4}-\d\d-\d\dT\S+) (?P<host>\S+) (?P<app>\S+) \S+ \S+ "
    rb"(?P<data>-|(?:\[(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\"|\\.)*+\])++)(?: +(?:\xef\xbb\xbf)?|$)"
)
SHORT_STAMP = re.compile(r"(\w{3}) +(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d)")
OCTETS = np.arange(256)
DIGIT = np.isin(OCTETS, list(b"0123456789"))
FIRST_OF_HEADER = np.isin(OCTETS, list(b"< 0123456789JFMASOND"))
"""Octets a message's first header can begin with: a priority, a version, a date."""


class Header(NamedTuple):
    """``start`` is where the message begins; the rest is what the outermost header that has it says."""

    start: int
    priority: int | None = None
    time: str | None = None
    host: str | None = None
    app: str | None = None


def header(line: bytes) -> Header:
    """What lies in front of a message; nothing (``start`` 0) where nothing does.

    A message of RFC 5424 that is empty beside its structured data begins with that data.
    """
    start = 0
    priority: int | None = None
    said: dict[str, str] = {}
    for _ in range(NESTED):
        begun = start
        if found := PRIORITY.match(line, start):
            start = found.end()
            priority = int(found[1]) if priority is None else priority
        if found := RFC5424.match(line, start) or RFC3164.match(line, start):
            start = found.end()
            if start == len(line) and "data" in found.groupdict():
                start = found.start("data")
            for name, value in found.groupdict().items():
                if value not in (None, b"-"):
                    said.setdefault(name, value.decode("latin-1"))
        if start == begun:
            break
    return Header(start, priority, said.get("time"), said.get("host"), said.get("app"))


def starts(lines: Lines) -> Offsets:
    """Where in the payload each line's message begins."""
    octets = np.frombuffer(lines.payload, dtype=np.uint8)
    begins = _after_priority(octets, lines)
    next_octet = octets[np.minimum(begins, len(octets) - 1)] if len(lines) else octets[:0]
    for index in np.flatnonzero(FIRST_OF_HEADER[next_octet] | (begins >= lines.ends)):
        begins[index] = lines.starts[index] + header(lines.raw(int(index))).start
    return begins


def _after_priority(octets: NDArray[np.uint8], lines: Lines) -> Offsets:
    """Where each line goes on after a ``<PRI>`` at its start; its start where there is none."""
    begins = lines.starts.copy()
    marked = np.flatnonzero(octets[begins] == ord("<"))
    for digits in (1, 2, 3):
        marked = marked[lines.starts[marked] + digits + 1 < lines.ends[marked]]
        marked = marked[DIGIT[octets[lines.starts[marked] + digits]]]
        close = lines.starts[marked] + digits + 1
        ended = octets[close] == ord(">")
        begins[marked[ended]] = close[ended] + 1
        marked = marked[~ended]
    return begins


@lru_cache(maxsize=4096)
def moment(text: str, zone: ZoneInfo, received: datetime) -> datetime | None:
    """The time of a header as naive UTC, None if it is none.

    A time without a zone is in ``zone``; one without a year is the latest that lies no more than a day
    after ``received`` (naive UTC).
    """
    try:
        if found := SHORT_STAMP.match(text):
            month, day, year, clock = found.groups()
            latest = received.replace(tzinfo=UTC) + timedelta(days=1)
            years = [int(year)] if year else range(latest.year + 1, latest.year - 9, -1)
            candidates = (_local(f"{each} {month} {day} {clock}", zone) for each in years)
            local = next((each for each in candidates if each and (year or each <= latest)), None)
        else:
            local = datetime.fromisoformat(text.replace(",", "."))
            local = local if local.tzinfo else local.replace(tzinfo=zone)
        return local.astimezone(UTC).replace(tzinfo=None) if local else None
    except (ValueError, OverflowError):
        return None


def _local(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y %b %d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:  # 29 February in another year
        return None
