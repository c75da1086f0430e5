"""``hinomi import`` says under which new names it files, so that a mistyped one is seen."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app.cli import hinomi
from hinomi.tenants.queries import sensor, tenant

pytestmark = pytest.mark.django_db
LINE = 'date=2022-11-03 time=12:00:00 devname="FG-1" tz="+0900" type="traffic" srcip=192.0.2.1 action="close"\n'


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, [*arguments, "--data-dir", str(settings.DATA_DIR)])


@pytest.fixture
def log(db: None, tmp_path: Path, settings: Any) -> str:
    settings.DATA_DIR = tmp_path / "data"
    path = tmp_path / "gate.log"
    path.write_text(LINE)
    return str(path)


def test_a_new_company_and_sensor_are_registered_and_said(log: str) -> None:
    said = run("import", log, "--tenant", "999", "--source", "fortinet_fortigate", "--sensor", "gate", "--json")

    assert said.exit_code == 0, said.output
    assert "hinomi tenant add 999 --name" in said.stderr
    assert "hinomi sensor add gate --tenant 999 --source fortinet_fortigate" in said.stderr
    assert "登録" not in said.stdout
    assert (tenant("999").name, sensor("999", "gate").source) == ("999", "fortinet_fortigate")


def test_of_who_is_known_nothing_is_said_but_of_another_source(log: str) -> None:
    run("tenant", "add", "500", "--name", "見本")
    run("sensor", "add", "gate", "--tenant", "500", "--source", "fortinet_fortigate", "--port", "5515")

    same = run("import", log, "--tenant", "500", "--source", "fortinet_fortigate", "--sensor", "gate")
    other = run("import", log, "--tenant", "500", "--source", "suricata_eve", "--sensor", "gate")

    assert "登録" not in same.stderr
    assert "fortinet_fortigate として登録されています" in other.stderr
    assert sensor("500", "gate").source == "fortinet_fortigate"
