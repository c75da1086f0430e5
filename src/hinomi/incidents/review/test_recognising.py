"""What was decided is not asked again; what is new in it is, with the reason why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.incidents.models import Change, Incident, Reason, Status
from hinomi.incidents.operations import add_note, assign, set_status
from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.conftest import AGENT, MONTH, NOW, only, status, story, tell
from hinomi.incidents.review.deciding import decide, end
from hinomi.incidents.review.likeness import Facet
from hinomi.incidents.review.models import Answer, Decision, Verdict
from hinomi.incidents.review.recognising import recognise
from hinomi.ocsf.incident import Nature, Story
from hinomi.tenants.models import MachineRole, Tenant, User
from hinomi.tenants.operations import state_role

pytestmark = pytest.mark.django_db
NEXT_MONTH = NOW + MONTH


def decided(who: User, verdict: Verdict = Verdict.BENIGN_HERE) -> Decision:
    return decide(who, only(queue(who, NOW)).key, verdict, reason="資産管理ソフトの点検", now=NOW)


def test_next_months_same_noise_asks_nobody(sato: User) -> None:
    tell(story("101"), story("102", host="PC-3"))
    decision = decided(sato)

    later = [story(tenant, 2, at=NEXT_MONTH, host="PC-9") for tenant in ("101", "102")]
    tell(*later, now=NEXT_MONTH)

    assert queue(sato, NEXT_MONTH) == []
    assert [status(f"{tenant}-2") for tenant in ("101", "102")] == [("closed", "benign")] * 2
    change = Change.objects.get(incident="101-2", field="status")
    assert change.who is None
    assert f"佐藤 花子 の判断 {decision.pk}" in change.why
    assert Answer.objects.filter(decision=decision, recognised=True).count() == 2


def test_doing_it_again_changes_nothing_and_costs_one_query(sato: User) -> None:
    tell(story("101"))
    decided(sato)
    tell(story("101", 2, at=NEXT_MONTH), now=NEXT_MONTH)
    before = list(Incident.objects.values()), Change.objects.count()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert recognise(NEXT_MONTH) == 0

    assert len(asked) == 1
    assert (list(Incident.objects.values()), Change.objects.count()) == before


def test_benign_here_is_for_the_company_and_benign_everywhere_for_all(sato: User) -> None:
    tell(story("101"))
    decided(sato, Verdict.BENIGN_HERE)
    tell(story("102"))
    assert [tenant.pk for tenant in only(queue(sato, NOW)).tenants] == ["102"]

    decided(sato, Verdict.BENIGN)

    tell(story("103"))
    assert queue(sato, NOW) == []


NEW: dict[str, tuple[Story, Facet | None]] = {
    "program": (story("101", 2, replace(AGENT, programs=("c:\\temp\\agent.exe",))), Facet.PROGRAMS),
    "destination": (story("101", 2, replace(AGENT, ends=("203.0.113.9",))), Facet.ENDS),
    "rule": (story("101", 2, AGENT, replace(AGENT, rule="rule-dump")), Facet.RULES),
    "not stopped": (story("101", 2, replace(AGENT, stopped=True), AGENT), Facet.OUTCOMES),
    "server": (story("101", 2, host="FILES"), Facet.HOSTS),
    "nameless": (story("101", 2, replace(AGENT, programs=())), Facet.PROGRAMS),
    "graver": (story("101", 2, severity_id=5), None),
}


@pytest.mark.parametrize("what", NEW)
def test_what_is_new_is_asked_with_the_old_decision_and_what_is_new(
    companies: list[Tenant], sato: User, what: str
) -> None:
    state_role(companies[0], "FILES", MachineRole.SERVER, NOW)
    told, facet = NEW[what]
    tell(story("101", 1, replace(AGENT, stopped=what == "not stopped")))
    decision = decided(sato)

    tell(told, now=NEXT_MONTH)

    (again,) = only(queue(sato, NEXT_MONTH)).again
    assert (again.decision, again.is_over, again.decision.reason) == (decision, False, "資産管理ソフトの点検")
    assert list(again.new.facets) == ([facet] if facet else [])
    assert again.new.graver == (facet is None)


@pytest.mark.parametrize("verdict", [Verdict.BENIGN_HERE, Verdict.WATCH, Verdict.POLICY, Verdict.DEVICE_FAULT])
def test_more_of_the_same_in_a_closed_incident_opens_nothing_but_something_new_does(
    sato: User, verdict: Verdict
) -> None:
    tell(story("101"))
    decided(sato, verdict)
    was = status("101-1")

    tell(story("101", more=2), now=NOW + timedelta(hours=1))
    assert status("101-1") == was

    tell(story("101", 1, AGENT, AGENT, AGENT, replace(AGENT, ends=("203.0.113.9",))), now=NOW + timedelta(hours=2))
    assert status("101-1") == ("new", "")
    assert only(queue(sato, NOW)).again[0].new.of(Facet.ENDS) == {"203.0.113.9"}


def test_the_history_of_one_that_is_opened_again_says_what_is_new(sato: User) -> None:
    tell(story("101"))
    decision = decided(sato)

    tell(story("101", 1, AGENT, replace(AGENT, ends=("203.0.113.9",))), now=NEXT_MONTH)

    change = Change.objects.filter(incident="101-1", field="status").latest("pk")
    assert (change.who, change.before, change.after) == (None, "closed", "new")
    assert decision.pk in change.why
    assert "通信先: 203.0.113.9" in change.why


def test_when_it_has_expired_it_is_asked_again(sato: User) -> None:
    tell(story("101"))
    decision = decide(
        sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=NOW, until=NOW + timedelta(days=20)
    )

    tell(story("101", 2, at=NEXT_MONTH), now=NEXT_MONTH)

    (again,) = only(queue(sato, NEXT_MONTH)).again
    assert (again.decision, again.is_over) == (decision, True)
    assert not again.new


def test_what_is_watched_is_asked_again_when_the_watch_is_over(sato: User) -> None:
    tell(story("101"))
    decided(sato, Verdict.WATCH)

    assert queue(sato, NOW + timedelta(days=29)) == []
    assert only(queue(sato, NOW + timedelta(days=30))).again[0].is_over


def test_a_real_incident_is_real_again_and_given_to_whom_decided(sato: User) -> None:
    tell(story("101"))
    decided(sato, Verdict.INCIDENT)

    tell(story("101", 2), story("102"))

    again = Incident.objects.get(pk="101-2")
    assert (again.status, again.assignee) == (Status.WORKING, sato)
    assert [tenant.pk for tenant in only(queue(sato, NOW)).tenants] == ["102"], "for this company alone"


def test_what_a_person_has_in_hands_is_left_alone(sato: User, kato: User) -> None:
    tell(story("101"), story("101", 2), story("101", 3))
    assign(kato, Incident.objects.get(pk="101-2"), kato, NOW)
    add_note(kato, Incident.objects.get(pk="101-3"), "社長に確認中です", NOW)
    seen = {uid: state for uid, state in only(queue(sato, NOW)).seen.items() if uid == "101-1"}

    decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=NOW, seen=seen)
    tell(story("101", 2, more=1), story("101", 3, more=1), now=NEXT_MONTH)

    assert [status(f"101-{number}")[0] for number in (1, 2, 3)] == ["closed", "new", "new"]


def test_one_that_a_person_opened_again_stays_open(sato: User, kato: User) -> None:
    tell(story("101"))
    decided(sato)
    set_status(kato, Incident.objects.get(pk="101-1"), Status.NEW, NOW + timedelta(hours=1))

    tell(story("101", more=1), now=NEXT_MONTH)

    assert status("101-1") == ("new", "")


def test_one_that_a_person_closed_stays_closed(sato: User) -> None:
    tell(story("101"))
    set_status(sato, Incident.objects.get(pk="101-1"), Status.CLOSED, NOW, reason=Reason.BENIGN)

    tell(story("101", 1, AGENT, replace(AGENT, ends=("203.0.113.9",))), now=NEXT_MONTH)

    assert status("101-1") == ("closed", "benign")


def test_of_two_decisions_the_later_holds(sato: User) -> None:
    tell(story("101"))
    first = decided(sato)
    tell(story("101", 2, replace(AGENT, ends=("203.0.113.9",))))
    second = decide(sato, only(queue(sato, NOW)).key, Verdict.WATCH, reason="様子を見る", now=NOW + timedelta(hours=1))
    both = replace(AGENT, ends=(*AGENT.ends, "203.0.113.9"))

    tell(story("101", 3), story("101", 4, replace(AGENT, ends=("203.0.113.9",))), story("101", 5, both))

    assert Answer.objects.get(incident="101-3").decision == first
    assert Answer.objects.get(incident="101-4").decision == second
    assert status("101-5") == ("new", ""), "what neither was made over"


FACES = st.builds(
    Nature,
    rule=st.sampled_from(["r1", "r2", "verdict/edr"]),
    programs=st.sets(st.sampled_from("abc"), max_size=2).map(lambda names: tuple(sorted(names))),
    ends=st.sets(st.sampled_from("xyz"), max_size=2).map(lambda names: tuple(sorted(names))),
    stopped=st.booleans(),
)
INCIDENTS = st.tuples(
    st.lists(FACES, min_size=1, max_size=3),
    st.sampled_from([3, 4, 5]),
    st.sampled_from(["malware", "suspicious_command"]),
    st.sampled_from(["PC-7", "FILES"]),
    st.sampled_from(["", "W32/A", "W32/B"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(INCIDENTS, min_size=1, max_size=3), then=st.lists(INCIDENTS, min_size=1, max_size=4))
def test_recognition_never_hides_anything_that_was_not_decided_over(
    companies: list[Tenant], sato: User, first: list[tuple], then: list[tuple]
) -> None:
    Incident.objects.all().delete()
    Decision.objects.all().delete()
    state_role(companies[0], "FILES", MachineRole.SERVER, NOW)

    def made(number: int, one: tuple) -> Story:
        natures, severity, kind, host, thing = one
        return story("101", number, *natures, severity_id=severity, kind=kind, host=host, what=thing)

    tell(*(made(number, one) for number, one in enumerate(first, start=1)))
    for one in queue(sato, NOW):
        if one.key in {left.key for left in queue(sato, NOW)}:
            decide(sato, one.key, Verdict.BENIGN_HERE, reason="点検", now=NOW)
    tell(*(made(number, one) for number, one in enumerate(then, start=50)), now=NEXT_MONTH)

    def parts(one: tuple) -> set[tuple]:
        natures, _, _, host, thing = one
        each = {("thing", thing), ("host", host)}
        for nature in natures:
            each |= {("rule", nature.rule), ("stopped", nature.stopped)}
            each |= {("program", name) for name in nature.programs or ("",)} | {("end", name) for name in nature.ends}
        return {part for part in each if part != ("thing", "")}

    for number, one in enumerate(then, start=50):
        known = [old for old in first if old[2] == one[2]]
        covered = set().union(*(parts(old) for old in known)) if known else set()
        if status(f"101-{number}")[0] == "closed":
            assert parts(one) <= covered
            assert one[1] <= max(old[1] for old in known)
        elif any(parts(one) <= parts(old) and one[1] <= old[1] for old in known):
            pytest.fail("what was decided over is asked again")


def test_an_ended_decision_recognises_nothing(sato: User) -> None:
    tell(story("101"))
    end(sato, decided(sato).pk, NOW + timedelta(hours=1))

    tell(story("101", 2), now=NEXT_MONTH)

    assert status("101-2") == ("new", "")
