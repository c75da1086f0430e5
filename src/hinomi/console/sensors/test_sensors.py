"""Which sensors are heard, and what became of what they sent."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.tenants.models import Sensor

pytestmark = pytest.mark.django_db


def test_a_sensor_that_fell_silent_comes_before_one_that_was_never_heard(town: Town) -> None:
    views = town.client("member").get(reverse("sensors")).context["sensors"]

    assert [(view.sensor.name, view.state) for view in views] == [("utm", "silent"), ("pc", "never_heard")]


def test_of_a_sensor_that_only_came_in_files_nothing_is_alarming(town: Town) -> None:
    Sensor.objects.filter(name="utm").update(listener_certificate="")

    answer = town.client("member").get(reverse("sensors"))

    assert [view.state for view in answer.context["sensors"]] == ["never_heard", "imported"]
    assert "取り込みのみ" in answer.content.decode()


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


@pytest.fixture
def doorstep(town: Town, settings: Any, tmp_path: Path) -> Town:
    """Somebody unknown has sent, and lines of 701 were lost."""
    for name in ("landing", "lake"):
        (tmp_path / name).symlink_to(settings.DATA_DIR / name)
    settings.DATA_DIR = tmp_path
    book = Logbook(tmp_path / "strangers" / "collector.json")
    noon = datetime(2022, 12, 19, 3)
    book.knock("udp", 5514, "192.0.2.77", b"<189>http://203.0.113.66/x <script>alert(1)</script>", noon)
    book.knock("http", 8080, "198.51.100.7", b"POST /ingest/gate", noon)
    book.drop("701", "utm", noon)
    book.save(noon)
    return town


@pytest.mark.parametrize("who", ["operator", "analyst"])
def test_staff_see_who_sends_unknown_and_how_to_register_them(doorstep: Town, who: str) -> None:
    page = doorstep.client(who).get(reverse("sensors")).content.decode()

    assert "--peer 192.0.2.77" in page
    assert "hinomi sensor token" in page
    assert "2022-12-19 12:00" in page
    assert "701 / utm: 1行" in page


def test_what_a_stranger_sent_can_neither_run_nor_be_followed(doorstep: Town) -> None:
    page = doorstep.client("analyst").get(reverse("sensors")).content.decode()

    assert "<script>alert" not in page
    assert "http://203.0.113.66" not in page
    assert "hxxp://203[.]0[.]113[.]66" in page


@pytest.mark.parametrize("who", ["member", "neighbour"])
def test_companies_do_not_see_who_else_knocks(doorstep: Town, who: str) -> None:
    page = doorstep.client(who).get(reverse("sensors")).content.decode()

    assert "192.0.2.77" not in page
    assert "知らない送り手" not in page


def test_where_nobody_knocked_nothing_is_said(town: Town) -> None:
    assert "知らない送り手" not in town.client("operator").get(reverse("sensors")).content.decode()
