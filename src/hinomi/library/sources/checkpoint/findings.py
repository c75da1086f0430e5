"""What the blades judged. Categories are those of the survey report, section 4.5."""

import re
from collections.abc import Callable

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, threats
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.checkpoint.records import Record
from hinomi.library.sources.checkpoint.sessions import connection, disposition, endpoints, is_refused, page
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid, DispositionId, SeverityId

SEVERITIES = {
    **dict(zip("01234", list(SeverityId)[1:6], strict=True)),
    "informational": SeverityId.INFORMATIONAL,
    "low": SeverityId.LOW,
    "medium": SeverityId.MEDIUM,
    "high": SeverityId.HIGH,
    "critical": SeverityId.CRITICAL,
}
RISKS = dict(zip("12345", (SeverityId.LOW, *list(SeverityId)[2:6]), strict=True))
"""Of an application or a site: very low, low, medium, high, critical."""
MALICIOUS = re.compile(
    r"malicious|malware|spyware|phishing|botnet|spam|hacking|suspicious|compromised|anonymizer|ransom", re.IGNORECASE
)
BENIGN = re.compile(r"benign|clean|no.?malware|trusted", re.IGNORECASE)
CALLED_HOME = re.compile(r"C&C|\bC2\b|command.and.control", re.IGNORECASE)
DOWNLOADED = re.compile(r"file|download|attachment|infected", re.IGNORECASE)
HARMFUL_SITE = re.compile(r"\bsites?\b|phish|(?:url|dns|ip) reputation", re.IGNORECASE)
SPAM = re.compile(r"spam|bulk|blacklist|block.?list|reputation|phish", re.IGNORECASE)
SHA256 = re.compile(r"[0-9A-Fa-f]{64}$")
CREATE, UPDATE, SCAN, DOWNLOAD = 1, 2, 3, 2
EVIDENCE = (
    *("product", "origin", "attack_info", "malware_action", "malware_family", "protection_type", "protection_id"),
    *("confidence_level", "performance_impact", "industry_reference", "verdict", "te_verdict_determined_by"),
    *("app_risk", "app_category", "matched_category", "email_control", "email_spam_category", "usercheck"),
    *("file_md5", "file_sha1", "file_type", "smartdefense_profile", "session_id", "packet_capture_unique_id"),
    *("layer_name", "inzone", "outzone", "policy", "vendor_list", "analyzed_on"),
)


def judged(
    record: Record,
    raw: str,
    title: str | None,
    kind: str | None,
    category: UtmCategory | None,
    *,
    class_uid: ClassUid = ClassUid.DETECTION_FINDING,
    activity_id: int = CREATE,
    least: SeverityId = SeverityId.LOW,
) -> Row:
    """A verdict with the connection, page, file and mail it is about."""
    product = record.get("product", "")
    row = activity(class_uid, activity_id) | endpoints(record) | page(record) | files(record) | mail(record)
    severity = SEVERITIES.get(record.get("severity", "").lower()) or RISKS.get(record.get("app_risk", ""), least)
    row |= verdict(
        title or product,
        kind or product,
        severity=severity,
        raw=raw,
        disposition=disposition(record),
        category=category,
        unmapped=threats.evidence(record, *EVIDENCE),
    )
    aggregated = integer(record.get("suppressed_logs"))
    row |= {
        "count": aggregated if aggregated and aggregated > 1 else None,
        "finding_info.uid": record.get("loguid"),
        "finding_info.analytic.uid": record.get("protection_id"),
        "finding_info.analytic.name": record.get("protection_name") or record.get("attack"),
        "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR),
        "message": record.get("description") or record.get("attack_info"),
    }
    return row


def again(row: Row) -> None:
    """Makes a verdict the later record of one that was counted.

    A finding becomes an Update of class 2004. A verdict of another class has no such activity: it stays what
    happened, with its category, and is no alert.
    """
    if row["class_uid"] == ClassUid.DETECTION_FINDING:
        row["activity_id"] = UPDATE
    else:
        row |= {"is_alert": False, "raw_data": None, "unmapped": None}


