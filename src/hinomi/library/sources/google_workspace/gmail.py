"""Gmail's log of messages: received, sent, judged."""

from typing import Any

import orjson

from hinomi.library.formats import addresses
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.google_workspace.fields import parameters, truth
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

SEND, RECEIVE, SCAN = 1, 2, 3
FAMILIES = {
    "1": "既知の不正プログラム",
    "2": "ウイルスまたはワーム",
    "3": "有害かもしれない内容",
    "4": "迷惑なプログラム",
    "5": "そのほかの不正プログラム",
}
"""``malware_family`` of an attachment."""
SPAM = {"SPAM", "1", "2", "PHISHING", "SUSPICIOUS", "MALWARE"}
OUTGOING = "smtp_out"
MALICIOUS = ("PHISH", "MALWARE")


def row(given: dict[str, Any], who: str | None, raw: str) -> Row:
    """Columns of one step of a message: ``event_info`` and ``message_info``."""
    info, message = part(given.get("event_info")), part(given.get("message_info"))
    source, connection = part(message.get("source")), part(message.get("connection_info"))
    attachment = first(message.get("attachment"))
    sender = text(source.get("from_header_address")) or text(source.get("address"))
    outgoing = bool(text(connection.get("smtp_out_remote_host"))) or OUTGOING in (text(given.get("name")) or "")
    found = activity(ClassUid.EMAIL_ACTIVITY, SEND if outgoing else RECEIVE)
    success = info.get("success")
    found |= {
        "status_id": None if success is None else int(StatusId.SUCCESS if truth(success) else StatusId.FAILURE),
        "status_detail": text(message.get("description")),
        "user.name": who,
        "email.from": sender,
        "email.to": recipients(message) or None,
        "email.subject": text(message.get("subject")),
        "email.message_uid": text(message.get("rfc2822_message_id")),
        "src_endpoint.ip": addresses.ip(connection.get("client_ip")),
        "src_endpoint.location.country": text(connection.get("ip_geo_country")),
        "dst_endpoint.hostname": text(connection.get("smtp_out_remote_host")),
        "file.name": text(attachment.get("file_name")),
        "file.hashes.sha256": text(attachment.get("sha256")),
    }
    return found | judged(message, attachment, raw)


def judged(message: Any, attachment: Any, raw: str) -> Row:
    family = text(attachment.get("malware_family"))
    spam = part(message.get("spam_info"))
    reason = (text(spam.get("classification_reason")) or "").upper()
    disposition = (text(spam.get("disposition")) or "").upper()
    if family and family != "0":
        title, item, severity = FAMILIES.get(family, family), "不正プログラム検索", SeverityId.MEDIUM
    elif truth(message.get("is_spam")) or disposition in SPAM:
        bad = any(word in reason + disposition for word in MALICIOUS)
        title = "フィッシングメール" if bad else "迷惑メール"
        item, severity = "スパムメール対策", SeverityId.MEDIUM if bad else SeverityId.LOW
    else:
        return disposed(DispositionId.ALLOWED)
    done = verdict(
        title,
        item,
        severity=severity,
        raw=raw,
        disposition=DispositionId.TAGGED,
        unmapped=orjson.dumps({"spam_info": spam, "link_domain": message.get("link_domain")}).decode(),
    )
    return {"activity_id": SCAN, "malware.name": FAMILIES.get(family or "")} | done


def recipients(message: Any) -> list[str]:
    """``destination`` where it is filled, else ``flattened_destinations``: ``gmail-ui::user@factory.example,…``."""
    listed = message.get("destination")
    listed = listed if isinstance(listed, list) else [listed]
    found = [text(part(one).get("address")) or text(parameters(one).get("address")) for one in listed]
    flat = (text(message.get("flattened_destinations")) or "").split(",")
    return [one for one in found if one] or [one.rpartition(":")[2].strip() for one in flat if "@" in one]


def first(value: object) -> Any:
    """The first attachment, of a list or by itself."""
    return part(value[0]) if isinstance(value, list) and value else part(value)
