"""The programme office reads the tables, and what stands behind each number."""

import pytest
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.study.tables import TABLES
from hinomi.tenants.models import Sensor

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(town: Town) -> Town:
    Sensor.objects.update(in_study=True)
    return town


def test_the_table_counts_what_the_sensors_detected(programme: Town) -> None:
    answer = programme.client("programme").get(reverse("study"))

    cells = [" ".join(cell.split()) for sheet in answer.context["sheets"] for row in sheet.rows if row for cell in row]
    assert "12 (6.0)" in cells


@pytest.mark.parametrize("name", list(TABLES))
@pytest.mark.parametrize("switch", [{}, {"include_exclusions": "on"}])
def test_every_table_opens(programme: Town, name: str, switch: dict[str, str]) -> None:
    answer = programme.client("programme").get(reverse("study"), {"table": name, **switch})

    assert answer.status_code == 200
    assert answer.context["included"] == bool(switch)


def test_a_table_is_taken_along_in_a_form_that_can_be_counted_again(programme: Town) -> None:
    told = programme.client("programme").get(reverse("study-json", args=("detections",))).json()

    assert told["table"] == "detections"
    assert told["inputs"]["enrolments"]


def test_without_a_programme_the_page_says_so(town: Town) -> None:
    assert "調査に参加しているセンサーはありません" in town.client("analyst").get(reverse("study")).content.decode()


def test_an_unknown_table_is_not_found(programme: Town) -> None:
    assert programme.client("programme").get(reverse("study"), {"table": "x"}).status_code == 404
