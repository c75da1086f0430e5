"""Real forwarders with the configurations of ``deploy/forwarders``: hinomi goes and comes back, every line arrives.

A device sends to the forwarder, the forwarder to hinomi. The daemons are looked for on this machine, or below
``HINOMI_FORWARDERS`` (see ``unpack_forwarders.sh``: Debian does not install both at once).
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

FORWARDERS = Path(__file__).parents[1] / "deploy" / "forwarders"
ROOT = Path(os.environ.get("HINOMI_FORWARDERS", "/"))
LINE = (
    '<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime={}000000000 tz="+0900" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=192.168.1.5 dstip=203.0.113.9 '
    'sessionid={} msg="tab\there" action="close"\n'
)
GATE = ("500", "gate", "fortinet_fortigate")


def program(name: str, package: str) -> Path:
    """The daemon; the test is skipped where there is none."""
    there = ROOT / "usr" / "sbin" / name
    found = there if there.exists() else shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        pytest.skip(f"{name} is not here: apt-get install {package}, or sh tests/unpack_forwarders.sh (see there)")
    return Path(found)


def environment() -> dict[str, str]:
    """An unpacked daemon finds its libraries below ``ROOT``, an installed one where they are."""
    if str(ROOT) == "/":
        return dict(os.environ)
    library = ROOT / "usr" / "lib"
    folders = [library / "x86_64-linux-gnu", library / "aarch64-linux-gnu", library / "syslog-ng"]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, folders))}


def configuration(name: str, changes: dict[str, str]) -> str:
    """Our file with what a reader is told to change; each must be there."""
    text = (FORWARDERS / name).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


class Device:
    """Sends numbered lines to a forwarder over TCP, as a firewall does."""

    def __init__(self, port: int) -> None:
        self.port, self.sent = port, 0

    def send(self, count: int) -> None:
        now = int(time.time())
        lines = "".join(LINE.format(now, number) for number in range(self.sent + 1, self.sent + count + 1))
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(lines.encode())
        self.sent += count


Start = Callable[[list[str | Path], int], Device]


@pytest.fixture
def forwarder() -> Iterator[Start]:
    """Starts a daemon in the foreground that listens on a port; gives a device that sends there."""
    running: list[subprocess.Popen[bytes]] = []

    def start(command: list[str | Path], port: int) -> Device:
        running.append(subprocess.Popen(command, env=environment()))
        limit = time.monotonic() + 20
        while time.monotonic() < limit and running[-1].poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return Device(port)
            time.sleep(0.1)
        raise AssertionError(f"{command[0]} does not listen on {port}")

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def received(tower) -> Counter[int]:
    """How often each numbered line is in the lake."""
    return Counter(int(json.loads(line)["metadata"]["correlation_uid"]) for line in tower.events("500"))


def all_arrive(tower, device: Device) -> Counter[int]:
    """Waits until every number sent is in the lake; gives how often each is."""
    tower.until(lambda: len(received(tower)) == device.sent, f"{device.sent} different lines are events", seconds=90)
    tower.until(lambda: tower.waiting() == 0, "nothing waits")
    return received(tower)


def go_and_come_back(tower, device: Device) -> None:
    """Lines before, while hinomi is stopped, and after."""
    device.send(200)
    tower.until(lambda: len(tower.events("500")) == 200, "the first lines are events")
    tower.stop()
    for _ in range(4):
        device.send(50)
        time.sleep(0.5)
    tower.start()
    device.send(200)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens_for_gate(tower) -> int:
    """hinomi started, with a syslog port that is the gate's alone."""
    port = free_port()
    tower.register(GATE)
    tower.hinomi("sensor", "add", "gate", "--tenant", "500", "--source", "fortinet_fortigate", "--port", str(port))
    tower.start()
    tower.until(lambda: tower.connects(port), "the gate's own port is listened on")
    return port


def test_rsyslog_over_tcp(tower, forwarder: Start, tmp_path: Path) -> None:
    daemon = program("rsyslogd", "rsyslog")
    port, inlet = listens_for_gate(tower), free_port()
    changes = {'"10514"': f'"{inlet}"', "hinomi.example.jp": "127.0.0.1", '"5515"': f'"{port}"'}
    spool = tmp_path / "spool"
    spool.mkdir()
    ours = configuration("rsyslog.conf", changes)
    (tmp_path / "rsyslog.conf").write_text(f'global(workDirectory="{spool}")\n{ours}')
    modules = next(ROOT.glob("usr/lib/*/rsyslog"))
    device = forwarder([daemon, "-n", "-i", tmp_path / "pid", "-M", modules, "-f", tmp_path / "rsyslog.conf"], inlet)

    go_and_come_back(tower, device)

    assert set(all_arrive(tower, device).values()) == {1}


def syslog_ng(daemon: Path, folder: Path, ours: str) -> list[str | Path]:
    (folder / "syslog-ng.conf").write_text(f"@version: 3.38\n{ours}")
    places = {"cfgfile": "syslog-ng.conf", "persist-file": "persist", "pidfile": "pid", "control": "control"}
    modules = ROOT / "usr" / "lib" / "syslog-ng" / "3.38"
    files = [f"--{option}={folder / name}" for option, name in places.items()]
    return [daemon, "-F", "--no-caps", f"--module-path={modules}", *files]


def test_syslog_ng_over_tcp(tower, forwarder: Start, tmp_path: Path) -> None:
    daemon = program("syslog-ng", "syslog-ng-core")
    port, inlet = listens_for_gate(tower), free_port()
    changes = {
        "10514": str(inlet),
        "hinomi.example.jp": "127.0.0.1",
        "5515": str(port),
        "/var/lib/syslog-ng": str(tmp_path),
    }
    device = forwarder(syslog_ng(daemon, tmp_path, configuration("syslog-ng-tcp.conf", changes)), inlet)

    go_and_come_back(tower, device)

    assert set(all_arrive(tower, device).values()) == {1}


def test_syslog_ng_over_https_while_hinomi_is_killed(tower, forwarder: Start, tmp_path: Path) -> None:
    daemon = program("syslog-ng", "syslog-ng-core syslog-ng-mod-http")
    authority = trustme.CA()
    identity = authority.issue_cert("127.0.0.1")
    identity.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    identity.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    token, inlet = tower.register(GATE)["500/gate"], free_port()
    options = ("--ingest-tls", "--tls-certificate", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    tower.start(*options)
    changes = {
        "10514": str(inlet),
        "hinomi.example.jp:8088": f"127.0.0.1:{tower.ingest}",
        "TOKEN": token,
        "/etc/ssl/certs/ca-certificates.crt": str(tmp_path / "ca.pem"),
        "/var/lib/syslog-ng": str(tmp_path),
    }
    device = forwarder(syslog_ng(daemon, tmp_path, configuration("syslog-ng.conf", changes)), inlet)

    for _ in range(2):
        for _ in range(10):
            device.send(50)
            time.sleep(0.2)
        tower.stop(signal.SIGKILL)
        device.send(50)
        tower.start(*options)
    device.send(50)

    again = sum(count - 1 for count in all_arrive(tower, device).values())
    assert again < device.sent // 2, "only batches whose answer was lost are sent again"
