"""Whether the times that were read can be: not in the future, not 1970, not another zone's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

OLDEST = datetime(2000, 1, 1)
SOON = timedelta(minutes=10)
NEAR = timedelta(minutes=20)
"""How exactly the last time must be a zone's offset away from the receipt to be taken for it."""
HOME = "Asia/Tokyo"
HOUR = timedelta(hours=1)


class Doubt(StrEnum):
    CLOCK_NOT_SET = "clock_not_set"
    """Events of before 2000: a device that was never told the time."""
    FUTURE = "future"
    ZONE = "zone"
    """The last time is a whole time zone away from the receipt."""


@dataclass(frozen=True)
class ClockDoubt:
    """``count`` events, or ``hours`` from the receipt to the last time (positive: later than received).

    ``timezone`` is the one to try instead; None where the lines say their zone themselves.
    """

    doubt: Doubt
    count: int = 0
    hours: float = 0.0
    timezone: str | None = None

    @property
    def ago(self) -> float:
        """Hours from the last time to the receipt."""
        return -self.hours


def doubts(
    times: pl.Series, last: datetime | None, received: datetime, timezone: str, *, zone_counts: bool
) -> list[ClockDoubt]:
    """What is odd about these times (naive UTC); ``last`` is the input's last one, None where it is not known.

    ``zone_counts`` says whether the lines leave their zone open, so that ``timezone`` decides.
    """
    found = []
    if unset := int((times < OLDEST).sum()):
        found.append(ClockDoubt(Doubt.CLOCK_NOT_SET, count=unset))
    if last is None or last < OLDEST:
        return found
    away = last - received
    local = last.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).utcoffset() or timedelta(0)
    offset = local or last.replace(tzinfo=UTC).astimezone(ZoneInfo(HOME)).utcoffset() or 9 * HOUR
    if abs(abs(away) - abs(offset)) < NEAR:
        other = ("UTC" if local else HOME) if zone_counts else None
        found.append(ClockDoubt(Doubt.ZONE, hours=round(away / HOUR, 1), timezone=other))
    elif away > SOON:
        found.append(ClockDoubt(Doubt.FUTURE, hours=round(away / HOUR, 1)))
    return found
