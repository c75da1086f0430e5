"""What correlations mean, by enumeration: the oracle of the tests, and random correlations and hits.

The oracle shares with the engine only the definition of a correlation and of a hit.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma.correlation.definition import (
    OPERATORS,
    Absent,
    Both,
    Correlation,
    Either,
    Expression,
    Kind,
    Occurs,
    Threshold,
)
from hinomi.pipeline.detect.sigma.correlation.hit import Hit

MIDNIGHT = datetime(2026, 11, 20)
RULES = ("a", "b", "c")
Told = tuple[tuple[str, ...], datetime, datetime, Fraction | None]
"""Group, start, when it was reached, what was measured."""


def oracle(one: Correlation, hits: list[Hit], over: datetime) -> list[Told]:
    """Every window that is told, by the definition alone."""
    groups = {
        tuple(value.lower() for value in values)
        for hit in hits
        for values in product(*(hit.fields.get(name, ()) for name in one.groups[hit.rule]))
    }
    return sorted(told for group in groups for told in told_of(one, group, members(one, group, hits), over))


def members(one: Correlation, group: tuple[str, ...], hits: list[Hit]) -> list[Hit]:
    def belongs(hit: Hit) -> bool:
        names = one.groups[hit.rule]
        is_in = all(
            value in [text.lower() for text in hit.fields.get(name, ())]
            for name, value in zip(names, group, strict=True)
        )
        return is_in and (not one.fields or bool(weights(one, hit)))

    return sorted((hit for hit in hits if belongs(hit)), key=lambda hit: hit[:3])


def weights(one: Correlation, hit: Hit) -> list[Any]:
    values = [hit.fields.get(name, ()) for name in one.values[hit.rule]]
    if one.kind is Kind.VALUE_COUNT:
        return [tuple(text.lower() for text in found) for found in product(*values)]
    texts = [text for found in values for text in found]
    return [Fraction(text) for text in texts if text.lstrip("-").replace(".", "", 1).isdecimal()]


def told_of(one: Correlation, group: tuple[str, ...], hits: list[Hit], over: datetime) -> list[Told]:
    span = one.timespan
    if one.slides:
        starts = {hit.time for hit in hits}
    else:
        first = datetime(1970, 1, 1)
        starts = {first + (hit.time - first) // span * span for hit in hits}
    firing = [
        start
        for start in sorted(starts)
        if (not one.waits or start + span < over) and is_true(one, within(one, start, hits), start, hits)
    ]

    def is_first(start: datetime) -> bool:
        return not any(start - span <= other < start and age(one, other) == age(one, start) for other in firing)

    return [(group, start, *what(one, start, hits)) for start in firing if is_first(start)]


def age(one: Correlation, time: datetime) -> int:
    return (time - datetime(1970, 1, 1)) // max(timedelta(days=1), one.timespan)


def within(one: Correlation, start: datetime, hits: list[Hit]) -> list[Hit]:
    end = start + one.timespan
    return [hit for hit in hits if start <= hit.time and (hit.time <= end if one.slides else hit.time < end)]


def what(one: Correlation, start: datetime, hits: list[Hit]) -> tuple[datetime, Fraction | None]:
    window = within(one, start, hits)
    reached = window[-1].time
    if not one.waits:
        prefixes = (window[:end] for end in range(1, len(window) + 1))
        reached = next(prefix[-1].time for prefix in prefixes if is_true(one, prefix, start, prefix))
    return reached, measured(one, window) if isinstance(one.condition, Threshold) else None


def is_true(one: Correlation, window: list[Hit], start: datetime, hits: list[Hit]) -> bool:
    if isinstance(one.condition, Threshold):
        return OPERATORS[one.condition.operator](measured(one, window), one.condition.number)
    if one.kind is Kind.TEMPORAL_ORDERED:
        return bool(ends(one.condition, window, start, start))
    near = [hit for hit in hits if start - one.timespan <= hit.time <= start + one.timespan]
    return present(one.condition, window, near)


def present(expression: Expression, window: list[Hit], near: list[Hit]) -> bool:
    match expression:
        case Occurs(rule):
            return any(hit.rule == rule for hit in window)
        case Both(parts):
            return all(present(part, window, near) for part in parts)
        case Either(parts):
            return any(present(part, window, near) for part in parts)
        case Absent(part):
            return not present(part, near, near)


def ends(expression: Expression, window: list[Hit], after: datetime, start: datetime) -> set[datetime]:
    """Every moment at which the expression may have come true in its order."""
    match expression:
        case Occurs(rule):
            return {hit.time for hit in window if hit.rule == rule and hit.time >= after}
        case Both(parts):
            reached = {after}
            for part in parts:
                reached = {end for moment in reached for end in ends(part, window, moment, start)}
            return reached
        case Either(parts):
            return set().union(*(ends(part, window, after, start) for part in parts))
        case Absent(part):
            return set() if ends(part, window, start, start) else {after}


def measured(one: Correlation, window: list[Hit]) -> Fraction:
    values = [value for hit in window for value in weights(one, hit)] if one.fields else []
    match one.kind:
        case Kind.EVENT_COUNT:
            return Fraction(len(window))
        case Kind.VALUE_COUNT:
            return Fraction(len(set(values)))
        case Kind.VALUE_SUM:
            return sum(values, Fraction(0))
        case Kind.VALUE_AVG:
            return sum(values, Fraction(0)) / len(values)
        case Kind.TEMPORAL:
            return Fraction(len({hit.rule for hit in window}))
        case Kind.TEMPORAL_ORDERED:
            return Fraction(longest(one, window))
    place = Fraction(one.percentile if one.kind is Kind.VALUE_PERCENTILE else 50, 100) * (len(values) - 1)
    below, above = sorted(values)[int(place)], sorted(values)[min(int(place) + 1, len(values) - 1)]
    return below + (place % 1) * (above - below)


def longest(one: Correlation, window: list[Hit]) -> int:
    """The most rules of which some hits stand in the order of the rules."""
    for size in range(len(one.rules), 0, -1):
        for rules in combinations(one.rules, size):
            times = [[hit.time for hit in window if hit.rule == rule] for rule in rules]
            if any(sorted(chosen) == list(chosen) for chosen in product(*times)):
                return size
    return 0


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Occurs, st.sampled_from(RULES)),
    lambda parts: (
        st.builds(Both, st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Either, st.lists(parts, min_size=2, max_size=2).map(tuple))
        | st.builds(Absent, parts)
    ),
    max_leaves=4,
)


@st.composite
def correlations(draw: st.DrawFn) -> Correlation:
    """Any correlation of three rules, of short timespans; rule c calls the machine by another name."""
    kind = draw(st.sampled_from(list(Kind)))
    is_temporal = kind in (Kind.TEMPORAL, Kind.TEMPORAL_ORDERED)
    threshold = st.builds(
        Threshold, st.sampled_from(list(OPERATORS)), st.integers(0, 4 if is_temporal else 9).map(Fraction)
    )
    counts = not is_temporal and kind is not Kind.EVENT_COUNT
    group_by = draw(st.sampled_from([(), ("host",), ("host", "user")]))
    counted = draw(st.sampled_from([("size",), ("size", "user")])) if counts else ()
    return Correlation(
        id="correlation",
        title="相関",
        description="",
        severity=SeverityId.HIGH,
        techniques=("T1110",),
        advice=None,
        path="x.yml",
        kind=kind,
        rules=RULES,
        titles={rule: f"rule {rule}" for rule in RULES},
        timespan=timedelta(seconds=draw(st.integers(1, 12))),
        condition=draw(threshold | EXPRESSIONS if is_temporal else threshold),
        group_by=group_by,
        groups={
            rule: tuple("computer" if rule == "c" and name == "host" else name for name in group_by) for rule in RULES
        },
        fields=counted,
        values=dict.fromkeys(RULES, counted),
        percentile=draw(st.sampled_from([0, 30, 50, 95, 100])),
    )


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "host": st.sampled_from([["PC-1"], ["pc-1"], ["PC-2"], ["PC-1", "PC-2"]]),
        "computer": st.sampled_from([["PC-1"], ["PC-2"]]),
        "user": st.sampled_from([["sato"], ["Sato"], ["3"]]),
        "size": st.sampled_from([["1"], ["2.5"], ["4"], ["-"], ["7", "8"]]),
    },
)


@st.composite
def some_hits(draw: st.DrawFn) -> list[Hit]:
    """Up to a dozen hits in no order, within a minute about midnight; several may be of one moment."""
    drawn = draw(st.lists(st.tuples(st.integers(-20, 20), st.sampled_from(RULES), FIELDS), max_size=12))
    return [
        Hit(MIDNIGHT + timedelta(seconds=second), f"e{number:02}", rule, fields, ("PC",) + (None,) * 4, "edr", "x")
        for number, (second, rule, fields) in enumerate(drawn)
    ]
