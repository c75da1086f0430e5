"""The review pages: what an analyst sees and decides, and what others do not see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hinomi.console.conftest import NOW, Town, story_of
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.review.models import Decision, Effort, Verdict
from hinomi.incidents.review.recognising import recognise
from hinomi.ocsf.incident import Nature
from hinomi.tenants.models import AuditEntry, Membership, User
from hinomi.tenants.operations import create_user
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noise(town: Town) -> None:
    """The same at both companies, and nothing else."""
    Incident.objects.all().delete()
    for tenant in ("701", "702"):
        story = replace(story_of(tenant, town.findings[tenant][:3]), title="PCの構成を調べるコマンド")
        nature = Nature("rule-inventory", (f"c:\\tools\\{tenant}\\agent.exe",))
        record([replace(story, timeline=tuple(replace(one, nature=nature) for one in story.timeline))], NOW)
    recognise(NOW)


def listed(town: Town, who: str = "analyst") -> list[Any]:
    return [one for one, _why in town.client(who).get(reverse("review")).context["clusters"]]


def decide(town: Town, who: str = "analyst", **given: Any) -> Any:
    (one,) = listed(town, "analyst")
    seen = [f"{uid} {state}" for uid, state in one.seen.items()]
    form = {"verdict": "benign_here", "reason": "点検", "tenants": ["701", "702"], "seen": seen, **given}
    return town.client(who).post(reverse("review-decide", args=(one.key,)), form, follow=True)


def statuses(town: Town) -> list[str]:
    return [Incident.objects.get(pk=town.incidents[tenant]).status for tenant in ("701", "702")]


def test_what_two_companies_have_in_common_is_one_row_and_one_decision(town: Town) -> None:
    (one,) = listed(town)
    page = town.client("analyst").get(reverse("review-cluster", args=(one.key,))).content.decode()
    assert [tenant.pk for tenant in one.tenants] == ["701", "702"]
    assert "invoice-701.zip" in page
    assert "invoice-702.zip" in page

    answer = decide(town)

    assert "2件のインシデント(2社)を「この企業では問題なし」と決めました" in answer.content.decode()
    assert statuses(town) == ["closed", "closed"]
    assert listed(town) == []


def test_a_preview_says_what_would_be_done_and_does_nothing(town: Town) -> None:
    (one,) = listed(town)
    url = reverse("review-decide", args=(one.key,))
    form = {"verdict": "watch", "tenants": ["701", "702"], "preview": "1"}

    part = town.client("analyst").post(url, form, headers={"HX-Request": "true"}).content.decode()
    page = town.client("analyst").post(url, form).content.decode()

    assert "2社のインシデント 2件を経過観察にします" in part
    assert "2社のインシデント 2件を経過観察にします" in page
    assert "<html" in page
    assert "<html" not in part
    assert statuses(town) == ["new", "new"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": " "}, "このフィールドは必須です"),
        ({"verdict": "nonsense"}, "nonsense"),
        ({"tenants": []}, "企業を一つ以上"),
        ({"verdict": "incident", "everywhere": "on"}, "企業を選んで"),
        ({"days": "4000"}, "365"),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(town: Town, given: dict[str, Any], said: str) -> None:
    answer = decide(town, **given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert statuses(town) == ["new", "new"]


def test_the_second_analyst_hears_who_was_faster(town: Town) -> None:
    (one,) = listed(town)
    seen = [f"{uid} {state}" for uid, state in one.seen.items()]
    decide(town, verdict="watch")

    form = {"verdict": "benign", "reason": "問題なし", "seen": seen}
    answer = town.client("operator").post(reverse("review-decide", args=(one.key,)), form, follow=True)

    assert "分析 花子" in answer.content.decode()
    assert statuses(town) == ["watching", "watching"]


def test_a_link_to_what_was_decided_leads_back_to_the_queue(town: Town) -> None:
    (one,) = listed(town)
    decide(town)

    answer = town.client("operator").get(reverse("review-cluster", args=(one.key,)), follow=True)

    assert "もうありません" in answer.content.decode()


def test_decisions_are_listed_with_what_they_answered_and_can_be_taken_back(town: Town) -> None:
    decide(town)
    client = town.client("analyst")
    (one,) = client.get(reverse("review-decisions")).context["listed"]
    assert (one.over, one.recognised, one.row.owner) == (2, 0, town.people["analyst"])

    answer = client.post(reverse("review-end", args=(one.row.pk,)), {"take_back": "1"}, follow=True)

    assert "2件を、もう一度確認します" in answer.content.decode()
    assert statuses(town) == ["new", "new"]
    assert client.get(reverse("review-decisions")).context["listed"] == []
    assert len(client.get(reverse("review-decisions"), {"show": "all"}).context["listed"]) == 1
    ((_one, why),) = client.get(reverse("review")).context["clusters"]
    assert "取り消されました" in why


def test_time_on_the_page_is_counted_and_shared_over_the_companies(town: Town, settings: Any) -> None:
    settings.ANALYST_YEN_PER_HOUR = 3600
    (one,) = listed(town)
    client = town.client("analyst")
    client.get(reverse("review-cluster", args=(one.key,)))
    Effort.objects.update(beat=timezone.now() - timedelta(seconds=20), seconds=100)

    assert client.post(reverse("review-beat", args=(one.key,))).status_code == 204
    decide(town)

    look = Effort.objects.get()
    assert look.seconds == pytest.approx(120, abs=3)
    assert (look.decision, look.tenants) == (Decision.objects.get(), ["701", "702"])
    effort = client.get(reverse("review-effort")).context["effort"]
    (month,) = effort.months
    assert [line.yen for line in month.lines] == [pytest.approx(60, abs=2)] * 2
    assert (month.decisions, effort.report.looks) == (0.5, 1)


def test_a_pulse_of_a_page_that_nobody_opened_counts_nothing(town: Town) -> None:
    (one,) = listed(town)

    assert town.client("analyst").post(reverse("review-beat", args=(one.key,))).status_code == 205
    assert not Effort.objects.exists()


def test_looking_is_written_down_for_each_company(town: Town) -> None:
    (one,) = listed(town)
    town.client("analyst").get(reverse("review-cluster", args=(one.key,)))

    seen = AuditEntry.objects.filter(action="review.viewed").order_by("tenant")
    assert [(entry.tenant, entry.actor) for entry in seen] == [("701", "analyst"), ("702", "analyst")]


@pytest.fixture
def local(town: Town) -> User:
    """An analyst of company 702 alone."""
    person = create_user("local", Role.ANALYST, now=NOW, name="港南 分析")
    Membership.objects.filter(user=person).update(tenant=town.konan)
    town.people["local"] = person
    return person


def test_an_analyst_of_one_company_sees_and_decides_that_one_alone(town: Town, local: User) -> None:
    (one,) = listed(town, "local")
    client = town.client("local")
    page = client.get(reverse("review-cluster", args=(one.key,))).content.decode()
    assert "invoice-701" not in page
    assert "青葉精密" not in page
    assert 'value="benign"' not in page

    decide(town, "local", verdict=Verdict.BENIGN)
    assert statuses(town) == ["new", "new"], "what holds for all companies is not theirs to decide"
    decide(town, "local", tenants=["702"])

    assert statuses(town) == ["new", "closed"]


def test_what_another_company_was_decided_over_is_not_shown_to_them(town: Town, local: User) -> None:
    decide(town, tenants=["701"])
    decision = Decision.objects.get()
    client = town.client("local")

    assert client.get(reverse("review-decisions"), {"show": "all"}).context["listed"] == []
    assert client.post(reverse("review-end", args=(decision.pk,))).status_code == 404
    assert all(
        line.tenant == town.konan
        for month in client.get(reverse("review-effort")).context["effort"].months
        for line in month.lines
    )


def test_the_reason_is_for_the_desk_alone_also_in_the_record_that_a_company_reads(town: Town) -> None:
    decide(town, reason="港南製作所でも同じ")

    for url in (reverse("audit"), reverse("audit-csv"), "/api/v1/tenants/701/audit"):
        read = town.client("member").get(url).content.decode()
        assert "review.decided" in read or "まとめて判断した" in read
        assert "港南製作所" not in read
