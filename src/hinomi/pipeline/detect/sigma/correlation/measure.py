"""What is measured of the hits in a window: their number, their values, or which rules occurred.

A group's hits are given once, in order of time; windows are slices ``[i, j)`` of them, asked for in any number with
bounds that never go back.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, product
from operator import attrgetter
from statistics import mean

from hinomi.pipeline.detect.sigma.correlation.definition import (
    Absent,
    Both,
    Correlation,
    Either,
    Expression,
    Kind,
    Number,
    Occurs,
    Threshold,
)
from hinomi.pipeline.detect.sigma.correlation.hit import Hit
from hinomi.pipeline.detect.sigma.pattern import number

Measure = Callable[[int, int], Number]
Holds = Callable[[int, int], bool]


def holds(correlation: Correlation, hits: Sequence[Hit]) -> Holds:
    """Whether the condition is true of a slice of one group's hits."""
    condition = correlation.condition
    if not isinstance(condition, Threshold):
        return Occurrences(correlation, hits).holds
    measured = measure(correlation, hits)
    return lambda i, j: condition.holds(measured(i, j))


def can_be_measured(correlation: Correlation, hit: Hit) -> bool:
    """Whether the hit has what is counted: one that lacks it is no hit."""
    match correlation.kind:
        case Kind.EVENT_COUNT | Kind.TEMPORAL | Kind.TEMPORAL_ORDERED:
            return True
        case Kind.VALUE_COUNT:
            return bool(combinations(hit, correlation.values[hit.rule]))
        case _:
            return bool(numbers(hit, correlation.values[hit.rule]))


def measure(correlation: Correlation, hits: Sequence[Hit]) -> Measure:
    """The number of a slice, which is not empty and whose hits can all be measured."""
    match correlation.kind:
        case Kind.EVENT_COUNT:
            return lambda i, j: j - i
        case Kind.VALUE_COUNT:
            return distinct([combinations(hit, correlation.values[hit.rule]) for hit in hits])
        case Kind.TEMPORAL | Kind.TEMPORAL_ORDERED:
            return Occurrences(correlation, hits).number
    values = [numbers(hit, correlation.values[hit.rule]) for hit in hits]
    if correlation.kind is Kind.VALUE_SUM:
        sums = [Fraction(0), *accumulate(map(total, values))]
        return lambda i, j: sums[j] - sums[i]
    if correlation.kind is Kind.VALUE_AVG:
        return lambda i, j: mean(flat(values[i:j]))
    share = Fraction(correlation.percentile if correlation.kind is Kind.VALUE_PERCENTILE else 50, 100)
    return lambda i, j: percentile(sorted(flat(values[i:j])), share)


def combinations(hit: Hit, names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Each combination of the fields' values, folded; none where one of them is missing."""
    return frozenset(product(*([text.lower() for text in hit.fields.get(name, ())] for name in names)))


def numbers(hit: Hit, names: tuple[str, ...]) -> list[Fraction]:
    read = (number(text) for name in names for text in hit.fields.get(name, ()))
    return [Fraction(found) for found in read if found is not None and abs(found) != float("inf") and found == found]


def total(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def flat(values: Iterable[list[Fraction]]) -> list[Fraction]:
    return [value for several in values for value in several]


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Between the two nearest values, as far as it lies between them (``percentile_cont`` of SQL)."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def distinct(values: Sequence[frozenset[tuple[str, ...]]]) -> Measure:
    inside: Counter[tuple[str, ...]] = Counter()
    at = [0, 0]

    def number_of(i: int, j: int) -> int:
        for found in values[at[1] : j]:
            inside.update(found)
        for found in values[at[0] : i]:
            inside.subtract(found)
            for value in found:
                if not inside[value]:
                    del inside[value]
        at[:] = i, max(j, at[1])
        return len(inside)

    return number_of


class Occurrences:
    """Where in a group each rule occurred, for questions about presence and order."""

    def __init__(self, correlation: Correlation, hits: Sequence[Hit]) -> None:
        self.correlation, self.hits = correlation, hits
        self.at: dict[str, list[int]] = {rule: [] for rule in correlation.rules}
        for index, hit in enumerate(hits):
            self.at[hit.rule].append(index)
        self.times = list(map(attrgetter("time"), hits))
        self.is_ordered = correlation.kind is Kind.TEMPORAL_ORDERED

    def next(self, rule: str, start: int, end: int) -> int | None:
        """The first hit of a rule in the slice."""
        places = self.at[rule]
        found = bisect_left(places, start)
        return places[found] if found < len(places) and places[found] < end else None

    def number(self, i: int, j: int) -> int:
        """How many of the rules occurred; where order counts, the most that did so one after the other."""
        if not self.is_ordered:
            return sum(self.next(rule, i, j) is not None for rule in self.correlation.rules)
        ends: list[int] = []  # earliest end of a chain of one rule, of two …
        for rule in self.correlation.rules:
            longer = [self.next(rule, i, j), *(self.next(rule, self.level(end, i), j) for end in ends)]
            for length, end in enumerate(longer):
                if end is not None:
                    ends[length:] = [min([end, *ends[length : length + 1]]), *ends[length + 1 :]]
        return len(ends)

    def level(self, index: int, i: int) -> int:
        """The first hit of a slice at the time of this one: what happened at one moment may be in any order."""
        return max(i, bisect_left(self.times, self.times[index]))

    def holds(self, i: int, j: int) -> bool:
        condition = self.correlation.condition
        assert not isinstance(condition, Threshold)
        if self.is_ordered:
            return self.then(condition, i, i, j) is not None
        return self.true(condition, i, j, self.around(i))

    def around(self, i: int) -> tuple[int, int]:
        """The hits from a timespan before to a timespan after the window's first."""
        span, start = self.correlation.timespan, self.times[i]
        return bisect_left(self.times, start - span), bisect_right(self.times, start + span)

    def true(self, expression: Expression, i: int, j: int, around: tuple[int, int]) -> bool:
        match expression:
            case Occurs(rule):
                return self.next(rule, i, j) is not None
            case Both(parts):
                return all(self.true(part, i, j, around) for part in parts)
            case Either(parts):
                return any(self.true(part, i, j, around) for part in parts)
            case Absent(part):
                return not self.true(part, *around, around)

    def then(self, expression: Expression, after: int, i: int, j: int) -> int | None:
        """The earliest hit from ``after`` on with which the expression has become true in its order."""
        match expression:
            case Occurs(rule):
                return self.next(rule, after, j)
            case Both(parts):
                reached: int | None = after
                for part in parts:
                    reached = None if reached is None else self.then(part, self.level(reached, i), i, j)
                return reached
            case Either(parts):
                ends = [end for part in parts if (end := self.then(part, after, i, j)) is not None]
                return min(ends, default=None)
            case Absent(part):
                return after if self.then(part, i, i, j) is None else None
