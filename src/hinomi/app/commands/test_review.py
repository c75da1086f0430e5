"""``hinomi review``: what waits over all companies, and what deciding cost, for another tool."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hinomi.app.cli import hinomi
from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.conftest import AGENT, only, story, tell
from hinomi.incidents.review.deciding import decide
from hinomi.incidents.review.effort import beat, begin
from hinomi.incidents.review.models import Verdict
from hinomi.ocsf.incident import Nature
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(tmp_path: Path, settings: Any) -> Any:
    settings.DATA_DIR = tmp_path

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(hinomi, ["review", *arguments, "--data-dir", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_what_waits_and_what_it_cost(ask: Any, settings: Any) -> None:
    settings.ANALYST_YEN_PER_HOUR = 6000
    now = datetime.now(UTC)
    for uid in ("101", "102"):
        register_tenant(uid, uid, now=now)
    sato = create_user("sato", Role.ANALYST, now=now)
    tell(story("101", at=now), story("102", at=now), now=now)
    key = only(queue(sato, now)).key
    begin(sato, key, ["101", "102"], now - timedelta(seconds=24))
    beat(sato, key, now)
    decision = decide(sato, key, Verdict.BENIGN_HERE, reason="点検", now=now)
    tell(story("101", 2, at=now), story("102", 2, AGENT, Nature(AGENT.rule, ("x.exe",)), at=now), now=now)

    (waits,) = json.loads(ask("list", "--json"))
    cost = json.loads(ask("effort", "--json"))

    assert (waits["key"], waits["tenants"], waits["incidents"]) == (key, ["102"], ["102-2"])
    assert waits["again"][0]["new"] == {"programs": ["x.exe"]}
    assert waits["again"][0]["decision"] == decision.pk
    assert (cost["median_minutes"], cost["companies"], cost["yen_per_hour"]) == (0.4, 2, 6000)
    assert [(row["tenant"], row["yen"], row["decisions"], row["recognised"]) for row in cost["rows"]] == [
        ("101", 20, 1, 1),
        ("102", 20, 1, 0),
    ]
    assert "[再確認]" in ask("list")
    assert "20 円" in ask("effort")


def test_where_nothing_waits_it_says_so(ask: Any) -> None:
    assert json.loads(ask("list", "--json")) == []
    assert json.loads(ask("effort", "--json"))["rows"] == []
