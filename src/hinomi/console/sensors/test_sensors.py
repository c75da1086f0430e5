"""Which sensors are heard, and what became of what they sent."""

import pytest
from django.urls import reverse

from hinomi.console.conftest import Town

pytestmark = pytest.mark.django_db


def test_a_sensor_that_fell_silent_comes_before_one_that_was_never_heard(town: Town) -> None:
    views = town.client("member").get(reverse("sensors")).context["sensors"]

    assert [(view.sensor.name, view.state) for view in views] == [("utm", "silent"), ("pc", "never_heard")]


def test_lines_in_are_events_and_rejects(town: Town) -> None:
    utm, pc = town.client("member").get(reverse("sensors")).context["sensors"]

    assert (utm.records, utm.events, utm.rejects, utm.findings) == (62, 60, 2, 6)
    assert (pc.records, pc.received) == (0, None)


def test_a_source_whose_format_is_assumed_says_so(town: Town) -> None:
    page = town.client("member").get(reverse("sensors")).content.decode()

    assert page.count("形式は推定") == 1


def test_staff_look_at_one_company(town: Town) -> None:
    answer = town.client("operator").get(reverse("sensors"), {"tenant": "702"})

    assert {view.sensor.tenant_id for view in answer.context["sensors"]} == {"702"}
