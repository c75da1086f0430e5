"""Requests to the intake, asked as an ASGI server asks: who may send what, and what each is told."""

import asyncio
import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from hinomi.lake.landing import Landing
from hinomi.pipeline.collect import attempts, body, http
from hinomi.pipeline.collect.http import Intake
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.pipeline.collect.reception import Reception
from hinomi.pipeline.collect.refusals import Busy
from hinomi.pipeline.collect.routes import Route

NOON = datetime(2023, 1, 15, 3)
GATE = Route("101", "gate", "fortinet_fortigate", "Asia/Tokyo")
NEIGHBOUR = Route("102", "gate", "fortinet_fortigate", "Asia/Tokyo")
EDR = Route("101", "edr", "keepeye", "Asia/Tokyo")
TOKENS = {"t-gate": GATE, "t-neighbour": NEIGHBOUR, "t-edr": EDR}
BEARER = {"authorization": "Bearer t-gate"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Forwarder:
    """Sends to an intake over a landing zone below ``tmp_path``."""

    tmp_path: Path
    now: datetime = NOON
    desk_is_away: bool = False
    logbook: Logbook = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.landing = Landing(self.tmp_path / "landing")
        self.logbook = Logbook(self.tmp_path / "strangers" / "collector.json")
        self.intake = Intake(self.find, Reception(self.landing, lambda: self.now), self.logbook)

    async def find(self, token: str) -> Route | None:
        if self.desk_is_away:
            raise Busy("登録内容を読めません", 10)
        return TOKENS.get(token)

    async def ask(self, sent: bytes, path: str, method: str, headers: dict[str, str], **how: Any) -> Answer | None:
        """``parts`` cuts the body, ``pause`` waits before each part, ``hangs_up`` goes away after the last."""
        parts = [
            sent[start : start + how.get("parts", 65536)] for start in range(0, len(sent), how.get("parts", 65536))
        ]
        if how.get("length", True):
            headers = {"content-length": str(len(sent)), **headers}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "client": (how.get("peer", "192.0.2.1"), 40000),
            "server": ("127.0.0.1", 8080),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        coming: Iterator[bytes] = iter(parts)
        left = len(parts)
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            nonlocal left
            await asyncio.sleep(how.get("pause", 0))
            if left or not parts:
                left -= 1
                return {"type": "http.request", "body": next(coming, b""), "more_body": left > 0}
            if not how.get("hangs_up"):
                await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await self.intake(scope, receive, send)
        if not said:
            return None
        fields = {name.decode(): value.decode("latin-1") for name, value in said[0]["headers"]}
        return Answer(said[0]["status"], fields, b"".join(message.get("body", b"") for message in said[1:]))

    def post(
        self,
        sent: bytes,
        path: str = "/ingest/gate",
        headers: dict[str, str] = BEARER,
        method: str = "POST",
        **how: Any,
    ) -> Answer:
        answer = asyncio.run(self.ask(sent, path, method, headers, **how))
        assert answer is not None
        return answer

    def received(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for header in self.landing.pending():
            found.setdefault(f"{header.tenant}/{header.sensor}", []).append(self.landing.read(header).payload)
        return found


@pytest.fixture
def forwarder(tmp_path: Path) -> Forwarder:
    return Forwarder(tmp_path)


def test_lines_are_answered_with_where_they_lie(forwarder: Forwarder) -> None:
    answer = forwarder.post(b"a=1\na=2\n")

    [header] = forwarder.landing.pending()
    assert (answer.status, answer.json) == (200, {"accepted": 8, "block": header.block, "lines": 2})
    assert answer.headers["content-type"] == "application/json"
    assert (header.tenant, header.sensor, header.source, header.live) == ("101", "gate", "fortinet_fortigate", True)
    assert forwarder.received() == {"101/gate": [b"a=1\na=2\n"]}


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer t-gate",
        "bearer  t-gate",
        "Basic " + base64.b64encode(b"anyone:t-gate").decode(),
        "Basic " + base64.b64encode(b":t-gate").decode(),
    ],
)
def test_the_token_is_shown_as_bearer_or_as_a_password(forwarder: Forwarder, shown: str) -> None:
    assert forwarder.post(b"a=1\n", headers={"Authorization": shown}).status == 200


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/ingest/gate", None),
        ("/ingest/gate", "Bearer wrong"),
        ("/ingest/gate", "Bearer "),
        ("/ingest/gate", "Basic %%%"),
        ("/ingest/gate", "Digest t-gate"),
        ("/ingest/other", "Bearer t-gate"),
        ("/ingest/edr", "Bearer t-gate"),
    ],
)
def test_a_stranger_is_never_told_what_was_wrong(forwarder: Forwarder, path: str, shown: str | None) -> None:
    answer = forwarder.post(b"a=1\n", path, {"Authorization": shown} if shown else {})

    known_to_be_wrong = Forwarder(forwarder.tmp_path / "other").post(b"x", "/ingest/nobody", {})
    assert (answer.status, answer.body) == (401, known_to_be_wrong.body)
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert forwarder.received() == {}


