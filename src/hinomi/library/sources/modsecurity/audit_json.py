"""JSON audit logs: ModSecurity 3 and Coraza, whose messages are objects, and ModSecurity 2, whose are texts.

Source: ModSecurity 3, ``Transaction::toJSON``; ModSecurity 2, ``msc_logging.c`` (``sec_audit_logger_json``);
Coraza documentation, "Logging".
"""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Reason
from hinomi.library.formats import modsecurity_rules
from hinomi.library.formats.jsonlines import integer, part, port, text, texts
from hinomi.library.formats.modsecurity_rules import Hit
from hinomi.library.sources.modsecurity.clock import time_of
from hinomi.library.sources.modsecurity.transaction import Transaction, request_line

FORBIDDEN = 403


class Unreadable(ValueError):
    """Why a record is no transaction."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def transaction(document: Mapping[str, Any], zone: ZoneInfo) -> Transaction:
    """The transaction of a document.

    Raises:
        Unreadable: there is none, or it has no time that can be read.
    """
    said = part(document.get("transaction"))
    if not said:
        raise Unreadable(Reason.NOT_THIS_FORMAT, "transaction がありません (no transaction)")
    original, time = time_of(said, zone)
    if not original:
        raise Unreadable(Reason.NO_TIME, "時刻がありません (no time_stamp)")
    if not time:
        raise Unreadable(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
    reader = version_2 if "audit_data" in document or "transaction_id" in said else version_3
    return Transaction(time=time, original=original, **reader(document, said))


def version_3(document: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    asked = part(said.get("request"))
    messages = document.get("messages") or said.get("messages")
    hits = (hit(part(message)) for message in messages) if isinstance(messages, list) else ()
    return {
        "product": "ModSecurity" if "time_stamp" in said else "Coraza",
        "uid": text(said.get("unique_id")) or text(said.get("id")),
        "client": (text(said.get("client_ip")), port(said.get("client_port"))),
        "server": (text(said.get("host_ip")), port(said.get("host_port"))),
        "method": text(asked.get("method")),
        "target": text(asked.get("uri")),
        "headers": part(asked.get("headers")),
        "status": status(said),
        "blocked": blocked(said),
        "hits": tuple(modsecurity_rules.ranked(hits)),
        "server_id": text(said.get("server_id")),
    }


def version_2(document: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """ModSecurity for Apache, nginx and IIS, 2.9 and later; the parts of the record stand beside the transaction."""
    asked, answered, audit = (part(document.get(name)) for name in ("request", "response", "audit_data"))
    method, target = request_line(text(asked.get("request_line")) or "")
    return {
        "product": "ModSecurity",
        "uid": text(said.get("transaction_id")),
        "client": (text(said.get("remote_address")), port(said.get("remote_port"))),
        "server": (text(said.get("local_address")), port(said.get("local_port"))),
        "method": method,
        "target": target,
        "headers": part(asked.get("headers")),
        "status": integer(answered.get("status"), 999) or None,
        "blocked": part(audit.get("action")).get("intercepted") is True,
        "hits": tuple(modsecurity_rules.ranked(of_texts(texts(audit.get("messages"))))),
        "server_id": None,
    }


def of_texts(messages: Iterable[str]) -> Iterable[Hit]:
    return (found for message in messages if (found := modsecurity_rules.of_text(message)))


def hit(message: Mapping[str, Any]) -> Hit:
    """``details`` is ModSecurity's, ``data`` Coraza's."""
    details, said = message.get("details"), text(message.get("message"))
    if isinstance(details, dict):
        uid, said = text(details.get("ruleId")), said or text(details.get("match"))
    else:
        details = part(message.get("data"))
        uid, said = text(details.get("id")), text(details.get("msg")) or said
    severity = integer(details.get("severity"), 7)
    return modsecurity_rules.hit(uid, said, severity, texts(details.get("tags")), text(details.get("data")))


def status(said: Mapping[str, Any]) -> int | None:
    """The answer's status; Coraza writes 0 where there was no answer."""
    answered = part(said.get("response"))
    return integer(answered.get("http_code"), 999) or integer(answered.get("status"), 999) or None


def blocked(said: Mapping[str, Any]) -> bool:
    """Whether the request was stopped: said outright, or by status 403 of an engine that may block."""
    for name in ("is_interrupted", "intervention"):
        outright = said.get(name)
        if isinstance(outright, bool):
            return outright
        if isinstance(outright, dict):
            return bool(outright.get("disruptive", True))
    producer = part(said.get("producer"))
    engine = text(producer.get("secrules_engine")) or text(producer.get("rule_engine")) or ""
    return status(said) == FORBIDDEN and engine.lower() != "detectiononly"
