"""JSON for a program, signed as Standard Webhooks 1.0.0 says: HMAC-SHA256 over id, time and body, in ``webhook-*``
headers. The id is the same for every attempt, in ``Idempotency-Key`` too; the receiver keeps those it has seen."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from hinomi.library.contracts import Message, Request, Target

PREFIX = "whsec_"


def request(message: Message, target: Target, key: str, now: datetime) -> Request:
    """``target.secret`` is ``whsec_`` and Base64, or any words; empty: nothing is signed."""
    document = {
        "type": "notification",
        "timestamp": now.isoformat(timespec="seconds"),
        "idempotency_key": key,
        "data": {
            "title": message.subject,
            "text": message.text,
            "link": message.link or None,
            "acknowledge": message.acknowledge or None,
        },
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    moment = str(int(now.timestamp()))
    headers = {"Content-Type": "application/json; charset=utf-8", "webhook-id": key, "webhook-timestamp": moment}
    if target.secret:
        headers["webhook-signature"] = signature(target.secret, key, moment, body)
    return Request(target.address, headers, body)


def signature(secret: str, key: str, moment: str, body: bytes) -> str:
    """``v1,`` and the Base64 of the HMAC."""
    digest = hmac.new(known(secret), b".".join((key.encode(), moment.encode(), body)), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def known(secret: str) -> bytes:
    """The octets of a secret."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except ValueError:
            pass
    return secret.encode()
