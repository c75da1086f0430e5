"""Journeys run the command as a person does, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


REGISTER = """
import json, sys
from datetime import UTC, datetime
from hinomi.app.data import open_desk
open_desk()
from hinomi.app.registration import known_sensor, known_tenant
from hinomi.tenants.tokens import issue
now = datetime.now(UTC)
tokens = {}
for tenant, sensor, source in json.loads(sys.argv[1]):
    made = known_sensor(known_tenant(tenant, now), sensor, source, "Asia/Tokyo", now.date())
    tokens[f"{tenant}/{sensor}"] = issue(made, now)
print(json.dumps(tokens))
"""


class Tower:
    """``hinomi serve`` on ports of its own; started, stopped and started again as a test wants it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.console, self.syslog, self.ingest, self.mail = (free_port() for _ in range(4))
        self.environment = {
            **os.environ,
            "HINOMI_DATA_DIR": str(data_dir),
            "HINOMI_BASE_URL": f"http://127.0.0.1:{self.console}",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def hinomi(self, *words: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "hinomi.app", *words], capture_output=True, env=self.environment, timeout=120
        )
        assert finished.returncode == 0, finished.stderr.decode()
        return finished.stdout.decode()

    def register(self, *sensors: tuple[str, str, str]) -> dict[str, str]:
        """Companies with sensors (company, sensor, source), in one process; the token of each ``company/sensor``."""
        finished = subprocess.run(
            [sys.executable, "-c", REGISTER, json.dumps(sensors)],
            capture_output=True,
            env=self.environment,
            timeout=120,
        )
        assert finished.returncode == 0, finished.stderr.decode()
        tokens: dict[str, str] = json.loads(finished.stdout)
        return tokens

    def start(self, *options: str) -> None:
        syslog = ("--syslog-host", "127.0.0.1", "--syslog-udp", str(self.syslog), "--syslog-tcp", str(self.syslog))
        ports = ("--port", str(self.console), *syslog, "--ingest", f"127.0.0.1:{self.ingest}")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hinomi.app", "serve", *ports, *options],
            env=self.environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for port in (self.console, self.syslog, self.ingest):
            self.until(lambda port=port: self.connects(port), f"{port} is listened on")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """SIGKILL ends the whole group at once, as a power cut would; anything else is passed on and waited for."""
        assert self.process
        if by is signal.SIGKILL:
            os.killpg(self.process.pid, by)
        else:
            self.process.send_signal(by)
        self.process.wait(timeout=60)
        self.process = None

    def events(self, tenant: str, *words: str) -> list[str]:
        return self.hinomi("events", "--tenant", tenant, *words).splitlines()

    def waiting(self) -> int:
        return len(list(self.data_dir.glob("landing/inbox/*/*/[!.]*.zst")))

    @staticmethod
    def connects(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    @staticmethod
    def until(holds: Callable[[], object], what: str, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < limit, f"waited {seconds} s until {what}"
            time.sleep(0.2)


@pytest.fixture
def tower(tmp_path: Path) -> Iterator[Tower]:
    """Not yet started; stopped when the test ends."""
    built = Tower(tmp_path / "data")
    yield built
    if built.process is not None:
        built.stop()
