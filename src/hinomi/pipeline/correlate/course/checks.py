"""What a person can look at so that fewer patterns stay possible, the check that promises most first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from hinomi.ocsf.course import Cause, Check, Point, Sight
from hinomi.pipeline.correlate.course.patterns import possible


@dataclass(frozen=True)
class Look:
    """What a check can answer in place of points that could not; without ``clears`` it proves only what it finds."""

    check: Check
    points: tuple[int, ...]
    causes: frozenset[Cause]
    """Why a point saw nothing, that the check makes good."""
    clears: bool = True


NO_EDR: Final = frozenset({Cause.NO_EDR, Cause.NO_EDR_ON_MACHINE})
NO_GATE: Final = frozenset({Cause.NO_UTM, Cause.SILENT})
UNKNOWN: Final = frozenset({Cause.MACHINE_UNKNOWN})
ANY: Final = frozenset(Cause) - UNKNOWN
LOOKS: Final = (
    Look(Check.FIND_MACHINE, (2, 5), UNKNOWN),
    Look(Check.READ_GATE_LOG, (3, 4), NO_GATE),
    Look(Check.LIST_PROGRAMS, (4, 5), ANY),
    Look(Check.READ_BROWSER_HISTORY, (2, 4), ANY, clears=False),
    Look(Check.FULL_SCAN, (4, 5), ANY),
    Look(Check.INSTALL_EDR, (2, 5), NO_EDR, clears=False),
)
"""Of two that leave as many at worst, the one that is less work first. A virus calls without the browser, too, and an
EDR that comes afterwards has missed the beginning: neither clears anything."""
ON_MACHINE: Final = (Check.LIST_PROGRAMS, Check.READ_BROWSER_HISTORY, Check.FULL_SCAN, Check.INSTALL_EDR)


def checks(points: Sequence[Point], patterns: Sequence[int]) -> tuple[Check, ...]:
    """Those whose answer, one way or the other, excludes a pattern; none where only one is left.

    A ransom note on the screen belongs to all three patterns, so asking for it narrows nothing.
    """
    unknown = any(point.cause is Cause.MACHINE_UNKNOWN for point in points)
    promised = [(outcomes(look, points), look.check) for look in LOOKS if not (unknown and look.check in ON_MACHINE)]
    useful = [(left, check) for left, check in promised if left and min(map(len, left)) < len(patterns)]
    return tuple(check for _, check in sorted(useful, key=lambda promise: max(map(len, promise[0]))))


def outcomes(look: Look, points: Sequence[Point]) -> set[tuple[int, ...]]:
    """The patterns left for each thing that it may find; none where it has nothing to answer."""
    sights = {point.number: point.sight for point in points}
    asked = [point.number for point in points if point.number in look.points and point.cause in look.causes]
    answers = product(*([Sight.SEEN, Sight.NOTHING if look.clears else sights[number]] for number in asked))
    return {possible(sights | dict(zip(asked, answer, strict=True))) for answer in answers} if asked else set()