def test_a_token_leads_to_its_own_company_whatever_the_address_says(forwarder: Forwarder) -> None:
    forwarder.post(b"theirs\n", "/ingest/gate", {"Authorization": "Bearer t-neighbour"})

    assert forwarder.received() == {"102/gate": [b"theirs\n"]}


def test_many_wrong_tokens_make_an_address_wait_but_hold_up_no_right_one(forwarder: Forwarder) -> None:
    for _ in range(attempts.MOST_WRONG):
        assert forwarder.post(b"x", headers={}).status == 401

    held = forwarder.post(b"x", headers={})

    assert (held.status, held.headers["retry-after"]) == (429, "60")
    assert forwarder.post(b"x", headers={}, peer="192.0.2.2").status == 401
    assert forwarder.post(b"x", headers=BEARER).status == 200
    forwarder.now += timedelta(minutes=1)
    assert forwarder.post(b"x", headers={}).status == 401


def test_who_shows_a_wrong_token_is_written_down(forwarder: Forwarder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SAVE_SECONDS", 0.0)

    async def knock() -> None:
        await forwarder.ask(b"secret line", "/ingest/gate", "POST", {"Authorization": "Bearer t-wrong"})
        assert forwarder.intake.saving is not None
        await forwarder.intake.saving

    asyncio.run(knock())

    [stranger] = Logbook(forwarder.logbook.path).strangers.values()
    assert (stranger.address, stranger.way, stranger.port) == ("192.0.2.1", "http", 8080)
    assert stranger.sample == "POST /ingest/gate"
    forwarder.post(b"a=1\n")
    assert forwarder.logbook.strangers == {}


@pytest.mark.parametrize("path", ["/", "/ingest/", "/ingest/a/b", "/ingest/%2e%2e", "/ingest/../gate", "/other/gate"])
def test_there_is_nothing_else_here(forwarder: Forwarder, path: str) -> None:
    assert forwarder.post(b"x", path).status == 404


def test_only_post_sends(forwarder: Forwarder) -> None:
    answer = forwarder.post(b"x", method="GET")

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor().compress)])
def test_packed_lines_are_kept_unpacked(forwarder: Forwarder, coding: str, pack) -> None:
    answer = forwarder.post(pack(b"a=1\n"), headers={**BEARER, "Content-Encoding": coding}, parts=3)

    assert answer.json["accepted"] == 4
    assert forwarder.received() == {"101/gate": [b"a=1\n"]}


def test_a_json_array_becomes_lines(forwarder: Forwarder) -> None:
    assert forwarder.post(b'[{"a":1},\n {"a":2}]').json["lines"] == 2
    assert forwarder.received() == {"101/gate": [b'{"a":1}\n{"a":2}\n']}


