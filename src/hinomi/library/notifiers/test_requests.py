"""What each chat is sent: within its limits, under one key, and nothing from a log is a link or a command in it."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from hinomi.library import catalog
from hinomi.library.contracts import Message, Request, Target, UnknownItem

NOW = datetime(2026, 5, 12, 0, 31, tzinfo=UTC)
LINK, ACKNOWLEDGE = "https://watch.example.jp/incidents/1/", "https://watch.example.jp/ack/token"
KEY = "0123456789abcdef0123456789abcdef"
HOOK = Target("https://chat.example.jp/hooks/SECRET", "whsec_" + base64.b64encode(b"a key of some octets").decode())
HOSTILE = "<!channel> *bold* <https://evil.example|here> [link](https://evil.example) [To:1]社長 [/info] @all `rm`"
CHANNELS = ("slack", "teams", "chatwork", "lineworks", "webhook")


def asked(channel: str, text: str = "「PC-07」のLANケーブルを抜いてください。", link: str = LINK) -> Request:
    message = Message("総務", "【火の見】至急: 確認してください", text, link, ACKNOWLEDGE)
    return catalog.requester(channel)(message, HOOK, KEY, NOW)


def document(request: Request) -> Any:
    return json.loads(request.body)


def words(found: Any) -> list[str]:
    """Every string in a document."""
    if isinstance(found, dict):
        return [word for value in found.values() for word in words(value)]
    if isinstance(found, list):
        return [word for value in found for word in words(value)]
    return [found] if isinstance(found, str) else []


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_words_the_page_and_the_button_arrive(channel: str) -> None:
    request = asked(channel)

    said = parse_qs(request.body.decode())["body"][0] if channel == "chatwork" else "\n".join(words(document(request)))
    for part in ("至急", "PC-07", LINK, ACKNOWLEDGE, KEY[:8]):
        assert part in said


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_same_message_is_the_same_for_every_attempt(channel: str) -> None:
    assert asked(channel) == asked(channel)
    assert "SECRET" not in repr(asked(channel))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_long_text_is_cut_to_what_the_channel_takes(channel: str) -> None:
    limit = {"slack": 20_000, "teams": 28_000, "chatwork": 250_000, "lineworks": 6_000, "webhook": 200_000}[channel]

    assert len(asked(channel, "長" * 50_000).body) < limit


def test_slack_makes_nothing_of_what_a_log_says() -> None:
    section = document(asked("slack", HOSTILE))["blocks"][1]["text"]["text"]

    assert "<" not in section
    assert not re.search(r"(?<!\u200b)[*`]", section)


def test_teams_makes_nothing_of_what_a_log_says() -> None:
    card = document(asked("teams", HOSTILE))["attachments"][0]["content"]

    assert not re.search(r"(?<!\\)[\[*`]", card["body"][1]["text"])
    assert [action["url"] for action in card["actions"]] == [ACKNOWLEDGE, LINK]


def test_chatwork_calls_nobody_and_asks_with_the_token() -> None:
    request = asked("chatwork", HOSTILE)

    body = parse_qs(request.body.decode())["body"][0]
    assert re.findall(r"\[[^.@][^\]]*\]", body) == ["[info]", "[title]", "[/title]", "[/info]"]
    assert request.headers["X-ChatWorkToken"] == HOOK.secret


def test_a_room_of_line_works_has_one_button() -> None:
    assert document(asked("lineworks"))["button"]["url"] == ACKNOWLEDGE
    assert LINK in document(asked("lineworks"))["body"]["text"]


def test_a_program_can_check_who_sent_it() -> None:
    request = asked("webhook")

    signed = f"{KEY}.{int(NOW.timestamp())}.".encode() + request.body
    digest = hmac.new(b"a key of some octets", signed, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert request.headers["webhook-id"] == document(request)["idempotency_key"] == KEY


def test_without_a_secret_nothing_is_signed() -> None:
    message = Message("", "件名", "本文")

    assert (
        "webhook-signature" not in catalog.requester("webhook")(message, Target("https://a.example"), KEY, NOW).headers
    )


def test_a_channel_that_takes_no_requests_is_said() -> None:
    with pytest.raises(UnknownItem, match="slack"):
        catalog.requester("mail")
