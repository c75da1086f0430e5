"""Trend Micro Email Security: CEF of its policy events and audit, JSON of its mail tracking log.

Source: Trend Micro Email Security, "Syslog Content Mapping"; "Mail Tracking Logs" of the REST API. Times are UTC.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import cef, times
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer, text, texts
from hinomi.library.formats.processes import account, ransomware
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId

UTC = ZoneInfo("UTC")
PRODUCT = ("Trend Micro", "Email Security")
SCAN, TRACE, OTHER = 3, 4, 99
DIRECTIONS = {"in": DirectionId.INBOUND, "incoming": DirectionId.INBOUND,
              "out": DirectionId.OUTBOUND, "outgoing": DirectionId.OUTBOUND}  # fmt: skip
DELIVERED = {"delivered": DispositionId.ALLOWED, "bounced": DispositionId.REJECTED, "blocked": DispositionId.BLOCKED,
             "deleted": DispositionId.DELETED, "quarantined": DispositionId.QUARANTINED,
             "deferred": DispositionId.DELAYED, "temporary delivery error": DispositionId.DELAYED,
             "scanning in sandbox": DispositionId.DELAYED, "submitted to sandbox": DispositionId.DELAYED}  # fmt: skip


def event(message: cef.Message, raw: str) -> Row:
    said, custom = message.extension, message.custom()
    row: Row = {"metadata.event_code": message.signature, "message": said.get("act") or custom.get("details")}
    if message.name.upper() == "AUDIT":
        return {**activity(ClassUid.API_ACTIVITY, OTHER, product=PRODUCT), **row, **account("user", said.get("suser"))}
    kind = custom.get("eventType") or message.name.capitalize()
    found = {
        **activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        **row,
        **mail(said.get("suser"), said.get("duser"), said.get("msg"), custom.get("messageId")),
        **direction(custom.get("direction")),
        "src_endpoint.ip": ip(said.get("src")),
    }
    if message.name.upper() != "DETECTION":
        return {**found, **disposed(disposition(said.get("act")))}
    return {
        **found,
        **verdict(
            custom.get("threatName") or custom.get("policyName") or kind,
            kind,
            severity=SeverityId.MEDIUM,
            raw=raw,
            disposition=disposition(said.get("act")),
            unmapped=evidence({**said, **custom}, "act", *custom),
        ),
        **ransomware(kind, custom.get("threatName")),
    }


def tracked(value: Mapping[str, Any]) -> Row | None:
    """A message's way, from the mail tracking log; None if the object is none."""
    if "mailID" not in value or "sender" not in value:
        return None
    action = text(value.get("action")) or ""
    files = value.get("attachments")
    attached = files[0] if isinstance(files, list) and files and isinstance(files[0], dict) else {}
    sent = text(value.get("timestamp")) or text(value.get("genTime"))
    sender = value.get("headerFrom") or value.get("sender")
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, TRACE, product=PRODUCT),
        "time": times.iso(sent, UTC),
        "metadata.original_time": sent,
        "metadata.log_name": "mail tracking",
        "metadata.correlation_uid": text(value.get("mailID")),
        **mail(sender, value.get("recipient"), value.get("subject"), value.get("messageID")),
        **direction(text(value.get("direction"))),
        **disposed(DELIVERED.get(action.lower())),
        "src_endpoint.ip": ip(value.get("senderIP")),
        "status_detail": action or None,
        "message": text(value.get("details")),
        "traffic.bytes_in": integer(value.get("size")),
        "file.name": text(attached.get("fileName")),
        "file.hashes.sha256": text(attached.get("sha256")),
    }


def mail(sender: object, recipients: object, subject: object, uid: object) -> Row:
    said = text(recipients)
    to = [each.strip() for each in said.replace(",", ";").split(";") if each.strip()] if said else texts(recipients)
    return {
        "email.from": text(sender),
        "email.to": to or None,
        "email.subject": text(subject),
        "email.message_uid": text(uid),
    }


def direction(said: str | None) -> Row:
    found = DIRECTIONS.get((said or "").lower())
    return {"connection_info.direction_id": int(found)} if found else {}
