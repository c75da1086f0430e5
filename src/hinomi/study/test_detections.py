from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion
from hinomi.study.detections import DetectionTable, Row, detections
from hinomi.study.months import Month
from hinomi.study.population import COUNTED, Enrolment, Study

IPS, SITE = "不正侵入防止(IPS)", "不正サイト"
NOVEMBER, DECEMBER = Month(2022, 11), Month(2022, 12)
LAND = Exclusion(
    "b", "b-utm", "land", "LAND", datetime(2022, 12, 5), datetime(2022, 12, 6), 0, "送信元と送信先が同じ通信が急増した"
)


@pytest.fixture
def study() -> Study:
    """Company a has a UTM from November, b from December, c has one that never says a word; a has an EDR."""
    start = date(2022, 11, 1)
    return Study(
        enrolments=(
            Enrolment("a", "a-utm", "utm", start, None, "半導体"),
            Enrolment("b", "b-utm", "utm", date(2022, 12, 1), None, "航空部品"),
            Enrolment("c", "c-utm", "utm", start, None, "航空部品"),
            Enrolment("a", "a-edr", "edr", start, None, "半導体"),
        ),
        exclusions=(LAND,),
        months=(NOVEMBER, DECEMBER),
        now=datetime(2023, 2, 1),
        code_version="test",
    )


@pytest.fixture
def table(
    lake: Lake, study: Study, event: Any, verdict: Any, fill: Callable[[list[dict[str, Any]]], None]
) -> DetectionTable:
    fill(
        [
            verdict("a", "a-utm", datetime(2022, 11, 30, 14, 59, 59, 999999), utm_category=SITE),  # 23:59:59 in Japan
            verdict("a", "a-utm", datetime(2022, 11, 30, 15), utm_category=SITE),  # 0:00 on 1 December in Japan
            verdict("a", "a-utm", datetime(2022, 12, 9), utm_category=SITE, count=5),
            verdict("a", "a-utm", datetime(2022, 12, 9), "scan"),  # a scan has no category
            verdict("a", "a-utm", datetime(2022, 12, 9), utm_category="URLカテゴリフィルタ"),
            verdict("a", "a-edr", datetime(2022, 12, 1), "アプリがOSコマンド実行"),
            event("a", "a-edr", datetime(2022, 11, 2)),
        ]
    )
    fill(
        [
            verdict("b", "b-utm", datetime(2022, 11, 30, 14, 59), utm_category=SITE, count=99),  # not enrolled yet
            verdict("b", "b-utm", datetime(2022, 12, 5), "LAND", utm_category=IPS, count=40),
            verdict("b", "b-utm", datetime(2022, 12, 5, 3), "LAND", utm_category=IPS),
            verdict("b", "b-utm", datetime(2022, 12, 6), "LAND", utm_category=IPS),  # after the exclusion ends
            verdict("b", "b-utm", datetime(2022, 12, 5), "Exploit", utm_category=IPS, count=2),
            verdict("z", "z-utm", datetime(2022, 12, 5), utm_category=IPS, count=1000),  # takes no part
        ]
    )
    return detections(lake, study)


def row(table: DetectionTable, device: str, category: str | None, month: str) -> Row:
    return next(r for r in table.rows if (r.device, r.category, r.month) == (device, category, month))


def test_a_detection_belongs_to_the_month_in_japan(table: DetectionTable) -> None:
    assert row(table, "UTM", SITE, "2022-11").count == 1
    assert row(table, "UTM", SITE, "2022-12").count == 1 + 5  # an aggregated record counts what it holds


def test_the_denominator_is_who_was_heard_and_the_silent_are_named(table: DetectionTable) -> None:
    assert row(table, "UTM", SITE, "2022-11").companies == 1
    assert row(table, "UTM", SITE, "2022-12").companies == 2
    silent = [(place["sensor"], place["month"]) for place in table.as_dict()["not_seen"]]
    assert silent == [("c-utm", "2022-11"), ("c-utm", "2022-12")]


def test_a_total_is_the_mean_of_the_monthly_averages_not_the_pooled_one(table: DetectionTable) -> None:
    total = row(table, "UTM", SITE, "total")
    assert (total.count, total.companies) == (7, None)
    assert total.average == (Fraction(1, 1) + Fraction(6, 2)) / 2  # pooled would be 7/3


