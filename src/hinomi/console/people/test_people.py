"""The page of people: an operator manages everyone, a company's lead that company's people, others nobody."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.incidents.models import Note
from hinomi.tenants import people
from hinomi.tenants.models import Membership, Tenant, User
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


def invite(client: Client, **given: str) -> str:
    form = {"username": "suzuki", "name": "鈴木", "role": "viewer", "tenant": "701", **given}
    return client.post(reverse("people-invite"), form).content.decode()


def test_a_lead_invites_somebody_who_gets_in_by_the_link_and_only_looks(town: Town) -> None:
    page = invite(town.client("member"))
    link = re.search(r'id="link">http://[^/]+(/sign-in/link/[^<]+)<', page)
    assert link

    client = Client()
    client.post(link[1])

    assert client.get(reverse("incidents-detail", args=(town.incidents["701"],))).status_code == 200
    client.post(reverse("incidents-note", args=(town.incidents["701"],)), {"text": "書けますか"})
    assert not Note.objects.exists()
    assert client.get(reverse("people")).status_code == 403
    assert client.get(reverse("audit")).status_code == 403


def test_a_name_that_cannot_be_is_said_beside_its_field(town: Town) -> None:
    page = invite(town.client("member"), username="=cmd")

    assert "有効なユーザー名を入力してください" in page
    assert "username: " not in page


@pytest.mark.parametrize(
    "given",
    [
        {"tenant": "702"},
        {"tenant": ""},
        {"role": "operator", "tenant": ""},
        {"role": "analyst", "tenant": ""},
        {"role": "analyst"},
        {"username": "member"},
        {"username": "a b"},
    ],
)
def test_a_lead_makes_nobody_of_another_kind_or_place(town: Town, given: dict[str, str]) -> None:
    page = invite(town.client("member"), **given)

    assert 'role="alert"' in page
    assert User.objects.count() == 5


def test_a_lead_sees_the_own_company_alone_and_no_other_role_of_its_people(town: Town) -> None:
    people.grant(None, town.people["member"], Role.VIEWER, tenant=town.konan, now=town.aoba.created)
    invite(town.client("operator"), username="kato", name="加藤")

    page = town.client("member").get(reverse("people")).content.decode()
    assert "加藤" in page
    assert "分析 花子" not in page

    neighbour = town.client("neighbour").get(reverse("people")).content.decode()
    assert "総務 一郎" in neighbour, "who looks at the company's data is its lead's to know"
    assert "青葉精密" not in neighbour
    assert town.client("neighbour").get(reverse("people-detail", args=(town.people["analyst"].pk,))).status_code == 404


def test_an_operator_limits_an_analyst_to_a_company_who_then_sees_no_other(town: Town) -> None:
    analyst, operator = town.people["analyst"], town.client("operator")
    operator.post(reverse("people-grant", args=(analyst.pk,)), {"role": "analyst", "tenant": "701"})
    over_all = Membership.objects.get(user=analyst, tenant=None)
    operator.post(reverse("people-withdraw", args=(analyst.pk,)), {"membership": str(over_all.pk)})

    client = town.client("analyst")

    assert client.get(reverse("incidents-detail", args=(town.incidents["701"],))).status_code == 200
    assert client.get(reverse("incidents-detail", args=(town.incidents["702"],))).status_code == 404
    assert "港南製作所" not in client.get(reverse("overview")).content.decode()
    assert client.get(reverse("study")).status_code == 403
    form = {"scope": "all", "whole": "on", "reason": "静かに", "days": "30"}
    url = reverse("suppressions-new", kwargs={"tenant_uid": "701", "uid": town.findings["701"][0]})
    assert client.post(url, form).status_code == 422


def test_nobody_closes_the_last_operator(town: Town) -> None:
    operator = town.people["operator"]
    page = town.client("operator").post(reverse("people-act", args=(operator.pk,)), {"do": "close"}, follow=True)

    assert "最後の運用担当" in page.content.decode()
    assert User.objects.get(pk=operator.pk).is_active


def test_a_lead_asks_for_a_second_factor_in_the_own_company(town: Town) -> None:
    client = town.client("member")
    assert client.post(reverse("people-second-factor", args=("702",)), {"required": "1"}).status_code == 404
    client.post(reverse("people-second-factor", args=("701",)), {"required": "1"})

    assert list(Tenant.objects.filter(requires_second_factor=True)) == [town.aoba]
    assert client.get(reverse("people")).headers["Location"] == reverse("account-setup")
