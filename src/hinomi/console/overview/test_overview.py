"""The first page: staff see who needs a person first, a member is led to their own company."""

import json
import re

import pytest
from django.urls import reverse

from hinomi.console.conftest import NOW, Town
from hinomi.console.overview.board import Row
from hinomi.console.overview.figures import Cell
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.operations import set_status
from hinomi.tenants.models import Tenant

pytestmark = pytest.mark.django_db


def test_staff_see_all_companies_of_the_latest_month_with_records(town: Town) -> None:
    answer = town.client("operator").get(reverse("overview"))

    assert str(answer.context["month"]) == "2022-12"
    assert [row.tenant.uid for row in answer.context["rows"]] == ["701", "702"]
    assert answer.context["total"].grave == 2
    assert answer.context["total"].rejects == 4


def test_a_company_without_open_incidents_comes_after_one_with(town: Town) -> None:
    incident = Incident.objects.get(pk=town.incidents["701"])
    set_status(town.people["analyst"], incident, Status.CLOSED, NOW, reason=Reason.RESOLVED)

    rows = town.client("operator").get(reverse("overview")).context["rows"]

    assert [(row.tenant.uid, row.level) for row in rows] == [("702", "act"), ("701", "check")]


def row(uid: str, **more: object) -> Row:
    return Row(**{"tenant": Tenant(uid=uid), "open": (), "cells": (), "silent": 0, "sensors": 1, "rejects": 0} | more)


def test_graver_comes_before_more_and_silence_before_calm() -> None:
    rows = [
        row("calm"),
        row("unread", rejects=5),
        row("silent", silent=1),
        row("many", open=((3, 90),)),
        row("grave", open=((5, 1),)),
    ]

    assert [r.tenant.uid for r in sorted(rows, key=lambda r: r.urgency)] == [
        "grave",
        "many",
        "silent",
        "unread",
        "calm",
    ]


def test_a_company_nobody_looks_at_is_not_called_calm() -> None:
    assert row("unwatched", sensors=0).level == "blind"
    assert row("over", sensors=0, ended=2).level == "ended"
    assert row("watched").level == "calm"


def test_what_could_not_be_seen_is_no_zero(town: Town) -> None:
    """The UTM was heard and found malware; the EDR was never heard; there is no mail security."""
    cells = town.client("operator").get(reverse("overview")).context["rows"][0].cells

    assert cells[0] == Cell(count=6, before=0, seen=True)
    assert cells[1] == Cell(count=0, before=0, seen=True)
    assert cells[7] == cells[9] == Cell(count=0, before=0, seen=False)


def test_a_sector_is_looked_at_alone(town: Town) -> None:
    answer = town.client("operator").get(reverse("overview"), {"sector": "自動車部品"})

    assert [row.tenant.uid for row in answer.context["rows"]] == ["702"]


@pytest.mark.parametrize("month", ["2031-01", "nonsense", "0000-00"])
def test_a_month_of_which_nothing_is_known_gives_the_latest(town: Town, month: str) -> None:
    assert str(town.client("operator").get(reverse("overview"), {"month": month}).context["month"]) == "2022-12"


def test_the_charts_add_up_to_the_table(town: Town) -> None:
    page = town.client("operator").get(reverse("overview")).content.decode()

    specs = [
        json.loads(text) for text in re.findall(r'<script id="chart-\d" type="application/json">(.*?)</script>', page)
    ]

    assert [sum(day["hits"] for day in spec["data"]["values"]) for spec in specs] == [12, 0]
    assert {day["day"]: day["hits"] for day in specs[0]["data"]["values"]}["2022-12-19"] == 12


def test_the_programme_office_sees_the_table_without_ways_into_a_company(town: Town) -> None:
    page = town.client("programme").get(reverse("overview")).content.decode()

    assert "青葉精密" in page
    assert reverse("company", args=("701",)) not in page
    assert reverse("incidents") not in page


def test_a_member_is_led_to_their_company(town: Town) -> None:
    assert town.client("member").get("/").headers["Location"] == reverse("company", args=("701",))
