"""Records that could not be read: a work queue for staff, a count for the company."""

import pytest
from django.urls import reverse

from hinomi.console.conftest import Town

pytestmark = pytest.mark.django_db


def test_rejects_are_grouped_by_source_and_reason(town: Town) -> None:
    groups = town.client("operator").get(reverse("rejects")).context["groups"]

    assert [(group.source, group.reason, group.count, group.tenants) for group in groups] == [
        ("fortinet_fortigate", "encoding", 2, ("701", "702")),
        ("fortinet_fortigate", "not_this_format", 2, ("701", "702")),
    ]


def test_a_member_sees_counts_of_their_own_and_no_raw_line(town: Town) -> None:
    answer = town.client("member").get(reverse("rejects"))

    assert [group.count for group in answer.context["groups"]] == [1, 1]
    assert "hello from" not in answer.content.decode()
    assert "examples" not in answer.content.decode()


def test_bytes_that_are_no_text_are_shown_as_hex(town: Town) -> None:
    page = town.client("operator").get(reverse("rejects-examples", args=("fortinet_fortigate", "encoding")))

    assert "83 65 83 58 83 67" in page.content.decode()


def test_examples_come_from_the_company_asked_for(town: Town) -> None:
    url = reverse("rejects-examples", args=("fortinet_fortigate", "not_this_format"))

    page = town.client("operator").get(url, {"tenant": "701"}).content.decode()

    assert "hello from 701" in page
    assert "hello from 702" not in page


@pytest.mark.parametrize(("source", "reason"), [("nothing", "encoding"), ("' OR true --", "x")])
def test_of_what_is_not_there_there_is_no_example(town: Town, source: str, reason: str) -> None:
    answer = town.client("operator").get(reverse("rejects-examples", args=(source, reason)))

    assert answer.context["examples"] == []


def test_an_operator_is_told_how_to_read_them_again_and_how_much_it_is(town: Town) -> None:
    answer = town.client("operator").get(reverse("rejects"), {"tenant": "701"})

    assert [(repair.tenant, repair.rejects, repair.blocks) for repair in answer.context["repairs"]] == [("701", 2, 1)]
    assert "hinomi reparse --tenant 701 --source fortinet_fortigate --rejected" in answer.content.decode()


@pytest.mark.parametrize("who", ["analyst", "member"])
def test_who_does_not_operate_gets_no_command(town: Town, who: str) -> None:
    assert "hinomi reparse --tenant" not in town.client(who).get(reverse("rejects")).content.decode()
