"""Real recordings, where the machine has them: every record is accounted for and findings can be looked at."""

import json
import os
from pathlib import Path

import pytest

CORPUS = Path(os.environ.get("HINOMI_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the project (HINOMI_CORPUS)"),
]


def test_277_recordings_of_attacks_are_imported_whole(hinomi) -> None:
    folder = CORPUS / "evtx"
    assert len(list(folder.rglob("*.evtx"))) == 277

    finished = hinomi("import", str(folder), "--tenant", "801", "--source", "windows_evtx", "--json")

    assert finished.returncode == 0, finished.stderr
    result = json.loads(finished.stdout)
    assert result["lines"] == result["events"] + result["rejects"] > 8000
    assert result["rejects"] == 0
    assert result["findings"] > 100
    listed = json.loads(hinomi("incidents", "--tenant", "801", "--json").stdout)
    assert listed["incidents"]
    again = hinomi("import", str(folder), "--tenant", "801", "--source", "windows_evtx", "--json")
    assert json.loads(again.stdout)["lines"] == 0


def test_lines_of_real_fortigates_are_imported_whole(hinomi) -> None:
    folder = CORPUS / "devices" / "fortigate"
    written = sum(bool(line.strip()) for path in folder.iterdir() for line in path.read_bytes().splitlines())

    finished = hinomi("import", str(folder), "--tenant", "802", "--source", "fortinet_fortigate", "--json")

    result = json.loads(finished.stdout)
    assert result["lines"] == written == result["events"] + result["rejects"]
    assert result["rejects"] < written / 10
    assert result["findings"] > 0
