"""What the firewall judged: UTM, IDP, screens, SecIntel and Advanced Threat Prevention.

Categories are those of the survey report, section 4.5.
"""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, threats
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.juniper_srx.flows import TRAFFIC, endpoints, ip, said
from hinomi.library.sources.juniper_srx.records import Record
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid, DispositionId, SeverityId

DISPOSITIONS = (
    (re.compile(r"without.drop|^(?:none|no_action|ignore|accept|diffserv|mark_diffserv|recommended|log)$"), "DETECTED"),
    (re.compile(r"permit|pass|allow"), "ALLOWED"),
    (re.compile(r"drop|discard"), "DROPPED"),
    (re.compile(r"close|reset|rst"), "RESET"),
    (re.compile(r"block|redirect|deny|reject|sinkhole"), "BLOCKED"),
    (re.compile(r"tag"), "TAGGED"),
    (re.compile(r"quarantine"), "QUARANTINED"),
)
SEVERITIES = {
    "info": SeverityId.INFORMATIONAL,
    "informational": SeverityId.INFORMATIONAL,
    "low": SeverityId.LOW,
    "warning": SeverityId.LOW,
    "minor": SeverityId.MEDIUM,
    "medium": SeverityId.MEDIUM,
    "major": SeverityId.HIGH,
    "high": SeverityId.HIGH,
    "critical": SeverityId.CRITICAL,
}
LEVELS = ((9, SeverityId.CRITICAL), (7, SeverityId.HIGH), (4, SeverityId.MEDIUM), (1, SeverityId.LOW))
"""Threat levels of Juniper ATP, 0 to 10."""
INFECTED = 7
"""The level from which ATP Cloud blocks unless told otherwise."""
MALICIOUS = re.compile(
    r"malicious|malware|phish|spyware|botnet|bot_network|keylogger|compromised|exploit|fraud|ransom|suspicious_content"
    r"|hacking|command_and_control|iframe|suspicious_embedded",
    re.IGNORECASE,
)
HARMFUL = "BY_SITE_REPUTATION_HARMFUL"
SECINTEL = {
    "cc": UtmCategory.CNC_CALLBACK,
    "dns": UtmCategory.CNC_CALLBACK,
    "blacklist": UtmCategory.MALICIOUS_SITE,
    "blocklist": UtmCategory.MALICIOUS_SITE,
    "attacker_ip": UtmCategory.MALICIOUS_SITE,
}
TRUSTED = re.compile(r"white|allow", re.IGNORECASE)
SCAN, DOWNLOAD = 3, 2
EVIDENCE = (
    *("source-zone-name", "destination-zone-name", "source-zone", "destination-zone", "profile", "profile-name"),
    *("rule-name", "rulebase-name", "message-type", "threat-severity", "context-value", "context-name", "roles"),
    *("feed-name", "sub-category", "action-detail", "verdict-number", "verdict-source", "list-hit", "th", "status"),
    *("reason", "urlcategory-risk", "error-code", "error-message", "packet-log-id", "export-id", "tenant-id"),
)


