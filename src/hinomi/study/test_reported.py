"""Counts of vendors' reports: named, never mixed in by themselves, never beside logs of the same month."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import EVIDENCE_REPORT
from hinomi.study.detections import DetectionTable, detections
from hinomi.study.months import Month
from hinomi.study.population import Enrolment, Study
from hinomi.study.tables import inputs, study_of

IPS = "不正侵入防止(IPS)"
LOGGED, TOLD = Month(2022, 11), Month(2022, 12)


@pytest.fixture
def study() -> Study:
    return Study(
        enrolments=(Enrolment("a", "gate", "utm", date(2022, 11, 1), None, "半導体"),),
        exclusions=(),
        months=(LOGGED, TOLD),
        now=datetime(2023, 2, 1),
        code_version="test",
    )


@pytest.fixture(autouse=True)
def logs_in_november_and_reports_in_both(
    event: Any, verdict: Any, fill: Callable[[list[dict[str, Any]]], None]
) -> None:
    told: dict[str, Any] = {
        "class_uid": 2004,
        "activity_id": 1,
        "utm_category": IPS,
        "metadata.labels": [EVIDENCE_REPORT],
        "finding_info.types": ["IPS"],
    }
    fill(
        [
            verdict("a", "gate", datetime(2022, 11, 5), utm_category=IPS, count=2),
            {**event("a", "gate", datetime(2022, 11, 30, 14, 59, 59)), **told, "count": 50},
            {**event("a", "gate", datetime(2022, 12, 31, 14, 59, 59)), **told, "count": 7},
        ]
    )


def cells(table: DetectionTable) -> list[tuple[str, int, int | None]]:
    return [(row.month, row.count, row.companies) for row in table.rows if row.category == IPS]


def test_a_report_is_not_counted_unless_asked_for_and_is_named(lake: Lake, study: Study) -> None:
    table = detections(lake, study)

    assert cells(table) == [("2022-11", 2, 1), ("2022-12", 0, 0), ("total", 2, None)]
    assert any("57件は含めていない" in note or "7件は含めていない" in note for note in table.notes())
    told = [(one["month"], one["count"], one["logged"], one["counted"]) for one in table.as_dict()["reports"]]
    assert told == [("2022-11", 50, True, False), ("2022-12", 7, False, False)]


def test_a_report_asked_for_counts_only_in_months_without_logs(lake: Lake, study: Study) -> None:
    table = detections(lake, replace(study, include_reports=True))

    assert cells(table) == [("2022-11", 2, 1), ("2022-12", 7, 1), ("total", 9, None)]
    assert any("うち7件は機器の月次レポートの件数" in note and "50件は加えない" in note for note in table.notes())


def test_a_table_is_counted_again_the_same_way(study: Study) -> None:
    asked = replace(study, include_reports=True)

    assert study_of(inputs(asked), now=asked.now, code_version="test") == asked
