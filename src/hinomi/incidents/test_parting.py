"""What was told as one event and turns out to be several becomes several incidents, if nobody has worked on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hinomi.incidents import queries
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import add_note, record
from hinomi.incidents.recording import Recorded
from hinomi.incidents.test_recording import story
from hinomi.ocsf.course import Lookback
from hinomi.tenants.models import User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
NEW = (datetime(2022, 12, 1, 0, 0), datetime(2022, 12, 1, 0, 30))  # the river's time: naive UTC
LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def company() -> None:
    register_tenant("101", "青空半導体", now=NOW)


def incidents() -> dict[str, list[str]]:
    rows = Incident.objects.filter(merged_into=None)
    return {row.pk: [entry.finding for entry in queries.timeline(row)] for row in rows}


def test_what_is_told_as_two_stories_becomes_two_incidents() -> None:
    record([replace(story(1, 2, 8, 9, severity_id=5), title="10.0.0.7: 検知", host=None)], NOW)

    recorded = record([story(1, 2), replace(story(8, 9, severity_id=5), host="pc-8", title="pc-8: 検知")], LATER, NEW)

    assert recorded == Recorded(created=1, updated=1)
    assert incidents() == {"101-f1": ["f1", "f2"], "101-f8": ["f8", "f9"]}
    first, second = Incident.objects.order_by("uid")
    assert (first.host, first.severity_id, first.last_seen.minute) == ("pc-7", 3, 2)
    assert (second.host, second.severity_id, second.first_seen.minute) == ("pc-8", 5, 8)
    assert [(link.finding, link.other) for link in queries.links(first)] == [("f1", "f2")]
    assert ("split", "101-f8") in [(change.field, change.after) for change in queries.history(first)]


def test_told_again_nothing_changes() -> None:
    record([story(1, 2, 8, 9)], NOW)
    record([story(1, 2), story(8, 9)], LATER, NEW)

    assert record([story(1, 2), story(8, 9)], LATEST, NEW) == Recorded(created=0, updated=0)


def test_one_that_was_merged_into_another_by_mistake_comes_back() -> None:
    record([story(1, 2), story(8, 9)], NOW)
    record([story(1, 2, 8, 9)], LATER, NEW)

    record([story(1, 2), story(8, 9)], LATEST, NEW)

    assert incidents() == {"101-f1": ["f1", "f2"], "101-f8": ["f8", "f9"]}


def test_what_somebody_works_on_stays_as_it_is() -> None:
    sato: User = create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")
    record([story(1, 2, 8, 9)], NOW)
    add_note(sato, Incident.objects.get(), "利用者に電話した", NOW)

    record([story(1, 2), story(8, 9)], LATER, NEW)

    assert incidents() == {"101-f1": ["f1", "f2", "f8", "f9"]}


def test_what_is_told_in_part_stays_as_it_is() -> None:
    """A finding that no story holds may be what joins the others."""
    record([story(1, 2, 5, 8, 9)], NOW)

    record([story(1, 2), story(8, 9)], LATER, NEW)

    assert incidents() == {"101-f1": ["f1", "f2", "f5", "f8", "f9"]}


def test_what_happened_beside_it_goes_with_the_story_that_shows_it() -> None:
    members = [frozenset({"f1", "f2"}), frozenset({"f8", "f9"})]
    record([replace(story(1, 2, 7, 8, 9), members=members[0] | members[1])], NOW)

    record(
        [replace(story(1, 2), members=members[0]), replace(story(7, 8, 9), uid="101-f8", members=members[1])],
        LATER,
        NEW,
    )

    assert incidents() == {"101-f1": ["f1", "f2"], "101-f8": ["f7", "f8", "f9"]}


def test_long_after_it_happened_it_stays_as_it_is() -> None:
    """By then the lease may be out of sight that joined them."""
    record([story(1, 2, 8, 9)], NOW)

    record([story(1, 2), story(8, 9)], LATER, (NEW[0] + timedelta(days=6), NEW[1] + timedelta(days=6)))

    assert incidents() == {"101-f1": ["f1", "f2", "f8", "f9"]}


def test_long_after_it_happened_it_is_not_told_by_what_is_still_known_of_it() -> None:
    record([story(1, 2)], NOW)

    late = (NEW[0] + timedelta(days=6), NEW[1] + timedelta(days=6))
    nameless = replace(story(1, 2), host=None, title="10.0.0.7: 検知")
    assert record([nameless], LATER, late) == Recorded(created=0, updated=0)

    assert Incident.objects.get().title == "malware: 検知 2 件"


def test_but_what_the_lake_holds_from_before_is_kept() -> None:
    record([story(1, 2)], NOW)

    late = (NEW[0] - timedelta(days=3), NEW[1] - timedelta(days=3))
    looked = replace(story(1, 2), lookback=Lookback(watched_since=late[0]))
    assert record([looked], LATER, late) == Recorded(created=0, updated=1)

    assert Incident.objects.get().assessment["lookback"]["watched_since"] == "2022-11-28T00:00:00+00:00"
