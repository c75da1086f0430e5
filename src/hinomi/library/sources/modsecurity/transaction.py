"""One request and its answer as the engine logged it, whatever the format, to OCSF HTTP Activity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hinomi.library.formats import addresses, events, http, modsecurity_rules
from hinomi.library.formats.jsonlines import text, texts
from hinomi.library.formats.modsecurity_rules import Hit
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid

HTTPS = 443


@dataclass(frozen=True)
class Transaction:
    """``time`` is naive UTC; ``hits`` are the rules hit, most telling first, none of ordinary traffic."""

    time: datetime
    original: str
    product: str
    uid: str | None
    client: tuple[str | None, int | None]
    server: tuple[str | None, int | None]
    method: str | None
    target: str | None
    status: int | None
    blocked: bool
    headers: Mapping[str, Any] = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()
    server_id: str | None = None


def row(transaction: Transaction, raw: str) -> Row:
    """An event; a detection where rules were hit, counted once however many they are."""
    asked = request(transaction)
    if not transaction.hits:
        return asked
    found = modsecurity_rules.verdict(
        list(transaction.hits),
        blocked=transaction.blocked,
        raw=raw,
        server_id=transaction.server_id,
        x_forwarded_for=header(transaction.headers, "x-forwarded-for"),
    )
    return asked | found


def request(transaction: Transaction) -> Row:
    host, port = header(transaction.headers, "host"), transaction.server[1]
    return {
        **events.activity(
            ClassUid.HTTP_ACTIVITY, http.activity_id(transaction.method), product=("OWASP", transaction.product)
        ),
        **http.url("https" if port == HTTPS else "http", host, transaction.target),
        "time": transaction.time,
        "metadata.original_time": transaction.original,
        "metadata.log_name": "audit",
        "metadata.correlation_uid": transaction.uid,
        "src_endpoint.ip": addresses.ip(transaction.client[0]),
        "src_endpoint.port": transaction.client[1],
        "dst_endpoint.ip": addresses.ip(transaction.server[0]),
        "dst_endpoint.port": port,
        "dst_endpoint.hostname": http.hostname(host) if host else None,
        "http_request.http_method": transaction.method,
        "http_request.user_agent": header(transaction.headers, "user-agent"),
        "http_response.code": transaction.status,
    }


def header(headers: Mapping[str, Any], name: str) -> str | None:
    """A header's first value, its name in any case; Coraza lists the values."""
    for key, value in headers.items():
        if len(key) == len(name) and key.lower() == name:
            return text(value) or next(iter(texts(value)), None)
    return None


def request_line(line: str) -> tuple[str | None, str | None]:
    """Method and target of ``GET /a HTTP/1.1``."""
    method, _, rest = line.strip().partition(" ")
    target, _, protocol = rest.rpartition(" ")
    return method or None, (target if protocol.startswith("HTTP/") else rest).strip() or None
