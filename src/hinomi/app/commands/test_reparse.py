"""``hinomi reparse`` from a person's end: what the lake, the incidents and the sensors say afterwards."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app import place
from hinomi.app.cli import hinomi
from hinomi.incidents import operations
from hinomi.incidents.models import Incident
from hinomi.tenants.models import AuditEntry, Sensor
from hinomi.tenants.operations import create_user
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2023, 2, 1, tzinfo=UTC)
LINE = (
    'date=2022-11-01 time=09:{:02}:00 devname="gate" logid="0211008192" type="utm" subtype="virus" level="critical" '
    'srcip=192.168.1.10 srcname="PC-07" dstip=203.0.113.66 action="passthrough" virus="W32/Sample.A" user="taro" '
    'url="http://files.example/a.doc" filename="a.doc" service="HTTP" crlevel="critical"\n'
)
Do = Callable[..., Result]


@pytest.fixture
def do(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Do:
    """Runs ``hinomi`` in this process, in a data folder of this test."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "gate.log").write_text("".join(LINE.format(minute) for minute in range(3)))

    def run(*words: str) -> Result:
        done = CliRunner().invoke(hinomi, [*words, "--data-dir", str(tmp_path)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def imported(do: Do, timezone: str = "UTC") -> Incident:
    log = str(Path(settings.DATA_DIR) / "gate.log")
    do("import", log, "--tenant", "101", "--sensor", "gate", "--source", "fortinet_fortigate", "--timezone", timezone)
    return Incident.objects.get()


def result(done: Result) -> dict[str, Any]:
    return json.loads(done.stdout)


def test_a_time_zone_is_put_right_everywhere(do: Do) -> None:
    incident = imported(do)
    assert incident.first_seen == datetime(2022, 11, 1, 9, tzinfo=UTC)

    done = do("reparse", "--tenant", "101", "--timezone", "Asia/Tokyo", "--json")

    said = result(done)
    assert (said["blocks"], said["lines"], said["events"], said["rejects"], said["findings"]) == (1, 3, 3, 0, 3)
    assert said["before"] == {"events": 3, "rejects": 0, "findings": 3}
    (incident,) = Incident.objects.all()
    assert incident.first_seen == datetime(2022, 11, 1, tzinfo=UTC)
    assert incident.entries.count() == 3
    assert {entry.time.hour for entry in incident.entries.all()} == {0}
    assert [change.why for change in incident.changes.all()] == ["ログを読み直した結果、3件の内容が変わりました。"]
    assert Sensor.objects.get().last_seen == datetime(2022, 11, 1, 0, 2, tzinfo=UTC)
    assert "hinomi sensor add gate --tenant 101 --source fortinet_fortigate --timezone Asia/Tokyo" in done.stderr
    assert AuditEntry.objects.filter(action="lake.reparsed", tenant="101").count() == 1


def test_reading_again_without_a_change_leaves_the_desk_alone(do: Do) -> None:
    imported(do)
    before = list(Incident.objects.values())

    do("reparse", "--tenant", "101")

    assert list(Incident.objects.values()) == before
    assert not Incident.objects.get().changes.exists()


def test_an_incident_of_which_nothing_is_left_is_closed_and_opens_when_it_is_back(do: Do) -> None:
    imported(do)

    said = result(do("reparse", "--tenant", "101", "--as-source", "suricata_eve", "--json"))
    assert (said["events"], said["rejects"]) == (0, 3)
    incident = Incident.objects.get()
    assert (incident.status, incident.reason, incident.entries.count()) == ("closed", "benign", 0)

    said = result(do("reparse", "--tenant", "101", "--as-source", "fortinet_fortigate", "--rejected", "--json"))
    assert (said["events"], said["rejects"], said["before"]["rejects"]) == (3, 0, 3)
    incident = Incident.objects.get()
    assert (incident.status, incident.reason, incident.entries.count()) == ("new", "", 3)


def test_an_incident_that_somebody_works_on_stays_theirs(do: Do) -> None:
    incident = imported(do)
    analyst = create_user("analyst", Role.ANALYST, now=NOW)
    operations.add_note(analyst, incident, "電話で確認中", NOW + timedelta(hours=1))

    do("reparse", "--tenant", "101", "--as-source", "suricata_eve")

    incident.refresh_from_db()
    assert (incident.status, incident.entries.count(), incident.notes.count()) == ("new", 0, 1)
    assert incident.changes.filter(field="reread", before="3", after="0").exists()


def test_what_is_asked_for_wrongly_is_said(do: Do) -> None:
    imported(do)

    assert "読み直す受信ブロックはありません" in do("reparse", "--tenant", "101", "--rejected").stderr
    with pytest.raises(Exception, match="no_such"):
        do("reparse", "--tenant", "101", "--as-source", "no_such")
    with pytest.raises(Exception, match="登録されていません"):
        do("reparse", "--tenant", "999")


def test_a_block_that_is_no_longer_kept_is_named(do: Do) -> None:
    imported(do)
    (block,) = place.landing(Path(settings.DATA_DIR)).kept_files("101")
    block.unlink()

    done = do("reparse", "--tenant", "101")

    assert done.exit_code == 1
    assert block.stem in done.stderr
    assert "前の結果のまま" in done.stderr
