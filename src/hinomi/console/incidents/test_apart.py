"""An analyst takes an incident apart and puts two together, on the page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from hinomi.console.conftest import NOW, Town, story_of
from hinomi.incidents import queries
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record

pytestmark = pytest.mark.django_db


def post(town: Town, name: str, who: str = "analyst", **fields: object) -> tuple[int, str]:
    answer = town.client(who).post(reverse(name, args=(town.incidents["701"],)), fields, follow=True)
    return answer.status_code, answer.content.decode()


def held(uid: str) -> list[str]:
    return [entry.finding for entry in queries.timeline(Incident.objects.get(pk=uid))]


def another(town: Town, tenant: str = "701") -> Incident:
    """A later incident of a company, of findings that no other has."""
    base, day = story_of(tenant, town.findings[tenant][3:6]), timedelta(days=1)
    later = replace(base, uid=f"{tenant}-later", first_seen=base.first_seen + day, last_seen=base.last_seen + day)
    record([later], NOW + timedelta(hours=1))
    return Incident.objects.get(pk=later.uid)


def test_chosen_lines_become_an_incident_of_their_own_and_both_pages_say_so(town: Town) -> None:
    first, *others = held(town.incidents["701"])

    _, shown = post(town, "incidents-split", finding=others)

    taken = Incident.objects.exclude(pk=town.incidents["701"]).get(tenant="701")
    assert (held(town.incidents["701"]), held(taken.pk)) == ([first], others)
    assert "新しいインシデントに分けました" in shown
    assert "別の出来事と判断して分けたもの" in shown
    assert "別のインシデントに分割" in shown
    other = town.client("analyst").get(reverse("incidents-detail", args=(taken.pk,))).content.decode()
    assert reverse("incidents-detail", args=(town.incidents["701"],)) in other


@pytest.mark.parametrize("chosen", [slice(0, 0), slice(0, 3)])
def test_nothing_or_everything_is_refused_and_said(town: Town, chosen: slice) -> None:
    _, shown = post(town, "incidents-split", finding=held(town.incidents["701"])[chosen])

    assert "一部だけ選んでください" in shown
    assert Incident.objects.filter(tenant="701").count() == 1


def test_two_become_one_and_the_page_of_the_older_is_shown(town: Town) -> None:
    later = another(town)
    shown = town.client("analyst").get(reverse("incidents-detail", args=(town.incidents["701"],))).content.decode()
    assert f'value="{later.pk}"' in shown

    _, shown = post(town, "incidents-merge", other=later.pk)

    assert "1件にまとめました" in shown
    assert len(held(town.incidents["701"])) == 6


def test_only_incidents_of_this_company_are_offered_and_taken(town: Town) -> None:
    theirs = another(town, "702")
    shown = town.client("analyst").get(reverse("incidents-detail", args=(town.incidents["701"],))).content.decode()
    assert theirs.pk not in shown

    _, shown = post(town, "incidents-merge", other=theirs.pk)

    assert "同じ企業の" in shown
    assert len(held(town.incidents["701"])) == 3


def test_a_member_neither_splits_nor_merges(town: Town) -> None:
    later = another(town)

    assert post(town, "incidents-split", "member", finding=held(town.incidents["701"])[:1])[0] == 403
    assert post(town, "incidents-merge", "member", other=later.pk)[0] == 403
    assert post(town, "incidents-merge", other="no-such")[0] == 404
