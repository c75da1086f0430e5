"""Every combination of fired points, sensors and scheme, against an oracle written out by hand."""

from itertools import product
from typing import Final

import pytest

from hinomi.ocsf.course import Cause, Course, Sight
from hinomi.pipeline.correlate.conftest import Company
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.course.conftest import BOTH, NEITHER, ONLY_EDR, ONLY_UTM, Infection, Known, Seen
from hinomi.pipeline.correlate.course.contact import Scheme
from hinomi.pipeline.correlate.course.patterns import patterns
from hinomi.pipeline.correlate.course.points import points
from hinomi.pipeline.surroundings.presence import Presence

SCHEMES: Final = ("http", "https", "")
ORACLE: Final = """
fired  | both             | EDR alone        | UTM alone        | neither
       | http https ?     | http https ?     | http https ?     | http https ?
-      | 1    1     1     | 123  123   123   | 123  123   123   | 123  123   123
1      | 1    1     1     | 123  123   123   | 1    1     1     | 123  123   123
2      | 2    23    23    | 23   23    23    | 2    23    23    | 23   23    23
3      | 2    23    23    | 2    23    23    | 23   23    23    | 23   23    23
4      | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
5      | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
12     | 2    23    23    | 23   23    23    | 2    23    23    | 23   23    23
13     | 2    23    23    | 2    23    23    | 2    23    23    | 2    23    23
14     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
15     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
23     | 2    23    23    | 2    23    23    | 2    23    23    | 2    23    23
24     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
25     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
34     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
35     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
45     | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
123    | 2    23    23    | 2    23    23    | 2    23    23    | 2    23    23
124    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
125    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
134    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
135    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
145    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
234    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
235    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
245    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
345    | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
1234   | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
1235   | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
1245   | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
1345   | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
2345   | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
12345  | 3    3     3     | 3    3     3     | 3    3     3     | 3    3     3
"""
"""Patterns left possible. The sensors are those that the company is known to have; a finding of another one proves
that it was there, too: under UTM alone, a fired point 1 makes it both."""
ROWS: Final = [[part.split() for part in line.split("|")] for line in ORACLE.strip().splitlines()[2:]]
SENSORS: Final = (BOTH, ONLY_EDR, ONLY_UTM, NEITHER)
OF_EDR, OF_UTM = {1, 2, 5}, {3, 4}


def numbers(digits: str) -> tuple[int, ...]:
    return tuple(map(int, digits.replace("-", "")))


def course(seen: Seen, fired: tuple[int, ...], known: Known, scheme: str) -> Course:
    [found] = courses(seen(Infection(Company(), scheme).firing(fired)), known)
    return found


def test_the_oracle_has_every_combination():
    assert len({numbers(fired) for [fired], *_ in ROWS}) == 2**5
    assert all(len(cells) == len(SCHEMES) for _, *columns in ROWS for cells in columns)


@pytest.mark.parametrize("row", ROWS, ids=[row[0][0] for row in ROWS])
def test_the_patterns_left_are_those_of_the_oracle(row: list[list[str]], seen: Seen):
    [fired], *columns = row

    for known, cells in zip(SENSORS, columns, strict=True):
        for scheme, expected in zip(SCHEMES, cells, strict=True):
            found = course(seen, numbers(fired), known, scheme)

            assert found.patterns == numbers(expected), (fired, known, scheme)
            assert {p.number for p in found.points if p.sight is Sight.SEEN} == set(numbers(fired))


def everything() -> list[tuple[frozenset[int], Presence, Presence, Scheme]]:
    subsets = [frozenset(numbers(fired)) for [fired], *_ in ROWS]
    of_utm = (Presence.THERE, Presence.SILENT, Presence.NO_SENSOR)
    return list(product(subsets, Presence, of_utm, Scheme))


def left(fired: frozenset[int], edr: Presence, utm: Presence, scheme: Scheme) -> set[int]:
    return set(patterns(points(dict.fromkeys(fired, ("f",)), edr, utm, scheme)))


def test_a_sensor_less_never_narrows():
    for fired, edr, utm, scheme in everything():
        before = left(fired, edr, utm, scheme)

        for absent in set(Presence) - {Presence.THERE}:
            assert before <= left(fired - OF_EDR, absent, utm, scheme), (fired, edr, utm, scheme, absent)
            assert before <= left(fired, absent, utm, scheme), (fired, edr, utm, scheme, absent)
        for absent in (Presence.SILENT, Presence.NO_SENSOR):
            assert before <= left(fired - OF_UTM, edr, absent, scheme), (fired, edr, utm, scheme, absent)
            assert before <= left(fired, edr, absent, scheme), (fired, edr, utm, scheme, absent)


