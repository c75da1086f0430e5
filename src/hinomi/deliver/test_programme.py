"""The desk's rows and the lake's findings as a question of the study."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hinomi.deliver.programme import enrolments, programme_middles, study
from hinomi.lake.lake import Lake
from hinomi.pipeline.detect import faults
from hinomi.study.months import TOKYO, Month
from hinomi.tenants import operations

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 2, 15, tzinfo=UTC)
START = date(2022, 11, 1)


def company(uid: str, *kinds: str, alert_reader: str = "", in_study: bool = True, sector: str = "半導体") -> None:
    tenant = operations.register_tenant(uid, f"{uid}社", now=NOW, sector=sector, alert_reader=alert_reader)
    for kind in kinds:
        operations.register_sensor(
            tenant, f"{uid}-{kind}", source="keepeye", kind=kind, since=START, until=None, in_study=in_study
        )


def burst(verdict: Any, tenant: str) -> list[dict[str, Any]]:
    """Ten days of a few hits, then 20,000 from an address to itself."""
    address = "192.168.1.250"
    itself = {"src_endpoint__ip": address, "dst_endpoint__ip": address, "utm_category": "不正侵入防止(IPS)"}

    def hits(day: int, count: int) -> dict[str, Any]:
        row: dict[str, Any] = verdict(
            tenant, f"{tenant}-utm", datetime(2022, 12, day, 3), "LAND", count=count, **itself
        )
        return row

    return [*(hits(day, 2) for day in range(1, 11)), hits(13, 20_000)]


def test_only_sensors_in_the_study_take_part_and_an_existing_utm_is_known_by_its_reader() -> None:
    company("101", "utm", "edr", alert_reader="ベンダー")
    company("102", "utm")
    company("901", "utm", in_study=False)
    company("103", "router")
    assert [(e.sensor, e.existing) for e in enrolments()] == [
        ("101-edr", False),
        ("101-utm", True),
        ("102-utm", False),
    ]


def test_companies_without_a_sensor_are_participants_of_their_sector(lake: Lake) -> None:
    company("101", "edr")
    company("105")
    company("901", sector="実演用")
    assert study(lake, now=NOW).participants == {"101": "半導体", "105": "半導体"}


def test_the_months_go_from_the_first_enrolment_to_the_last_record(lake: Lake, event: Any, fill: Any) -> None:
    company("101", "edr")
    assert [str(month) for month in study(lake, now=NOW).months] == ["2022-11", "2022-12", "2023-01", "2023-02"]
    fill([event("101", "101-edr", datetime(2022, 12, 31, 14, 59))])  # still December in Japan
    assert [str(month) for month in study(lake, now=NOW).months] == ["2022-11", "2022-12"]


def test_without_any_enrolment_there_is_nothing_to_study(lake: Lake) -> None:
    asked = study(lake, now=NOW)
    assert (asked.months, asked.enrolments, asked.exclusions) == ((), (), ())


def test_exclusions_of_all_companies_are_those_of_each(lake: Lake, verdict: Any, fill: Any) -> None:
    for uid in ("101", "102", "103"):
        company(uid, "utm")
    fill([*burst(verdict, "101"), *burst(verdict, "103"), verdict("102", "102-utm", datetime(2022, 12, 1))])
    december = Month(2022, 12)
    asked = study(lake, now=NOW, months=(december,))
    each = [
        aside
        for uid in ("101", "102", "103")
        for aside in faults.exclusions(lake, [uid], december.since(TOKYO), december.until(TOKYO), TOKYO)
    ]
    assert list(asked.exclusions) == each
    assert [(aside.tenant, aside.count) for aside in each] == [("101", 20_000), ("103", 20_000)]
    assert study(lake, now=NOW, months=(Month(2022, 11),)).exclusions == ()


def test_the_middle_leaves_out_what_was_set_aside(lake: Lake, event: Any, verdict: Any, fill: Any) -> None:
    uids = ("101", "102", "103", "104", "105")
    for uid in uids:
        company(uid, "utm")
    fill([row for uid in uids for row in burst(verdict, uid)])
    middle = programme_middles(lake, Month(2022, 12), now=NOW)["UTM", "不正侵入防止(IPS)", "2022-12"]
    assert (middle.value, middle.companies) == (20, 5)
