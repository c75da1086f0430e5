from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from hinomi.deliver.report.facts import IncidentFacts, SensorFacts, TenantFacts
from hinomi.deliver.report.gather import gather
from hinomi.deliver.report.monthly import Comparison, Mark, MonthlyReport
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion
from hinomi.study.middle import Middle
from hinomi.study.months import Month

SITE, IPS, SPAM = "不正サイト", "不正侵入防止(IPS)", "スパムメール"
BLOCKED, DETECTED, TAGGED = 2, 15, 18
DECEMBER = Month(2022, 12)
NOON = datetime(2022, 12, 6, 3)
LAND = Exclusion("101", "101-utm", "land", "LAND", datetime(2022, 12, 4, 15), datetime(2022, 12, 5, 15), 40, "理由")
UTM = SensorFacts("101-utm", "utm", "UTM(Cloud Edge)", date(2022, 11, 1))
EDR = SensorFacts("101-edr", "edr", "EDR(KeepEye)", date(2022, 12, 1))
Report = Callable[..., MonthlyReport]


@pytest.fixture
def report(lake: Lake) -> Report:
    def make(month: Month = DECEMBER, sensors: Any = (UTM, EDR), incidents: Any = (), exclusions: Any = ()) -> Any:
        middles = {("UTM", SITE, "2022-12"): Middle(Fraction(21, 2), 15)}
        return gather(
            lake,
            TenantFacts("101", "青空半導体"),
            sensors,
            incidents,
            month,
            middles,
            exclusions,
            datetime(2023, 2, 1),
            code_version="test",
        )

    return make


@pytest.fixture
def daily(event: Any) -> list[dict[str, Any]]:
    """Ordinary traffic of every fifth day of December."""
    days = range(1, 32, 5)
    return [event("101", sensor, datetime(2022, 12, day, 2)) for sensor in ("101-utm", "101-edr") for day in days]


def row(report: MonthlyReport, device: str, category: str | None = None) -> Comparison:
    return next(r for r in report.comparisons if (r.device, r.category) == (device, category))


def test_counts_of_this_month_and_the_one_before_divide_at_midnight_in_japan(
    report: Report, verdict: Any, fill: Any, daily: Any
) -> None:
    fill(
        [
            verdict("101", "101-utm", datetime(2022, 11, 30, 14, 59, 59), utm_category=SITE),
            verdict("101", "101-utm", datetime(2022, 11, 30, 15), utm_category=SITE),
            verdict("101", "101-utm", NOON, utm_category=SITE, count=5),
            verdict("102", "102-utm", NOON, utm_category=SITE, count=1000),  # another company's
            *daily,
        ]
    )
    site = row(report(), "UTM", SITE)
    assert (site.count, site.before, site.change) == (6, 1, 5)
    assert site.middle == Middle(Fraction(21, 2), 15)


def test_a_month_in_which_a_device_was_not_heard_has_no_count_rather_than_zero(
    report: Report, verdict: Any, fill: Any, daily: Any
) -> None:
    fill([verdict("101", "101-utm", datetime(2022, 11, 5), utm_category=SITE), *daily])
    made = report()
    assert (row(made, "UTM", SPAM).count, row(made, "UTM", SPAM).before) == (0, 0)
    assert (row(made, "EDR").count, row(made, "EDR").before, row(made, "EDR").change) == (0, None, None)


def test_what_was_set_aside_is_out_of_every_count_and_listed(
    report: Report, verdict: Any, fill: Any, daily: Any
) -> None:
    broken = {"src_endpoint__ip": "192.168.1.250", "src_endpoint__hostname": "MFP-01", "utm_category": IPS}
    fill(
        [
            verdict("101", "101-utm", datetime(2022, 12, 5, 3), "LAND", count=40, disposition_id=BLOCKED, **broken),
            verdict("101", "101-utm", datetime(2022, 12, 5, 3), "Exploit", utm_category=IPS, disposition_id=BLOCKED),
            *daily,
        ]
    )
    made = report(exclusions=[LAND])
    assert row(made, "UTM", IPS).count == 1
    assert [aside.count for aside in row(made, "UTM", IPS).aside] == [40]
    assert [(aside.signature, aside.count) for aside in made.exclusions] == [("LAND", 40)]
    assert sum(outcome.stopped for outcome in made.outcomes) == 1
    assert sum(day.count for day in made.days) == 1
    assert [action.where for action in made.actions] == ["MFP-01"]
    assert made.mark is Mark.CHECK
    assert all(value != "LAND" for top in made.tops for value, _ in top.rows)


def test_a_quiet_month_is_calm_where_something_was_heard_and_blind_where_nothing_was(
    report: Report, fill: Any, daily: Any
) -> None:
    assert report().mark is Mark.BLIND  # before any data at all
    fill(daily)
    assert report().mark is Mark.CALM
    assert report().actions == ()
    before = report(Month(2022, 10))
    assert (before.mark, before.coverage, before.actions) == (Mark.BLIND, (), ())


