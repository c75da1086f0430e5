"""Viruses, spam and files of SFOS, and the mails and transfers they were found in."""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.rows import Row
from hinomi.library.sources.sophos_firewall.fields import Said, file, judged, mail, refused, value, web
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

SCAN = 3
RANSOM = re.compile(r"ransom|filecoder|cryptolocker|wannacry|locky|/ryuk|/conti\b", re.IGNORECASE)
MAIL_ACTIONS = {
    "reject": DispositionId.REJECTED, "tmpreject": DispositionId.REJECTED, "drop": DispositionId.BLOCKED,
    "quarantine": DispositionId.QUARANTINED, "quarantined": DispositionId.QUARANTINED, "warn": DispositionId.TAGGED,
    "prefix subject": DispositionId.TAGGED, "change subject": DispositionId.TAGGED, "accept": DispositionId.ALLOWED,
    "delivered": DispositionId.ALLOWED, "queued": DispositionId.LOGGED, "change recipient": DispositionId.TAGGED,
}  # fmt: skip


def antivirus(said: Said, raw: str) -> Row:
    """Web, FTP and mail: a virus is a detection, what was clean is the transfer it was found in."""
    component = said.get("log_component", "").upper()
    name = value(said, "virus", "malware", "threatname")
    row: Row
    if component.startswith(("HTTP",)):
        row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(value(said, "method", "http_method"))) | web(said)
    elif component == "FTP":
        upload = said.get("FTP_direction", said.get("ftp_direction", "")).lower() == "upload"
        row = activity(ClassUid.NETWORK_FILE_ACTIVITY, 1 if upload else 2) | file(said)
    else:
        row = activity(ClassUid.EMAIL_ACTIVITY, SCAN) | mail(said)
    if said.get("log_subtype", "").lower() not in ("virus", "pua", "denied") and not name:
        return row
    quarantined = "quarantin" in said.get("quarantine", "").lower()
    title = name or "Virus"
    found = judged(
        said,
        raw,
        title,
        said.get("log_subtype") or "Virus",
        category=UtmCategory.RANSOMWARE if RANSOM.search(title) else UtmCategory.MALWARE,
        severity=SeverityId.HIGH,
        disposition=DispositionId.QUARANTINED if quarantined else DispositionId.BLOCKED,
    )
    return row | found | {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1, "malware.name": name}


def spam(said: Said, raw: str) -> Row:
    subtype, action = said.get("log_subtype", "").lower(), said.get("spamaction", said.get("action", "")).lower()
    disposition = MAIL_ACTIONS.get(action, DispositionId.BLOCKED if refused(said) else None)
    row = activity(ClassUid.EMAIL_ACTIVITY, SCAN) | mail(said) | disposed(disposition)
    reason = value(said, "reason", "message") or said.get("log_subtype") or "Anti-Spam"
    category: UtmCategory | None = None
    severity = SeverityId.LOW
    if "spam" in subtype:
        category = UtmCategory.SPAM
    elif "malicious" in reason.lower() or "virus" in reason.lower() or "infected" in reason.lower():
        category, severity = UtmCategory.MALWARE, SeverityId.HIGH
    elif subtype not in ("dlp", "dos", "denied"):
        return row
    return row | judged(
        said,
        raw,
        reason,
        said.get("log_subtype") or "Anti-Spam",
        category=category,
        severity=severity,
        disposition=disposition,
    )


def sandbox(said: Said, raw: str) -> Row:
    """Zero-day protection: a file that was opened in Sophos' cloud."""
    row = activity(ClassUid.NETWORK_FILE_ACTIVITY, 2) | file(said)
    row |= {"src_endpoint.hostname": None, "dst_endpoint.hostname": value(said, "source")}
    if said.get("log_component") == "Mail":
        row |= activity(ClassUid.EMAIL_ACTIVITY, SCAN) | {
            "email.from": value(said, "source"),
            "dst_endpoint.hostname": None,
        }
        row |= {"email.subject": value(said, "subject")}
    if not refused(said):
        return row
    title = value(said, "filename") or "Sandbox"
    found = judged(
        said,
        raw,
        f"{title}: {value(said, 'reason') or 'malicious'}",
        "Sandbox",
        category=UtmCategory.MALWARE,
        severity=SeverityId.HIGH,
        disposition=DispositionId.BLOCKED,
    )
    return row | found | {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}
