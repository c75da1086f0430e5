"""What to look at next: only what can exclude a pattern, the most promising first."""

from collections.abc import Sequence

import pytest

from hinomi.ocsf.course import PATTERNS, Cause, Check, Point, Sight
from hinomi.pipeline.correlate.conftest import Company
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.course.checks import checks
from hinomi.pipeline.correlate.course.conftest import (
    BOTH,
    NEITHER,
    ONLY_EDR,
    ONLY_UTM,
    Infection,
    Known,
    Seen,
)
from hinomi.pipeline.correlate.course.contact import Scheme
from hinomi.pipeline.correlate.course.patterns import patterns
from hinomi.pipeline.correlate.course.points import points
from hinomi.pipeline.surroundings.presence import Presence

UNKNOWN = Known(Presence.MACHINE_UNKNOWN, Presence.THERE)
UTM_SILENT = Known(Presence.THERE, Presence.SILENT)
EDR_SILENT = Known(Presence.SILENT, Presence.THERE)
GATE, HISTORY, PROGRAMS = Check.READ_GATE_LOG, Check.READ_BROWSER_HISTORY, Check.LIST_PROGRAMS
SCAN, INSTALL, FIND = Check.FULL_SCAN, Check.INSTALL_EDR, Check.FIND_MACHINE


@pytest.mark.parametrize(
    ("fired", "known", "scheme", "expected"),
    [
        ((1, 2, 3), BOTH, "http", ()),
        ((4,), NEITHER, "", ()),
        ((1,), BOTH, "", ()),
        ((1, 2, 3), BOTH, "https", (PROGRAMS, SCAN, HISTORY)),
        ((1,), ONLY_EDR, "", (GATE, PROGRAMS, SCAN, HISTORY)),
        ((1, 2), UTM_SILENT, "http", (GATE, PROGRAMS, SCAN, HISTORY)),
        ((3,), EDR_SILENT, "http", (PROGRAMS, SCAN)),
        ((3,), ONLY_UTM, "http", (PROGRAMS, SCAN, INSTALL)),
        ((3,), UNKNOWN, "http", (FIND,)),
        ((3,), UNKNOWN, "https", (FIND,)),
        ((), ONLY_UTM, "", (PROGRAMS, SCAN, HISTORY, INSTALL)),
    ],
)
def test_the_checks_fit_what_could_not_be_seen(
    fired: Sequence[int], known: Known, scheme: str, expected: tuple[Check, ...], seen: Seen
):
    [found] = courses(seen(Infection(Company(), scheme).firing(fired)), known)

    assert found.checks == expected


def test_nothing_is_asked_where_one_pattern_is_left_and_something_where_more_are():
    for edr in Presence:
        for utm in (Presence.THERE, Presence.SILENT, Presence.NO_SENSOR):
            for scheme in Scheme:
                for fired in ((), (1,), (2,), (3,), (2, 3), (4,), (5,)):
                    told = points(dict.fromkeys(fired, ("f",)), edr, utm, scheme)
                    left = patterns(told)

                    assert bool(checks(told, left)) == (len(left) > 1), (edr, utm, scheme, fired)


def test_an_edr_put_on_the_machine_now_can_find_and_cannot_clear():
    """Had it said all was well, ② and ③ would be left as before; so it comes last."""
    seen_at_gate = (
        Point(1, Sight.NOT_THERE, Cause.NO_EDR),
        Point(2, Sight.NOT_THERE, Cause.NO_EDR),
        Point(3, Sight.SEEN, None, ("f",)),
        Point(4, Sight.NOTHING),
        Point(5, Sight.NOT_THERE, Cause.NO_EDR),
    )

    assert patterns(seen_at_gate) == PATTERNS[1:]
    assert checks(seen_at_gate, (2, 3))[-1] is INSTALL
