"""Dates and times as logs write them."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

UNITS = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
"""Units in a second, by the number of digits that today has: seconds since 1970 in one of four units."""
SLASHED = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})(?=\D|$)")
FINE = re.compile(r"(\.\d{6})\d+")
SERVER = "%d/%b/%Y:%H:%M:%S %z"


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime | None:
    """The date and time that a text says, in its own zone; None where it says none.

    Read are ISO 8601 (also with slashes or a blank, as Sysmon and Windows write it), seconds, milliseconds,
    microseconds or nanoseconds since 1970 (then in UTC), the time of web servers (``20/Nov/2026:12:00:00 +0900``) and
    that of mail (RFC 5322).
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return since_1970(text)
    for read in READERS:
        with suppress(ValueError, TypeError, IndexError):
            return read(text)
    return None


def since_1970(digits: str) -> datetime | None:
    units = UNITS.get(len(digits))
    return datetime.fromtimestamp(int(digits) // units, UTC) if units else None


def iso(text: str) -> datetime:
    dashed = SLASHED.sub(lambda found: "{}-{:0>2}-{:0>2}".format(*found.groups()), text)
    return datetime.fromisoformat(FINE.sub(r"\1", dashed))


def mail(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # takes as long to load as a hundred rules to match

    return parsedate_to_datetime(text)


READERS: tuple[Callable[[str], datetime], ...] = (
    iso,
    lambda text: datetime.strptime(text.strip("[]"), SERVER),  # noqa: DTZ007 — the format has a zone
    mail,
)
