"""CONTRIBUTING's "add a source in ten minutes", followed to the letter: its blocks are files, and they work."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```\w+ (sources/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELF_TESTS = ["test_samples.py", "test_fuzz.py"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with the page's source on the shelf; no other file is touched."""
    tree = tmp_path_factory.mktemp("contributor")
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tree / name)
    blocks = dict(BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    for name, text in blocks.items():
        path = tree / "src/hinomi/library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tree / "src/hinomi/library/sources/example_gate/__init__.py").touch()
    return tree


def run(tree: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(tree / "src"), **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=tree, env=settings, capture_output=True, text=True, check=False
    )


def test_the_source_on_the_page_is_accepted_and_passes_the_shelfs_tests(tree: Path) -> None:
    tests = [f"src/hinomi/library/{name}" for name in SHELF_TESTS]

    accepted = run(tree, "-m", "pytest", "-q", tests[0], "-k", "example_gate", HINOMI_ACCEPT="1")
    passed = run(tree, "-m", "pytest", "-q", *tests, "-k", "example_gate")

    assert accepted.returncode == 0, accepted.stdout
    assert passed.returncode == 0, passed.stdout
    sample = tree / "src/hinomi/library/sources/example_gate/samples/gate.ocsf.json"
    allowed, blocked, message, reject = json.loads(sample.read_text(encoding="utf-8"))
    assert allowed["src_endpoint"] == {"ip": "192.168.1.9", "port": 51000}
    assert (blocked["is_alert"], blocked["finding_info"]["title"]) == (True, "EICAR")
    assert message["message"] == "link on port 3 is up"
    assert reject == {"reject": "not_this_format", "line": 4}


def test_the_command_line_knows_it_without_touching_a_list(tree: Path) -> None:
    listed = run(tree, "-m", "hinomi.app", "source", "list", "--json")
    shown = run(tree, "-m", "hinomi.app", "source", "show", "example_gate", "--language", "en")

    assert "example_gate" in [row["name"] for row in json.loads(listed.stdout)]
    assert shown.stdout.startswith("# Example gate")
