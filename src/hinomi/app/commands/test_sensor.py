"""``hinomi sensor add`` as an operator uses it: registered once, then corrected piece by piece."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app.cli import hinomi
from hinomi.tenants.models import Sensor
from hinomi.tenants.queries import sensor

pytestmark = pytest.mark.django_db
KNOWN = ("--port", "5515", "--peer", "192.0.2.1", "--certificate", "gate.example", "--timezone", "UTC")


def add(*arguments: str, source: str = "fortinet_fortigate") -> Result:
    command = ["sensor", "add", "gate", "--tenant", "500", "--source", source, *arguments]
    return CliRunner().invoke(hinomi, [*command, "--data-dir", str(settings.DATA_DIR)])


def listed() -> dict[str, Any]:
    shown = CliRunner().invoke(hinomi, ["sensor", "list", "--data-dir", str(settings.DATA_DIR)])
    row: dict[str, Any] = json.loads(shown.stdout)
    return row


def gate() -> Sensor:
    return sensor("500", "gate")


@pytest.fixture(autouse=True)
def _company(db: None) -> None:
    registered = ["tenant", "add", "500", "--name", "見本", "--timezone", "Asia/Bangkok"]
    CliRunner().invoke(hinomi, [*registered, "--data-dir", str(settings.DATA_DIR)])


def test_a_correction_changes_only_what_is_given() -> None:
    add(*KNOWN, "--title", "本社の門", "--study")
    Sensor.objects.update(since=date(2022, 11, 1))

    corrected = add("--peer", "192.0.2.7")

    assert corrected.exit_code == 0, corrected.output
    now = gate()
    assert (now.listener_port, now.listener_peer, now.listener_certificate) == (5515, "192.0.2.7", "gate.example")
    assert (now.title, now.timezone, now.in_study, now.since) == ("本社の門", "UTC", True, date(2022, 11, 1))


def test_what_is_given_empty_is_taken_away() -> None:
    add(*KNOWN)

    add("--port", "0", "--peer", "")

    assert (gate().listener_port, gate().listener_peer, gate().listener_certificate) == (None, "", "gate.example")


def test_the_name_of_a_product_follows_the_product() -> None:
    add()
    add(source="suricata_eve")

    assert gate().source == "suricata_eve"
    assert "Suricata" in gate().title


def test_a_new_sensor_writes_in_the_companys_zone() -> None:
    add()

    assert gate().timezone == "Asia/Bangkok"


@pytest.mark.parametrize("port", ["5514", "8080"])
def test_a_port_that_all_share_is_nobodys_own(port: str) -> None:
    refused = add("--port", port)

    assert refused.exit_code == 2
    assert "--peer" in refused.stderr
    assert not Sensor.objects.exists()


def test_a_sender_of_another_sensor_is_refused_also_as_a_correction() -> None:
    add(*KNOWN)
    other = ["sensor", "add", "other", "--tenant", "500", "--source", "zeek", "--data-dir", str(settings.DATA_DIR)]
    CliRunner().invoke(hinomi, [*other, "--port", "5515", "--peer", "192.0.2.1"])

    assert CliRunner().invoke(hinomi, [*other, "--certificate", "gate.example"]).exit_code == 2


def test_who_is_in_the_study_is_said_and_shown() -> None:
    add()
    assert listed()["in_study"] is False

    add("--study")
    assert listed()["in_study"] is True
    add("--no-study")
    assert listed()["in_study"] is False
