"""``hinomi notify`` as an operator uses it, and what a worker that is killed or watches does with the mails."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from hinomi.app.cli import hinomi
from hinomi.deliver.notify.conftest import people, server, tell
from hinomi.deliver.notify.operations import enqueue
from hinomi.net.conftest import MailServer, free_port, mail_server
from hinomi.tenants.models import AuditEntry

__all__ = ["mail_server", "people", "server", "tell"]

EVER = timedelta(days=36500)
CALLBACK = (
    '<189>date=2026-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime={}000000000 tz="+0900" '
    'logid="0202009248" type="utm" subtype="virus" eventtype="botnet" level="warning" action="monitored" '
    'msg="Botnet C&C Communication." srcip=192.168.1.5 dstip=203.0.113.19 dstport=80 virus="Sample.Botnet"\n'
)
SEND_LATER = """
from datetime import UTC, datetime, timedelta
from hinomi.app.data import open_desk
open_desk()
from hinomi.deliver.notify.operations import send_due
print(send_due(datetime.now(UTC) + timedelta(minutes=3)).sent)
"""
Start = Callable[..., "subprocess.Popen[str]"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, ["notify", *arguments, "--data-dir", str(configured.DATA_DIR)])


@pytest.mark.django_db
def test_a_test_mail_arrives_and_is_noted(server: MailServer) -> None:
    result = run("test", "--to", "sato@watch.example.jp")

    assert (result.exit_code, result.stdout) == (0, "")
    assert server.to == ["sato@watch.example.jp"]
    assert server.letters[0]["subject"] == "【火の見】テストメール"
    assert AuditEntry.objects.get(action="notification.test").detail == {"to": "sato@watch.example.jp"}


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [("test", "--to", "sato@watch.example.jp"), ("send",)])
def test_without_a_mail_server_it_is_said_how_to_name_one(settings: Settings, arguments: tuple[str, ...]) -> None:
    settings.SMTP_SECRET_URL = ""

    result = run(*arguments)

    assert result.exit_code == 1
    assert "HINOMI_SMTP_URL" in result.stderr
    assert "smtp+starttls://" in result.stderr


@pytest.mark.django_db
def test_what_stops_a_mail_is_said_without_the_password(server: MailServer, settings: Settings) -> None:
    server.stop()
    away = run("test", "--to", "sato@watch.example.jp")
    settings.SMTP_SECRET_URL = "smtps://soc:pAssword@mail.example.jp"
    unreadable = run("test", "--to", "sato@watch.example.jp")
    server.start()

    assert (away.exit_code, unreadable.exit_code) == (1, 1)
    assert f"127.0.0.1:{server.port}" in away.stderr
    assert "from=" in unreadable.stderr
    assert "pAssword" not in unreadable.stderr


def test_the_outbox_is_listed_by_company_and_sent(server: MailServer, tell: Callable[..., Any]) -> None:
    tell("f1")
    tell("g1", tenant="201")
    enqueue(datetime.now(UTC), news=EVER)

    before = [json.loads(line) for line in run("list", "--tenant", "201").stdout.splitlines()]
    sent = run("send")
    after = [json.loads(line) for line in run("list").stdout.splitlines()]

    assert {row["address"] for row in before} == {"tanaka@c201.example.jp", "sato@watch.example.jp"}
    assert {(row["tenant"], row["occasion"], row["state"], row["attempts"]) for row in before} == {
        ("201", "new", "pending", 0)
    }
    assert (sent.exit_code, "4 通" in sent.stderr) == (0, True)
    assert [(row["state"], row["attempts"], row["next_attempt"]) for row in after] == [("sent", 1, None)] * 4
    assert {f"<{row['message_id']}>" for row in after} == {letter["message-id"] for letter in server.letters}


@pytest.mark.usefixtures("people")
def test_a_person_gets_an_address() -> None:
    assert run("address", "kato", "kato@watch.example.jp").exit_code == 0
    assert run("address", "kato", "").stderr == "kato: メールを送りません (no mail)\n"


@pytest.fixture
def start(tmp_path: Path, mail_server: MailServer) -> Start:
    """Starts Python with a data folder of its own, the mail server named."""
    own = ("PYTEST", "HINOMI", "DJANGO")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    environment = inherited | {"HINOMI_DATA_DIR": str(tmp_path / "data"), "HINOMI_SMTP_URL": mail_server.url}

    def started(*arguments: str, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen([sys.executable, *arguments], env=environment, text=True, **options)

    return started


@pytest.fixture
def call(start: Start) -> Callable[..., str]:
    """Runs a command to its end; returns what it printed."""

    def called(*arguments: str) -> str:
        process = start("-m", "hinomi.app", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out + err

    return called


@pytest.fixture
def alarm(call: Callable[..., str], tmp_path: Path) -> None:
    """A device of company 500 reported a callback just now, and the analyst sato has an address."""
    (tmp_path / "gate.log").write_text(CALLBACK.format(int(time.time())))
    call("user", "add", "sato", "--role", "analyst")
    call("notify", "address", "sato", "sato@watch.example.jp")
    call("import", str(tmp_path / "gate.log"), "--tenant", "500", "--source", "fortinet_fortigate")


@pytest.mark.usefixtures("alarm")
def test_a_sender_killed_before_it_could_note_sends_the_same_mail_again(
    start: Start, call: Callable[..., str], mail_server: MailServer
) -> None:
    running: list[subprocess.Popen[str]] = []
    mail_server.on_letter = lambda: running[0].kill()
    running.append(start("-m", "hinomi.app", "notify", "send", stderr=subprocess.DEVNULL))
    assert running[0].wait(timeout=60) == -signal.SIGKILL

    mail_server.on_letter = lambda: None
    assert "0 通" in call("notify", "send"), "the mail is in the dead sender's hands for a while"
    later = start("-c", SEND_LATER, stdout=subprocess.PIPE)

    assert later.communicate(timeout=60)[0] == "1\n"
    first, second = mail_server.letters
    assert first["message-id"] == second["message-id"]
    assert first.get_content() == second.get_content()
    row = json.loads(call("notify", "list").splitlines()[0])
    assert (row["state"], row["attempts"]) == ("sent", 2)


@pytest.mark.usefixtures("alarm")
def test_the_worker_sends_what_the_import_found(start: Start, mail_server: MailServer) -> None:
    off = ("--syslog-udp", "0", "--syslog-tcp", "0")
    serving = start("-m", "hinomi.app", "serve", "--port", str(free_port()), *off, start_new_session=True)
    try:
        limit = time.monotonic() + 60
        while not mail_server.to and time.monotonic() < limit:
            time.sleep(0.1)
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait(timeout=60)
        with suppress(ProcessLookupError):
            os.killpg(serving.pid, signal.SIGKILL)

    assert mail_server.to == ["sato@watch.example.jp"]
    assert "192.168.1.5" in mail_server.letters[0]["subject"]
