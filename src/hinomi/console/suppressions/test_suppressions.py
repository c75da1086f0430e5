"""An analyst decides what need not be raised; it is listed with what it hides, and ends."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hinomi.console.conftest import BAIT, Town
from hinomi.incidents import suppressing
from hinomi.incidents.models import Suppression
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db


def url(town: Town, tenant: str = "701") -> str:
    return reverse("suppressions-new", args=(tenant, town.findings[tenant][0]))


def fields(page: str) -> list[str]:
    """Names of the boxes that choose a condition."""
    return [part.partition('"')[0] for part in page.split('name="use_')[1:]]


def state(town: Town, who: str = "analyst", **given: str) -> str:
    client = town.client(who)
    form = client.get(url(town)).content.decode()
    number = fields(form)[0]
    value = form.partition(f'name="value_{number}" value="')[2].partition('"')[0]
    stated = {
        "scope": "company",
        "reason": "保守会社の道具",
        "days": "30",
        f"use_{number}": "on",
        f"value_{number}": value,
    }
    answer = client.post(url(town), stated | {f"how_{number}": "is"} | given, follow=True)
    return answer.content.decode()


def test_from_a_finding_to_the_list_with_its_count(town: Town):
    page = state(town)

    (row,) = Suppression.objects.all()
    assert (row.tenant_id, row.reason, str(row.owner)) == ("701", "保守会社の道具", str(town.people["analyst"]))
    assert timedelta(days=29) < row.until - row.created <= timedelta(days=30)
    assert "保守会社の道具" in page
    assert row.rule in page
    assert AuditEntry.objects.filter(action="suppression.added", tenant="701", subject=row.uid).exists()


def test_the_preview_states_nothing(town: Town):
    page = state(town, preview="1")

    assert "件がこれに当たります" in page
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "given", [{"reason": " "}, {"days": "400"}, {"days": "0"}, {"scope": "moon"}], ids=lambda given: next(iter(given))
)
def test_what_cannot_be_stated_is_said(town: Town, given: dict[str, str]):
    page = state(town, **given)

    assert 'role="alert"' in page
    assert not Suppression.objects.exists()


def test_a_rule_without_conditions_must_be_meant(town: Town):
    client = town.client("analyst")
    stated = {"scope": "company", "reason": "試験", "days": "30"}

    assert client.post(url(town), stated).status_code == 422
    client.post(url(town), stated | {"whole": "on"})
    assert Suppression.objects.get().conditions == []


def test_for_every_company_it_is_the_desks_and_a_company_does_not_see_it(town: Town):
    state(town, scope="everyone")
    assert Suppression.objects.get().tenant is None

    assert "保守会社の道具" not in town.client("member").get(reverse("suppressions")).content.decode()
    assert town.client("member").get(url(town)).status_code == 403


def test_ending_it_keeps_what_it_covered_and_is_written_down(town: Town):
    state(town)
    uid = Suppression.objects.get().uid
    client = town.client("operator")
    client.post(reverse("suppressions-end", args=(uid,)))
    client.post(reverse("suppressions-end", args=(uid,)))

    row = Suppression.objects.get()
    assert row.ended_by == town.people["operator"]
    assert AuditEntry.objects.filter(action="suppression.ended").count() == 1
    assert len(suppressing.for_tenant("701")) == 1, "findings from before stay covered"
    assert "終了" in client.get(reverse("suppressions")).content.decode()


def test_what_people_write_is_text(town: Town):
    page = state(town, reason=BAIT)

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
