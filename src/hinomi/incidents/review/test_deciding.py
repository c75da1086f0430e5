"""One decision for many companies, its books, and those who may not or come too late."""

from datetime import timedelta

import pytest

from hinomi.incidents.models import Change, Incident, Status
from hinomi.incidents.operations import set_status
from hinomi.incidents.review.clusters import cluster, queue
from hinomi.incidents.review.conftest import AGENT, MONTH, NOW, only, status, story, tell
from hinomi.incidents.review.deciding import decide, end
from hinomi.incidents.review.models import Decision, Verdict
from hinomi.incidents.review.problems import (
    AlreadyDecided,
    BadDecision,
    HasChanged,
    UnknownCluster,
    UnknownDecision,
)
from hinomi.ocsf.incident import Nature
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.operations import create_user
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OTHER = Nature("rule-other", ("c:\\tools\\other.exe",))


def test_what_is_alike_in_several_companies_is_asked_once(sato: User) -> None:
    tell(story("101", host="PC-1"), story("102", host="KEIRI-PC"), story("103", 1, OTHER))

    found = queue(sato, NOW)

    assert sorted([tenant.pk for tenant in one.tenants] for one in found) == [["101", "102"], ["103"]]
    assert {one.title for one in found} == {"不審なコマンドの実行"}


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.BENIGN_HERE, ("closed", "benign")),
        (Verdict.BENIGN, ("closed", "benign")),
        (Verdict.WATCH, ("watching", "")),
        (Verdict.INCIDENT, ("working", "")),
        (Verdict.DEVICE_FAULT, ("closed", "device_fault")),
        (Verdict.POLICY, ("closed", "policy")),
    ],
)
def test_one_decision_is_for_all_of_them(sato: User, verdict: Verdict, state: tuple[str, str]) -> None:
    tell(story("101"), story("102"), story("103", more=2))
    (one,) = queue(sato, NOW)

    decision = decide(sato, one.key, verdict, reason="資産管理ソフトの点検", now=LATER)

    assert [status(f"{tenant}-1") for tenant in ("101", "102", "103")] == [state] * 3
    assert queue(sato, LATER) == []
    assert (decision.findings, decision.tenants.count(), decision.answers.count()) == (5, 3, 3)
    assert (decision.first_seen, decision.last_seen) == (NOW, NOW + timedelta(minutes=2))
    assert decision.context["programs"] == ["c:\\tools\\agent.exe"]
    assert decision.context["hosts"] == ["pc"]


def test_it_is_written_down_for_each_company_and_in_each_history(sato: User) -> None:
    tell(story("101"), story("102"))
    decision = decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検のため", now=LATER)

    written = AuditEntry.objects.filter(action="review.decided").order_by("tenant")
    assert [(entry.tenant, entry.actor, entry.detail["incidents"]) for entry in written] == [
        ("101", "sato", ["101-1"]),
        ("102", "sato", ["102-1"]),
    ]
    change = Change.objects.get(incident="102-1", field="status")
    assert (change.who, change.before, change.after) == (sato, "new", "closed")
    assert decision.pk in change.why
    assert "点検のため" not in change.why, "the company reads it, and the reason may speak of another one"
    assert decision.owner == sato


def test_it_is_for_the_companies_chosen_and_no_other(sato: User) -> None:
    tell(story("101"), story("102"), story("103"))

    decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=LATER, tenants=["101", "103"])

    assert [tenant.pk for tenant in only(queue(sato, LATER)).tenants] == ["102"]


def test_one_that_has_part_of_what_was_decided_over_is_answered_with_it(sato: User) -> None:
    tell(story("101", 1, AGENT, OTHER), story("101", 2))
    both = next(one for one in queue(sato, NOW) if len(one.likeness.to_json()["rules"]) == 2)

    decide(sato, both.key, Verdict.BENIGN_HERE, reason="点検", now=LATER)

    assert status("101-2") == ("closed", "benign")
    assert queue(sato, LATER) == []


def test_the_second_of_two_analysts_is_told_who_was_faster(sato: User, kato: User) -> None:
    tell(story("101"), story("102"))
    seen = only(queue(kato, NOW))
    decide(sato, seen.key, Verdict.WATCH, reason="様子を見る", now=LATER)

    with pytest.raises(AlreadyDecided, match="佐藤 花子"):
        decide(kato, seen.key, Verdict.BENIGN, reason="問題なし", now=LATER, seen=seen.seen)

    assert status("101-1") == ("watching", "")
    assert Decision.objects.count() == 1