def test_a_download_that_nobody_could_read_never_narrows():
    for fired, edr, utm, scheme in everything():
        for hidden in (Scheme.HTTPS, Scheme.UNKNOWN):
            if scheme is Scheme.HTTP:
                assert left(fired, edr, utm, scheme) <= left(fired, edr, utm, hidden), (fired, edr, utm, hidden)


def test_a_story_without_the_findings_of_a_sensor_has_no_fewer_patterns(seen: Seen):
    for [digits], *_ in ROWS:
        fired = numbers(digits)
        full = set(course(seen, fired, BOTH, "http").patterns)

        assert full <= set(course(seen, tuple(n for n in fired if n not in OF_EDR), ONLY_UTM, "http").patterns)
        assert full <= set(course(seen, tuple(n for n in fired if n not in OF_UTM), ONLY_EDR, "http").patterns)


@pytest.mark.parametrize(
    ("presence", "sight", "cause"),
    [
        (Presence.THERE, Sight.NOTHING, None),
        (Presence.SILENT, Sight.NOT_THERE, Cause.SILENT),
        (Presence.NO_SENSOR, Sight.NOT_THERE, Cause.NO_EDR),
        (Presence.NOT_ON_MACHINE, Sight.NOT_THERE, Cause.NO_EDR_ON_MACHINE),
        (Presence.MACHINE_UNKNOWN, Sight.NOT_THERE, Cause.MACHINE_UNKNOWN),
    ],
)
def test_a_point_of_the_edr_says_why_it_saw_nothing(presence: Presence, sight: Sight, cause: Cause | None, seen: Seen):
    found = course(seen, (3,), Known(presence, Presence.THERE), "http")

    assert [(p.sight, p.cause) for p in found.points if p.number in OF_EDR] == [(sight, cause)] * 3


@pytest.mark.parametrize(
    ("presence", "scheme", "call", "download"),
    [
        (Presence.THERE, "http", (Sight.NOTHING, None), (Sight.NOTHING, None)),
        (Presence.THERE, "https", (Sight.NOTHING, None), (Sight.BLIND, Cause.ENCRYPTED)),
        (Presence.THERE, "", (Sight.NOTHING, None), (Sight.BLIND, Cause.MAYBE_ENCRYPTED)),
        (Presence.SILENT, "http", (Sight.NOT_THERE, Cause.SILENT), (Sight.NOT_THERE, Cause.SILENT)),
        (Presence.SILENT, "https", (Sight.NOT_THERE, Cause.SILENT), (Sight.NOT_THERE, Cause.SILENT)),
        (Presence.NO_SENSOR, "", (Sight.NOT_THERE, Cause.NO_UTM), (Sight.NOT_THERE, Cause.NO_UTM)),
    ],
)
def test_a_point_of_the_utm_says_why_it_saw_nothing(
    presence: Presence,
    scheme: str,
    call: tuple[Sight, Cause | None],
    download: tuple[Sight, Cause | None],
    seen: Seen,
):
    found = course(seen, (2,), Known(Presence.THERE, presence), scheme)

    assert [(p.sight, p.cause) for p in found.points if p.number in OF_UTM] == [call, download]


def test_a_sensor_that_fell_silent_widens_though_it_has_a_finding(seen: Seen):
    """It was there for its finding, and not for what came after."""
    assert course(seen, (3,), BOTH, "http").patterns == (2,)
    assert course(seen, (3,), Known(Presence.THERE, Presence.SILENT), "http").patterns == (2, 3)
    assert course(seen, (2,), Known(Presence.SILENT, Presence.THERE), "http").patterns == (2, 3)


def test_with_nothing_known_only_findings_prove_a_sensor(seen: Seen):
    rows = Infection(Company(), "http").firing((2, 3))

    [found] = courses(seen(rows))
    [without_edr] = courses(seen([row for row in rows if row["source"] != "keepeye"]))

    assert found.patterns == (2,)
    assert without_edr.patterns == (2, 3)
    assert [p.cause for p in without_edr.points] == [Cause.NO_EDR, Cause.NO_EDR, None, None, Cause.NO_EDR]
