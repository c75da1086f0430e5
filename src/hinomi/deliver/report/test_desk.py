"""From the desk's rows to a report."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hinomi.deliver.report.desk import monthly, months_with_records
from hinomi.deliver.report.monthly import Mark
from hinomi.incidents import operations as incidents
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Entry, Story
from hinomi.study.months import Month
from hinomi.tenants import operations
from hinomi.tenants.models import Tenant

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 2, 15, tzinfo=UTC)
NOON = datetime(2022, 12, 6, 3)
DECEMBER = Month(2022, 12)


@pytest.fixture
def tenant() -> Tenant:
    company = operations.register_tenant("101", "青空半導体", now=NOW, vendor_contact="山形ネット 023-000-0000")
    operations.register_sensor(
        company, "101-edr", source="keepeye", kind="edr", since=date(2022, 12, 1), until=None, title="EDR(KeepEye)"
    )
    return company


def story(uid: str, first: datetime) -> Story:
    entries = (
        Entry(first, f"{uid}-1", "101-edr", "edr", "アプリから別アプリを起動", "", 2),
        Entry(first, f"{uid}-2", "101-edr", "edr", "ファイル暗号化", "", 5),
    )
    return Story(
        uid, "101", "PC-07: 暗号化", "ransomware", 5, "PC-07", "192.168.1.7", "yamada", first, first, entries, ()
    )


def test_an_incident_of_the_desk_becomes_the_first_thing_to_do(
    lake: Lake, tenant: Tenant, event: Any, fill: Any
) -> None:
    fill([event("101", "101-edr", NOON)])
    incidents.record([story("s1", NOON)], NOW)
    report = monthly(lake, tenant, DECEMBER, now=NOW)
    assert report.mark is Mark.ACT
    assert report.actions[0].where == "PC-07(yamada さん)"
    assert "ファイル暗号化" in report.actions[0].happened  # its gravest finding
    assert report.actions[0].contact.endswith("山形ネット 023-000-0000")
    assert [(row.title, row.status) for row in report.incidents] == [("PC-07: 暗号化", "新規")]


def test_an_incident_of_another_month_or_company_is_not_told(lake: Lake, tenant: Tenant, event: Any, fill: Any) -> None:
    other = operations.register_tenant("102", "赤城部品", now=NOW)
    fill([event("101", "101-edr", NOON), event("102", "102-edr", NOON)])
    incidents.record([story("s1", NOON)], NOW)
    assert monthly(lake, tenant, Month(2022, 11), now=NOW).incidents == ()
    assert monthly(lake, other, DECEMBER, now=NOW).incidents == ()


def test_months_with_records_are_those_of_the_company_in_its_own_time(
    lake: Lake, tenant: Tenant, event: Any, fill: Any
) -> None:
    assert months_with_records(lake, tenant) == ()
    fill(
        [
            event("101", "101-edr", datetime(2022, 11, 30, 15)),  # midnight of 1 December in Japan
            event("101", "101-edr", datetime(2023, 1, 9)),
            event("102", "102-edr", datetime(2022, 10, 9)),
        ]
    )
    assert months_with_records(lake, tenant) == (Month(2023, 1), DECEMBER)
