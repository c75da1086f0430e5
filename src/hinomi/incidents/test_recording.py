"""Stories told by the river become incidents people work on, however often and in whatever pieces they are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hinomi.incidents import queries
from hinomi.incidents.models import Entry, Incident, Link, Reason, Status
from hinomi.incidents.operations import add_note, assign, record, set_status
from hinomi.incidents.recording import Recorded
from hinomi.ocsf.incident import Entry as Finding
from hinomi.ocsf.incident import Link as Bond
from hinomi.ocsf.incident import Story
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import UnknownTenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)
START = datetime(2022, 12, 1, 0, 0)  # the river's time: naive UTC


def finding(number: int, severity_id: int = 3) -> Finding:
    return Finding(
        time=START + timedelta(minutes=number),
        finding=f"f{number}",
        sensor="fg-1",
        kind="utm",
        title=f"検知 {number}",
        detail="pc-7 → 203.0.113.9",
        severity_id=severity_id,
    )


def story(*numbers: int, severity_id: int = 3, kind: str = "malware", tenant: str = "101") -> Story:
    """A story of these findings, each linked to the next by the PC they share."""
    timeline = tuple(finding(number, severity_id) for number in sorted(numbers))
    uids = [entry.finding for entry in timeline]
    return Story(
        uid=f"{tenant}-{uids[0]}",
        tenant=tenant,
        title=f"{kind}: 検知 {len(uids)} 件",
        kind=kind,
        severity_id=severity_id,
        host="pc-7",
        address="10.0.0.7",
        user=None,
        first_seen=timeline[0].time,
        last_seen=timeline[-1].time,
        timeline=timeline,
        links=tuple(Bond(one, other, "host", "pc-7", "同じパソコン pc-7 です。") for one, other in pairwise(uids)),
    )


@pytest.fixture(autouse=True)
def company() -> Tenant:
    return register_tenant("101", "青空半導体", now=NOW)


@pytest.fixture
def sato() -> User:
    return create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")


def only() -> Incident:
    return Incident.objects.get(merged_into=None)


def findings_of(incident: Incident) -> list[str]:
    return [entry.finding for entry in queries.timeline(incident)]


def history_of(incident: Incident) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in queries.history(incident)]


def test_what_an_incident_is_about_is_kept_and_told_anew_with_it() -> None:
    record([replace(story(1), what="203.0.113.9")], NOW)
    record([replace(story(1, 2, severity_id=5), what="cdn.example")], LATER)
    record([story(1, 2, 3, severity_id=5)], LATEST)

    assert only().what == "cdn.example"


def test_a_story_extends_the_incident_that_holds_any_of_its_findings_shown_or_not() -> None:
    record([story(1, 2, 9)], NOW)
    week_later = replace(story(10, 11, 20), members=frozenset(f"f{number}" for number in range(9, 21)))

    assert record([week_later], LATER) == Recorded(created=0, updated=1)
    assert findings_of(only()) == ["f1", "f2", "f9", "f10", "f11", "f20"]


def test_a_story_becomes_an_incident_with_its_timeline_and_reasons() -> None:
    assert record([story(1, 2, 3)], NOW) == Recorded(created=1, updated=0)

    incident = only()
    assert (incident.uid, incident.status, incident.host, incident.user_name) == ("101-f1", "new", "pc-7", "")
    assert incident.first_seen == datetime(2022, 12, 1, 0, 1, tzinfo=UTC)
    assert findings_of(incident) == ["f1", "f2", "f3"]
    assert [(link.finding, link.other, link.reason) for link in queries.links(incident)] == [
        ("f1", "f2", "同じパソコン pc-7 です。"),
        ("f2", "f3", "同じパソコン pc-7 です。"),
    ]


def test_telling_it_again_changes_nothing() -> None:
    record([story(1, 2)], NOW)

    assert record([story(1, 2)], LATER) == Recorded(created=0, updated=0)

    assert only().updated == NOW
    assert queries.history(only()) == []


def test_a_part_of_it_told_again_changes_nothing() -> None:
    record([story(1, 2, 3, severity_id=5, kind="ransomware")], NOW)

    assert record([story(2, kind="malware")], LATER) == Recorded(created=0, updated=0)

    assert only().kind == "ransomware"


def test_new_findings_extend_the_incident_and_keep_its_uid() -> None:
    record([story(2, 3)], NOW)

    assert record([story(1, 2, 3, 4)], LATER) == Recorded(created=0, updated=1)

    incident = only()
    assert incident.uid == "101-f2"
    assert (incident.first_seen.minute, incident.last_seen.minute, incident.updated) == (1, 4, LATER)
    assert findings_of(incident) == ["f1", "f2", "f3", "f4"]
    assert ("findings", "2", "4") in history_of(incident)


def test_a_graver_telling_gives_it_its_name() -> None:
    record([story(1, 2)], NOW)

    record([story(2, 3, severity_id=5, kind="ransomware")], LATER)

    incident = only()
    assert (incident.kind, incident.severity_id) == ("ransomware", 5)
    assert ("kind", "malware", "ransomware") in history_of(incident)
    assert ("severity_id", "3", "5") in history_of(incident)


def test_a_milder_and_shorter_telling_does_not() -> None:
    record([story(1, 2, severity_id=5, kind="ransomware")], NOW)

    record([story(2, 3, kind="malware")], LATER)

    incident = only()
    assert (incident.kind, incident.severity_id) == ("ransomware", 5)
    assert findings_of(incident) == ["f1", "f2", "f3"]


def test_two_incidents_met_by_one_story_become_the_older_one(sato: User) -> None:
    record([story(1, 2)], NOW)
    record([story(5, 6)], LATER)
    younger = Incident.objects.get(pk="101-f5")
    assign(sato, younger, sato, LATER)
    add_note(sato, younger, "利用者に電話した", LATER)

    assert record([story(2, 3, 5)], LATEST) == Recorded(created=0, updated=1)

    incident = only()
    assert incident.uid == "101-f1"
    assert findings_of(incident) == ["f1", "f2", "f3", "f5", "f6"]
    assert incident.assignee == sato
    assert [note.text for note in queries.notes(incident)] == ["利用者に電話した"]
    assert ("merged", "101-f5", "101-f1") in history_of(incident)
    assert queries.find(sato, "101-f5") == incident
    assert set(Link.objects.values_list("incident", flat=True)) == {"101-f1"}


def test_of_two_recorded_together_the_one_that_began_first_stays() -> None:
    record([story(5, 6), story(1, 2)], NOW)

    record([story(2, 5)], LATER)

    assert only().uid == "101-f1"


def test_open_work_is_not_buried_in_a_closed_incident(sato: User) -> None:
    record([story(1, 2)], NOW)
    set_status(sato, only(), Status.CLOSED, NOW, reason=Reason.BENIGN)
    record([story(5, 6)], LATER)
    set_status(sato, Incident.objects.get(pk="101-f5"), Status.WORKING, LATER)

    record([story(2, 5)], LATEST)

    assert (only().status, only().reason) == ("working", "")


@pytest.mark.parametrize("reason", [Reason.RESOLVED, Reason.POLICY])
def test_new_findings_open_a_closed_incident_again(sato: User, reason: Reason) -> None:
    record([story(1, 2)], NOW)
    set_status(sato, only(), Status.CLOSED, LATER, reason=reason)

    record([story(1, 2, 3)], LATEST)

    incident = only()
    assert (incident.status, incident.reason) == ("new", "")
    last = [change for change in queries.history(incident) if change.field == "status"][-1]
    assert (last.who, last.before, last.after, last.why) == (
        None,
        "closed",
        "new",
        "完了後に新しい検知が加わりました。",
    )


@pytest.mark.parametrize("reason", [Reason.BENIGN, Reason.DEVICE_FAULT])
def test_nothing_explained_is_asked_twice(sato: User, reason: Reason) -> None:
    record([story(1, 2)], NOW)
    set_status(sato, only(), Status.CLOSED, LATER, reason=reason)

    assert record([story(1, 2, 3)], LATEST) == Recorded(created=0, updated=1)

    assert (only().status, only().reason) == ("closed", reason)
    assert findings_of(only()) == ["f1", "f2", "f3"]


def test_but_something_graver_is_asked_again(sato: User) -> None:
    record([story(1, 2)], NOW)
    set_status(sato, only(), Status.CLOSED, LATER, reason=Reason.BENIGN)

    record([story(1, 2, 3, severity_id=5, kind="ransomware")], LATEST)

    assert only().status == "new"
    assert queries.history(only())[-1].why == "完了後に、より重大な検知が加わりました。"


def test_the_same_finding_ids_at_another_company_are_another_incident() -> None:
    register_tenant("201", "赤城部品", now=NOW)

    assert record([story(1, 2), story(1, 2, tenant="201")], NOW) == Recorded(created=2, updated=0)


def test_a_story_of_an_unregistered_company_is_refused_and_those_before_it_stay() -> None:
    with pytest.raises(UnknownTenant, match="999"):
        record([story(1), story(2, tenant="999")], NOW)

    assert only().uid == "101-f1"


def test_a_finding_named_twice_in_a_story_is_on_the_timeline_once() -> None:
    twice = story(1, 2)

    record([replace(twice, timeline=twice.timeline * 2, links=twice.links * 2)], NOW)

    assert findings_of(only()) == ["f1", "f2"]
    assert Link.objects.count() == 1


def test_a_very_long_story_is_recorded_whole() -> None:
    record([story(*range(1, 1201))], NOW)
    record([story(*range(1, 1301))], LATER)

    assert Entry.objects.count() == 1300
    assert ("findings", "1200", "1300") in history_of(only())


def test_overlong_texts_fit() -> None:
    long = story(1, 2)
    bond = replace(long.links[0], value="x" * 2000)

    record([replace(long, title="長" * 1000, links=(bond,))], NOW)
    assert record([replace(long, title="長" * 1000, links=(bond,))], LATER) == Recorded(created=0, updated=0)

    assert len(only().title) == 300


def test_a_line_that_the_whole_story_now_counts_among_its_like_leaves() -> None:
    like = frozenset(f"f{number}" for number in range(1, 8))
    record([replace(story(1, 2, 3), members=like)], NOW)

    assert record([replace(story(1, 2, 7), members=like)], LATER) == Recorded(created=0, updated=1)

    assert findings_of(only()) == ["f1", "f2", "f7"]
    assert [(link.finding, link.other) for link in queries.links(only())] == [("f1", "f2"), ("f2", "f7")]


def test_a_line_says_what_the_latest_telling_of_the_whole_says_of_it() -> None:
    record([story(1, 2)], NOW)
    known, other = story(1, 2).timeline
    clock = replace(known, detail="この機器の時計は約10分進んでいます")

    record([replace(story(1, 2), timeline=(clock, other))], LATER)

    assert [line.detail for line in queries.timeline(only())] == [clock.detail, other.detail]


def test_a_story_of_a_part_takes_nothing_away_and_gives_no_second_reason() -> None:
    record([story(1, 2, 3)], NOW)

    assert record([story(1, 3)], LATER) == Recorded(created=0, updated=0)

    assert findings_of(only()) == ["f1", "f2", "f3"]
    assert len(queries.links(only())) == 2


def test_a_machine_whose_name_is_known_later_is_called_by_it() -> None:
    nameless = replace(story(1, 2), host=None, address="10.0.0.7", title="10.0.0.7: 検知")
    record([nameless], NOW)

    assert record([replace(nameless, host="pc-7", title="pc-7: 検知")], LATER) == Recorded(created=0, updated=1)

    assert (only().host, only().address, only().title) == ("pc-7", "10.0.0.7", "pc-7: 検知")
