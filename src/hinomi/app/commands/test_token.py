"""``hinomi token`` as an operator uses it: shown once, listed without its secret, taken away."""

import json
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app.cli import hinomi
from hinomi.app.problems import explain
from hinomi.tenants.api_tokens import authenticate

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, [*arguments, "--data-dir", str(settings.DATA_DIR)])


def test_a_token_is_made_listed_and_taken_away() -> None:
    run("tenant", "add", "101", "--name", "青空半導体")
    run("user", "add", "suzuki", "--role", "member", "--tenant", "101")

    made = run("token", "issue", "suzuki", "--name", "集計", "--scope", "work", "--tenant", "101", "--days", "7")

    assert re.fullmatch(r"hnm_[\w-]{43}\n", made.stdout)
    token = made.stdout.strip()
    assert token not in made.stderr
    held = authenticate(token, datetime.now(UTC))
    assert (held.user.username, held.scope, held.tenant_id) == ("suzuki", "work", "101")

    listed = run("token", "list", "--user", "suzuki").stdout
    row = json.loads(listed)
    assert (row["name"], row["scope"], row["tenant"], row["works"]) == ("集計", "work", "101", True)
    assert token not in listed

    assert run("token", "revoke", str(row["id"])).exit_code == 0
    assert run("token", "list").stdout == ""
    assert authenticate(token, datetime.now(UTC)) is None


def test_a_token_that_is_not_there_is_said_to_be_none() -> None:
    refused = run("token", "revoke", "7")

    assert refused.exit_code == 1
    assert "トークン 7 はありません" in (explain(refused.exception) or "")
