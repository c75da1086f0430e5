"""The times of audit logs: ModSecurity 3 writes C's ``ctime``, 2 Apache's, Coraza a few layouts and an epoch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import access_log, times
from hinomi.library.formats.access_log import MONTHS
from hinomi.library.formats.jsonlines import integer, text


def time_of(transaction: Mapping[str, Any], zone: ZoneInfo) -> tuple[str | None, datetime | None]:
    """The text as sent and the time it means, naive UTC; null where there is none or it cannot be read."""
    original = text(transaction.get("time_stamp"))
    if original:
        return original, ctime(original, zone) or access_log.moment(original, zone)
    original = text(transaction.get("timestamp")) or text(transaction.get("time"))
    if epoch := integer(transaction.get("unix_timestamp")):
        return original or str(epoch), times.epoch(epoch)
    return original, access_log.moment(original, zone) if original else None


def ctime(original: str, zone: ZoneInfo) -> datetime | None:
    """``Tue May 10 04:52:04 2022``, by hand: ``strptime`` takes ten times as long."""
    parts = original.split()
    if len(parts) != 5:
        return None
    _, month, day, clock, year = parts
    try:
        hour, minute, second = clock.split(":")
        local = datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), int(second))
        return times.utc(local, zone)
    except (ValueError, KeyError, OverflowError):
        return None
