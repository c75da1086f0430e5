"""What Microsoft 365 itself judged: alerts, threat mail, clicks, malicious files, leaks of data."""

from collections.abc import Callable

import orjson

from hinomi.library.formats import addresses, http
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import integer, part, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_365_audit.fields import Audit, nested
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CREATE, UPDATE, SCAN = 1, 2, 3
SEVERITIES = {
    "critical": SeverityId.CRITICAL,
    "high": SeverityId.HIGH,
    "medium": SeverityId.MEDIUM,
    "low": SeverityId.LOW,
    "informational": SeverityId.INFORMATIONAL,
}
DISPOSITIONS = {
    "blocked": DispositionId.BLOCKED,
    "replaced": DispositionId.CORRECTED,
    "quarantine": DispositionId.QUARANTINED,
    "deliveredasspam": DispositionId.TAGGED,
    "junked": DispositionId.TAGGED,
    "delivered": DispositionId.ALLOWED,
    "allowed": DispositionId.ALLOWED,
}
HARMLESS = ("", "none", "not spam", "notspam", "good", "allow")


def row(audit: Audit, raw: str) -> Row | None:
    """The verdict that a record is; None where it is none."""
    operation = (audit.text("operation") or "").lower()
    judge = JUDGES.get(operation)
    if judge is None and operation.startswith("mcas_alert"):
        judge = alert
    return judge(audit, raw) if judge else None


def alert(audit: Audit, raw: str) -> Row:
    """An alert of a policy. The entities of one come as records of their own: more of the same, not counted again."""
    data = nested(audit.get("data"))
    again = (audit.text("operation") or "").lower() in ("alertentitygenerated", "alertupdated")
    name = audit.text("name", "title") or audit.text("operation") or "アラート"
    found = activity(ClassUid.DETECTION_FINDING, UPDATE if again else CREATE)
    found |= verdict(
        name,
        audit.text("category", "alerttype") or "alert",
        severity=SEVERITIES.get((audit.text("severity") or "").lower(), SeverityId.MEDIUM),
        raw=raw,
        disposition=action(text(data.get("ot")) or text(data.get("ttr")) or ""),
        unmapped=details(audit, data),
    )
    entity = audit.text("alertentityid") or text(data.get("eid"))
    site = text(data.get("zu")) or (entity if entity and "://" in entity else None)
    found |= {
        "finding_info.uid": audit.text("alertid"),
        "message": audit.text("comments"),
        "user.name": text(data.get("f3u")) or text(data.get("trc")) or text(data.get("suid")) or person(audit),
        "src_endpoint.ip": addresses.ip(data.get("sip")) or addresses.ip(data.get("cip")),
        "email.from": text(data.get("tsd")),
        "email.to": [text(data["trc"]) or ""] if text(data.get("trc")) else None,
        "email.subject": text(data.get("ms")),
        "email.message_uid": text(data.get("imsgid")),
        "malware.name": text(data.get("mfn")) or text(data.get("thn")),
    }
    return found | (http.absolute(site) if site and "://" in site else {})


def person(audit: Audit) -> str | None:
    """Whom an alert names as its user; the service's own accounts are nobody."""
    name = audit.text("userid")
    return name if name and "@" in name else None


def mail(audit: Audit, raw: str) -> Row:
    """A mail that Defender for Office 365 judged (``TIMailData``), also after it was delivered."""
    threat = audit.text("verdict") or "Threat"
    if threat.lower() in HARMLESS:
        return activity(ClassUid.EMAIL_ACTIVITY, SCAN) | letter(audit)
    found = activity(ClassUid.EMAIL_ACTIVITY, SCAN) | letter(audit)
    severe = any(word in threat.lower() for word in ("malware", "phish"))
    return found | verdict(
        threat,
        threat,
        severity=SeverityId.MEDIUM if severe else SeverityId.LOW,
        raw=raw,
        disposition=action(audit.text("deliveryaction") or ""),
        unmapped=orjson.dumps(
            {
                "detection_method": audit.text("detectionmethod"),
                "detection_type": audit.text("detectiontype"),
                "DeliveryAction": audit.text("deliveryaction"),
                "Directionality": audit.text("directionality"),
            }
        ).decode(),
    )


