"""The times of audit logs: ModSecurity writes C's ``ctime``, Coraza a few layouts and an epoch number."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats.jsonlines import integer, text

NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec"
MONTHS = {NAMES[at : at + 3]: at // 3 + 1 for at in range(0, len(NAMES), 3)}
LAYOUTS = ("%Y/%m/%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S %z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_UNTIL = 10**11
"""An epoch number below is in seconds (until the year 5138); Coraza 3 writes nanoseconds, which are above."""


def time_of(transaction: Mapping[str, Any], zone: ZoneInfo) -> tuple[str | None, datetime | None]:
    """The text as sent and the time it means, with its zone; null where there is none or it cannot be read."""
    original = text(transaction.get("time_stamp"))
    if original:
        return original, ctime(original, zone) or other_layout(original, zone)
    original, epoch = text(transaction.get("timestamp")), integer(transaction.get("unix_timestamp"))
    if epoch:
        microseconds = epoch * 1_000_000 if epoch < SECONDS_UNTIL else epoch // 1000
        return original or str(epoch), after_epoch(microseconds)
    return original, other_layout(original, zone) if original else None


def ctime(original: str, zone: ZoneInfo) -> datetime | None:
    """``Tue May 10 04:52:04 2022``, by hand: ``strptime`` takes ten times as long."""
    parts = original.split()
    if len(parts) != 5:
        return None
    _, month, day, clock, year = parts
    try:
        hour, minute, second = clock.split(":")
        return datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except (ValueError, KeyError):
        return None


def other_layout(original: str, zone: ZoneInfo) -> datetime | None:
    for layout in LAYOUTS:
        try:
            time = datetime.strptime(original, layout)  # noqa: DTZ007 (the zone is the server's)
        except ValueError:
            continue
        return time if time.tzinfo else time.replace(tzinfo=zone)
    return None


def after_epoch(microseconds: int) -> datetime | None:
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
