"""Fifty times a process that records, decides, queues and sends is killed with SIGKILL, each time at another point.

A process that has loaded everything forks a child for each round; the child counts the calls it makes (its own
functions, and what the database and the sockets are asked to do) and kills itself at one of them. The next round goes
on with what is there. In the end the books hold every message once, and each receiver had each of them, every copy
under the same key.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from hinomi.net.conftest import MailServer, Receiver, mail_server, receiver

__all__ = ["mail_server", "receiver"]

ROUNDS = 50
START = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
APART = timedelta(minutes=3)
"""Between rounds; by then a message in a dead sender's hands is due again."""
OUTSIDE = frozenset(("execute", "executemany", "commit", "sendall", "send", "recv", "recv_into", "readline", "connect"))
"""What is asked of the database and of sockets: a point before, and a point after."""


class Points:
    """Counts the points of one phase at which a process may die, and dies at one of them."""

    def __init__(self, last: int = 0) -> None:
        self.last, self.passed = last, 0

    def __enter__(self) -> "Points":
        sys.setprofile(self)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            counts = "/hinomi/" in frame.f_code.co_filename
        else:
            counts = event != "return" and argument.__name__ in OUTSIDE
        if counts:
            self.passed += 1
            if self.passed == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def a_story(number: int) -> Any:
    from hinomi.ocsf.incident import Entry, Nature, Story

    seen = (START + number * APART).replace(tzinfo=None)
    title = f"不審なコマンド {number}"
    entry = Entry(seen, f"f{number}", "101-edr", "edr", title, "", 4, nature=Nature(f"rule-{number}"))
    return Story(
        uid=f"101-f{number}",
        tenant="101",
        title=f"PC-{number}: {title}",
        kind="malware_chain",
        severity_id=4,
        host=f"PC-{number}",
        address=None,
        user="yamada",
        first_seen=seen,
        last_seen=seen,
        timeline=(entry,),
        links=(),
        members=frozenset((entry.finding,)),
    )


def people(hook: str) -> None:
    from hinomi.deliver.notify.models import Channel, Contact
    from hinomi.tenants.operations import create_user, register_tenant
    from hinomi.tenants.roles import Role

    tenant = register_tenant("101", "青空半導体", now=START)
    create_user("suzuki", Role.MEMBER, now=START, tenant=tenant, email="suzuki@c101.example.jp")
    create_user("sato", Role.ANALYST, now=START, email="sato@watch.example.jp")
    Contact.objects.create(tenant=tenant, name="連絡室", channel=Channel.WEBHOOK, target=hook, created=START)


def phases(number: int, stories: Iterable[int]) -> list[Callable[[], object]]:
    """One round, as the worker and an analyst do it."""
    from hinomi.deliver.notify.operations import enqueue, send_due
    from hinomi.incidents.operations import record
    from hinomi.incidents.review.clusters import queue
    from hinomi.incidents.review.deciding import decide
    from hinomi.incidents.review.models import Verdict
    from hinomi.incidents.review.recognising import recognise
    from hinomi.tenants.models import User

    now = START + number * APART

    def store() -> None:
        record([a_story(told) for told in stories], now)
        recognise(now)

    def judge() -> None:
        sato = User.objects.get(username="sato")
        for cluster in queue(sato, now)[:1]:
            decide(sato, cluster.key, Verdict.INCIDENT, reason="対応する", now=now)

    def send() -> None:
        while send_due(now).tried:
            pass

    return [store, judge, lambda: enqueue(now), send]


def work(number: int, stories: Iterable[int], dies: tuple[int, int] | None = None) -> list[int]:
    """Do the round, and die where it is told: in which phase, at which point. Returns how many points each had."""
    passed = []
    for place, phase in enumerate(phases(number, stories)):
        with Points(dies[1] if dies and dies[0] == place else 0) as points:
            phase()
        passed.append(points.passed)
    return passed