def letter(audit: Audit) -> Row:
    attached = audit.get("attachmentdata")
    first = part(attached[0]) if isinstance(attached, list) and attached else {}
    return {
        "email.from": audit.text("p2sender", "p1sender", "sender"),
        "email.to": texts(audit.get("recipients")) or None,
        "email.subject": audit.text("subject"),
        "email.message_uid": audit.text("internetmessageid"),
        "src_endpoint.ip": addresses.ip(audit.text("senderip")),
        "file.name": text(first.get("FileName")),
        "file.hashes.sha256": text(first.get("SHA256")),
        "malware.name": text(first.get("MalwareFamily")),
    }


def click(audit: Audit, raw: str) -> Row:
    """Somebody clicked a link that Safe Links knew as bad (``TIUrlClickData``)."""
    site = audit.text("url") or "URL"
    blocked = (audit.text("urlclickaction") or "").lower() in ("blockpage", "1", "2")
    found = activity(ClassUid.HTTP_ACTIVITY, 0) | verdict(
        site,
        "UrlClick",
        severity=SeverityId.MEDIUM if blocked else SeverityId.HIGH,
        raw=raw,
        disposition=DispositionId.BLOCKED if blocked else DispositionId.ALLOWED,
    )
    return found | http.absolute(site) | {"user.name": audit.text("userid")}


def malware(audit: Audit, raw: str) -> Row:
    """A malicious file in SharePoint, OneDrive, Teams or mail."""
    data = part(audit.get("filedata"))
    name = text(data.get("FileName")) or audit.text("sourcefilename")
    family = text(data.get("MalwareFamily")) or audit.text("virusinfo", "malwarefamily")
    found = activity(ClassUid.DETECTION_FINDING, CREATE) | verdict(
        family or name or "不正なファイル",
        audit.text("detectionmethod", "virusvendor") or "malware",
        severity=SeverityId.HIGH,
        raw=raw,
        disposition=DispositionId.DETECTED,
    )
    return found | {
        "file.name": name,
        "file.path": text(data.get("FilePath")) or audit.text("objectid"),
        "file.size": integer(data.get("FileSize")),
        "file.hashes.sha256": text(data.get("SHA256")),
        "malware.name": family,
        "user.name": audit.text("userid"),
    }


def leak(audit: Audit, raw: str) -> Row:
    """A rule against leaking data that matched."""
    policies = audit.get("policydetails")
    policy = part(policies[0]) if isinstance(policies, list) and policies else {}
    title = text(policy.get("PolicyName")) or "情報漏えい対策 (DLP)"
    meta = part(audit.get("exchangemetadata")) or part(audit.get("sharepointmetadata"))
    rules = policy.get("Rules")
    rule = part(rules[0]) if isinstance(rules, list) and rules else {}
    severity = SEVERITIES.get((text(rule.get("Severity")) or "").lower(), SeverityId.LOW)
    blocked = any("Block" in action for action in texts(rule.get("Actions")))
    done = DispositionId.BLOCKED if blocked else DispositionId.DETECTED
    found = activity(ClassUid.DETECTION_FINDING, CREATE) | verdict(
        title, "DLP", severity=severity, raw=raw, disposition=done
    )
    return found | {
        "user.name": audit.text("userid"),
        "email.from": text(meta.get("From")),
        "email.to": texts(meta.get("To")) or None,
        "email.subject": text(meta.get("Subject")),
        "email.message_uid": text(meta.get("MessageID")),
        "file.name": text(meta.get("FileName")),
        "file.path": text(meta.get("FilePathUrl")),
    }


def action(said: str) -> DispositionId | None:
    folded = said.lower()
    return next((found for word, found in DISPOSITIONS.items() if word in folded), None)


def details(audit: Audit, data: dict[str, object]) -> str:
    kept = {
        "policy": audit.text("policyid"),
        "status": audit.text("status"),
        "entity": audit.text("entitytype"),
        "data": data,
    }
    return orjson.dumps({name: value for name, value in kept.items() if value}).decode()


def submitted(audit: Audit, raw: str) -> Row:
    """A mail that somebody reported: no verdict yet."""
    return activity(ClassUid.EMAIL_ACTIVITY, SCAN) | letter(audit) | {"actor.user.name": audit.text("userid")}


JUDGES: dict[str, Callable[[Audit, str], Row]] = {
    "alerttriggered": alert,
    "alertentitygenerated": alert,
    "alertupdated": alert,
    "timaildata": mail,
    "tiurlclickdata": click,
    "atpdetection": malware,
    "filemalwaredetected": malware,
    "dlprulematch": leak,
    "usersubmission": submitted,
}
