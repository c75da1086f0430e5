"""Companies and their sensors are registered by hand, by command and by the demonstration, again and again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hinomi.tenants.models import Sensor, Tenant
from hinomi.tenants.operations import hear, register_sensor, register_tenant
from hinomi.tenants.problems import BadValue, UnknownTenant
from hinomi.tenants.queries import (
    Enrolment,
    SensorState,
    enrolments,
    listening,
    sensors_with_state,
    state_of,
    tenant,
)
from hinomi.tenants.tokens import issue

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def company() -> Tenant:
    return register_tenant("101", "青空半導体", now=NOW, sector="半導体", endpoints=1000, alert_reader="ベンダー")


def utm(company: Tenant, **fields: object) -> Sensor:
    known = {"source": "fortinet_fortigate", "kind": "utm", "since": date(2022, 11, 1)} | fields
    return register_sensor(company, "fg-1", **known)


def test_registering_again_changes_what_is_named_and_keeps_the_rest(company: Tenant) -> None:
    again = register_tenant("101", "青空半導体株式会社", now=NOW + HOUR, employees=80)

    assert Tenant.objects.count() == 1
    assert (again.name, again.employees, again.endpoints, again.created) == ("青空半導体株式会社", 80, 1000, NOW)


@pytest.mark.parametrize(
    ("uid", "fields", "field"),
    [
        ("a/b", {}, "uid"),
        ("", {}, "uid"),
        ("101", {"timezone": "Tokyo"}, "timezone"),
        ("101", {"timezone": "../etc/passwd"}, "timezone"),
        ("101", {"endpoints": -1}, "endpoints"),
        ("101", {"alert_reader": "社長"}, "alert_reader"),
    ],
)
def test_a_company_with_a_bad_field_is_refused_by_its_name(uid: str, fields: dict, field: str) -> None:
    with pytest.raises(BadValue) as refusal:
        register_tenant(uid, "青空", now=NOW, **fields)

    assert refusal.value.field == field
    assert not Tenant.objects.exists()


def test_an_unknown_company_is_said_so() -> None:
    with pytest.raises(UnknownTenant, match="999"):
        tenant("999")


def test_registering_a_sensor_again_keeps_what_was_heard_of_it(company: Tenant) -> None:
    utm(company, site="本社")
    hear("101", "fg-1", NOW)

    again = utm(company, title="FortiGate 60F")

    assert Sensor.objects.count() == 1
    assert (again.last_seen, again.title, again.site.name) == (NOW, "FortiGate 60F", "本社")


def test_a_sensor_writes_in_the_companys_zone_unless_said_otherwise() -> None:
    abroad = register_tenant("902", "Branch", now=NOW, timezone="Asia/Bangkok")

    assert utm(abroad).timezone == "Asia/Bangkok"
    assert utm(abroad, timezone="UTC").timezone == "UTC"


def test_blocks_out_of_order_never_turn_last_seen_back(company: Tenant) -> None:
    utm(company)

    assert hear("101", "fg-1", NOW)
    assert hear("101", "fg-1", NOW - HOUR)

    sensor = Sensor.objects.get()
    assert sensor.last_seen == NOW


def test_a_sensor_nobody_registered_is_not_heard(company: Tenant) -> None:
    assert not hear("101", "fg-9", NOW)


@pytest.mark.parametrize(
    ("last_seen", "until", "state"),
    [
        (NOW - 24 * HOUR, None, SensorState.HEARD),
        (NOW - 25 * HOUR, None, SensorState.SILENT),
        (None, None, SensorState.NEVER_HEARD),
        (NOW - 25 * HOUR, date(2022, 11, 30), SensorState.ENDED),
        (None, date(2022, 12, 1), SensorState.NEVER_HEARD),
    ],
)
def test_a_silent_sensor_is_told_from_one_whose_observation_ended(
    company: Tenant, last_seen: datetime | None, until: date | None, state: SensorState
) -> None:
    sensor = utm(company, until=until, listener_peer="192.0.2.1")
    sensor.last_seen = last_seen

    assert state_of(sensor, NOW) is state


def test_nothing_is_expected_of_a_sensor_that_only_came_in_files(company: Tenant) -> None:
    utm(company)
    hear("101", "fg-1", NOW - 25 * HOUR)

    [imported] = sensors_with_state([company], NOW)
    assert imported.state is SensorState.IMPORTED

    issue(imported.sensor, NOW)
    [sending] = sensors_with_state([company], NOW)
    assert sending.state is SensorState.SILENT


def test_mail_is_expected_without_a_listener_or_token(company: Tenant) -> None:
    utm(company, source="alert_mail")
    hear("101", "fg-1", NOW - 25 * HOUR)

    [mailed] = sensors_with_state([company], NOW)
    assert mailed.state is SensorState.SILENT


def test_the_last_day_of_an_observation_is_a_day_where_the_company_is(company: Tenant) -> None:
    sensor = utm(company, until=date(2022, 12, 1))
    midnight_in_tokyo = datetime(2022, 12, 1, 15, 0, tzinfo=UTC)

    assert state_of(sensor, midnight_in_tokyo - HOUR) is SensorState.NEVER_HEARD
    assert state_of(sensor, midnight_in_tokyo) is SensorState.ENDED


def test_only_the_studys_sensors_are_enrolled(company: Tenant) -> None:
    utm(company, in_study=True, until=date(2023, 1, 31))
    register_sensor(company, "own", source="fortinet_fortigate", kind="utm", since=date(2022, 11, 1))

    assert enrolments() == [
        Enrolment("101", "半導体", "fg-1", "fortinet_fortigate", "utm", date(2022, 11, 1), date(2023, 1, 31))
    ]
    assert len(sensors_with_state([company], NOW)) == 2


def test_the_listener_knows_sensors_by_port_peer_or_certificate(company: Tenant) -> None:
    utm(company)
    assert listening() == []

    by_peer = utm(company, listener_peer="192.0.2.0/24")
    assert listening() == [by_peer]