def forked(act: Callable[[], object]) -> int:
    """Do it in a child; how the child ended."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        act()
        connections.close_all()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def drive(hook: str) -> None:
    """Prints how the children ended, and the books, as one JSON object."""
    from hinomi.app.data import open_desk

    open_desk()
    from hinomi.deliver.notify.models import Notification
    from hinomi.library import catalog
    from hinomi.tenants.models import AuditEntry

    phases(0, [])  # loads what the children need, once
    catalog.cards()
    people(hook)
    reader, writer = os.pipe()

    ended = [forked(lambda: os.write(writer, json.dumps(work(0, [0])).encode()))]
    counted, chance = json.loads(os.read(reader, 100)), random.Random(20221101)
    for number in range(1, ROUNDS + 1):
        dies = (number % len(counted), chance.randint(1, counted[number % len(counted)]))
        ended.append(forked(partial(work, number, [number - 1, number % ROUNDS], dies)))
    for number in range(ROUNDS + 1, ROUNDS + 4):
        ended.append(forked(partial(work, number, range(ROUNDS) if number == ROUNDS + 1 else ())))
    rows = Notification.objects.values("key", "incident", "channel", "recipient__username", "state", "attempts")
    audited = [line.detail["message_id"] for line in AuditEntry.objects.filter(action="notification.sent")]
    sys.stdout.write(json.dumps({"ended": ended, "points": counted, "rows": list(rows), "audited": audited}))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The one the tests run on: a file, or the server that came up for it."""
    on_server = request.config.getoption("--desk-db") == "postgresql"
    return {"HINOMI_DATABASE_URL": request.getfixturevalue("postgresql")} if on_server else {}


def test_of_fifty_that_were_killed_every_message_is_in_the_books_once_and_arrived(
    tmp_path: Path, mail_server: MailServer, receiver: Receiver, database: dict[str, str]
) -> None:
    own = ("PYTEST", "HINOMI", "DJANGO")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    environment |= {
        "HINOMI_DATA_DIR": str(tmp_path / "data"),
        "HINOMI_SMTP_URL": mail_server.url,
        "HINOMI_ALLOW_PRIVATE_WEBHOOKS": "1",
        **database,
    }
    script = "import sys; from hinomi.app.test_killed import drive; drive(sys.argv[1])"

    ran = subprocess.run(
        [sys.executable, "-c", script, receiver.url], env=environment, capture_output=True, text=True, timeout=900
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)

    assert told["ended"].count(-signal.SIGKILL) == ROUNDS, "every round was ended by kill -9"
    assert set(told["ended"]) <= {0, -signal.SIGKILL}
    assert told["ended"][-3:] == [0, 0, 0]
    rows = told["rows"]
    whom = Counter((row["incident"], row["channel"], row["recipient__username"]) for row in rows)
    assert len(whom) == 3 * ROUNDS, "each incident for the analyst, the company's person and its room"
    assert set(whom.values()) == {1}, "once in the books"
    assert {row["state"] for row in rows} == {"sent"}
    assert len(told["audited"]) == len(set(told["audited"])) == len(rows), "and once in the audit trail"

    mails = [(letter["message-id"].strip("<>").partition("@")[0], letter["to"]) for letter in mail_server.letters]
    posts = [(posted.headers["idempotency-key"], posted.body) for posted in receiver.posted]
    by_mail = {row["key"] for row in rows if row["channel"] == "mail"}
    assert {key for key, _ in mails} == by_mail, "each arrived, and nothing else"
    assert {key for key, _ in posts} == {row["key"] for row in rows} - by_mail
    assert len(set(mails)) == len(by_mail), "copies have the same key"
    assert {(key, json.loads(body)["data"]["title"]) for key, body in posts} == {
        (key, json.loads(body)["data"]["title"]) for key, body in dict(posts).items()
    }
    assert max(row["attempts"] for row in rows) > 1, "some died with a message in their hands"
