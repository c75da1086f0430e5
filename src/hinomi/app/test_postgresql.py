"""The desk's tests once more, on PostgreSQL: ``make test`` covers both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DESK = (
    "src/hinomi/tenants",
    "src/hinomi/incidents",
    "src/hinomi/assess",
    "src/hinomi/deliver/notify",
    "src/hinomi/app/test_database.py",
)
COMMANDS = "src/hinomi/app/commands/test_people_and_companies.py"


CUT_OFF = """
from django.db import connection

from hinomi.app.data import connected, open_desk

open_desk()
from hinomi.tenants.models import Tenant

with connected():
    print(Tenant.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [own] = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own])
    other.close()
    try:
        Tenant.objects.count()
    except Exception as error:
        print(type(error).__name__)
with connected():
    print(Tenant.objects.count())
"""


def run(url: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    own = ("PYTEST", "HINOMI", "DJANGO")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | {"HINOMI_DATABASE_URL": url, "HINOMI_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_long_running_process_finds_a_database_that_was_away(postgresql: str, tmp_path: Path) -> None:
    process = run(postgresql, tmp_path, "-c", CUT_OFF)

    assert process.stdout.split() == ["0", "OperationalError", "0"], process.stderr


def test_the_desk_works_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    quiet = ("-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short")

    suite = run(postgresql, tmp_path, "-m", "pytest", *quiet, *DESK, COMMANDS)

    assert suite.returncode == pytest.ExitCode.OK, suite.stdout + suite.stderr