def test_what_became_of_detections_is_told_in_plain_words(report: Report, verdict: Any, fill: Any, daily: Any) -> None:
    fill(
        [
            verdict("101", "101-utm", NOON, utm_category=SPAM, count=30, disposition_id=TAGGED),
            verdict("101", "101-utm", NOON, utm_category=SITE, count=4, disposition_id=BLOCKED),
            verdict("101", "101-edr", NOON, severity_id=2, disposition_id=DETECTED),
            *daily,
        ]
    )
    made = report()
    assert [(o.words, o.stopped, o.marked, o.noted) for o in made.outcomes] == [
        ("迷惑メール", 0, 30, 0),
        ("危険なサイトへの接続", 4, 0, 0),
        ("パソコンの中の不審な動き", 0, 0, 1),
    ]
    assert made.mark is Mark.STOPPED


def test_a_medium_finding_that_nothing_stopped_is_to_be_looked_at_unless_an_incident_tells_of_it(
    report: Report, verdict: Any, fill: Any, daily: Any
) -> None:
    seen = {"severity_id": 3, "disposition_id": DETECTED, "source": "keepeye", "device__hostname": "PC-05"}
    seen |= {"finding_info__types": ["アドウェア"], "actor__user__name": "sato"}
    fill([verdict("101", "101-edr", NOON, **seen), *daily])
    made = report()
    assert [action.where for action in made.actions] == ["PC-05(sato さん)"]
    assert made.mark is Mark.CHECK

    closed = IncidentFacts("i", "題", "adware", 3, NOON, NOON, "完了", is_open=False, host="PC-05")
    assert report(incidents=[closed]).actions == ()


def test_an_incident_belongs_to_every_month_it_touches(report: Report, fill: Any, daily: Any) -> None:
    fill(daily)
    open_one = IncidentFacts(
        "i", "=cmd|' /c calc'!A1", "ransomware", 5, datetime(2022, 11, 29), datetime(2022, 12, 1), "新規", True, "PC-07"
    )
    made = report(incidents=[open_one])
    assert [incident.uid for incident in made.incidents] == ["i"]
    assert made.mark is Mark.ACT
    assert report(Month(2023, 1), incidents=[open_one]).incidents == ()


def test_sources_and_targets_are_ranked_and_harmless(report: Report, verdict: Any, fill: Any, daily: Any) -> None:
    mail = {"utm_category": SPAM, "email__from": "x@spam.example", "src_endpoint__ip": "198.51.100.7"}
    inside = {"src_endpoint__ip": "192.168.1.9", "src_endpoint__hostname": "PC-09"}
    fill(
        [
            verdict("101", "101-utm", NOON, utm_category=SITE, url__hostname="13dl.example", count=3, **inside),
            verdict("101", "101-utm", NOON, utm_category=SITE, url__hostname="a.example", **inside),
            verdict("101", "101-utm", NOON, **mail),
            verdict("101", "101-utm", NOON, "Exploit", utm_category=IPS, src_endpoint__ip="203.0.113.9", count=2),
            *daily,
        ]
    )
    tops = {top.title: top.rows for top in report().tops}
    assert tops["接続しようとしたサイト"] == (("13dl[.]example", 3), ("a[.]example", 1))
    assert tops["メールの送信者"] == (("x[@]spam[.]example", 1),)
    assert tops["社内の端末"] == (("PC-09", 4),)
    assert tops["外からの攻撃元"] == (("203[.]0[.]113[.]9", 2),)  # the spam's relay attacks nobody


def test_days_without_a_record_are_told_from_days_without_a_detection(
    report: Report, event: Any, verdict: Any, fill: Any
) -> None:
    fill([verdict("101", "101-utm", datetime(2022, 12, 2, 16), utm_category=SITE), event("101", "101-utm", NOON)])
    days = {(day.device, day.day.day): (day.count, day.heard) for day in report().days}
    assert days["UTM", 3] == (1, True)  # 1:00 on the 3rd in Japan
    assert days["UTM", 6] == (0, True)
    assert days["UTM", 7] == (0, False)
    assert days["EDR", 6] == (0, False)


def test_every_count_has_its_account(report: Report, verdict: Any, fill: Any, daily: Any) -> None:
    fill([verdict("101", "101-utm", NOON, utm_category=SITE, count=5), *daily])
    made = report()
    accounts = {account.item: account for account in made.accounts}
    assert accounts["UTM・不正サイト 件数"].value == 5
    middle = accounts["UTM・不正サイト 参加企業の中央"]
    assert (middle.value, middle.denominator) == (Fraction(21, 2), 15)
    assert accounts["EDR(KeepEye) 観測できた日"].value == Fraction(7, 31)
    assert made.cut.epoch == 1


def test_our_own_detections_are_counted_apart_from_the_devices_verdicts(
    report: Report, lake: Lake, verdict: Any, fill: Any, daily: Any
) -> None:
    fill([verdict("101", "101-edr", NOON, finding_info__analytic__type_id=1, severity_id=2), *daily])
    made = report()
    assert row(made, "EDR").count == 0
    assert row(made, "火の見の検知ルール").count == 1


def test_what_a_sensor_says_again_of_the_same_detection_is_not_counted_again(
    report: Report, verdict: Any, fill: Any, daily: Any, lake: Lake
) -> None:
    fill([verdict("101", "101-edr", NOON, severity_id=2), *daily])
    once = row(report(), "EDR").count
    fill([verdict("101", "101-edr", NOON, severity_id=2, class_uid=2004, activity_id=2)])
    assert row(report(), "EDR").count == once == 1
