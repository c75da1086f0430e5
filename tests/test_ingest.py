"""Logs over HTTP: a token opens one sensor of one company; what was answered is never lost, whatever happens."""

import base64
import gzip
import http.client
import json
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

LINE = (
    '<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime={}000000000 tz="+0900" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=192.168.1.5 dstip=203.0.113.9 '
    'sessionid={} action="close"\n'
)


def lines(first: int, count: int) -> bytes:
    now = int(time.time())
    return "".join(LINE.format(now, number) for number in range(first, first + count)).encode()


def post(port: int, path: str, body: bytes, token: str = "", context: ssl.SSLContext | None = None, **headers: str):
    """Status, headers and JSON of the answer."""
    if context:
        connection: Any = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request(
            "POST", path, body, shown | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def tokens(tower) -> dict[str, str]:
    """Companies 500 and 600, each with a sensor called gate; 600 also has one called edr."""
    return tower.register(
        ("500", "gate", "fortinet_fortigate"), ("600", "gate", "fortinet_fortigate"), ("600", "edr", "keepeye")
    )


def test_a_token_opens_its_own_sensor_and_nothing_else(tower, tokens: dict[str, str]) -> None:
    tower.start()
    ours, theirs = tokens["500/gate"], tokens["600/gate"]

    for port in (tower.console, tower.ingest):
        assert post(port, "/ingest/gate", lines(0, 5), ours)[0] == 200
        # a stranger, a made-up token, another company's token at a sensor it does not have
        for path, token in (("/ingest/gate", ""), ("/ingest/gate", "made-up"), ("/ingest/edr", ours)):
            status, _, said = post(port, path, lines(100, 5), token)
            assert (status, said["status"]) == (401, 401)
    with socket.create_connection(("127.0.0.1", tower.ingest)) as sender:  # breaks off in the middle
        head = f"POST /ingest/gate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ours}\r\nContent-Length: 9999\r\n\r\n"
        sender.sendall(head.encode() + lines(100, 3))
    packed = gzip.compress(lines(0, 3))
    basic = "Basic " + base64.b64encode(f"hinomi:{theirs}".encode()).decode()
    assert post(tower.ingest, "/ingest/gate", packed, Authorization=basic, Content_Encoding="gzip")[2]["lines"] == 3
    assert post(tower.ingest, "/", b"x")[0] == 404
    assert post(tower.ingest, "/health", b"x")[0] == 404

    tower.until(lambda: len(tower.events("500")) == 10, "what 500 sent on both ports is 500's")
    tower.until(lambda: len(tower.events("600")) == 3, "what 600 sent is 600's")
    assert "知らない送り手" in tower.hinomi("doctor")

    tower.hinomi("sensor", "token", "gate", "--tenant", "500", "--revoke")
    new = tower.hinomi("sensor", "token", "gate", "--tenant", "500").strip()
    assert post(tower.ingest, "/ingest/gate", lines(5, 1), new)[0] == 200
    tower.until(
        lambda: post(tower.ingest, "/ingest/gate", lines(100, 1), ours)[0] in (401, 429),
        "the old token is refused",
        seconds=20,
    )


def test_killed_again_and_again_what_was_answered_is_there_once(tower, tokens: dict[str, str]) -> None:
    """As a forwarder does: the same batch with the same key, until it is answered."""
    tower.start()
    token, answered = tokens["500/gate"], []

    def forward() -> None:
        for batch in range(60):
            body = lines(batch * 10, 10)
            while len(answered) == batch:
                with suppress(OSError, http.client.HTTPException):
                    if post(tower.ingest, "/ingest/gate", body, token, Idempotency_Key=f"batch-{batch}")[0] == 200:
                        answered.append(batch)
                        time.sleep(0.05)

    forwarder = threading.Thread(target=forward, daemon=True)
    forwarder.start()
    for after in (5, 25):
        tower.until(lambda after=after: len(answered) > after, f"{after} batches are answered")
        tower.stop(signal.SIGKILL)
        tower.start()
    forwarder.join(timeout=120)
    assert len(answered) == 60

    tower.until(lambda: tower.waiting() == 0, "nothing waits")
    tower.until(lambda: len(tower.events("500")) >= 600, "every line is an event")
    assert len(tower.events("500")) == 600


def test_the_intake_speaks_tls(tower, tokens: dict[str, str], tmp_path: Path) -> None:
    authority = trustme.CA()
    identity = authority.issue_cert("127.0.0.1")
    identity.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    identity.private_key_pem.write_to_path(tmp_path / "key.pem")
    files = ("--tls-certificate", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    tower.start("--ingest-tls", *files)
    context = ssl.create_default_context()
    authority.configure_trust(context)

    assert post(tower.ingest, "/ingest/gate", lines(0, 2), tokens["500/gate"], context)[0] == 200
    with pytest.raises(OSError):
        post(tower.ingest, "/ingest/gate", lines(0, 2), tokens["500/gate"], ssl.create_default_context())
    tower.until(lambda: len(tower.events("500")) == 2, "what came over TLS is an event")


@pytest.fixture
def small_disk(tower) -> Iterator[Path]:
    """A disk of 24 MiB below the data folder's landing zone, mounted for this test alone."""
    disk = tower.data_dir / "landing"
    disk.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_makes_senders_wait_and_loses_nothing(small_disk: Path, tower, tokens: dict[str, str]) -> None:
    tower.start()
    token = tokens["500/gate"]
    assert post(tower.ingest, "/ingest/gate", lines(0, 10), token)[0] == 200
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)

    for port in (tower.ingest, tower.console):
        status, headers, said = post(port, "/ingest/gate", lines(10, 10), token)
        assert (status, headers["Retry-After"]) == (503, "30")
        assert "送り直してください" in said["detail"]
    filler.unlink()

    assert post(tower.ingest, "/ingest/gate", lines(10, 10), token)[0] == 200
    tower.until(lambda: len(tower.events("500")) == 20, "all that was answered is there once")