def test_a_file_is_kept_as_it_is_and_counts_once(forwarder: Forwarder) -> None:
    book = b'\xef\xbb\xbf"a"\r\n"[1,\n2]"\r\n'
    answers = [forwarder.post(book, "/ingest/edr", {"Authorization": "Bearer t-edr"}) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json["block"] == answers[1].json["block"]
    assert forwarder.received() == {"101/edr": [book]}
    assert not forwarder.landing.pending()[0].live


def test_backfill_says_that_the_times_are_to_be_believed(forwarder: Forwarder) -> None:
    forwarder.post(b"a=1\n", "/ingest/gate?backfill=1")

    assert not forwarder.landing.pending()[0].live


def test_a_request_with_a_key_counts_once_and_the_key_is_for_one_body(forwarder: Forwarder) -> None:
    keyed = {**BEARER, "Idempotency-Key": '"batch-7"'}
    first, second = (forwarder.post(b"a=1\n", headers=keyed) for _ in range(2))

    assert first.json == second.json
    assert forwarder.post(b"a=2\n", headers=keyed).status == 422
    assert forwarder.post(b"x", headers={**BEARER, "Idempotency-Key": "x" * 256}).status == 400
    assert forwarder.received() == {"101/gate": [b"a=1\n"]}


def test_a_retry_after_an_answer_that_could_not_be_given_counts_once(forwarder: Forwarder) -> None:
    async def send_twice() -> list[Answer | None]:
        how = ("/ingest/gate", "POST", BEARER)
        lost = await forwarder.ask(b"a=1\n", *how, hangs_up=True)
        return [lost, await forwarder.ask(b"a=1\n", *how), await forwarder.ask(b"a=1\n", *how)]

    lost, retried, another = asyncio.run(send_twice())

    assert lost is None
    assert retried is not None
    assert another is not None
    assert retried.json["block"] != another.json["block"]
    assert forwarder.received() == {"101/gate": [b"a=1\n", b"a=1\n"]}


@pytest.mark.parametrize(
    ("sent", "headers", "how", "status"),
    [
        (b"", {}, {}, 400),
        (b"x", {}, {"length": False}, 411),
        (b"", {"Transfer-Encoding": "chunked"}, {"length": False}, 400),
        (b"x" * 2000, {}, {}, 413),
        (b"x" * 2000, {"Transfer-Encoding": "chunked"}, {"length": False}, 413),
        (gzip.compress(b"x" * 2000, mtime=0), {"Content-Encoding": "gzip"}, {}, 413),
        (b"not gzip", {"Content-Encoding": "gzip"}, {}, 400),
        (b"x", {"Content-Encoding": "br"}, {}, 415),
        (b"x", {"Content-Type": "multipart/form-data; boundary=x"}, {}, 415),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_of_it_is_kept(
    forwarder: Forwarder,
    monkeypatch: pytest.MonkeyPatch,
    sent: bytes,
    headers: dict[str, str],
    how: dict[str, Any],
    status: int,
) -> None:
    monkeypatch.setattr(http, "LINES_BYTES", 1000)

    answer = forwarder.post(sent, headers={**BEARER, **headers}, **how)

    assert (answer.status, answer.json["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert forwarder.received() == {}
    assert forwarder.intake.bodies.held == 0


def test_a_body_that_trickles_in_is_refused(forwarder: Forwarder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.1)
    monkeypatch.setattr(body, "DRAIN_SECONDS", 0.1)

    assert forwarder.post(b"slow" * 10, parts=1, pause=0.03).status == 408
    assert forwarder.received() == {}


def test_too_much_at_a_time_may_come_again_later(forwarder: Forwarder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MOST_HELD", 10)

    answer = forwarder.post(b"x" * 100)

    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert forwarder.intake.bodies.held == 0


def test_while_nothing_can_be_stored_or_the_desk_is_away_senders_wait(forwarder: Forwarder) -> None:
    (forwarder.tmp_path / "landing").write_text("a file where the folder should be")
    full = forwarder.post(b"a=1\n")
    forwarder.desk_is_away = True
    away = forwarder.post(b"a=1\n")

    assert [(answer.status, answer.headers["retry-after"]) for answer in (full, away)] == [(503, "30"), (503, "10")]


def test_a_sender_that_breaks_off_leaves_nothing(forwarder: Forwarder) -> None:
    async def break_off() -> Answer | None:
        headers = {**BEARER, "content-length": "100"}
        forwarder.intake.bodies = body.Bodies()

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            raise AssertionError(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/ingest/gate",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        await forwarder.intake(scope, receive, send)
        return None

    asyncio.run(break_off())

    assert forwarder.received() == {}
