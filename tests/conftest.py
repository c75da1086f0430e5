"""Journeys run the command as a person does, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def hinomi(tmp_path: Path) -> Run:
    """Runs ``hinomi …`` with a data folder of its own; returns the finished process, output as text."""

    def run(*words: str, stdin: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[str]":
        finished = subprocess.run(
            [sys.executable, "-m", "hinomi.app", *words],
            input=stdin,
            capture_output=True,
            timeout=300,
            env={**os.environ, "HINOMI_DATA_DIR": str(tmp_path / "data"), **environment},
        )
        return subprocess.CompletedProcess(
            words, finished.returncode, finished.stdout.decode("utf-8"), finished.stderr.decode("utf-8")
        )

    return run
