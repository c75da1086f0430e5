"""LINE WORKS: the incoming webhook of a talk room. Source: LINE WORKS, guide of the app "Incoming Webhook" (``title``,
``body.text``, one ``button``); written from the guide, no account was at hand."""

import json
from datetime import datetime
from typing import Any

from hinomi.library.contracts import Message, Request, Target

TITLE, TEXT = 100, 1000


def request(message: Message, target: Target, key: str, now: datetime) -> Request:
    """The room has one button: it acknowledges where that is asked, and the page's address stands in the text."""
    text = cut(message.text, TEXT)
    document: dict[str, Any] = {"title": cut(message.subject, TITLE)}
    if message.acknowledge:
        document["button"] = {"label": "確認しました", "url": message.acknowledge}
        text += f"\nくわしく: {message.link}" if message.link else ""
    elif message.link:
        document["button"] = {"label": "くわしく見る", "url": message.link}
    document["body"] = {"text": f"{text}\n番号 {key[:8]}"}
    body = json.dumps(document, ensure_ascii=False).encode()
    return Request(target.address, {"Content-Type": "application/json; charset=utf-8"}, body)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
