"""Alerts of Google's alert center: what Google found for the whole company."""

from typing import Any

from hinomi.library.formats import addresses
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

SEVERITIES = {"HIGH": SeverityId.HIGH, "MEDIUM": SeverityId.MEDIUM, "LOW": SeverityId.LOW}
NOTICES = ("AppsOutage", "GoogleOperations", "AppMakerSqlSetupNotification")
"""What Google writes of itself: no verdict."""


def row(alert: dict[str, Any], raw: str) -> Row:
    data = part(alert.get("data"))
    kind = (text(data.get("@type")) or "").rpartition(".")[2].strip()
    title = text(alert.get("type")) or kind or "アラート"
    if kind in NOTICES:
        return activity(ClassUid.BASE_EVENT, 0) | {"message": title, "metadata.log_name": "alert"}
    messages = data.get("messages")
    mail = part(messages[0]) if isinstance(messages, list) and messages else {}
    sender = part(data.get("maliciousEntity"))
    login, violation = part(data.get("loginDetails")), part(data.get("ruleViolationInfo"))
    severity = text(part(alert.get("metadata")).get("severity")) or ""
    found = activity(ClassUid.DETECTION_FINDING, 1) | verdict(
        title,
        text(alert.get("source")) or kind or "alert",
        severity=SEVERITIES.get(severity, SeverityId.MEDIUM),
        raw=raw,
        disposition=DispositionId.DETECTED,
    )
    return found | {
        "metadata.log_name": "alert",
        "metadata.event_code": kind or None,
        "finding_info.uid": text(alert.get("alertId")),
        "count": len(messages) if isinstance(messages, list) and len(messages) > 1 else None,
        "user.name": text(data.get("email"))
        or text(violation.get("triggeringUserEmail"))
        or text(data.get("actorEmail")),
        "src_endpoint.ip": addresses.ip(login.get("ipAddress")) or addresses.ip(data.get("sourceIp")),
        "email.from": text(sender.get("fromHeader")) or text(part(sender.get("entity")).get("emailAddress")),
        "email.to": [text(mail["recipient"]) or ""] if text(mail.get("recipient")) else None,
        "email.subject": text(mail.get("subjectText")),
        "email.message_uid": text(mail.get("messageId")),
        "message": text(data.get("displayName")) or text(data.get("name")),
    }