def files(record: Record) -> Row:
    name, digest = record.get("file_name"), record.get("file_sha256", "")
    return {
        "file.name": name.replace("\\", "/").rpartition("/")[2] or None if name else None,
        "file.path": name,
        "file.size": integer(record.get("file_size")),
        "file.hashes.sha256": digest.lower() if SHA256.match(digest) else None,
    }


def mail(record: Record) -> Row:
    sender = record.get("from") or record.get("mime_from")
    recipients = record.get("to") or record.get("mime_to") or ""
    return {
        "email.from": sender.strip("<>") if sender else None,
        "email.to": [part.strip(" <>") for part in re.split(r"[;,]", recipients) if part.strip(" <>")] or None,
        "email.subject": record.get("email_subject") or (record.get("subject") if sender else None),
        "email.message_uid": record.get("email_message_id") or record.get("email_id"),
    }


def named(record: Record) -> str | None:
    return record.get("protection_name") or record.get("malware_family") or record.get("attack")


def ips(record: Record, raw: str) -> Row | None:
    """IPS and what was SmartDefense; a record that names no attack is about the blade itself."""
    name = record.get("attack") or record.get("protection_name")
    if not name:
        return None
    category = threats.attack(name, record.get("attack_info"))
    kind = record.get("protection_type") if record.get("protection_type") not in (None, "protection") else name
    return judged(record, raw, record.get("attack_info") or name, kind, category, least=SeverityId.MEDIUM)


def virus(record: Record, raw: str) -> Row | None:
    name = named(record)
    if not (name or record.get("malware_action") or record.get("verdict")):
        return None
    category = infection(record, UtmCategory.MALWARE)
    row = judged(record, raw, name, record.get("malware_action"), category, least=SeverityId.HIGH)
    return row | {"malware.name": name}


def infection(record: Record, otherwise: UtmCategory) -> UtmCategory:
    """What malware did, by the words of ``malware_action``: both blades see files, bad sites and calls home."""
    did = record.get("malware_action", "")
    if threats.is_ransomware(named(record)):
        return UtmCategory.RANSOMWARE
    if CALLED_HOME.search(did):
        return UtmCategory.CNC_CALLBACK
    if DOWNLOADED.search(did):
        return UtmCategory.MALWARE
    if HARMFUL_SITE.search(did) or (not did and otherwise is UtmCategory.MALWARE and is_site(record)):
        return UtmCategory.MALICIOUS_SITE
    return otherwise


def is_site(record: Record) -> bool:
    return bool(HARMFUL_SITE.search(record.get("protection_type", "")))


def bot(record: Record, raw: str) -> Row | None:
    """Anti-Bot ("Anti Malware"): infected machines that call home."""
    name, did = named(record), record.get("malware_action", "")
    if not (name or did):
        return None
    category = infection(record, UtmCategory.CNC_CALLBACK)
    return judged(record, raw, name or did, did or None, category, least=SeverityId.HIGH) | {"malware.name": name}


def emulation(record: Record, raw: str) -> Row | None:
    """Sandbox and file sanitation; what was found clean is a file that passed."""
    found = record.get("verdict", "")
    if not (found or record.get("file_name") or record.get("protection_name")):
        return None
    unjudged = not (found or is_refused(record) or named(record) or record.get("malware_action"))
    if BENIGN.search(found) or unjudged:
        row = activity(ClassUid.NETWORK_FILE_ACTIVITY, DOWNLOAD) | endpoints(record) | page(record) | files(record)
        return row | mail(record) | disposed(disposition(record)) | {"status_detail": found or None}
    name = named(record)
    title = name or record.get("file_name")
    row = judged(record, raw, title, found or None, threats.malware(name), least=SeverityId.HIGH)
    return row | {"malware.name": name}


