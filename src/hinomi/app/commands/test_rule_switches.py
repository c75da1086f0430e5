"""An operator without a browser: what runs, switched by a rule or a pack, and run back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hinomi.app.cli import hinomi
from hinomi.pipeline.rules import State, switches
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)

RULE_ID = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c99"
RULE = f"""title: Port 4444
id: {RULE_ID}
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: 4444}}
  condition: selection
level: high
"""
CORRELATION = """---
title: Often
id: many-ports
correlation: {type: event_count, rules: [often], group-by: [src_ip], timespan: 1h, condition: {gte: 3}}
"""
LINE = (
    'date={} time=09:00:0{} devname="gate" devid="FG0" tz="+0900" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip=198.51.100.9 dstport=4444 proto=6 action="accept"\n'
)
Do = Callable[..., Result]


@pytest.fixture
def do(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Do:
    """Runs ``hinomi rules …`` beside one pack that holds a rule and a broken file; the shelf is bare."""
    monkeypatch.setattr("hinomi.library.catalog.sigma_rules", lambda: ())
    settings.DATA_DIR = tmp_path
    pack = tmp_path / "rules" / "sigma"
    pack.mkdir(parents=True)
    (pack / "port.yml").write_text(RULE)
    (pack / "broken.yml").write_text("title: [")

    def run(*words: str) -> Result:
        done = CliRunner().invoke(hinomi, [*words, "--data-dir", str(tmp_path)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def listed(do: Do, *words: str) -> dict[str, tuple[str, bool]]:
    rows = map(json.loads, do("rules", "list", "--json", *words).stdout.splitlines())
    return {row["id"]: (row["state"], row["refused"] is not None) for row in rows}


def test_a_pack_is_switched_on_and_a_rule_of_it_off_again(do: Do, tmp_path: Path):
    assert listed(do) == {RULE_ID: ("off", False), "broken": ("off", True)}

    do("rules", "on", "sigma", "--level", "high", "--why", "よく当たる")
    assert listed(do)[RULE_ID] == ("on", False)
    do("rules", "off", RULE_ID, "--why", "うるさい")
    assert listed(do, "--state", "off") == {RULE_ID: ("off", False), "broken": ("off", True)}
    do("rules", "trial", RULE_ID, "--why", "もう一度数える")

    assert switches.read(tmp_path / "rules").rules[RULE_ID].state is State.TRIAL
    assert [(entry.action, entry.actor) for entry in AuditEntry.objects.order_by("id")] == [
        ("rules.switched", ""),
        ("rule.switched", ""),
        ("rule.switched", ""),
    ]
    assert "trial 1" in do("rules", "status").stdout
    assert "broken.yml" in do("rules", "list", "--state", "refused").stdout


def test_what_is_not_there_cannot_be_switched_nor_run_back(do: Do, tmp_path: Path):
    for words in (("on", "nothing", "--why", "x"), ("retro", "nothing")):
        done = do("rules", *words)
        assert done.exit_code == 1
        assert "hinomi rules list" in done.output
    (tmp_path / "rules" / switches.FILE).write_text("{")
    assert switches.FILE in do("rules", "on", RULE_ID, "--why", "x").output
    assert do("rules", "list").exit_code == 1


def test_a_correlation_is_not_run_back_and_says_why(do: Do, tmp_path: Path):
    (tmp_path / "rules" / "often.yml").write_text(RULE.replace(RULE_ID, "often") + CORRELATION)

    refused = do("rules", "retro", "many-ports")

    assert refused.exit_code == 1
    assert "相関ルールは、過去のイベントには当てません" in refused.output


def test_a_rule_is_run_back_over_what_one_company_sent(do: Do, tmp_path: Path):
    today = datetime.now(UTC).date()
    for tenant in ("500", "501"):
        do("tenant", "add", tenant, "--name", "見本")
        log = tmp_path / f"{tenant}.log"
        log.write_text("".join(LINE.format(today, number) for number in range(3)))
        done = do("import", str(log), "--tenant", tenant, "--sensor", "gate", "--source", "fortinet_fortigate")
        assert done.exit_code == 0, done.output

    done = do("rules", "retro", RULE_ID, "--days", "7", "--tenant", "500")

    assert done.exit_code == 0, done.output
    assert "3 events, 3 hits, 3 new findings" in done.stdout
    again = do("rules", "retro", RULE_ID)
    assert "6 events, 6 hits, 3 new findings" in again.stdout
    assert "done 100%" in do("rules", "status").stdout
