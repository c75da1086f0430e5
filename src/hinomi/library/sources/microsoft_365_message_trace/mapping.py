"""Exchange Online's message trace to OCSF Email Activity: JSON of its interfaces, CSV of its portal.

The names of fields differ (reporting web service, PowerShell, Graph, CSV in UTF-16 or UTF-8); they are compared
without case, spaces and underscores. Times are UTC, also where they carry no zone. Source: Microsoft Learn, "Message
trace in the new EAC"; Graph ``exchangeMessageTrace``.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, jsonlines, times
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.json_or_table import records
from hinomi.library.formats.jsonlines import Document, text
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

UTC = ZoneInfo("UTC")
PRODUCT = ("Microsoft", "Exchange Online")
SEND, RECEIVE, SCAN = 1, 2, 3
DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
PARTS = re.compile(r"[;,]\s*(?=[^;,]*(?:@|##))")
NAMES = {
    "time": (
        "received",
        "receiveddatetime",
        "origintimestamputc",
        "origintimestamp",
        "datetimeutc",
        "datetime",
        "date",
    ),
    "from": ("senderaddress", "sender"),
    "to": ("recipientaddress", "recipientstatus", "recipient", "recipients"),
    "subject": ("subject", "messagesubject"),
    "status": ("status", "deliverystatus"),
    "id": ("messageid", "internetmessageid"),
    "trace": ("messagetraceid", "networkmessageid", "id"),
    "from_ip": ("fromip", "originalclientip", "clientip"),
    "to_ip": ("toip", "serverip"),
    "direction": ("directionality", "direction"),
}
STOPPED = {
    "quarantined": (DispositionId.QUARANTINED, "隔離"),
    "quarantine": (DispositionId.QUARANTINED, "隔離"),
    "filteredasspam": (DispositionId.TAGGED, "迷惑メール"),
    "spam": (DispositionId.TAGGED, "迷惑メール"),
}
"""Statuses in which the service itself judged the message."""
FAILED = ("failed", "fail", "rejected", "drop")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a recipient and message."""
    return jsonlines.collect(records(payload, ("value", "d", "results"), ("sender",)), event)


def event(document: Document) -> Row | Reject:
    folded = {re.sub(r"[\s_-]", "", key).lower(): value for key, value in document.value.items()}
    found = {name: next((folded[key] for key in keys if folded.get(key)), None) for name, keys in NAMES.items()}
    if found["from"] is None and found["to"] is None:
        detail = "メッセージ追跡の記録ではありません (neither sender nor recipient)"
        return document.reject(Reason.NOT_THIS_FORMAT, detail)
    sent = text(found["time"])
    if sent is None:
        return document.reject(Reason.NO_TIME, "受信日時がありません (no time)")
    time = moment(sent)
    if time is None:
        return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {sent[:64]}")
    recipients, told = recipient(text(found["to"]) or "")
    status = text(found["status"]) or told
    outbound = (text(found["direction"]) or "").lower() in ("originating", "outbound")
    row = activity(ClassUid.EMAIL_ACTIVITY, SEND if outbound else RECEIVE, product=PRODUCT)
    row |= {
        "time": time,
        "metadata.original_time": sent,
        "metadata.log_name": "message_trace",
        "metadata.correlation_uid": text(found["trace"]),
        "email.from": text(found["from"]),
        "email.to": recipients or None,
        "email.subject": text(found["subject"]),
        "email.message_uid": text(found["id"]),
        "src_endpoint.ip": addresses.ip(found["from_ip"]),
        "dst_endpoint.ip": addresses.ip(found["to_ip"]),
        "status_detail": status or None,
    }
    return row | outcome(status or "", document)


def outcome(status: str, document: Document) -> Row:
    plain = status.replace(" ", "").lower()
    key = next((key for key in STOPPED if key in plain), None)
    if key:
        disposition, word = STOPPED[key]
        row: Row = {"activity_id": SCAN, "status_id": int(StatusId.SUCCESS)}
        return row | verdict(word, status, severity=SeverityId.LOW, disposition=disposition, raw=document.text())
    if any(word in plain for word in FAILED):
        return {"status_id": int(StatusId.FAILURE)}
    if "deliver" in plain or plain in ("expanded", "send", "receive"):
        return {"status_id": int(StatusId.SUCCESS), **disposed(DispositionId.ALLOWED)}
    return {}


def moment(sent: str) -> datetime | None:
    """``/Date(1661344992170)/`` of the reporting web service, else ISO 8601, else what the portal's CSV has."""
    if ticks := DATE.fullmatch(sent):
        return times.epoch(ticks[1])
    patterns = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
    tried = (times.local(sent, pattern, UTC) for pattern in patterns)
    return times.iso(sent, UTC) or next((found for found in tried if found), None)


def recipient(said: str) -> tuple[list[str], str]:
    """Addresses, and the status that the portal's CSV writes behind them: ``a@b.example##Receive, Deliver``."""
    parts = [part.partition("##") for part in PARTS.split(said) if part.strip()]
    statuses = dict.fromkeys(status.strip() for _, _, status in parts if status.strip())
    return [address.strip() for address, _, _ in parts if address.strip()], ", ".join(statuses)