def web(record: Record, raw: str) -> Row | None:
    """URL Filtering and Application Control; what they let pass is a page or a connection."""
    if not (record.get("src") or record.get("resource") or record.get("appi_name")):
        return None
    is_page = bool(record.get("resource") or record.get("method"))
    class_uid = ClassUid.HTTP_ACTIVITY if is_page else ClassUid.NETWORK_ACTIVITY
    listed = record.get("matched_category") or record.get("app_category") or record.get("categories") or ""
    bad = bool(MALICIOUS.search(listed))
    if record.get("action", "").lower() == "redirect":  # to the page that says why
        record = {**record, "action": "Block"}
    if not (is_refused(record) or bad):
        row = connection(record) | page(record)
        return (
            row | {"class_uid": int(class_uid), "activity_id": http.activity_id(record.get("method"))}
            if is_page
            else row
        )
    if bad:
        category = UtmCategory.MALICIOUS_SITE
    elif "url" in record.get("product", "").lower():
        category = UtmCategory.URL_CATEGORY
    else:
        category = UtmCategory.FORBIDDEN_APPLICATION
    where = record.get("appi_name") or record.get("resource") or record.get("http_host") or record.get("dst")
    did = http.activity_id(record.get("method")) if is_page else 5 if is_refused(record) else 6
    title = f"{listed.partition(',')[0]}: {where}" if listed else where
    return judged(
        record,
        raw,
        title,
        listed.partition(",")[0] or None,
        category,
        class_uid=class_uid,
        activity_id=did,
        least=SeverityId.MEDIUM if bad else SeverityId.LOW,
    )


def phishing(record: Record, raw: str) -> Row | None:
    title = named(record) or record.get("resource")
    return (
        judged(record, raw, title, "phishing", UtmCategory.MALICIOUS_SITE, least=SeverityId.MEDIUM) if title else None
    )


def spam(record: Record, raw: str) -> Row | None:
    """Anti-Spam and mail security: spam or not, infected or not."""
    control = " ".join((record.get("email_control", ""), record.get("email_spam_category", "")))
    if not (control.strip() or mail(record)["email.from"]):
        return None
    if "virus" in control.lower() or record.get("protection_name"):
        return virus({"malware_action": "Anti-Virus", **record}, raw)
    if not (is_refused(record) or SPAM.search(record.get("email_spam_category", ""))):
        row = activity(ClassUid.EMAIL_ACTIVITY, SCAN) | endpoints(record) | mail(record)
        return row | disposed(disposition(record))
    title = f"Spam: {record.get('email_subject') or mail(record)['email.from'] or record.get('src')}"
    kind = control.strip() or "spam"
    return judged(record, raw, title, kind, UtmCategory.SPAM, class_uid=ClassUid.EMAIL_ACTIVITY, activity_id=SCAN)


def leak(record: Record, raw: str) -> Row | None:
    """Data loss prevention and content awareness: a verdict only where it stopped something."""
    if is_refused(record):
        title = record.get("data_type_name") or record.get("file_name") or record.get("dlp_rule_name")
        return judged(record, raw, title, "dlp", None, class_uid=ClassUid.NETWORK_FILE_ACTIVITY, activity_id=1)
    row = activity(ClassUid.NETWORK_FILE_ACTIVITY, 0) | endpoints(record) | files(record) | mail(record)
    return row | disposed(disposition(record) or DispositionId.LOGGED)


def ransomware(record: Record, raw: str) -> Row | None:
    name = named(record) or record.get("description")
    return judged(record, raw, name, None, UtmCategory.RANSOMWARE, least=SeverityId.CRITICAL) if name else None


BLADES: tuple[tuple[re.Pattern[str], Callable[[Record, str], Row | None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), judge)
    for pattern, judge in (
        (r"anti.?ransomware", ransomware),
        (r"^ips$|smart.?defense|ddos|core protections|anti.?exploit", ips),
        (r"anti.?bot|anti malware$", bot),
        (r"anti.?virus|anti-malware$|^forensics$", virus),
        (r"threat emulation|threat extraction|sandblast", emulation),
        (r"spam|email security|^mta$", spam),
        (r"url.?filtering|application control", web),
        (r"phishing", phishing),
        (r"^dlp$|content awareness", leak),
    )
)
