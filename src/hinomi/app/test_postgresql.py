"""The desk's tests once more, on PostgreSQL: ``make test`` covers both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DESK = ("src/hinomi/tenants", "src/hinomi/incidents", "src/hinomi/assess", "src/hinomi/app/test_database.py")
COMMANDS = "src/hinomi/app/commands/test_people_and_companies.py"


def test_the_desk_works_on_postgresql(postgresql: str) -> None:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "HINOMI", "DJANGO"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short", *DESK, COMMANDS],
        cwd=ROOT,
        env=inherited | {"HINOMI_DATABASE_URL": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr
