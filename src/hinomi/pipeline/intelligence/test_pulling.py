"""Feeds that are pulled from real servers: what they add, take back and change, and what happens when they fail."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hinomi.net.fetch import FetchError
from hinomi.net.served import Served, say
from hinomi.pipeline.intelligence.indicator import Purpose
from hinomi.pipeline.intelligence.pulling import pull
from hinomi.pipeline.intelligence.shelf import Shelf
from hinomi.pipeline.intelligence.subscription import NoSecret, Server, Subscription, Subscriptions

NOW = datetime(2026, 11, 22)
HOUR = timedelta(hours=1)
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def subscriptions(shelf: Shelf) -> Subscriptions:
    return Subscriptions(shelf.root)


def subscribed(subscriptions: Subscriptions, url: str, server: Server, **said: Any) -> Subscription:
    subscriptions.write(Subscription("feed", server, url, **said))
    subscription = subscriptions.read("feed")
    assert subscription is not None
    return subscription


def values(shelf: Shelf, now: datetime = NOW) -> dict[str, bool]:
    """What the feed holds, and whether it holds now."""
    rows = shelf.read("feed").select("value", "valid_until").iter_rows()
    return {value: until is None or until > now for value, until in rows}


def test_a_taxii_feed_adds_what_is_new_and_ends_what_was_revoked(
    served: Served, shelf: Shelf, subscriptions: Subscriptions
):
    def stix(name: str, **said: Any) -> dict[str, Any]:
        pattern = f"[domain-name:value = '{name}']"
        return {
            "type": "indicator",
            "pattern_type": "stix",
            "pattern": pattern,
            "valid_from": "2026-11-01T00:00:00Z",
        } | said

    added = [[stix("a.example"), stix("b.example")], [stix("c.example"), stix("b.example", revoked=True)]]

    def answer(request: BaseHTTPRequestHandler) -> None:
        after = int(parse_qs(urlsplit(request.path).query).get("added_after", ["0"])[0])
        body = json.dumps({"objects": added[after] if after < len(added) else []}).encode()
        say(request, body, headers={"X-TAXII-Date-Added-Last": str(min(after + 1, 2))})

    served.answer = answer
    subscription = subscribed(
        subscriptions, served.url, Server.TAXII, collection="x", purpose=Purpose.C2, confidence=70, expires_days=30
    )
    pull(shelf, subscriptions, subscription, NOW)
    assert values(shelf) == {"a.example": True, "b.example": True}

    pull(shelf, subscriptions, subscription, NOW + HOUR)
    pull(shelf, subscriptions, subscription, NOW + 2 * HOUR)

    assert values(shelf) == {"a.example": True, "b.example": False, "c.example": True}
    first = shelf.read("feed").to_dicts()[0]
    assert (first["added"], first["purpose"], first["confidence"]) == (NOW, "c2", 70)
    assert first["valid_until"] == NOW + timedelta(days=30)

    shelf.forget("feed")  # by hand: then everything is asked for again
    pull(shelf, subscriptions, subscription, NOW + 3 * HOUR)
    assert set(values(shelf)) == {"a.example", "b.example"}


def test_a_misp_feed_is_followed_event_by_event(served: Served, shelf: Shelf, subscriptions: Subscriptions):
    files: dict[str, Any] = {}

    def event(uuid: str, *names: str) -> None:
        attributes = [{"type": "domain", "value": name, "to_ids": True} for name in names]
        files[f"/f/{uuid}.json"] = {"Event": {"uuid": uuid, "info": "C2", "Attribute": attributes}}

    def answer(request: BaseHTTPRequestHandler) -> None:
        found = files.get(request.path)
        say(request, json.dumps(found).encode(), 200 if found is not None else 404)

    served.answer = answer
    event(ONE, "a.example", "b.example")
    event(TWO, "c.example")
    files["/f/manifest.json"] = {ONE: {"timestamp": 1}, TWO: {"timestamp": 1}}
    subscription = subscribed(subscriptions, f"{served.url}/f", Server.MISP_FEED)
    pull(shelf, subscriptions, subscription, NOW)
    assert set(values(shelf)) == {"a.example", "b.example", "c.example"}

    event(ONE, "a.example", "d.example")
    files["/f/manifest.json"] = {ONE: {"timestamp": 2}}
    served.asked.clear()
    pull(shelf, subscriptions, subscription, NOW + HOUR)

    assert set(values(shelf)) == {"a.example", "d.example"}
    added = dict(shelf.read("feed").select("value", "added").iter_rows())
    assert added == {"a.example": NOW, "d.example": NOW + HOUR}
    pull(shelf, subscriptions, subscription, NOW + 2 * HOUR)
    assert [path for path, _ in served.asked] == ["/f/manifest.json", f"/f/{ONE}.json", "/f/manifest.json"]


def test_an_instance_of_misp_is_asked_with_its_key(
    served: Served, shelf: Shelf, subscriptions: Subscriptions, tmp_path: Path
):
    found = [{"type": "ip-dst", "value": "203.0.113.5", "to_ids": True, "Event": {"info": "x"}}]
    served.answer = lambda request: say(request, json.dumps({"response": {"Attribute": found}}).encode())
    secret = tmp_path / "key"
    secret.write_text("the key\n")

    subscription = subscribed(subscriptions, served.url, Server.MISP, secret_file=str(secret))
    pull(shelf, subscriptions, subscription, NOW)

    assert values(shelf) == {"203.0.113.5": True}
    assert served.asked[0][1]["Authorization"] == "the key"


def test_an_instance_of_misp_that_answers_with_nothing_empties_no_feed(
    served: Served, shelf: Shelf, subscriptions: Subscriptions
):
    attributes = [{"type": "domain", "value": "a.example", "uuid": ONE, "to_ids": True, "timestamp": "1700000000"}]

    def answer(request: BaseHTTPRequestHandler) -> None:
        say(request, json.dumps({"response": {"Attribute": attributes}}).encode())

    served.answer = answer
    subscription = subscribed(subscriptions, served.url, Server.MISP)
    pull(shelf, subscriptions, subscription, NOW)
    attributes.clear()

    with pytest.raises(FetchError, match="intel forget feed"):
        pull(shelf, subscriptions, subscription, NOW + HOUR)

    assert values(shelf, NOW + HOUR) == {"a.example": True}
    assert "intel forget feed" in subscriptions.state("feed").problem


def test_a_server_that_fails_leaves_the_feed_as_it_was(served: Served, shelf: Shelf, subscriptions: Subscriptions):
    found = {"response": {"Attribute": [{"type": "domain", "value": "a.example", "to_ids": True}]}}
    served.answer = lambda request: say(request, json.dumps(found).encode())
    subscription = subscribed(subscriptions, served.url, Server.MISP)
    pull(shelf, subscriptions, subscription, NOW)

    served.answer = lambda request: say(request, b"", 500)
    with pytest.raises(FetchError):
        pull(shelf, subscriptions, subscription, NOW + HOUR)

    state = subscriptions.state("feed")
    assert values(shelf) == {"a.example": True}
    assert (state.pulled, state.tried) == (NOW, NOW + HOUR)
    assert "500" in state.problem
    assert not state.is_due(HOUR, NOW + HOUR)
    assert state.is_due(HOUR, NOW + 2 * HOUR)


def test_a_secret_is_where_the_subscription_says_and_never_in_it(shelf: Shelf, subscriptions: Subscriptions):
    subscription = subscribed(subscriptions, "https://x.example/", Server.TAXII, user="soc", secret_env="TAXII_WORD")

    assert subscription.access({"TAXII_WORD": "word"}).header() == {"Authorization": "Basic c29jOndvcmQ="}
    with pytest.raises(NoSecret, match="TAXII_WORD"):
        subscription.access({})
    with pytest.raises(NoSecret, match="/nowhere"):
        Subscription("feed", Server.MISP, "https://x.example/", secret_file="/nowhere").access({})
