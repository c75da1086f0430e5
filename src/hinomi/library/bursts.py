"""Days far above the usual ones of the same thing: robust against the bursts themselves.

Days are compared with the median of the other days and their median absolute deviation, which a few bursts
do not move. Source: Leys et al., "Detecting outliers", J. Exp. Soc. Psychol. 49 (2013).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

FLOOR = 1_000
"""Hits a day below which nothing is called a burst."""
FLOOR_UNKNOWN = 10_000
"""The same where too little history is known."""
TIMES_USUAL = 20
"""How many times the usual day, deviation included, a burst is."""
HISTORY_DAYS = 7
"""Other days from which the usual day is known."""
TO_SIGMA = 1.4826
DAY = timedelta(days=1)


def span(days: Sequence[date]) -> list[date]:
    """Every day from the first to the last."""
    first, last = min(days), max(days)
    return [first + DAY * number for number in range((last - first).days + 1)]


def burst_days(hits: Mapping[date, int], days: Sequence[date]) -> list[date]:
    """Those of ``hits`` far above the usual day, which is that of all the other ``days``; none means none were hit."""
    return [
        day
        for day, count in sorted(hits.items())
        if count >= limit([hits.get(other, 0) for other in days if other != day])
    ]


def limit(others: Sequence[int]) -> float:
    """From how many hits on a day is a burst, given the other days."""
    if len(others) < HISTORY_DAYS:
        return FLOOR_UNKNOWN
    usual = median(others)
    deviation = TO_SIGMA * median(abs(count - usual) for count in others)
    return max(FLOOR, TIMES_USUAL * (usual + deviation))


def runs(days: Sequence[date]) -> Iterator[list[date]]:
    """Days that follow one another, together."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] != DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run
