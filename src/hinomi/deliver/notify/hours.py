"""At which hour somebody is told. Pure; times are aware, and come back in the company's zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hinomi.pipeline.hours.workdays import is_working_day

LONGEST_REST = 31
"""Days; no company rests longer."""


@dataclass(frozen=True)
class WorkingHours:
    """A company's: ``quiet`` are first and last moment of the night in which nothing is told; None: there is none."""

    zone: ZoneInfo
    opens: time
    closes: time
    quiet: tuple[time, time] | None = None


def next_open(now: datetime, hours: WorkingHours) -> datetime:
    """Now where the company works now, else when it opens next."""
    local = now.astimezone(hours.zone)
    for ahead in range(LONGEST_REST):
        day = local.date() + timedelta(days=ahead)
        opens, closes = (datetime.combine(day, clock, hours.zone) for clock in (hours.opens, hours.closes))
        if is_working_day(day) and local < closes:
            return max(local, opens)
    return local


def after_quiet(now: datetime, hours: WorkingHours) -> datetime:
    """Now, or the end of the quiet hours it lies in."""
    local = now.astimezone(hours.zone)
    if hours.quiet is None:
        return local
    begin, end = hours.quiet
    clock = local.time()
    over_midnight = begin > end
    is_quiet = (clock >= begin or clock < end) if over_midnight else begin <= clock < end
    if not is_quiet:
        return local
    day = local.date() + timedelta(days=over_midnight and clock >= begin)
    return datetime.combine(day, end, hours.zone)


def when(now: datetime, hours: WorkingHours, *, pressing: bool, only_working: bool) -> datetime:
    """When to tell of something: what is pressing at once but for quiet hours, all else within working hours."""
    if pressing and not only_working:
        return after_quiet(now, hours)
    return next_open(now, hours)
