"""JSON audit logs of ModSecurity 3 and Coraza to OCSF HTTP Activity, an event a transaction.

A transaction that hit rules is an alert, named after the most severe rule and counted once however many
rules it hit; one that hit none is ordinary traffic. ``time_stamp`` is the server's local time without a
zone. Source: ModSecurity 3, ``Transaction::toJSON``; Coraza documentation, "Logging".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import jsonlines
from hinomi.library.formats.http import activity_id, hostname, url
from hinomi.library.formats.jsonlines import Document, integer, part, port, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.modsecurity import purpose
from hinomi.library.sources.modsecurity.clock import time_of
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId

SEVERITIES = {
    1: SeverityId.HIGH,
    2: SeverityId.HIGH,
    3: SeverityId.MEDIUM,
    4: SeverityId.MEDIUM,
    5: SeverityId.LOW,
}
"""Rules' severities ALERT, CRITICAL, ERROR, WARNING, NOTICE. CRS says CRITICAL of every likely attack, and a
site on the internet sees thousands a month: that is High here, not Critical."""
UNSAID = 9
"""Rank of a rule without a severity, which ModSecurity writes as 0 (EMERGENCY in syslog's scale)."""
SCORING_RULES = ("949", "959", "980")
"""CRS rules that only add up what others found."""
FORBIDDEN, HTTPS = 403, 443


@dataclass(frozen=True)
class Rule:
    """What a rule says whenever it is hit; ``severity`` as syslog has it, 2 is CRITICAL."""

    uid: str
    message: str
    severity: int
    tags: tuple[str, ...]
    purpose: str
    names_cve: bool
    rank: tuple[bool, int, bool]
    """Most telling first: no mere sum, severe, with a purpose."""


class Hit(NamedTuple):
    """A rule that a transaction hit, and what it found there."""

    rule: Rule
    data: str | None


def normalize(payload: bytes, context: Context) -> Normalized:
    """A transaction a line. Local times are in ``context.timezone``."""

    def event(document: Document) -> Row | Reject:
        transaction = part(document.value.get("transaction"))
        if not transaction:
            return document.reject(Reason.NOT_THIS_FORMAT, "transaction がありません (no transaction)")
        original, time = time_of(transaction, context.timezone)
        if not original:
            return document.reject(Reason.NO_TIME, "時刻がありません (no time_stamp)")
        if not time:
            return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
        row = request(transaction)
        row["time"] = time.astimezone(UTC).replace(tzinfo=None)
        row["metadata.original_time"] = original
        hits = rules(document.value.get("messages") or transaction.get("messages"))
        if hits:
            row |= alert(transaction, hits)
            row["raw_data"] = document.text()
        return row

    return jsonlines.normalize(payload, event)


def request(transaction: Mapping[str, Any]) -> Row:
    asked = part(transaction.get("request"))
    headers = part(asked.get("headers"))
    method, host_port = text(asked.get("method")), port(transaction.get("host_port"))
    host = header(headers, "host")
    return {
        **url("https" if host_port == HTTPS else "http", host, text(asked.get("uri"))),
        "class_uid": int(ClassUid.HTTP_ACTIVITY),
        "activity_id": activity_id(method),
        "severity_id": int(SeverityId.INFORMATIONAL),
        "is_alert": False,
        "metadata.log_name": "audit",
        "metadata.product.name": "ModSecurity" if "time_stamp" in transaction else "Coraza",
        "metadata.product.vendor_name": "OWASP",
        "metadata.correlation_uid": text(transaction.get("unique_id")) or text(transaction.get("id")),
        "src_endpoint.ip": text(transaction.get("client_ip")),
        "src_endpoint.port": port(transaction.get("client_port")),
        "dst_endpoint.ip": text(transaction.get("host_ip")),
        "dst_endpoint.port": host_port,
        "dst_endpoint.hostname": hostname(host) if host else None,
        "http_request.http_method": method,
        "http_request.user_agent": header(headers, "user-agent"),
        "http_response.code": status(transaction),
    }


def status(transaction: Mapping[str, Any]) -> int | None:
    """The answer's status; Coraza writes 0 where there was no answer."""
    answered = part(transaction.get("response"))
    return integer(answered.get("http_code"), 999) or integer(answered.get("status"), 999) or None


def header(headers: Mapping[str, Any], name: str) -> str | None:
    """A header's first value, its name in any case; Coraza lists the values."""
    for key, value in headers.items():
        if len(key) == len(name) and key.lower() == name:
            return text(value) or next(iter(texts(value)), None)
    return None


def rules(messages: object) -> list[Hit]:
    """The rules hit, most telling first; ``details`` is ModSecurity's, ``data`` Coraza's."""
    hits = [hit(part(message)) for message in messages] if isinstance(messages, list) else []
    return sorted(hits, key=lambda found: found.rule.rank)


def hit(message: Mapping[str, Any]) -> Hit:
    details, said = message.get("details"), text(message.get("message"))
    if isinstance(details, dict):
        uid, said = text(details.get("ruleId")), said or text(details.get("match"))
    else:
        details = part(message.get("data"))
        uid, said = text(details.get("id")), text(details.get("msg")) or said
    severity, tags = integer(details.get("severity"), 7), tuple(texts(details.get("tags")))
    return Hit(
        rule(uid or "", said or f"ModSecurity {uid or '?'}", severity or UNSAID, tags), text(details.get("data"))
    )


@lru_cache(maxsize=4096)
def rule(uid: str, message: str, severity: int, tags: tuple[str, ...]) -> Rule:
    found = purpose.of_rule(uid, tags)
    scoring = len(uid) == 6 and uid.startswith(SCORING_RULES)
    names_cve = purpose.names_cve(message, *tags)
    return Rule(uid, message, severity, tags, found, names_cve, (scoring, severity, found == purpose.OTHER))


def alert(transaction: Mapping[str, Any], hits: list[Hit]) -> Row:
    worst = hits[0].rule
    stopped = blocked(transaction)
    return {
        "is_alert": True,
        "severity_id": int(SEVERITIES.get(worst.severity, SeverityId.INFORMATIONAL)),
        "action_id": int(ActionId.DENIED if stopped else ActionId.OBSERVED),
        "disposition_id": int(DispositionId.BLOCKED if stopped else DispositionId.DETECTED),
        "metadata.event_code": worst.uid or None,
        "firewall_rule.uid": worst.uid or None,
        "firewall_rule.name": worst.message,
        "finding_info.title": worst.message,
        "finding_info.types": [attack_purpose(hits)],
        "unmapped": details(transaction, hits),
    }


def attack_purpose(hits: list[Hit]) -> str:
    """A CVE that any rule names comes first, then the most severe rule that tells a purpose."""
    if any(found.rule.names_cve for found in hits):
        return purpose.NEW_VULNERABILITY
    purposes = (found.rule.purpose for found in hits)
    return next((found for found in purposes if found != purpose.OTHER), purpose.OTHER)


def blocked(transaction: Mapping[str, Any]) -> bool:
    """Whether the request was stopped: said outright, or by status 403 of an engine that may block."""
    for name in ("is_interrupted", "intervention"):
        said = transaction.get(name)
        if isinstance(said, bool):
            return said
        if isinstance(said, dict):
            return bool(said.get("disruptive", True))
    producer = part(transaction.get("producer"))
    engine = text(producer.get("secrules_engine")) or text(producer.get("rule_engine")) or ""
    return status(transaction) == FORBIDDEN and engine.lower() != "detectiononly"


def details(transaction: Mapping[str, Any], hits: list[Hit]) -> str:
    """All rules hit, and what proxies say of the client in front of them."""
    headers = part(part(transaction.get("request")).get("headers"))
    kept = {
        "rule_ids": [found.rule.uid for found in hits],
        "rules": [described(found) for found in hits],
        "tags": sorted({tag for found in hits for tag in found.rule.tags}),
        "server_id": text(transaction.get("server_id")),
        "x_forwarded_for": header(headers, "x-forwarded-for"),
    }
    return orjson.dumps({name: value for name, value in kept.items() if value}).decode()


def described(found: Hit) -> dict[str, str | int | None]:
    severity = found.rule.severity if found.rule.severity != UNSAID else None
    return {"id": found.rule.uid, "message": found.rule.message, "severity": severity, "data": found.data}
