"""The queue and one incident: what a person sees of it and does to it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import NOW, Town, story_of
from hinomi.incidents.models import Incident, Status
from hinomi.incidents.operations import record
from hinomi.tenants.operations import create_user
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


def page(client: Client, town: Town, tenant: str = "701") -> str:
    answer = client.get(reverse("incidents-detail", args=(town.incidents[tenant],)))
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, town: Town, name: str, **fields: str) -> str:
    answer = client.post(reverse(name, args=(town.incidents["701"],)), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, **asked: str) -> list[str]:
    return [incident.tenant_id for incident in client.get(reverse("incidents"), asked).context["page"].object_list]


def test_the_queue_is_filtered(town: Town) -> None:
    analyst = town.client("analyst")
    act(analyst, town, "incidents-status", status="closed", reason="resolved")

    assert listed(analyst) == ["702"]
    assert sorted(listed(analyst, status="all")) == ["701", "702"]
    assert listed(analyst, status="closed") == ["701"]
    assert listed(analyst, status="all", tenant="702") == ["702"]
    assert listed(analyst, status="all", mine="on") == []
    assert sorted(listed(analyst, status="all", severity="5")) == ["701", "702"]
    assert listed(analyst, status="nonsense", severity="nonsense", page="nonsense") == ["702"]


def test_an_incident_tells_its_story_in_order_and_why_it_is_one(town: Town) -> None:
    shown = page(town.client("analyst"), town)

    told = shown[shown.index('id="timeline"') :]
    order = [told.index(words) for words in ("invoice-701.zip", "WINWORD.EXE", "order-23.cab")]
    assert order == sorted(order)
    assert "添付ファイルを開いたプロセスが動いたため" in shown
    assert "hxxp://203[.]0[.]113[.]66" in shown
    assert "http://203.0.113.66" not in shown


def test_an_analyst_takes_it_and_works_on_it(town: Town) -> None:
    analyst = town.client("analyst")

    act(analyst, town, "incidents-assign", assignee=str(town.people["analyst"].pk))
    shown = act(analyst, town, "incidents-status", status="working")

    incident = Incident.objects.get(pk=town.incidents["701"])
    assert (incident.status, incident.assignee) == (Status.WORKING, town.people["analyst"])
    assert "新規 → 対応中" in shown
    assert "分析 花子" in shown


def test_closing_without_a_reason_is_refused_and_said(town: Town) -> None:
    shown = act(town.client("analyst"), town, "incidents-status", status="closed")

    assert "理由を選んでください" in shown
    assert Incident.objects.get(pk=town.incidents["701"]).status == Status.NEW


def test_a_member_writes_what_they_found_and_sees_the_status_but_cannot_change_it(town: Town) -> None:
    member = town.client("member")

    shown = act(member, town, "incidents-note", text="LANケーブルを抜きました。\n次は何をしますか。")

    assert "LANケーブルを抜きました。\n次は何をしますか。" in shown
    assert "監視センターが受け付けました" in shown
    assert reverse("incidents-status", args=(town.incidents["701"],)) not in shown
    refused = member.post(reverse("incidents-status", args=(town.incidents["701"],)), {"status": "closed"})
    assert refused.status_code == 403


def test_an_empty_note_is_refused_and_said(town: Town) -> None:
    assert "メモが空です" in act(town.client("analyst"), town, "incidents-note", text="  \n")


@pytest.mark.parametrize("fields", [{"status": "nonsense"}, {"status": "closed", "reason": "nonsense"}, {}])
def test_a_form_nobody_offered_is_not_found(town: Town, fields: dict[str, str]) -> None:
    url = reverse("incidents-status", args=(town.incidents["701"],))

    assert town.client("analyst").post(url, fields).status_code == 404


def test_an_incident_is_not_given_to_a_companys_member(town: Town) -> None:
    url = reverse("incidents-assign", args=(town.incidents["701"],))

    answer = town.client("analyst").post(url, {"assignee": str(town.people["member"].pk)})

    assert answer.status_code == 404


def test_an_incident_is_offered_to_those_who_serve_its_company(town: Town) -> None:
    create_user("near", Role.ANALYST, now=NOW, tenant=town.aoba, name="近藤")
    create_user("far", Role.ANALYST, now=NOW, tenant=town.konan, name="遠山")

    shown = page(town.client("analyst"), town)

    assert ">近藤</option>" in shown
    assert ">遠山</option>" not in shown


def test_a_note_is_text_and_no_page(town: Town) -> None:
    shown = act(town.client("analyst"), town, "incidents-note", text="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_an_incident_that_was_merged_leads_to_the_one_that_holds_it(town: Town) -> None:
    findings, day = town.findings["701"], timedelta(days=1)
    first = story_of("701", findings[3:6])
    entries = tuple(replace(entry, time=entry.time + day) for entry in first.timeline)
    later = replace(
        first, links=(), timeline=entries, first_seen=first.first_seen + day, last_seen=first.last_seen + day
    )
    record([later], NOW)
    both = replace(later, timeline=(*story_of("701", findings[:3]).timeline, *later.timeline))
    record([both], NOW)

    answer = town.client("analyst").get(reverse("incidents-detail", args=(later.uid,)))

    assert answer.headers["Location"] == reverse("incidents-detail", args=(town.incidents["701"],))
