"""The watch over the watch, from the desk's sensors to incidents and back."""

from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from hinomi.app import health, place
from hinomi.app.worker import settle
from hinomi.deliver.notify.models import Notification
from hinomi.incidents.models import Change, Incident, Note, Reason, Status
from hinomi.lake import space
from hinomi.lake.tables import ORDER, TABLES
from hinomi.ocsf.schema import conform
from hinomi.tenants.models import AuditEntry, MachineRole, Sensor, Tenant
from hinomi.tenants.operations import create_user, hear, register_sensor, register_tenant, state_role
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def tenant() -> Tenant:
    return register_tenant("101", "青葉精密", now=NOW)


@pytest.fixture
def gate(tenant: Tenant) -> Sensor:
    """A UTM that sends by itself and was heard two days ago."""
    sensor = register_sensor(
        tenant,
        "gate",
        source="fortinet_fortigate",
        kind="utm",
        since=date(2026, 1, 1),
        title="本社UTM",
        listener_port=6514,
    )
    hear("101", "gate", NOW - 2 * DAY)
    return sensor


def examined(data_dir: Path, now: datetime) -> list[Incident]:
    """Incidents after the watch looked and the desk was brought up to it."""
    health.look_after(data_dir, now)
    settle(place.lake(data_dir), now)
    return list(Incident.objects.filter(merged_into=None).order_by("first_seen"))


@pytest.mark.usefixtures("gate")
def test_a_silence_is_one_incident_and_ends_when_the_sensor_is_heard_again(tmp_path: Path) -> None:
    (incident,) = examined(tmp_path, NOW)
    assert (incident.kind, incident.host, incident.is_open) == ("sensor_silent", "本社UTM", True)
    assert [one.pk for one in examined(tmp_path, NOW + 5 * HOUR)] == [incident.pk]
    assert health.hear_again(tmp_path, NOW + 5 * HOUR) == 0, "it is silent still"

    hear("101", "gate", NOW + 6 * HOUR)
    assert health.hear_again(tmp_path, NOW + 6 * HOUR) == 1

    incident.refresh_from_db()
    assert (incident.status, incident.reason) == (Status.CLOSED, Reason.RESOLVED)
    assert "「本社UTM」から、記録が再び届いています(2026-11-20 18:00に確認)" in Note.objects.get().text
    assert Change.objects.get(field="status").why == "記録が再び届き始めました。"
    assert AuditEntry.objects.filter(action="incident.status", tenant="101", actor="").exists()
    assert health.hear_again(tmp_path, NOW + 7 * HOUR) == 0


@pytest.mark.usefixtures("gate")
def test_a_sensor_that_falls_silent_again_reopens_what_was_told_of_it(tmp_path: Path) -> None:
    (first,) = examined(tmp_path, NOW)
    hear("101", "gate", NOW)
    health.hear_again(tmp_path, NOW + HOUR)

    (again,) = examined(tmp_path, NOW + 3 * DAY)
    assert (again.pk, again.is_open, again.entries.count()) == (first.pk, True, 2)


def events(data_dir: Path, rows: list[dict[str, Any]]) -> None:
    frames: dict[str, Any] = {name: pl.from_arrow(TABLES[name].schema.empty_table()) for name in ORDER}
    told = [{"tenant": "101", "source": "keepeye", "class_uid": 1007} | row for row in rows]
    lake = place.lake(data_dir)
    lake.append(lake.next_epoch(), frames | {"events": conform(pl.DataFrame(told, infer_schema_length=None))})


def seen(host: str, sensor: str) -> list[dict[str, Any]]:
    naive = NOW.replace(tzinfo=None)
    return [{"time": naive - day * DAY, "sensor": sensor, "src_endpoint.hostname": host} for day in (1, 2, 3)]


def test_pcs_without_edr_are_one_matter_that_grows_and_a_stated_one_is_left_out(tmp_path: Path, tenant: Tenant) -> None:
    for name, kind in (("gate", "utm"), ("edr", "edr")):
        register_sensor(tenant, name, source="keepeye", kind=kind, since=date(2026, 1, 1))
    state_role(tenant, "NC-01", MachineRole.FACTORY, NOW)
    events(tmp_path, [*seen("PC-01", "edr"), *seen("PC-02", "gate"), *seen("PC-03", "gate"), *seen("NC-01", "gate")])

    (incident,) = examined(tmp_path, NOW)
    assert (incident.kind, incident.what) == ("edr_missing", "PC-02、PC-03")
    assert incident.title.endswith(" ほか1台: EDRの入っていないPCがある")

    events(tmp_path, seen("PC-04", "gate"))
    (grown,) = examined(tmp_path, NOW + HOUR)
    assert (grown.pk, grown.what, grown.entries.count()) == (incident.pk, "PC-02、PC-03、PC-04", 3)


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(("free", "mails"), [(50, 0), (4, 1), (0.1, 1)])
def test_operators_are_told_once_a_day_of_a_disk_with_little_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, mails: int
) -> None:
    monkeypatch.setattr(space.shutil, "disk_usage", lambda folder: Usage(100 * 1024**3, 0, free * 1024**3))
    monkeypatch.setattr(settings, "SMTP_SECRET_URL", "smtp://127.0.0.1:1")
    create_user("operator", Role.OPERATOR, now=NOW, email="operator@example.jp")
    create_user("analyst", Role.ANALYST, now=NOW, email="analyst@example.jp")

    told = [health.look_at_disk(tmp_path, NOW + minutes * timedelta(minutes=10)) for minutes in range(3)]
    assert told == [mails, 0, 0]
    assert health.look_at_disk(tmp_path, NOW + DAY) == mails
    assert Notification.objects.count() == 2 * mails
