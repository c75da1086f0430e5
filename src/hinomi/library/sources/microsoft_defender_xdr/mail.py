"""Advanced hunting, tables of Defender for Office 365: mail, what became of it, clicks on its links, Teams messages.

``ThreatTypes`` that are not empty are a verdict. Attachments and links of a mail repeat the mail's verdict and do not
count again. Source: Microsoft, Advanced hunting schema reference.
"""

from hinomi.library.formats import http
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import texts
from hinomi.library.formats.processes import account, file, kept, said
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_defender_xdr.fields import PRODUCT, Event, finding, nested, rest
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

SEND, RECEIVE, SCAN, GET = 1, 2, 3, 3
DELIVERED = {
    "delivered": DispositionId.ALLOWED, "junked": DispositionId.QUARANTINED, "blocked": DispositionId.BLOCKED,
    "replaced": DispositionId.CORRECTED, "deliveredasspam": DispositionId.QUARANTINED,
}  # fmt: skip
MOVED = {
    "quarantine": DispositionId.QUARANTINED, "junk": DispositionId.QUARANTINED, "delet": DispositionId.DELETED,
    "block": DispositionId.BLOCKED, "inbox": DispositionId.ALLOWED,
}  # fmt: skip
KEPT = ("ThreatTypes", "ThreatNames", "DetectionMethods", "ConfidenceLevel", "DeliveryLocation", "EmailAction",
        "EmailActionPolicy", "AuthenticationDetails", "OrgLevelAction", "Action", "ActionTrigger", "ActionResult",
        "UrlChain", "Workload", "IsClickedThrough")  # fmt: skip


def threats(event: Event) -> list[str]:
    found = nested(event.get("ThreatTypes") or event.get("ThreadTypes"))
    listed = found if isinstance(found, list) else (said({"": found}, "") or "").split(",")
    return [each.strip() for each in texts(listed) if each.strip()]


def judged(event: Event, kinds: list[str], raw: str, done: DispositionId | None) -> Row:
    """The columns of a verdict, to be put over those of an activity."""
    worst = any(kind.lower().startswith(("malware", "phish")) for kind in kinds)
    title = said(event, "ThreatNames") or f"{kinds[0]}: {said(event, 'Subject', 'Url') or ''}".rstrip(": ")
    severity = SeverityId.HIGH if worst else SeverityId.MEDIUM
    found = finding(title, kinds, severity, raw, done or DispositionId.DETECTED, rest(event, *KEPT))
    return {name: item for name, item in found.items() if name not in ("class_uid", "activity_id")}


def envelope(event: Event) -> Row:
    """Who wrote to whom."""
    recipients = [said(each, "RecipientSmtpAddress") for each in nested(event.get("RecipientDetails")) or []
                  if isinstance(each, dict)]  # fmt: skip
    to = texts(event.get("RecipientEmailAddress")) or [each for each in recipients if each]
    return kept(
        {
            "email.from": said(event, "SenderFromAddress", "SenderMailFromAddress", "SenderEmailAddress"),
            "email.to": to or None,
            "email.subject": said(event, "Subject"),
            "email.message_uid": said(event, "InternetMessageId", "NetworkMessageId", "TeamsMessageId"),
            "src_endpoint.ip": ip(said(event, "SenderIPv4")) or ip(said(event, "SenderIPv6")),
        }
    )


def mail(event: Event, raw: str) -> Row:
    action, place = said(event, "DeliveryAction") or "", (said(event, "DeliveryLocation") or "").lower()
    done = DELIVERED.get(action.lower().replace(" ", ""))
    if "quarantine" in place:
        done = DispositionId.QUARANTINED
    kinds = threats(event)
    out = said(event, "EmailDirection") == "Outbound"
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, SEND if out else RECEIVE, product=PRODUCT),
        **disposed(done),
        **(judged(event, kinds, raw, done) if kinds else {}),
        **envelope(event),
    }


def afterwards(event: Event, raw: str) -> Row:
    """A message that was taken back after it had been delivered: ``Phish ZAP``, ``Manual remediation``."""
    kind, action = said(event, "ActionType") or "", said(event, "Action") or ""
    where = f"{action} {said(event, 'DeliveryLocation') or ''}".lower()
    done = next((found for word, found in MOVED.items() if word in where), None)
    kinds = threats(event) or ([kind.removesuffix(" ZAP")] if kind.endswith(" ZAP") else [])
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        **disposed(done),
        **(judged(event, kinds, raw, done) if kinds and "ZAP" in kind else {}),
        **envelope(event),
        "message": " ".join(each for each in (kind, action) if each),
    }


def attached(event: Event, raw: str) -> Row:
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        **envelope(event),
        **file(None, event.get("FileName"), event.get("SHA256"), event.get("FileSize")),
        "message": " ".join(each for each in (said(event, "FileName"), *threats(event)) if each) or None,
    }


def linked(event: Event, raw: str) -> Row:
    url = said(event, "Url")
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        **envelope(event),
        **(http.absolute(url) if url else {}),
    }


def clicked(event: Event, raw: str) -> Row:
    action, kinds = said(event, "ActionType") or "", threats(event)
    blocked = "Block" in action
    done = DispositionId.BLOCKED if blocked else DispositionId.ALLOWED if "Allow" in action else None
    kinds = kinds or (["Safe Links"] if blocked else [])
    return {
        **activity(ClassUid.HTTP_ACTIVITY, GET, product=PRODUCT),
        **disposed(done),
        **(judged(event, kinds, raw, done) if kinds else {}),
        **account("user", said(event, "AccountUpn")),
        **http.absolute(said(event, "Url") or ""),
        **kept({"src_endpoint.ip": ip(said(event, "IPAddress")), "email.message_uid": said(event, "NetworkMessageId")}),
        "message": action or None,
    }


READERS = {
    "EmailEvents": mail,
    "EmailPostDeliveryEvents": afterwards,
    "MessageEvents": mail,
    "MessagePostDeliveryEvents": afterwards,
    "EmailAttachmentInfo": attached,
    "EmailUrlInfo": linked,
    "MessageUrlInfo": linked,
    "UrlClickEvents": clicked,
}