def judged(
    record: Record,
    raw: str,
    title: str | None,
    kind: str | None,
    *,
    severity: SeverityId,
    category: UtmCategory | None,
    class_uid: ClassUid = ClassUid.DETECTION_FINDING,
    activity_id: int = 1,
) -> Row:
    """A verdict with the connection it is about."""
    row = activity(class_uid, activity_id) | endpoints(record)
    row |= verdict(
        title or record.tag,
        kind or record.tag,
        severity=severity,
        raw=raw,
        disposition=disposition(record),
        category=category,
        unmapped=threats.evidence(record.values, *EVIDENCE),
    )
    return row | {"finding_info.analytic.name": title, "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR)}


def disposition(record: Record) -> DispositionId | None:
    """What was done: by ``action``, else by the tag's own words (``AV_HUGE_FILE_DROPPED_MT``)."""
    word = (record.values.get("action") or "").lower()
    for text in (word, record.tag.lower()):
        for pattern, name in DISPOSITIONS:
            if text and pattern.search(text):
                return DispositionId[name]
    return None


def level(text: str | None) -> SeverityId:
    number = integer(text) or 0
    return next((severity for least, severity in LEVELS if number >= least), SeverityId.INFORMATIONAL)


def web(record: Record, raw: str) -> Row:
    """The web filter: a page that it stopped, or one of a malicious category."""
    category = said(record, "category")
    blocked = disposition(record) not in (DispositionId.ALLOWED, DispositionId.DETECTED, None)
    bad = bool(category and MALICIOUS.search(category)) or record.values.get("reason") == HARMFUL
    host, path = said(record, "url"), said(record, "obj")
    secure = record.values.get("destination-port") == "443"
    where = http.url("https" if secure else "http", host, path) if host and "://" not in host else {}
    page = {
        **where,
        "dst_endpoint.hostname": None if ip(host) else host,
        "url.categories": [category] if category else None,
    }
    if not (blocked or bad):
        row = activity(ClassUid.HTTP_ACTIVITY, 0) | endpoints(record) | disposed(disposition(record))
        return row | page | {"status_detail": said(record, "reason")}
    row = judged(
        record,
        raw,
        f"{category or record.values.get('reason') or 'url'}: {host or record.values.get('destination-address')}",
        category or said(record, "reason"),
        severity=SeverityId.MEDIUM if bad else SeverityId.LOW,
        category=UtmCategory.MALICIOUS_SITE if bad else UtmCategory.URL_CATEGORY,
        class_uid=ClassUid.HTTP_ACTIVITY,
        activity_id=0,
    )
    return row | page


def named_file(record: Record) -> Row:
    """A file by its path or by where it was fetched from (``www.example.com/a.zip``)."""
    path = said(record, "filename", "file-name", "name-of-file")
    return {"file.path": path, "file.name": path.rpartition("/")[2] or None if path else None}


def virus(record: Record, raw: str) -> Row:
    name = said(record, "name", "malware-info")
    category = threats.malware(name)
    row = judged(record, raw, name, "virus", severity=SeverityId.HIGH, category=category) | named_file(record)
    url = said(record, "url")
    return row | {"malware.name": name, "url.url_string": url if url != name else None}


def unscanned(record: Record, raw: str) -> Row:
    """A file that was too big or too slow to scan: no verdict, whatever became of it."""
    row = activity(ClassUid.NETWORK_FILE_ACTIVITY, DOWNLOAD) | endpoints(record) | named_file(record)
    reason = said(record, "reason", "error-message")
    return row | disposed(disposition(record)) | {"status_detail": reason, "message": record.message or reason}


def content(record: Record, raw: str) -> Row:
    """A file that policy forbids: a verdict that is in none of the study's categories."""
    path = said(record, "filename")
    row = judged(
        record,
        raw,
        path or said(record, "reason"),
        said(record, "reason") or "content filter",
        severity=SeverityId.LOW,
        category=None,
        class_uid=ClassUid.NETWORK_FILE_ACTIVITY,
        activity_id=DOWNLOAD,
    )
    return row | named_file(record)


def spam(record: Record, raw: str) -> Row:
    sender = said(record, "source-name", "sender")
    row = judged(
        record,
        raw,
        f"Spam: {sender or said(record, 'source-address') or said(record, 'reason')}",
        said(record, "reason") or "spam",
        severity=SeverityId.LOW,
        category=UtmCategory.SPAM,
        class_uid=ClassUid.EMAIL_ACTIVITY,
        activity_id=SCAN,
    )
    is_mail = bool(sender and "@" in sender)
    return row | {"email.from": sender if is_mail else None, "src_endpoint.hostname": None if is_mail else sender}


def attack(record: Record, raw: str) -> Row:
    """Intrusion detection and application-level DDoS protection."""
    name = said(record, "attack-name") or record.message or said(record, "ddos-application-name")
    severity = SEVERITIES.get((said(record, "threat-severity") or "medium").lower(), SeverityId.MEDIUM)
    repeated = integer(said(record, "repeat-count")) or 0
    kind = (name or "").partition(":")[0] if ":" in (name or "") else said(record, "message-type")
    row = judged(record, raw, name, kind, severity=severity, category=threats.attack(name))
    return row | {"count": repeated if repeated > 1 else None, "finding_info.analytic.uid": said(record, "attack-name")}


def screen(record: Record, raw: str) -> Row:
    """Screens: floods, malformed packets, scans and sweeps."""
    name = said(record, "attack-name")
    category = threats.attack(name)
    kind = record.tag.removeprefix("RT_").lower()
    return judged(record, raw, name.rstrip("!") if name else None, kind, severity=SeverityId.MEDIUM, category=category)


def secintel(record: Record, raw: str) -> Row:
    """A feed of bad addresses: command and control, block lists, countries."""
    group = said(record, "sub-category") or ""
    if TRUSTED.match(group):
        return activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC) | endpoints(record) | disposed(disposition(record))
    host = said(record, "http-host")
    row = judged(
        record,
        raw,
        f"{group or 'SecIntel'}: {host or said(record, 'feed-name') or said(record, 'destination-address')}",
        said(record, "feed-name") or group or "secintel",
        severity=max(level(said(record, "threat-severity")), SeverityId.LOW),
        category=SECINTEL.get(group.lower().replace(" ", "_").replace("-", "_")),
    )
    seen = integer(said(record, "occur-count")) or 0
    return row | {"dst_endpoint.hostname": host, "url.hostname": host, "count": seen if seen > 1 else None}


def advanced(record: Record, raw: str) -> Row:
    """Advanced anti-malware: a file by its verdict number, a machine by its threat level."""
    number = said(record, "verdict-number", "th", "threat-severity")
    name = said(record, "malware-info", "verdict-name")
    host = said(record, "http-host")
    file = {"file.hashes.sha256": sha256(said(record, "sample-sha256")), **named_file(record)}
    about_host = "HOST_INFECTED" in record.tag
    found = about_host or "MALWARE_EVENT" in record.tag or (integer(number) or 0) >= INFECTED
    blocked = disposition(record) in (DispositionId.BLOCKED, DispositionId.DROPPED, DispositionId.QUARANTINED)
    mail = {"email.from": said(record, "sender-email"), "email.to": texts(said(record, "recipient-email"))}
    machine = {"src_endpoint.hostname": said(record, "hostname"), "dst_endpoint.hostname": host}
    row: Row = {**file, **machine, **mail, "url.url_string": said(record, "url")}
    if not (found or blocked):
        known = activity(ClassUid.NETWORK_FILE_ACTIVITY, DOWNLOAD) | endpoints(record)
        return known | disposed(disposition(record)) | row
    title = f"Infected host: {machine['src_endpoint.hostname'] or said(record, 'client-ip')}" if about_host else name
    judgement = judged(
        record,
        raw,
        title or said(record, "file-name", "sample-sha256"),
        said(record, "reason") if about_host else "malware",
        severity=max(level(number), SeverityId.MEDIUM),
        # the host's state sums up files that were counted themselves
        category=None if about_host else threats.malware(name),
    )
    return judgement | row | {"malware.name": name, "message": record.message or None}


def sha256(text: str | None) -> str | None:
    return text.lower() if text and re.fullmatch(r"[0-9A-Fa-f]{64}", text) else None


def texts(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None
