"""Tokens of sensors: shown once, kept as hashes, several at a time, taken away in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hinomi.tenants import queries, tokens
from hinomi.tenants.models import AuditEntry, Sensor, SensorToken
from hinomi.tenants.operations import hashed, register_sensor, register_tenant
from hinomi.tenants.problems import Unchanged, UnknownSensor, UnknownTenant

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def gate() -> Sensor:
    company = register_tenant("101", "青空半導体", now=NOW)
    return register_sensor(company, "gate", source="fortinet_fortigate", kind="utm", since=date(2022, 11, 1))


def test_a_token_leads_to_its_sensor_and_is_itself_not_kept(gate: Sensor) -> None:
    token = tokens.issue(gate, NOW)

    assert queries.sensors_by_token() == {hashed(token): gate}
    assert token not in str(list(SensorToken.objects.values_list())) + str(list(AuditEntry.objects.values_list()))


def test_a_new_token_works_beside_the_old_one_until_the_old_one_is_taken_away(gate: Sensor) -> None:
    old, new = tokens.issue(gate, NOW), tokens.issue(gate, NOW + DAY)
    assert set(queries.sensors_by_token()) == {hashed(old), hashed(new)}
    assert queries.tokens_held([gate.tenant]) == {gate.pk: 2}

    assert tokens.revoke(gate, NOW + 2 * DAY, keep_newest=True) == 1

    assert set(queries.sensors_by_token()) == {hashed(new)}


def test_all_tokens_go_at_once_and_there_is_nothing_to_take_away_twice(gate: Sensor) -> None:
    tokens.issue(gate, NOW)
    tokens.issue(gate, NOW)

    assert tokens.revoke(gate, NOW) == 2

    assert queries.sensors_by_token() == {}
    with pytest.raises(Unchanged):
        tokens.revoke(gate, NOW)


def test_the_newest_is_not_old(gate: Sensor) -> None:
    tokens.issue(gate, NOW)

    with pytest.raises(Unchanged):
        tokens.revoke(gate, NOW, keep_newest=True)


def test_making_and_taking_away_are_in_the_audit_trail(gate: Sensor) -> None:
    tokens.issue(gate, NOW)
    tokens.revoke(gate, NOW + DAY)

    trail = AuditEntry.objects.order_by("id").values_list("action", "tenant", "subject", "detail")

    assert list(trail) == [
        ("sensor_token.issued", "101", "gate", {}),
        ("sensor_token.revoked", "101", "gate", {"tokens": 1}),
    ]


def test_a_sensor_is_looked_for_in_its_own_company(gate: Sensor) -> None:
    register_tenant("102", "赤城部品", now=NOW)

    assert queries.sensor("101", "gate") == gate
    with pytest.raises(UnknownSensor, match="hinomi sensor list"):
        queries.sensor("102", "gate")
    with pytest.raises(UnknownTenant):
        queries.sensor("103", "gate")
