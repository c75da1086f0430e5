"""The intake beside the console: tokens follow the desk, each opens one sensor, all else is the console's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hinomi.app import ingest, place
from hinomi.app.data import DatabaseAway
from hinomi.app.ingest import TokenIndex, beside, tokens
from hinomi.app.registration import known_sensor, known_tenant
from hinomi.pipeline.collect.refusals import Busy
from hinomi.pipeline.collect.routes import Route
from hinomi.tenants.operations import hashed
from hinomi.tenants.tokens import issue

GATE = Route("101", "gate", "fortinet_fortigate", "Asia/Tokyo")


class Desk:
    """What the desk would say, and how often it was asked."""

    def __init__(self) -> None:
        self.tokens: dict[str, Route] = {}
        self.is_away = False
        self.asked = 0

    def ask(self) -> dict[str, Route]:
        self.asked += 1
        if self.is_away:
            raise DatabaseAway("here", "nobody answers")
        return {hashed(token): route for token, route in self.tokens.items()}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def run(journey: Callable[[TokenIndex], Awaitable[None]], desk: Desk) -> None:
    async def start() -> None:
        await journey(TokenIndex(desk.ask))

    asyncio.run(start())


def test_a_token_made_a_moment_ago_is_known(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "HURRY_SECONDS", 0.01)

    async def journey(index: TokenIndex) -> None:
        assert await index.find("new") is None
        desk.tokens["new"] = GATE
        await asyncio.sleep(0.02)
        assert await index.find("new") == GATE

    run(journey, desk)


def test_a_token_that_was_taken_away_is_refused_after_the_next_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "REFRESH_SECONDS", 0.05)
    desk.tokens["old"] = GATE

    async def journey(index: TokenIndex) -> None:
        assert await index.find("old") == GATE
        desk.tokens.clear()
        assert await index.find("old") == GATE
        await asyncio.sleep(0.06)
        assert await index.find("old") is None

    run(journey, desk)


def test_guessing_asks_the_desk_once_a_second_at_most(desk: Desk) -> None:
    async def journey(index: TokenIndex) -> None:
        assert await asyncio.gather(*(index.find(f"guess {number}") for number in range(100))) == [None] * 100

    run(journey, desk)

    assert desk.asked == 1


def test_while_the_desk_is_away_known_tokens_go_on_and_nobody_is_called_wrong_before_it_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(ingest, "HURRY_SECONDS", 0.0)
    desk.tokens["t"] = GATE
    desk.is_away = True

    async def journey(index: TokenIndex) -> None:
        with pytest.raises(Busy):
            await index.find("t")
        desk.is_away = False
        assert await index.find("t") == GATE
        desk.is_away = True
        assert await index.find("t") == GATE

    run(journey, desk)


Ask = Callable[[str, str], int]


@pytest.fixture
def made(db: None) -> dict[str, str]:
    """A token of each: company 500 has a gate; 600 has a gate and an edr."""
    now = datetime.now(UTC)
    sensors = (
        ("500", "gate", "fortinet_fortigate"),
        ("600", "gate", "fortinet_fortigate"),
        ("600", "edr", "keepeye"),
    )
    return {
        f"{tenant}/{name}": issue(known_sensor(known_tenant(tenant, now), name, source, "Asia/Tokyo", now.date()), now)
        for tenant, name, source in sensors
    }


@pytest.fixture
def ask(made: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Posts a line to an address with a token; gives the status. The console answers 418."""
    monkeypatch.setattr(ingest, "connected", nullcontext)  # the test's own connection stays open
    known = tokens()
    monkeypatch.setattr(ingest, "TokenIndex", lambda: TokenIndex(lambda: known))

    async def console(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})

    application = beside(console, tmp_path)

    async def post(path: str, token: str) -> int:
        said: list[dict[str, Any]] = []

        coming = iter([{"type": "http.request", "body": b"a=1\n", "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in coming:
                return message
            await asyncio.sleep(60)  # the sender waits for its answer
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-length", b"4")]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        await application(scope, receive, send)
        return int(said[0]["status"])

    return lambda path, token: asyncio.run(post(path, token))


def received(tmp_path: Path) -> set[str]:
    return {f"{header.tenant}/{header.sensor}" for header in place.landing(tmp_path).pending()}


def test_a_stranger_opens_nothing(ask: Ask, tmp_path: Path) -> None:
    assert {ask(f"/ingest/{name}", token) for name in ("gate", "edr", "no-such") for token in ("", "made-up")} == {401}
    assert received(tmp_path) == set()


@pytest.mark.parametrize(
    ("path", "whose", "status", "reached"),
    [
        ("/ingest/gate", "500/gate", 200, {"500/gate"}),
        ("/ingest/gate", "600/gate", 200, {"600/gate"}),
        ("/ingest/edr", "600/edr", 200, {"600/edr"}),
        ("/ingest/edr", "500/gate", 401, set()),
        ("/ingest/edr", "600/gate", 401, set()),
        ("/ingest/gate", "600/edr", 401, set()),
        ("/ingest/500/gate", "500/gate", 404, set()),
    ],
)
def test_a_token_of_one_company_never_reaches_another(
    ask: Ask, made: dict[str, str], tmp_path: Path, path: str, whose: str, status: int, reached: set[str]
) -> None:
    assert ask(path, made[whose]) == status
    assert received(tmp_path) == reached


@pytest.mark.parametrize("path", ["/", "/ingest", "/ingestion/gate", "/sensors/", "/sign-in/"])
def test_everything_else_is_the_consoles(ask: Ask, path: str) -> None:
    assert ask(path, "made-up") == 418
