"""What could be seen of a month, and what could not: 0 because blind is not 0 because clean."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from hinomi.deliver.report.facts import SensorFacts, TenantFacts
from hinomi.deliver.report.monthly import Coverage
from hinomi.deliver.report.wording import BLIND_WITHOUT, FACTORY, HTTPS, KINDS
from hinomi.library.contracts import Kind
from hinomi.study.months import Month, local

WORTH_SAYING = 7
"""A gap of this many days holds working days, whatever the calendar: it is said."""
DAY_HOURS = 24
ENOUGH = 3
"""With fewer days to be heard on, nothing heard at all may be a weekend."""


def expected_days(sensor: SensorFacts, month: Month, today: date) -> list[date]:
    """Local days of the month on which a sensor was to be heard, up to yesterday: today is not over."""
    last = min(sensor.until or date.max, today - timedelta(days=1))
    return [day for day in month.days() if sensor.since <= day <= last]


def coverage(
    tenant: TenantFacts,
    sensors: Iterable[SensorFacts],
    month: Month,
    heard: Mapping[str, frozenset[datetime]],
    now: datetime,
) -> tuple[Coverage, ...]:
    """One row a sensor that was to be heard in the month.

    ``heard`` are local hours (naive) with a record of it; ``now`` is naive UTC.
    """
    today = local(now, tenant.timezone).date()
    rows = []
    for sensor in sensors:
        days = expected_days(sensor, month, today)
        hours = heard.get(sensor.sensor, frozenset())
        found = frozenset(hour.date() for hour in hours)
        if days:
            gaps = runs(days, found)
            observed = sum(day in found for day in days)
            away = gaps[-1] >= WORTH_SAYING or (not observed and len(days) >= ENOUGH)
            rows.append(
                Coverage(
                    sensor=sensor.sensor,
                    title=sensor.title or sensor.sensor,
                    device=KINDS.get(sensor.kind, sensor.kind),
                    expected=len(days),
                    observed=observed,
                    longest_gap=max(gaps),
                    last=max((day for day in found if day <= days[-1]), default=None),
                    fell_silent=away and not any(day > days[-1] for day in found),
                    expected_hours=DAY_HOURS * len(days),
                    observed_hours=sum(days[0] <= hour.date() <= days[-1] for hour in hours),
                )
            )
    return tuple(rows)


def device_hours(rows: Iterable[Coverage]) -> tuple[int, int]:
    """Hours observed and hours expected, of all sensors together."""
    rows = list(rows)
    return sum(row.observed_hours for row in rows), sum(row.expected_hours for row in rows)


def runs(days: Sequence[date], found: frozenset[date]) -> list[int]:
    """For each day how many days, it included, nothing had been heard; the last is the gap at the end."""
    lengths: list[int] = []
    for day in days:
        lengths.append(0 if day in found else (lengths[-1] if lengths else 0) + 1)
    return lengths


def with_gaps(rows: Iterable[Coverage]) -> list[Coverage]:
    """Sensors that were away for so long that it must be said."""
    return [row for row in rows if row.fell_silent or row.longest_gap >= WORTH_SAYING]


def unseen(kinds: set[str], rows: Sequence[Coverage]) -> tuple[str, ...]:
    """What could not be seen, the gravest first; ``kinds`` are those of the sensors the company has."""
    gaps = [
        f"{row.title} — 今月の記録が1件も届いていません"
        if row.observed == 0
        else f"{row.title} — {row.expected}日のうち{row.expected - row.observed}日、記録がありません"
        for row in with_gaps(rows)
    ]
    missing = [words for kind, words in BLIND_WITHOUT.items() if kind not in kinds]
    limits = [*([HTTPS] if Kind.UTM in kinds else []), FACTORY]
    return (*gaps, *missing, *limits)