def test_none_detected_is_zero_where_observed_and_nothing_where_blind(table: DetectionTable) -> None:
    assert row(table, "EDR", None, "2022-11") == Row("EDR", None, "2022-11", 0, 1, Fraction(0))
    assert row(table, "WAF", None, "2022-11") == Row("WAF", None, "2022-11", 0, 0, None)
    assert row(table, "WAF", None, "total").average is None


def test_what_is_set_aside_is_listed_with_its_reason_and_count(table: DetectionTable) -> None:
    assert row(table, "UTM", IPS, "2022-12").count == 2 + 1
    (aside,) = table.as_dict()["exclusions"]
    assert (aside["tenant"], aside["count"], aside["set_aside"]) == ("b", 41, True)
    assert aside["reason"] == LAND.reason


def test_with_exclusions_counted_in_the_number_is_what_it_would_have_been(
    lake: Lake, study: Study, table: DetectionTable
) -> None:
    included = detections(lake, replace(study, include_exclusions=True))
    assert row(included, "UTM", IPS, "2022-12").count == 2 + 1 + 41
    assert included.as_dict()["exclusions"][0]["set_aside"] is False
    assert row(included, "UTM", SITE, "2022-12") == row(table, "UTM", SITE, "2022-12")


def test_overlapping_exclusions_set_a_detection_aside_once(lake: Lake, study: Study, table: DetectionTable) -> None:
    again = replace(LAND, rule="another", until=datetime(2022, 12, 7))
    twice = detections(lake, replace(study, exclusions=(LAND, again)))
    assert row(twice, "UTM", IPS, "2022-12").count == 2
    assert [aside["count"] for aside in twice.as_dict()["exclusions"]] == [41, 1]


def test_only_the_first_seven_utm_categories_are_counted(table: DetectionTable) -> None:
    assert [r.category for r in table.rows if r.device == "UTM" and r.month == "total"] == list(COUNTED)
    assert sum(r.count for r in table.rows if r.device == "UTM" and r.month == "total") == 7 + 3
    assert len(table.rows) == 10 * 3


def test_every_number_carries_its_account(table: DetectionTable) -> None:
    numbers = list(table.numbers())
    assert [number.key for number in numbers] == [r.key for r in table.rows]
    account = next(n for n in numbers if n.key == f"detections/UTM/{IPS}/2022-12").as_dict()
    assert (account["numerator"], account["denominator"], account["value"]) == (3, 2, 1.5)
    assert account["exclusions"][0]["count"] == 41
    assert account["data_cut"] == {"epoch": 2, "latest_event": "2022-12-09T00:00:00Z"}
    assert account["code_version"] == "test"
    assert account["definition"]["ja"]
    assert account["definition"]["en"]
    total = next(n for n in numbers if n.key == f"detections/UTM/{SITE}/total")
    assert [part.rsplit("/", 1)[1] for part in total.parts] == ["2022-11", "2022-12"]
    assert total.exclusions == ()


def test_the_printed_table_has_the_layout_of_the_report(table: DetectionTable) -> None:
    (sheet,) = table.sheets()
    assert sheet.headings == ("機器と検知項目", "2022年11月", "2022年12月", "合計※1")
    assert (f"  {IPS}※2", "0\n(0.0)", "3\n(1.5)", "3\n(0.8)") in sheet.rows  # (0 + 1.5) / 2 = 0.75, half up
    assert ("WAF", "0\n(観測なし)", "0\n(観測なし)", "0\n(観測なし)") in sheet.rows
    assert any("41件を除いて" in note and LAND.reason in note for note in sheet.notes)
    assert any("c-utm(2022-11)" in note for note in sheet.notes)


def test_an_empty_lake_and_an_empty_population_give_a_table_too(lake: Lake, study: Study) -> None:
    assert all(r.count == 0 and r.average is None for r in detections(lake, study).rows)
    assert len(detections(lake, replace(study, enrolments=())).rows) == 30


def test_what_a_sensor_says_again_of_the_same_detection_counts_once(
    lake: Lake, study: Study, table: DetectionTable, verdict: Any, fill: Any
) -> None:
    fill([verdict("a", "a-edr", datetime(2022, 12, 1), class_uid=2004, activity_id=2)])
    again = detections(lake, study)
    assert row(again, "EDR", None, "2022-12") == row(table, "EDR", None, "2022-12")
