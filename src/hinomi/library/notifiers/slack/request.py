"""Slack's incoming webhook: blocks with two buttons. Sources: Slack API, "Sending messages using incoming webhooks",
"Block Kit reference" (header 150, section 3,000 characters), "Formatting text" (``&``, ``<`` and ``>`` are escaped)."""

import json
from datetime import datetime
from typing import Any

from hinomi.library.contracts import Message, Request, Target

HEADER, SECTION = 150, 2900


def request(message: Message, target: Target, key: str, now: datetime) -> Request:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.subject, HEADER), "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": cut(escaped(message.text), SECTION), "verbatim": True}},
    ]
    if buttons := [button(*one) for one in offered(message)]:
        blocks.append({"type": "actions", "elements": buttons})
    blocks.append({"type": "context", "elements": [{"type": "plain_text", "text": f"番号 {key[:8]}"}]})
    document = {"text": escaped(message.subject), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    return Request(target.address, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(document).encode())


def offered(message: Message) -> list[tuple[str, str, bool]]:
    found = [("確認しました", message.acknowledge, True), ("くわしく見る", message.link, False)]
    return [one for one in found if one[1]]


def button(words: str, url: str, first: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "button", "text": {"type": "plain_text", "text": words}, "url": url}
    return made | ({"style": "primary"} if first else {})


def escaped(text: str) -> str:
    """Nothing in it is a link, a mention or a format: what Slack takes for marks gets a space of no width before it."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "*_~`":
        safe = safe.replace(mark, f"\u200b{mark}")
    return safe


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
