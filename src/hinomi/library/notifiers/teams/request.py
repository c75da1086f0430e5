"""Teams: an Adaptive Card for a workflow "When a Teams webhook request is received". Sources: Microsoft Learn, "Create
incoming webhooks with Workflows", "Adaptive Cards schema" 1.4, and the connector's limit of 28 KB for a message."""

import json
from datetime import datetime
from typing import Any

from hinomi.library.contracts import Message, Request, Target

LONGEST = 7000
"""Characters of text; three octets each, below the limit with what surrounds them."""
MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\*_[]()#`<>~|"})


def request(message: Message, target: Target, key: str, now: datetime) -> Request:
    actions = [
        {"type": "Action.OpenUrl", "title": words, "url": url}
        for words, url in (("確認しました", message.acknowledge), ("くわしく見る", message.link))
        if url
    ]
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": escaped(message.subject), "weight": "Bolder", "size": "Medium", "wrap": True},
        *({"type": "TextBlock", "text": escaped(line), "wrap": True, "spacing": "Small"} for line in lines(message)),
        {"type": "TextBlock", "text": f"番号 {key[:8]}", "isSubtle": True, "size": "Small"},
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    document = {"type": "message", "attachments": [attachment]}
    body_text = json.dumps(document, ensure_ascii=False).encode()
    return Request(target.address, {"Content-Type": "application/json; charset=utf-8"}, body_text)


def lines(message: Message) -> list[str]:
    return [line for line in message.text[:LONGEST].splitlines() if line]


def escaped(text: str) -> str:
    """A text block reads Markdown; nothing of it is left to be one."""
    return text.translate(MARKS)
