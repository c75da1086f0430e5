"""A person takes apart what was told as one, and puts together what was told as two; the river does not undo it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.incidents import assessment, queries
from hinomi.incidents.models import Incident, Reason, Separation, Status
from hinomi.incidents.operations import assign, record, set_status
from hinomi.incidents.problems import CannotMerge, CannotSplit, UnknownIncident
from hinomi.incidents.recording import Recorded
from hinomi.incidents.revising import revise
from hinomi.incidents.splitting import join, split
from hinomi.incidents.test_assessment import course, told
from hinomi.incidents.test_recording import finding, story
from hinomi.ocsf.incident import Link as Bond
from hinomi.ocsf.incident import Story
from hinomi.tenants.models import AuditEntry, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import tenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def companies() -> None:
    for uid in ("101", "201"):
        register_tenant(uid, uid, now=NOW)


@pytest.fixture
def sato() -> User:
    return create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")


def incident(uid: str = "101-f1") -> Incident:
    return Incident.objects.get(pk=uid)


def held(uid: str) -> list[str]:
    return [entry.finding for entry in queries.timeline(incident(uid))]


def linked(of: Story, *pairs: tuple[int, int]) -> Story:
    """The story with these links alone, the most telling first."""
    bonds = tuple(Bond(f"f{one}", f"f{other}", "host", "pc-7", "同じPCです。") for one, other in pairs)
    return replace(of, links=bonds)


def test_chosen_findings_leave_into_an_incident_of_their_own(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    assign(sato, incident(), sato, NOW)

    taken = split(sato, incident(), ["f3", "f4"], LATER, address="192.0.2.1")

    assert (held("101-f1"), held(taken.pk)) == (["f1", "f2"], ["f3", "f4"])
    assert (taken.first_seen.minute, incident().last_seen.minute) == (3, 2)
    assert (taken.status, taken.assignee) == (Status.NEW, sato)
    for uid in ("101-f1", taken.pk):
        last = queries.history(incident(uid))[-1]
        assert (last.field, last.who, last.before, last.after) == ("split", sato, "101-f1", taken.pk)
        assert all({link.finding, link.other} <= set(held(uid)) for link in queries.links(incident(uid)))
    assert queries.kept_apart(taken) == [incident()]
    assert [row.detail for row in AuditEntry.objects.filter(action="incident.split")] == [
        {"into": taken.pk, "findings": ["f3", "f4"]}
    ]


def test_the_same_story_told_again_leaves_them_apart_and_changes_nothing(sato: User) -> None:
    whole = told(story(1, 2, 3, 4), course("pc-7", called=("f1",)), course("pc-8", fetched=("f4",)))
    record([whole], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)

    assert record([whole, whole], LATEST) == Recorded(created=0, updated=0)

    assert (held("101-f1"), held(taken.pk)) == (["f1", "f2"], ["f3", "f4"])


def test_each_keeps_the_courses_and_stages_that_its_own_findings_tell(sato: User) -> None:
    record([told(story(1, 2, 3, 4), course("pc-7", called=("f1",)), course("pc-8", fetched=("f4",)))], NOW)

    taken = split(sato, incident(), ["f3", "f4"], LATER)

    left, gone = assessment.of_incident(incident()), assessment.of_incident(taken)
    assert [one.machine for one in left.courses] == ["pc-7"]
    assert [one.machine for one in gone.courses] == ["pc-8"]
    assert (taken.host, taken.title, taken.address) == ("pc-8", "pc-8: 検知 3", "")
    assert gone.stages[0].findings == ("f3", "f4")
    assert gone.spread is not None
    assert gone.spread.first.minute == 3


def test_new_findings_go_with_those_they_are_linked_to(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)

    record([linked(story(1, 2, 3, 4, 8, 9), (1, 9), (4, 8), (2, 3))], LATEST)

    assert (held("101-f1"), held(taken.pk)) == (["f1", "f2", "f9"], ["f3", "f4", "f8"])


def test_one_that_nothing_links_goes_with_the_nearest_in_time(sato: User) -> None:
    record([story(1, 2, 20, 21)], NOW)
    taken = split(sato, incident(), ["f20", "f21"], LATER)

    record([linked(story(1, 2, 8, 14, 20, 21), (1, 21))], LATEST)

    assert (held("101-f1"), held(taken.pk)) == (["f1", "f2", "f8"], ["f14", "f20", "f21"])


def test_a_third_incident_joins_the_one_it_is_linked_to(sato: User) -> None:
    record([story(1, 2, 3, 4), story(8, 9)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)

    record([linked(story(1, 2, 3, 4, 8), (4, 8), (1, 3))], LATEST)

    assert queries.find(sato, "101-f8").pk == queries.find(sato, taken.pk).pk
    assert set(held(queries.find(sato, taken.pk).pk)) == {"f3", "f4", "f8", "f9"}
    assert held("101-f1") == ["f1", "f2"]
    assert queries.find(sato, taken.pk) in queries.kept_apart(incident())


def test_a_part_keeps_its_name_and_only_graver_findings_of_its_own_raise_it(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)
    graver = story(1, 2, 3, 4, 5, severity_id=5, kind="ransomware")
    timeline = tuple(finding(int(entry.finding[1:]), 5 if entry.finding == "f5" else 3) for entry in graver.timeline)

    record([replace(graver, timeline=timeline)], LATEST)

    assert (incident().severity_id, incident().kind) == (3, "malware")
    assert (incident(taken.pk).severity_id, incident(taken.pk).title) == (5, "検知 3")
    assert held(taken.pk) == ["f3", "f4", "f5"]


def test_a_story_that_is_a_part_alone_gives_it_its_name(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)

    record([story(3, 4, kind="adware")], LATEST)

    assert (incident(taken.pk).kind, incident().kind) == ("adware", "malware")


def test_logs_read_again_do_not_give_a_part_the_name_of_the_whole(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)
    anew = story(1, 2, 3, 4, severity_id=5, kind="ransomware")

    revise("101", {"f1", "f2", "f3", "f4"}, {entry.finding: entry for entry in anew.timeline}, [anew], LATEST)

    assert (incident(taken.pk).kind, incident(taken.pk).title) == ("malware", "検知 3")
    assert (held("101-f1"), held(taken.pk)) == (["f1", "f2"], ["f3", "f4"])


def test_what_was_taken_apart_twice_stays_in_three(sato: User) -> None:
    whole = story(1, 2, 3, 4, 5, 6)
    record([whole], NOW)
    second = split(sato, incident(), ["f3", "f4", "f5", "f6"], NOW)
    third = split(sato, second, ["f5", "f6"], LATER)

    record([whole], LATEST)

    assert [held(uid) for uid in ("101-f1", second.pk, third.pk)] == [["f1", "f2"], ["f3", "f4"], ["f5", "f6"]]


@pytest.mark.parametrize("chosen", [[], ["f9"], ["f1", "f2"]])
def test_nothing_or_everything_cannot_be_taken_out(sato: User, chosen: list[str]) -> None:
    record([story(1, 2)], NOW)

    with pytest.raises(CannotSplit):
        split(sato, incident(), chosen, LATER)
    assert Separation.objects.count() == 0


def test_two_are_made_one_by_hand_and_stay_so(sato: User) -> None:
    record([story(1, 2), story(8, 9)], NOW)

    one = join(sato, incident("101-f8"), incident(), LATER)

    assert one.pk == "101-f1"
    assert held("101-f1") == ["f1", "f2", "f8", "f9"]
    assert [(c.field, c.who) for c in queries.history(incident())] == [("merged", sato)]
    assert record([story(1, 2), story(8, 9)], LATEST) == Recorded(0, 0)
    assert record([story(9, 10)], LATEST) == Recorded(0, 1)
    assert held("101-f1") == ["f1", "f2", "f8", "f9", "f10"]


def test_who_puts_together_again_what_was_taken_apart_is_obeyed(sato: User) -> None:
    whole = story(1, 2, 3, 4)
    record([whole], NOW)
    taken = split(sato, incident(), ["f3", "f4"], LATER)

    join(sato, incident(), taken, LATEST)

    assert Separation.objects.count() == 0
    assert held("101-f1") == ["f1", "f2", "f3", "f4"]
    record([whole], LATEST)
    assert Incident.objects.filter(merged_into=None).count() == 1


def test_one_that_is_merged_stays_apart_from_what_it_was_taken_from(sato: User) -> None:
    record([story(1, 2, 3, 4)], NOW)
    taken = split(sato, incident(), ["f3", "f4"], NOW)
    record([story(8, 9)], NOW - timedelta(hours=1))

    join(sato, taken, incident("101-f8"), LATER)

    assert queries.kept_apart(incident()) == [incident("101-f8")]


def test_companies_are_never_mixed_and_nothing_is_merged_with_itself(sato: User) -> None:
    record([story(1, 2), story(1, 2, tenant="201")], NOW)

    for other in (incident("201-f1"), incident()):
        with pytest.raises(CannotMerge):
            join(sato, incident(), other, LATER)


def test_only_those_who_work_on_it_take_apart_and_put_together() -> None:
    record([story(1, 2), story(8), story(1, 2, tenant="201")], NOW)
    member = create_user("suzuki", Role.MEMBER, now=NOW, tenant=tenant("101"))
    stranger = create_user("mori", Role.MEMBER, now=NOW, tenant=tenant("201"))

    for who, refused in ((member, NotAllowed), (stranger, UnknownIncident)):
        with pytest.raises(refused):
            split(who, incident(), ["f1"], LATER)
        with pytest.raises(refused):
            join(who, incident(), incident("101-f8"), LATER)
    assert not AuditEntry.objects.filter(action__startswith="incident.").exists()


def test_a_closed_one_gives_its_part_back_to_the_queue(sato: User) -> None:
    record([story(1, 2)], NOW)
    set_status(sato, incident(), Status.CLOSED, NOW, reason=Reason.BENIGN)

    taken = split(sato, incident(), ["f2"], LATER)

    assert (incident().status, taken.status) == (Status.CLOSED, Status.NEW)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.sets(st.integers(1, 8), min_size=1, max_size=7),
    later=st.lists(st.sets(st.integers(1, 14), min_size=1, max_size=6), max_size=6),
)
def test_whatever_is_told_later_in_whatever_pieces_they_stay_apart(chosen: set[int], later: list[set[int]]) -> None:
    with transaction.atomic():
        analyst = create_user("mori", Role.ANALYST, now=NOW)
        record([story(*range(1, 9))], NOW)
        taken = split(analyst, incident(), uids(chosen), NOW)

        for number, piece in enumerate(later):
            record([story(*piece)], LATER + timedelta(minutes=number))

        rest = uids(set(range(1, 9)) - chosen)
        now_taken, now_rest = queries.find(analyst, taken.pk), queries.find(analyst, "101-f1")
        assert now_taken != now_rest
        assert uids(chosen) <= set(held(now_taken.pk))
        assert rest <= set(held(now_rest.pk))
        assert not uids(chosen) & set(held(now_rest.pk))
        transaction.set_rollback(True)


def uids(numbers: Collection[int]) -> set[str]:
    return {f"f{number}" for number in numbers}
