"""A trial that hangs, dies or talks nonsense ends in time and hurts nobody."""

import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hinomi.pipeline.trial import bench
from hinomi.pipeline.trial.bench import DIED, NOT_TRIED, SLOW, Bench, Limits, NoAnswer, run
from hinomi.pipeline.trial.sample import sample

NOW = datetime(2023, 2, 1)
DATA = b'date=2023-01-15 time=12:00:00 type="traffic" subtype="forward" srcip=192.168.1.10 dstip=192.0.2.1\n'
SAMPLE = sample("", DATA, NOW)

CHILD = """
import json, os, sys, time
said = json.loads(sys.stdin.buffer.readline())
sys.stdin.buffer.read(said["size"])
print('"ready"', flush=True)
for line in sys.stdin.buffer:
    job = json.loads(line)
    if job["source"] == "apache":
        time.sleep(60)
    if job["source"] == "nginx":
        os.abort()
    print(json.dumps({"source": job["source"], "records": 1, "events": 1, "cells": 0, "problem": None}))
    sys.stdout.flush()
"""


@pytest.fixture
def odd_child(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """In place of the real one: hangs at one source, dies at another."""
    started: list[Any] = []
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> Any:
        started.append(real([command[0], "-c", CHILD], **options))
        return started[-1]

    monkeypatch.setattr(bench.subprocess, "Popen", start)
    return started


def test_lines_are_tried_in_a_process_of_their_own() -> None:
    trial = run(SAMPLE, None, "Asia/Tokyo", 200, Limits())

    assert trial.problem is None
    assert trial.examined is not None
    assert (trial.examined.source, trial.examined.events) == ("fortinet_fortigate", 1)
    assert trial.attempts[0].source == "fortinet_fortigate"


def test_a_source_that_hangs_or_dies_is_named_and_the_others_are_tried(
    odd_child: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "shelf", lambda: ["apache", "cisco_asa", "nginx", "postfix"])
    started = time.monotonic()

    trial = run(SAMPLE, None, "Asia/Tokyo", 200, Limits(one=1.0, all=20.0))

    assert time.monotonic() - started < 20
    assert {one.source: one.problem for one in trial.attempts} == {
        "apache": SLOW,
        "nginx": DIED,
        "cisco_asa": None,
        "postfix": None,
    }
    assert trial.examined is None
    assert all(process.poll() is not None for process in odd_child), "nothing goes on in the background"


def test_when_time_is_up_the_rest_is_not_tried(
    odd_child: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "shelf", lambda: ["apache", "cisco_asa", "postfix"])

    trial = run(SAMPLE, None, "Asia/Tokyo", 200, Limits(one=0.5, all=0.5))

    assert [one.problem for one in trial.attempts if one.source != "apache"] == [NOT_TRIED, NOT_TRIED]


def test_one_source_that_hangs_is_the_problem_that_is_told(odd_child: list[subprocess.Popen[bytes]]) -> None:
    assert run(SAMPLE, "apache", "Asia/Tokyo", 200, Limits(one=0.5, all=5.0)).problem == SLOW


def test_a_sample_may_not_take_all_the_memory() -> None:
    with Bench(SAMPLE, 200) as real:
        real.ask("attempt", "fortinet_fortigate", "UTC", 30.0)
        assert real._process is not None
        limits = Path(f"/proc/{real._process.pid}/limits").read_text().splitlines()
        assert next(line for line in limits if line.startswith("Max address space")).split()[3] != "unlimited"
        with pytest.raises(NoAnswer):
            real.ask("attempt", "no_such_thing_to_do", "Mars/Base", 30.0)
