"""``hinomi intel`` from a file to an incident of what happened before anybody knew."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hinomi.app.cli import hinomi

LINE = (
    'date=2026-11-20 time=12:01:00 devname="gate" devid="FG0" tz="+0900" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip=203.0.113.66 dstport=443 proto=6 action="accept"\n'
)


pytestmark = pytest.mark.django_db


@pytest.fixture
def intel(db: None, tmp_path: Path, settings: Any):
    settings.DATA_DIR = tmp_path / "data"

    def run(*words: str, command: str = "intel") -> Result:
        return CliRunner().invoke(hinomi, [*command.split(), *words, "--data-dir", str(settings.DATA_DIR)])

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_logs_first_then_an_indicator_then_an_incident(intel, tmp_path: Path):
    log, feed = tmp_path / "gate.log", tmp_path / "feed.csv"
    log.write_text(LINE)
    feed.write_text("type,indicator,comment\nip,203.0.113[.]66,[red]C2[/red]\nip,192.168.1.1,x\n")
    arrived = intel(
        "import", str(log), "--tenant", "101", "--source", "fortinet_fortigate", "--json", command=""
    ).stdout
    assert json.loads(arrived)["findings"] == 0

    came = told(intel("import", str(feed), "--feed", "test", "--confidence", "80", "--json"))
    looked = told(intel("look-back", "--json"))
    shown = told(intel("show", "203.0.113.66", "--days", "3650", "--json"))
    incidents = told(intel("--tenant", "101", "--json", command="incidents"))["incidents"]

    assert (came["indicators"], came["refused"], came["refusals"][0]["line"]) == (1, 1, 3)
    assert looked == {"findings": 1}
    assert [one["description"] for one in shown["indicators"]] == ["[red]C2[/red]"]
    assert [(row["tenant"], row["count"]) for row in shown["seen"]] == [("101", 1)]
    assert [(one["kind"], one["address"]) for one in incidents] == [("cnc_callback", "192.168.1.7")]
    assert "test" in intel("list").output

    told(intel("allow", "203.0.113.0/24", "--note", "当社", "--json"))
    assert "許可リスト" in told(intel("show", "203.0.113.66", "--json"))["allowed"]
    assert told(intel("forget", "test", "--json")) == {"feed": "test", "forgotten": 1}
    assert intel("forget", "test").exit_code == 1


def test_what_cannot_be_read_or_is_not_there_is_said(intel, tmp_path: Path):
    packed = tmp_path / "feed.zip"
    packed.write_bytes(b"PK\x03\x04")

    assert "圧縮されています" in intel("import", str(packed), "--feed", "x").output
    assert intel("import", str(packed), "--feed", "x", "--column", "nothing=1").exit_code == 2
    assert intel("pull", "nobody").exit_code == 1
    assert intel("show", "???").exit_code == 2
    assert told(intel("list", "--json")) == []


@pytest.mark.parametrize(
    "said", ["", "indicator\n", "indicator\n0.0.0.0\nlocalhost\n"], ids=["none", "heading", "refused"]
)
def test_a_file_without_an_indicator_empties_no_feed_unless_that_is_meant(intel, tmp_path: Path, said: str):
    feed = tmp_path / "feed.csv"
    feed.write_text("indicator\n203.0.113.66\n")
    told(intel("import", str(feed), "--feed", "test", "--json"))
    feed.write_text(said)

    refused = intel("import", str(feed), "--feed", "test")

    assert refused.exit_code == 1
    assert "1 件のまま" in refused.output
    assert told(intel("list", "--json"))[0]["indicators"] == 1
    assert told(intel("import", str(feed), "--feed", "test", "--allow-empty", "--json"))["indicators"] == 0
    assert told(intel("list", "--json"))[0]["indicators"] == 0


def test_a_secret_is_named_and_not_given(intel):
    words = (
        "--server",
        "taxii",
        "--url",
        "https://127.0.0.1:1/api/",
        "--collection",
        "x",
        "--secret-env",
        "NO_SUCH_WORD",
    )
    assert intel("add-feed", "partner", *words).exit_code == 0

    failed = intel("pull", "partner")

    assert failed.exit_code == 1
    assert "NO_SUCH_WORD" in failed.output
    assert told(intel("list", "--json"))[0]["problem"]
    assert "--password" not in intel("add-feed", "--help").output
