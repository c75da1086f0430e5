"""Minutes are counted while a page is in use, and shared over the companies that a decision covers."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.conftest import MONTH, NOW, only, story, tell
from hinomi.incidents.review.deciding import decide
from hinomi.incidents.review.effort import beat, begin, spent
from hinomi.incidents.review.models import Effort, Verdict
from hinomi.tenants.models import Tenant, User

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
SECOND = timedelta(seconds=1)


def report(companies: list[Tenant]):
    return spent(companies, date(2022, 11, 1), date(2023, 2, 1), TOKYO)


def test_time_in_use_counts_and_idle_time_does_not(sato: User) -> None:
    begin(sato, "k", ["101"], NOW)
    for at in (15, 30, 45, 600, 615):
        assert beat(sato, "k", NOW + at * SECOND)

    assert Effort.objects.get().seconds == 60


def test_of_two_pages_open_at_once_time_is_counted_once(sato: User) -> None:
    begin(sato, "k", ["101"], NOW)
    begin(sato, "other", ["102"], NOW)
    for at in range(15, 61, 15):
        beat(sato, "k", NOW + at * SECOND)
        beat(sato, "other", NOW + at * SECOND)

    assert sum(look.seconds for look in Effort.objects.all()) == 60


def test_a_page_left_and_opened_again_is_one_look_and_the_way_between_is_not_counted(sato: User) -> None:
    begin(sato, "k", ["101"], NOW)
    beat(sato, "k", NOW + 15 * SECOND)
    begin(sato, "k", ["101"], NOW + 300 * SECOND)
    beat(sato, "k", NOW + 315 * SECOND)

    assert Effort.objects.get().seconds == 30


def test_a_decision_ends_it_and_each_company_bears_its_share(companies: list[Tenant], sato: User) -> None:
    tell(story("101"), story("102"))
    one = only(queue(sato, NOW))
    begin(sato, one.key, ["101", "102"], NOW)
    for at in (20, 40, 60):
        beat(sato, one.key, NOW + at * SECOND)
    decide(sato, one.key, Verdict.BENIGN_HERE, reason="点検", now=NOW + 80 * SECOND)

    assert beat(sato, one.key, NOW + 90 * SECOND) is False, "it is decided"
    found = report(companies)
    assert [(row.tenant, row.month, row.seconds, row.decisions, row.shared) for row in found.rows] == [
        ("101", date(2022, 12, 1), 40, 1, 0.5),
        ("102", date(2022, 12, 1), 40, 1, 0.5),
    ]
    assert found.rows[0].yen(5400) == 60
    assert (found.looks, found.median_seconds) == (1, 80)


def test_what_asked_nobody_is_counted_in_its_month_and_took_no_time(companies: list[Tenant], sato: User) -> None:
    tell(story("101"))
    decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=NOW)

    tell(story("101", 2, at=NOW + MONTH + MONTH), now=NOW + MONTH + 2 * timedelta(days=1))

    january = report(companies).rows[0]
    assert (january.month, january.seconds, january.decisions, january.recognised) == (date(2023, 1, 1), 0, 0, 1)


def test_a_look_that_decided_nothing_counts_as_well(companies: list[Tenant], sato: User) -> None:
    begin(sato, "k", ["103"], NOW)
    beat(sato, "k", NOW + 15 * SECOND)

    (row,) = report(companies).rows
    assert (row.tenant, row.seconds, row.decisions) == ("103", 15, 0)


def test_of_other_companies_nothing_is_told(companies: list[Tenant], sato: User) -> None:
    begin(sato, "k", ["102", "103"], NOW)
    beat(sato, "k", NOW + 20 * SECOND)

    (row,) = report(companies[:2]).rows
    assert (row.tenant, row.seconds) == ("102", 10)
