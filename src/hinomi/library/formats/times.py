"""Times as devices write them, to naive UTC.

    epoch("1674012345678901234")                 # seconds, ms, µs or ns, told apart by magnitude
    iso("2023-01-18T12:25:45.1234567+09:00", zone)
    local("18/Jan/2023:12:25:45", "%d/%b/%Y:%H:%M:%S", zone)

Each gives None for what it cannot read and never raises. A text without a zone is in ``zone``; a time of the
year 1970 is given as it is (a device whose clock was never set): the pipeline judges what is believable.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

RECEIPT = "time_source:receive"
"""``metadata.labels`` of an event whose time is that of its receipt."""
UNIX = datetime(1970, 1, 1)
SCALES = ((10**11, 10**6), (10**14, 10**3), (10**17, 1))
"""Below the first number, an epoch counts units of so many microseconds: seconds, ms, µs; above all, ns."""
ISO = re.compile(
    r"\s*(\d{4})[-/](\d\d?)[-/](\d\d?)[T ]\s*(\d\d?):(\d\d):(\d\d)(?:[.,](\d{1,12}))?"
    r"\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$",
    re.IGNORECASE,
)


def epoch(value: object) -> datetime | None:
    """An epoch as a number or as text; fractions count to the microsecond. Zero and less is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
        if not number.is_finite() or number <= 0:
            return None
        scale = next((Decimal(factor) for limit, factor in SCALES if number < limit), Decimal("0.001"))
        return UNIX + timedelta(microseconds=int(number * scale))
    except (InvalidOperation, OverflowError, ValueError):
        return None


def iso(value: object, zone: ZoneInfo) -> datetime | None:
    """ISO 8601 and what resembles it: a space for ``T``, slashes, any fraction, an offset without a colon."""
    found = ISO.match(value) if isinstance(value, str) else None
    if not found:
        return None
    *parts, fraction, offset = found.groups()
    try:
        year, month, day, hour, minute, second = (int(part) for part in parts)
        moment = datetime(year, month, day, hour, minute, second, int((fraction or "0")[:6].ljust(6, "0")))
        return utc(moment, zone) if offset is None else moment - east(offset)
    except (ValueError, OverflowError):
        return None


def east(offset: str) -> timedelta:
    """``+0900``, ``+09:00``, ``-05`` or ``Z`` as how far east of UTC."""
    digits = offset.replace(":", "")[1:]
    if not digits.isdigit():
        return timedelta(0)
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return -distance if offset[0] == "-" else distance


def local(text: str, pattern: str, zone: ZoneInfo) -> datetime | None:
    """A text by a pattern of ``strptime`` (which may hold ``%z``)."""
    try:
        return utc(datetime.strptime(text.strip(), pattern), zone)  # noqa: DTZ007 (a zone is added where none is said)
    except (ValueError, OverflowError):
        return None


def utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as naive UTC; one without a zone is in ``zone``. Raises OverflowError at the ends of time."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).replace(tzinfo=None)
