"""Tokens follow the desk: new ones count at once, those taken away soon do not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hinomi.app import ingest
from hinomi.app.data import DatabaseAway
from hinomi.app.ingest import TokenIndex
from hinomi.pipeline.collect.refusals import Busy
from hinomi.pipeline.collect.routes import Route
from hinomi.tenants.operations import hashed

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
