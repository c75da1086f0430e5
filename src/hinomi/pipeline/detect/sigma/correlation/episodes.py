"""When a correlation is told: once for each time that its condition begins to hold in a group.

A window begins at a hit and holds what follows within the timespan, both ends included; or, where the condition can
only be judged of a whole (an average, "fewer than"), windows are cut from the clock since 1970, UTC. A window in which
the condition holds is told unless one did that began no more than a timespan before it; what goes on is told again in
the next period (:attr:`Correlation.quiet`). So what is told follows from the hits of a few timespans around it, in
whatever order they came.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter

from hinomi.pipeline.detect.sigma.correlation.definition import Correlation, Number, Threshold
from hinomi.pipeline.detect.sigma.correlation.hit import Hit
from hinomi.pipeline.detect.sigma.correlation.measure import can_be_measured, combinations, holds, measure

CAP = 10_000
"""Of a window so many hits are looked at, the first ones; the finding says so where there were more."""
ORIGIN = datetime(1970, 1, 1)
Group = tuple[str, ...]


@dataclass(frozen=True)
class Episode:
    """A window that is told. Times are naive UTC."""

    group: Group
    """Values of what is grouped by, folded."""
    start: datetime
    reached: datetime
    """When the condition began to hold, or the last hit of a window that was judged as a whole."""
    hits: tuple[Hit, ...]
    is_cut: bool
    measured: Number | None
    """None where no number but a combination of rules was asked for."""


def episodes(correlation: Correlation, hits: Iterable[Hit], over: datetime) -> list[Episode]:
    """All that is told of these hits, which are of one company; a window that ends after ``over`` may still change.

    Those that begin within :attr:`Correlation.reach` of the rim are only right if there are no hits beyond it.
    """
    told = (
        episode
        for group, mine in grouped(correlation, hits).items()
        for episode in of_group(correlation, group, mine, over)
    )
    return sorted(told, key=attrgetter("start", "group"))


def grouped(correlation: Correlation, hits: Iterable[Hit]) -> dict[Group, list[Hit]]:
    """Hits of each group in order of time. A hit that lacks a field is in none, one with several values in several."""
    groups: dict[Group, list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=itemgetter(0, 1, 2)):
        if can_be_measured(correlation, hit):
            for group in combinations(hit, correlation.groups[hit.rule]):
                groups[group].append(hit)
    return groups


def of_group(correlation: Correlation, group: Group, hits: Sequence[Hit], over: datetime) -> Iterator[Episode]:
    is_true = holds(correlation, hits)
    before: datetime | None = None
    for start, i, j, is_cut in windows(correlation, [hit.time for hit in hits]):
        if correlation.waits and start + correlation.timespan >= over:
            return
        if not is_true(i, j):
            continue
        if before is None or before < start - correlation.timespan or has_new_period(correlation, before, start):
            yield told(correlation, group, start, tuple(hits[i:j]), is_cut=is_cut)
        before = start


def has_new_period(correlation: Correlation, before: datetime, start: datetime) -> bool:
    return (before - ORIGIN) // correlation.quiet != (start - ORIGIN) // correlation.quiet


def windows(correlation: Correlation, times: Sequence[datetime]) -> Iterator[tuple[datetime, int, int, bool]]:
    """Start and hits of each window as a slice, and whether it was cut short."""
    i = j = 0
    while i < len(times):
        if correlation.slides:
            start = times[i]
            while j < len(times) and times[j] <= start + correlation.timespan:
                j += 1
        else:
            start = times[i] - (times[i] - ORIGIN) % correlation.timespan
            j = bisect_left(times, start + correlation.timespan, i)
        yield start, i, min(j, i + CAP), j > i + CAP
        i = bisect_right(times, start, i) if correlation.slides else j


def told(correlation: Correlation, group: Group, start: datetime, hits: tuple[Hit, ...], *, is_cut: bool) -> Episode:
    end = len(hits)
    if not correlation.waits:
        is_true = holds(correlation, hits)
        end = next(end for end in range(1, len(hits) + 1) if is_true(0, end))
    is_number = isinstance(correlation.condition, Threshold)
    measured = measure(correlation, hits)(0, len(hits)) if is_number else None
    return Episode(group, start, hits[end - 1].time, hits, is_cut, measured)
