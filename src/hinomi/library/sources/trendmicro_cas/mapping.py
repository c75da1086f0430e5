"""Trend Micro Cloud App Security's log retrieval API to OCSF.

Mail services (Exchange Online, Gmail) become Email Activity, others (OneDrive, SharePoint, Teams, Box …) Detection
Findings about files. Every record is the service's own verdict. Source: Trend Micro, "Cloud App Security Integration
APIs", Get Security Logs; the items are those of the survey report, section 6.2 (4).
"""

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import http, jsonfile, times
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import Document, integer, part, text
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import RANSOMWARE, ClassUid, DispositionId, SeverityId

SCAN = 3
ITEMS = {
    "advanced spam protection": "スパムメール対策",
    "malware scanning": "不正プログラム検索",
    "web reputation": "Webレピュテーション",
    "file blocking": "ファイルブロック",
    "content filtering": "コンテンツフィルタ",
    "virtual analyzer": "仮想アナライザ",
    "data loss prevention": "情報漏えい対策",
    "ransomware": "ランサムウェア",
}
"""Security filters and the survey's names of them; another filter keeps its own name."""
EVENTS = {"ransomware": "ransomware", "virtualanalyzer": "virtual analyzer", "dlp": "data loss prevention"}
SEVERITIES = {
    "ランサムウェア": SeverityId.HIGH,
    "不正プログラム検索": SeverityId.MEDIUM,
    "仮想アナライザ": SeverityId.MEDIUM,
    "Webレピュテーション": SeverityId.MEDIUM,
}
RISKS = {"high": SeverityId.HIGH, "medium": SeverityId.MEDIUM, "low": SeverityId.LOW}
DISPOSITIONS = {
    "quarantine": DispositionId.QUARANTINED,
    "delete": DispositionId.DELETED,
    "clean": DispositionId.CORRECTED,
    "move to junk": DispositionId.TAGGED,
    "tag subject": DispositionId.TAGGED,
    "label": DispositionId.TAGGED,
    "block": DispositionId.BLOCKED,
    "replace": DispositionId.CORRECTED,
    "pass": DispositionId.ALLOWED,
}
FAILED = "fail"
MAIL_SERVICES = ("exchange", "gmail", "mail")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a security event. ``detection_time`` is UTC; without a zone it is in ``context.timezone``."""

    def event(document: Document) -> Row | Reject:
        told, found = document.value, part(document.value.get("message")) or document.value
        sent = text(found.get("detection_time"))
        if not sent and not text(told.get("event")):
            return document.reject(Reason.NOT_THIS_FORMAT, "セキュリティイベントではありません (no security event)")
        if not sent:
            return document.reject(Reason.NO_TIME, "detection_time がありません (no time)")
        time = times.iso(sent, context.timezone)
        if time is None:
            return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {sent[:64]}")
        service = text(told.get("service")) or ""
        is_mail = any(word in service.lower() for word in MAIL_SERVICES) or "mail_message_sender" in found
        row = activity(ClassUid.EMAIL_ACTIVITY, SCAN) if is_mail else activity(ClassUid.DETECTION_FINDING, 1)
        row |= {
            "time": time,
            "metadata.original_time": sent,
            "metadata.product.vendor_name": "Trend Micro",
            "metadata.product.name": "Cloud App Security",
            "metadata.log_name": text(told.get("event")),
            "metadata.correlation_uid": text(told.get("log_item_id")),
            "app_name": service or None,
        }
        return row | judged(told, found, document.text()) | evidence(found)

    return jsonfile.normalize(payload, event, within=("security_events", "value"))


def judged(told: dict[str, object], found: object, raw: str) -> Row:
    message = part(found)
    said = text(message.get("triggered_security_filter")) or ""
    kind = (text(told.get("event")) or "").lower().replace("_", "")
    hint = next((name for word, name in EVENTS.items() if word in kind), "")
    ransom = text(message.get("ransomware_name"))
    item = ITEMS["ransomware"] if ransom else ITEMS.get(said.lower()) or ITEMS.get(hint) or said or "検知"
    named = [
        message.get(key) for key in ("ransomware_name", "virus_name", "security_risk_name", "triggered_dlp_template")
    ]
    title = next((text(name) for name in named if text(name)), None) or item
    risk = RISKS.get((text(message.get("risk_level")) or "").lower())
    row = verdict(
        title,
        item,
        severity=risk or SEVERITIES.get(item, SeverityId.LOW),
        raw=raw,
        disposition=done(message.get("action"), message.get("action_result")),
        unmapped=details(message),
    )
    row["malware.name"] = ransom or text(message.get("virus_name"))
    row["status_detail"] = text(message.get("action_result"))
    if item == ITEMS["ransomware"]:
        row["malware.classification_ids"] = [RANSOMWARE]
    return row


def done(action: object, result: object) -> DispositionId:
    """What was done; an action that failed left the message where it was."""
    if FAILED in (text(result) or "").lower():
        return DispositionId.DETECTED
    said = (text(action) or "").lower()
    return next((found for word, found in DISPOSITIONS.items() if word in said), DispositionId.DETECTED)


def evidence(found: object) -> Row:
    message = part(found)
    name = text(message.get("mail_message_file_name")) or text(message.get("file_name"))
    site = text(message.get("url")) or text(message.get("suspicious_url"))
    return {
        "user.name": text(message.get("affected_user")),
        "email.from": text(message.get("mail_message_sender")),
        "email.to": people(message.get("mail_message_recipient")) or None,
        "email.subject": text(message.get("mail_message_subject")),
        "email.message_uid": text(message.get("mail_message_id")),
        "file.name": name,
        "file.path": text(message.get("location")),
        "file.size": integer(message.get("file_size")),
        "file.hashes.sha256": text(message.get("file_sha256")),
        **(http.absolute(site) if site and "://" in site else {}),
    }


def people(value: object) -> list[str]:
    """Recipients: a list in one record, one text with commas or semicolons in the next."""
    listed = value if isinstance(value, list) else [value]
    parts = (each for item in listed if isinstance(item, str) for each in item.replace(";", ",").split(","))
    return [each.strip() for each in parts if each.strip()]


def details(message: object) -> str:
    kept = {
        key: value
        for key, value in part(message).items()
        if value and key in ("triggered_policy_name", "scan_type", "detected_by", "risk_level", "file_sha1", "location")
    }
    return orjson.dumps(kept).decode()
