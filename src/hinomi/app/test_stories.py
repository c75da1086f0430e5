"""How wide the window is in which a company's findings are told as stories."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.app.stories import LONGEST, REACH, around, whole
from hinomi.incidents.operations import record
from hinomi.ocsf.incident import Entry, Story
from hinomi.tenants.operations import register_tenant

NOW = datetime(2022, 12, 1, 12, 0)  # the river's time: naive UTC
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_findings_of_a_week_before_and_after_are_told_together() -> None:
    assert around((NOW, NOW + HOUR), []) == (NOW - REACH, NOW + HOUR + REACH)


def test_an_incident_that_began_earlier_is_told_whole() -> None:
    begun = NOW - 10 * DAY

    since, until = around((NOW, NOW), [(begun, NOW - DAY)])

    assert (since, until) == (begun, NOW + REACH)


def test_an_incident_that_goes_on_after_what_came_late_is_told_whole() -> None:
    _, until = around((NOW, NOW), [(NOW + DAY, NOW + 9 * DAY)])

    assert until > NOW + 9 * DAY


def test_an_incident_that_was_over_before_widens_nothing() -> None:
    assert around((NOW, NOW), [(NOW - 12 * DAY, NOW - 8 * DAY)]) == (NOW - REACH, NOW + REACH)


def test_one_that_is_too_long_is_told_in_parts() -> None:
    assert around((NOW, NOW), [(NOW - LONGEST - HOUR, NOW)]) == (NOW - REACH, NOW + REACH)


MOMENTS = st.integers(-1000, 1000).map(lambda hours: NOW + hours * HOUR)
SIGHTS = st.lists(st.tuples(MOMENTS, MOMENTS).map(lambda pair: (min(pair), max(pair))), max_size=20)


@given(known=SIGHTS)
def test_no_incident_that_could_be_whole_is_cut(known: list[tuple[datetime, datetime]]) -> None:
    since, until = around((NOW, NOW), known)

    assert NOW - LONGEST <= since <= NOW - REACH
    for begun, ended in known:
        if begun >= NOW - LONGEST and ended <= NOW + LONGEST:
            assert ended < since or begun > until or since <= begun <= ended < until


@pytest.mark.django_db
def test_the_incidents_are_those_of_the_company() -> None:
    first = NOW - 10 * DAY
    lines = tuple(Entry(time, f"f{time:%d%H}", "fg-1", "utm", "検知", "", severity_id=4) for time in (first, NOW))
    for tenant in ("101", "102"):
        register_tenant(tenant, f"会社 {tenant}", now=NOW.replace(tzinfo=UTC))
    record(
        [Story("101-f", "101", "検知", "malware", 4, "pc-7", None, None, first, NOW, lines, ())],
        NOW.replace(tzinfo=UTC),
    )

    windows = whole({"101": (NOW, NOW), "102": (NOW, NOW)})

    assert windows == {"101": (first, NOW + REACH), "102": (NOW - REACH, NOW + REACH)}
