"""The report's table of thirteen steps for one infection."""

from collections.abc import Sequence
from typing import Any

import pytest

from hinomi.ocsf.course import Course, Happening
from hinomi.pipeline.correlate.conftest import Company, Row
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.course.conftest import (
    BOTH,
    NEITHER,
    ONLY_EDR,
    ONLY_UTM,
    Infection,
    Known,
    Seen,
)

BLOCKED: Row = {"disposition_id": 2}
WORDS = {"S": Happening.SEEN, "i": Happening.INFERRED, "?": Happening.INVISIBLE, "-": Happening.NOT_HAPPENED}


def told(found: Course) -> str:
    """One letter a step: S seen, i inferred, ? invisible, - did not happen."""
    letters = {happening: letter for letter, happening in WORDS.items()}
    said = "".join(letters[step.happening] for step in found.steps)
    return f"{said[:3]} {said[3:8]} {said[8:]}"


@pytest.mark.parametrize(
    ("fired", "known", "scheme", "expected"),
    [
        ((1, 2, 3, 4, 5), BOTH, "http", "SiS SSSii iSiSS"),
        ((1,), BOTH, "http", "SiS ----- -----"),
        ((1,), ONLY_EDR, "http", "SiS ?-??? ???--"),
        ((), BOTH, "http", "--- ----- -----"),
        ((), ONLY_UTM, "http", "??? ??-?? ?????"),
        ((), NEITHER, "http", "??? ????? ?????"),
        ((1, 2), BOTH, "http", "SiS SS-ii -----"),
        ((1, 2, 3), BOTH, "http", "SiS SSSii -----"),
        ((1, 2, 3), BOTH, "https", "SiS SSSii ???--"),
        ((1, 2, 3), BOTH, "", "SiS SSSii ???--"),
        ((3,), ONLY_UTM, "http", "??? i?Sii ?-???"),
        ((3,), ONLY_UTM, "https", "??? i?Sii ?????"),
        ((2,), ONLY_EDR, "http", "--- SS?ii ???--"),
        ((4,), BOTH, "http", "--- i--ii iSi--"),
        ((4,), ONLY_UTM, "http", "??? i?-ii iSi??"),
        ((5,), BOTH, "https", "--- i--ii i?iSS"),
        ((1, 2, 5), ONLY_EDR, "https", "SiS SS?ii i?iSS"),
    ],
)
def test_each_step_is_seen_inferred_invisible_or_did_not_happen(
    fired: Sequence[int], known: Known, scheme: str, expected: str, seen: Seen
):
    [found] = courses(seen(Infection(Company(), scheme).firing(fired)), known)

    assert [step.number for step in found.steps] == list(range(1, 14))
    assert told(found) == expected


@pytest.mark.parametrize(
    ("what", "known", "expected"),
    [
        (lambda i: [i.call_at_gate(**BLOCKED)], BOTH, "--- i-S-- -----"),
        (lambda i: [i.call_at_gate(**BLOCKED)], ONLY_UTM, "??? i?S?? ?-???"),
        (lambda i: [i.call_at_gate(**BLOCKED), i.call_on_pc()], BOTH, "--- SSS-- -----"),
        (lambda i: [i.call_at_gate(**BLOCKED), i.call_at_gate(7)], BOTH, "--- i-Sii -----"),
        (lambda i: [i.call_at_gate(**BLOCKED), i.tool()], BOTH, "--- i-Sii i-iSS"),
        (lambda i: [i.download(**BLOCKED)], BOTH, "--- i--ii iS---"),
        (lambda i: [i.download(**BLOCKED)], ONLY_UTM, "??? i?-ii iS???"),
        (lambda i: [i.download(**BLOCKED), i.tool()], BOTH, "--- i--ii iSiSS"),
        (lambda i: [i.encryption(**BLOCKED)], BOTH, "S?S ----- -----"),
    ],
    ids=[
        "call",
        "call, no EDR",
        "call that the PC let go",
        "first call only",
        "call, and a tool came all the same",
        "download",
        "download, no EDR",
        "download, and a tool came all the same",
        "encryption",
    ],
)
def test_what_was_stopped_went_no_further_unless_nobody_could_tell(what: Any, known: Known, expected: str, seen: Seen):
    infection = Infection(Company(), "http")

    [found] = courses(seen([infection.virus(), *what(infection)]), known)

    assert told(found) == expected


def test_a_step_that_happened_names_the_findings_that_say_so(infection: Infection, seen: Seen):
    rows = [infection.virus(), call := infection.call_at_gate(), tool := infection.download()]

    [found] = courses(seen(rows), BOTH)

    evident = {step.number: step.findings for step in found.steps if step.findings}
    assert evident == {
        **dict.fromkeys((4, 6, 7, 8), (call["metadata.uid"],)),
        **dict.fromkeys((9, 10, 11), (tool["metadata.uid"],)),
    }
    assert all(step.findings for step in found.steps if step.happening in (Happening.SEEN, Happening.INFERRED))
