"""Of which companies stories are told again when something is heard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hinomi.app.worker import windows
from hinomi.incidents.operations import record
from hinomi.ocsf.incident import Entry, Story
from hinomi.tenants.operations import register_tenant

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 12, 0, tzinfo=UTC)
FOUND = datetime(2022, 12, 1, 1, 0)  # the river's time: naive UTC
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def incident() -> None:
    """An open one of company 101, of which something was found an hour after midnight."""
    for uid in ("101", "102"):
        register_tenant(uid, f"会社 {uid}", now=NOW)
    entry = Entry(FOUND, "f1", "fg-1", "utm", "検知", "", severity_id=4)
    story = Story("101-f1", "101", "検知", "malware", 4, "pc-7", None, None, FOUND, FOUND, (entry,), ())
    record([story], NOW)


def heard(first: datetime, last: datetime, tenant: str = "101", findings: int = 0) -> dict[str, Any]:
    """What a sensor delivered, as the lake tells it."""
    return {"tenant": tenant, "sensor": "edr-1", "first_time": first, "last_time": last, "findings": findings}


def test_what_comes_late_and_reaches_into_the_time_of_an_incident_tells_of_it() -> None:
    day = heard(FOUND - HOUR, FOUND + 40 * HOUR)

    assert windows([day], [], []) == {"101": (FOUND - HOUR, FOUND + 40 * HOUR)}


def test_what_is_heard_long_after_an_incident_tells_nothing_of_it() -> None:
    assert windows([heard(FOUND + 3 * HOUR, FOUND + 4 * HOUR)], [], []) == {}


def test_a_company_is_not_told_again_for_what_comes_late_of_another() -> None:
    late, new = heard(FOUND - HOUR, FOUND, tenant="102"), heard(FOUND + 9 * HOUR, FOUND + 10 * HOUR)

    assert windows([late, new], [], []) == {}


def test_findings_are_told_of_whatever_their_time() -> None:
    found = heard(FOUND + 30 * HOUR, FOUND + 31 * HOUR, tenant="102", findings=1)

    assert windows([found], [], []) == {"102": (FOUND + 30 * HOUR, FOUND + 31 * HOUR)}
