"""``hinomi match`` and ``hinomi rules check``, as a person uses them."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hinomi.app.cli import hinomi
from hinomi.library import catalog

CORPUS = Path(os.environ.get("HINOMI_CORPUS", Path(__file__).parents[4].parent / "shared" / "corpus"))
SAMPLES = catalog.source_manifest("windows_evtx").folder / "samples"
RULE = """
title: {title}
id: {id}
logsource: {{product: windows, {logsource}}}
detection: {{selection: {selection}, condition: selection}}
level: low
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(hinomi, [str(argument) for argument in arguments])


def fired(result: Result) -> dict[str, int]:
    return {row["title"]: row["count"] for row in map(json.loads, result.stdout.splitlines())}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Two rules that run, one in a folder below, and one that cannot."""
    folder = tmp_path / "rules"
    (folder / "below").mkdir(parents=True)

    def write(path: Path, number: int, title: str, logsource: str, selection: str) -> None:
        uid = f"00000000-0000-4000-8000-{number:012}"
        path.write_text(RULE.format(title=title, id=uid, logsource=logsource, selection=selection))

    write(folder / "any.yml", 1, "any process", "category: process_creation", "{Image: '*'}")
    write(folder / "below" / "never.yml", 2, "never", "category: process_creation", "{Image: nothing}")
    write(folder / "access.yml", 3, "file access", "category: file_access", "{Image: '*'}")
    return folder


def test_every_rule_that_fired_is_a_line_with_its_count(rules: Path):
    result = run("match", "--rules", rules, "--source", "windows_evtx", SAMPLES / "workstation.evtx")

    assert result.exit_code == 0
    [line] = map(json.loads, result.stdout.splitlines())
    assert line == {"rule_id": "00000000-0000-4000-8000-000000000001", "title": "any process", "count": line["count"]}
    assert line["count"] >= 1
    assert "1 refused" in result.stderr
    assert "file_access" in result.stderr


def test_a_folder_is_walked_and_counts_add_up(rules: Path, tmp_path: Path):
    sample = (SAMPLES / "workstation.evtx").read_bytes()
    for name in ("a.evtx", "deeper/b.evtx"):
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample)

    once = fired(run("match", "--rules", rules, "--source", "windows_evtx", SAMPLES / "workstation.evtx"))
    twice = fired(run("match", "--rules", rules, "--source", "windows_evtx", tmp_path / "logs"))

    assert twice == {title: 2 * count for title, count in once.items()}


def test_what_is_asked_wrongly_is_said_with_exit_status_two(rules: Path, tmp_path: Path):
    unknown = run("match", "--rules", rules, "--source", "windows", SAMPLES)
    nowhere = run("match", "--rules", tmp_path / "nowhere", "--source", "windows_evtx", SAMPLES)
    nothing = run("match", "--rules", rules, "--source", "windows_evtx")

    assert [result.exit_code for result in (unknown, nowhere, nothing)] == [2, 2, 2]
    assert "windows_evtx" in unknown.stderr, "the known sources are listed"


def test_a_file_that_is_not_there_does_not_keep_the_others_from_being_read(rules: Path, tmp_path: Path):
    result = run(
        "match", "--rules", rules, "--source", "windows_evtx", tmp_path / "gone.evtx", SAMPLES / "workstation.evtx"
    )

    assert result.exit_code == 1
    assert "gone.evtx" in result.stderr
    assert fired(result)


def test_rules_check_counts_and_names_what_cannot_run(rules: Path):
    told = run("rules", "check", rules)
    listed = run("rules", "check", "--json", rules)

    assert told.exit_code == listed.exit_code == 0
    assert "access.yml:4" in told.stdout, "the file and the line"
    assert "      1  このログを出す製品" in told.stdout, "how many rules each reason stops"
    document: dict[str, Any] = json.loads(listed.stdout)
    assert [document[name] for name in ("files", "documents", "loaded", "correlations", "filters")] == [3, 3, 2, 0, 0]
    assert [one["rules"] for one in document["reasons"]] == [1]
    [refused] = document["refused"]
    assert refused["rule"] == "00000000-0000-4000-8000-000000000003"
    assert refused["path"].endswith("access.yml")
    assert "file_access" in refused["reason"]
    assert refused["line"] == 4


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of real event logs and public rules here (HINOMI_CORPUS)")
def test_public_rules_find_the_attacks_in_real_event_logs_within_a_minute():
    started = time.process_time()  # of this process alone: others may keep the machine busy

    result = run("match", "--rules", CORPUS / "sigma/rules/windows", "--source", "windows_evtx", CORPUS / "evtx")

    assert time.process_time() - started < 60
    assert result.exit_code == 0
    found = fired(result)
    assert len(found) > 300
    assert found["Remote Thread Creation In Uncommon Target Image"] > 50
    assert "2399 rules loaded, 8 refused" in result.stderr