def test_what_came_after_the_page_was_opened_is_not_decided_over(sato: User) -> None:
    tell(story("101"), story("102"))
    seen = only(queue(sato, NOW)).seen
    tell(story("102", 1, AGENT, Nature(AGENT.rule, ("c:\\temp\\x.exe",))), story("103", host="PC-1"), now=LATER)

    decision = decide(
        sato,
        cluster(sato, only(queue(sato, LATER)).key, LATER).key,
        Verdict.BENIGN_HERE,
        reason="点検",
        now=LATER,
        seen=seen,
    )

    assert [tenant.pk for tenant in decision.tenants.all()] == ["101"]
    left = only(queue(sato, LATER))
    assert [tenant.pk for tenant in left.tenants] == ["102", "103"], "what was not seen is asked"


def test_more_of_the_same_while_the_page_was_open_is_answered_too(sato: User) -> None:
    tell(story("101"))
    one = only(queue(sato, NOW))
    tell(story("101", more=3), story("101", 2), now=LATER)

    decide(sato, one.key, Verdict.BENIGN_HERE, reason="点検", now=LATER, seen=one.seen)

    assert queue(sato, LATER) == []


def test_what_has_become_something_else_is_looked_at_again(sato: User) -> None:
    tell(story("101"))
    one = only(queue(sato, NOW))
    tell(story("101", severity_id=5, more=1), now=LATER)

    with pytest.raises(HasChanged):
        decide(sato, one.key, Verdict.BENIGN_HERE, reason="点検", now=LATER, seen=one.seen)


def test_a_decision_needs_a_reason_and_an_end_within_a_year(sato: User) -> None:
    tell(story("101"))
    key = only(queue(sato, NOW)).key

    with pytest.raises(BadDecision, match="理由"):
        decide(sato, key, Verdict.BENIGN, reason="  ", now=LATER)
    with pytest.raises(BadDecision, match="1年"):
        decide(sato, key, Verdict.BENIGN, reason="点検", now=LATER, until=LATER + timedelta(days=400))
    with pytest.raises(BadDecision, match="企業"):
        decide(sato, key, Verdict.INCIDENT, reason="感染", now=LATER, everywhere=True)
    with pytest.raises(UnknownCluster):
        decide(sato, "nothing", Verdict.BENIGN, reason="点検", now=LATER)
    assert len(queue(sato, LATER)) == 1


def test_only_those_who_work_on_incidents_decide_and_only_for_their_companies(
    companies: list[Tenant], sato: User
) -> None:
    tell(story("101"), story("102"))
    key = only(queue(sato, NOW)).key
    member = create_user("soumu", Role.MEMBER, now=NOW, tenant=companies[0])
    office = create_user("jimu", Role.PROGRAMME, now=NOW)

    for person in (member, office):
        assert queue(person, NOW) == []
        with pytest.raises((NotAllowed, UnknownCluster)):
            decide(person, key, Verdict.BENIGN_HERE, reason="見えますか", now=LATER)
    assert status("101-1") == ("new", "")


def test_one_that_is_ended_answers_no_more_and_leaves_what_it_answered(sato: User) -> None:
    tell(story("101"))
    decision = decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=NOW)

    assert end(sato, decision.pk, LATER) == 0

    tell(story("101", 2, at=LATER), now=LATER)
    assert (status("101-1"), status("101-2")) == (("closed", "benign"), ("new", ""))
    (again,) = only(queue(sato, LATER)).again
    assert (again.decision, again.is_over, bool(again.new)) == (decision, True, False)


def test_one_that_was_wrong_is_taken_back_but_not_what_a_person_has_changed_since(sato: User) -> None:
    tell(story("101"), story("102"))
    decision = decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN, reason="点検", now=NOW)
    set_status(sato, Incident.objects.get(pk="102-1"), Status.WORKING, LATER)

    assert end(sato, decision.pk, LATER + MONTH, take_back=True) == 1

    assert (status("101-1"), status("102-1")) == (("new", ""), ("working", ""))
    assert AuditEntry.objects.filter(action="review.ended").count() == 2


def test_a_decision_over_other_companies_does_not_exist_for_a_member(companies: list[Tenant], sato: User) -> None:
    tell(story("102"))
    decision = decide(sato, only(queue(sato, NOW)).key, Verdict.BENIGN_HERE, reason="点検", now=NOW)
    member = create_user("soumu", Role.MEMBER, now=NOW, tenant=companies[0])

    with pytest.raises(UnknownDecision):
        end(member, decision.pk, LATER)
