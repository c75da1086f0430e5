"""A suppression on the command line: what it covers raises no incident, and is counted."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hinomi.app.cli import hinomi
from hinomi.incidents.models import Incident
from hinomi.tenants.problems import DeskError

pytestmark = pytest.mark.django_db(transaction=True)

LINE = (
    'date={} time=09:00:00 devname="gate" logid="0211008192" type="utm" subtype="virus" level="critical" '
    'srcip=192.168.1.10 srcname="PC-07" dstip=203.0.113.66 action="passthrough" virus="W32/Sample.A" user="taro" '
    'url="http://files.example/list" filename="{}" service="HTTP" crlevel="critical"\n'
)
STATED = ("suppress", "add", "--rule", "verdict/fortinet_fortigate", "--reason", "試験用のファイル")
TODAY = datetime.now(UTC).date()
Do = Callable[..., Result]


@pytest.fixture
def do(tmp_path: Path, settings: Any) -> Do:
    settings.DATA_DIR = tmp_path

    def run(*words: str) -> Result:
        done = CliRunner().invoke(hinomi, [*words, "--data-dir", str(tmp_path)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def receive(do: Do, folder: Path, day: date, file: str) -> None:
    log = folder / f"{day}-{file}.log"
    log.write_text(LINE.format(day, file))
    do("import", str(log), "--tenant", "500", "--sensor", "gate", "--source", "fortinet_fortigate")


def listed(do: Do) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(do("suppress", "list", "--json").stdout)
    return found


def test_a_rule_that_nobody_knows_is_refused_with_the_nearest_names(do: Do):
    do("tenant", "add", "500", "--name", "見本")
    words = ("suppress", "add", "--tenant", "500", "--reason", "x", "--rule")

    slip = do(*words, "rdp_session_from_internt")

    assert slip.exit_code == 2
    assert re.search(r"[0-9a-f-]{36} \(.*rdp_session_from_internet", slip.output)
    assert "\n  beaconing (" in do(*words, "beaconig").output
    assert listed(do) == []
    assert do(*words, "to-come", "--even-unknown").exit_code == 0
    assert do(*words, "beaconing").exit_code == 0


def test_what_is_suppressed_raises_nothing_and_is_counted(do: Do, tmp_path: Path):
    do("tenant", "add", "500", "--name", "見本")
    stated = do(*STATED, "--tenant", "500", "--where", "file.name=TEST.doc", "--days", "30")
    assert stated.exit_code == 0, stated.output

    receive(do, tmp_path, TODAY, "test.doc")
    assert not Incident.objects.exists()
    receive(do, tmp_path, TODAY, "other.doc")
    assert Incident.objects.count() == 1

    (row,) = listed(do)
    assert (row["uid"], row["hidden"], row["reason"]) == (stated.stdout.strip(), 1, "試験用のファイル")


def test_an_ended_one_raises_again(do: Do, tmp_path: Path):
    do("tenant", "add", "500", "--name", "見本")
    uid = do(*STATED, "--all", "--where", "file.name=test.doc").stdout.strip()
    assert do("suppress", "end", uid).exit_code == 0

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    receive(do, tmp_path, tomorrow.date(), "test.doc")
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tenant", "500", "--all"], "どちらか一つ"),
        ([], "どちらか一つ"),
        (["--tenant", "500"], "--where"),
        (["--all", "--where", "raw_data=x"], "raw_data"),
        (["--all", "--where", "file.name:like=x"], "file.name:like=x"),
    ],
)
def test_wrong_usage_is_said(do: Do, words: list[str], said: str):
    done = do(*STATED, *words)

    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all", "--where", "dst_endpoint.ip:network=office"], "ネットワークではありません"),
        (["--tenant", "nobody", "--where", "file.name=x"], "nobody"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(do: Do, words: list[str], said: str):
    with pytest.raises(DeskError, match=said):
        do(*STATED, *words)
    assert listed(do) == []
