"""``hinomi sensor token`` as an operator uses it: shown once, then only counted."""

import json
import re

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app.cli import hinomi
from hinomi.app.problems import explain

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, [*arguments, "--data-dir", str(settings.DATA_DIR)])


@pytest.fixture(autouse=True)
def _gate(db: None) -> None:
    run("tenant", "add", "500", "--name", "見本")
    run("sensor", "add", "gate", "--tenant", "500", "--source", "fortinet_fortigate")


def tokens_listed() -> int:
    return int(json.loads(run("sensor", "list", "--tenant", "500").stdout)["tokens"])


def test_a_token_is_the_only_thing_on_stdout_and_listed_only_as_a_number() -> None:
    assert tokens_listed() == 0

    made = run("sensor", "token", "gate", "--tenant", "500")

    assert re.fullmatch(r"[\w-]{43}\n", made.stdout)
    assert "/ingest/gate" in made.stderr
    assert made.stdout.strip() not in made.stderr
    assert tokens_listed() == 1
    assert made.stdout.strip() not in run("sensor", "list").stdout


def test_rotation_leaves_the_new_one() -> None:
    run("sensor", "token", "gate", "--tenant", "500")
    run("sensor", "token", "gate", "--tenant", "500")

    run("sensor", "token", "gate", "--tenant", "500", "--revoke", "old")
    assert tokens_listed() == 1
    run("sensor", "token", "gate", "--tenant", "500", "--revoke")
    assert tokens_listed() == 0


def test_a_sensor_of_another_company_is_not_found() -> None:
    run("tenant", "add", "501", "--name", "隣")

    refused = run("sensor", "token", "gate", "--tenant", "501")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "hinomi sensor list" in (explain(refused.exception) or "")
