"""One command watches: a device sends syslog, the console shows it, and nothing is lost when a part is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

LINE = (
    '<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime={}000000000 tz="+0900" '
    'logid="0316013056" type="utm" subtype="webfilter" eventtype="ftgd_blk" level="warning" sessionid={} '
    'srcip=192.168.1.5 dstip=203.0.113.9 hostname="bad.example" action="blocked" cat=26 catdesc="Malicious Websites"\n'
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Deployment:
    """``hinomi serve`` on ports of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.environment = {**os.environ, "HINOMI_DATA_DIR": str(data_dir)}
        self.console, self.syslog = free_port(), free_port()
        self.environment["HINOMI_BASE_URL"] = f"http://127.0.0.1:{self.console}"

    def hinomi(self, *words: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "hinomi.app", *words], capture_output=True, env=self.environment, timeout=120
        )
        assert finished.returncode == 0, finished.stderr.decode()
        return finished.stdout.decode()

    def start(self) -> None:
        ports = ("--port", str(self.console), "--syslog-host", "127.0.0.1", "--syslog-udp", str(self.syslog))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hinomi.app", "serve", *ports, "--syslog-tcp", str(self.syslog)],
            env=self.environment,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stderr
        assert b"http://" in self.process.stderr.readline()
        self.until(lambda: self.connects(), "the collector listens")

    def connects(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.syslog)) == 0

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(by)
        self.process.wait(timeout=60)

    def events(self) -> int:
        return len(self.hinomi("events", "--tenant", "500").splitlines())

    @staticmethod
    def until(holds, what: str, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < limit, f"waited {seconds} s until {what}"
            time.sleep(0.2)

    def send(self, first: int, count: int) -> None:
        now = int(time.time())
        with socket.create_connection(("127.0.0.1", self.syslog)) as sender:
            sender.sendall("".join(LINE.format(now, number) for number in range(first, first + count)).encode())

    def children(self) -> list[int]:
        """Collector and worker."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                parent = process.joinpath("stat").read_text().rpartition(")")[2].split()[1]
                command = process.joinpath("cmdline").read_bytes()
            except OSError:  # it ended while we looked
                continue
            if parent == str(self.process.pid) and b"spawn_main" in command:
                found.append(int(process.name))
        return found


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    served = Deployment(tmp_path / "data")
    served.hinomi("tenant", "add", "500", "--name", "株式会社見本")
    served.hinomi("sensor", "add", "gate", "--tenant", "500", "--source", "fortinet_fortigate", "--peer", "127.0.0.1")
    served.start()
    yield served
    if served.process.poll() is None:
        served.stop()


def test_a_fortigate_is_watched_from_its_first_line_to_the_console(deployment: Deployment) -> None:
    deployment.send(0, 20)
    deployment.until(lambda: deployment.events() == 20, "twenty lines are events")

    link = deployment.hinomi("user", "add", "tanaka", "--role", "member", "--tenant", "500").split()[0]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := CookieJar()))
    page = browser.open(link).read().decode()
    assert "csrfmiddlewaretoken" in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    request = urllib.request.Request(link, urlencode({"csrfmiddlewaretoken": token}).encode(), {"Referer": link})
    home = browser.open(request).read().decode()
    assert "株式会社見本" in home
    assert any(cookie.name == "sessionid" for cookie in jar)

    sensors = [json.loads(line) for line in deployment.hinomi("sensor", "list", "--tenant", "500").splitlines()]
    assert [(row["sensor"], row["state"]) for row in sensors] == [("gate", "heard")]


def test_every_helper_that_is_killed_comes_back_and_no_line_is_lost(deployment: Deployment) -> None:
    deployment.send(0, 10)
    deployment.until(lambda: deployment.events() == 10, "ten lines are events")
    helpers = deployment.children()

    for pid in helpers:
        os.kill(pid, signal.SIGKILL)
    deployment.until(lambda: len(set(deployment.children()) - set(helpers)) == len(helpers), "they are back")
    deployment.until(deployment.connects, "the collector listens")
    deployment.send(10, 10)

    deployment.until(lambda: deployment.events() == 20, "the next ten are events too")
    helpers = deployment.children()
    deployment.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    deployment.stop(signal.SIGTERM)  # who is impatient asks twice
    assert deployment.process.returncode == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in helpers)
