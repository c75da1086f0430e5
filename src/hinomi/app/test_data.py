"""A fresh folder becomes a desk by the first command; what stands in the way is said.

Each command is a process of its own, as an operator runs it.
"""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hinomi.app.data import DataFolderUnusable, DeskOpenElsewhere, open_desk

COMMAND = "from hinomi.app.cli import main; main()"
OPEN = "from hinomi.app.data import open_desk; open_desk()"
AWAY = "postgresql://desk:secret@127.0.0.1:9/hinomi"


def start(folder: Path, code: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HINOMI_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=inherited | {"HINOMI_DATA_DIR": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hinomi(folder: Path, *arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Exit status, standard output and standard error of a command."""
    process = start(folder, COMMAND, *arguments, **environment)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_the_first_command_makes_folder_key_and_tables(tmp_path: Path) -> None:
    folder = tmp_path / "watch" / "data"

    assert hinomi(folder, "tenant", "add", "101", "--name", "青空半導体", "--sector", "半導体")[0] == 0

    assert hinomi(folder, "tenant", "list") == (0, "101\t青空半導体\t半導体\n", "")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert len((folder / "secret.key").read_text()) >= 50


def test_processes_that_start_together_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    together = [start(tmp_path / "data", OPEN) for _ in range(3)]

    for process in together:
        assert (process.communicate(timeout=120)[1], process.returncode) == ("", 0)
    assert not list((tmp_path / "data").glob(".secret.*"))


def test_a_database_that_is_away_is_explained_without_its_password(tmp_path: Path) -> None:
    status, out, err = hinomi(tmp_path, "tenant", "list", HINOMI_DATABASE_URL=AWAY)

    assert (status, out) == (1, "")
    assert "データベースに接続できません: postgresql://127.0.0.1:9/hinomi" in err
    assert "HINOMI_DATABASE_URL" in err
    assert "secret" not in err
    assert "Traceback" not in err


def test_a_damaged_database_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)

    status, out, err = hinomi(tmp_path, "tenant", "list")

    assert (status, out) == (1, "")
    assert str(tmp_path / "desk.sqlite3") in err
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DataFolderUnusable, match="--data-dir"):
        open_desk(tmp_path / "file" / "data")


def test_a_process_serves_one_folder(tmp_path: Path) -> None:
    with pytest.raises(DeskOpenElsewhere, match=re.escape(str(tmp_path))):
        open_desk(tmp_path)
