"""What a session did and what became of it: activity, action and disposition of TRAFFIC and its kin."""

from functools import lru_cache

from hinomi.library.formats.events import ACTIONS, disposed
from hinomi.library.formats.rows import Row
from hinomi.library.sources.paloalto_panos.columns import Record
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId

DISPOSITIONS = {
    DispositionId.ALLOWED: "allow continue override",
    DispositionId.BLOCKED: "deny block block-url block-continue block-override override-lockout block-ip sinkhole",
    DispositionId.DROPPED: "drop drop-packet drop-all-packets random-drop drop-icmp",
    DispositionId.RESET: "reset-client reset-server reset-both",
    DispositionId.DETECTED: "alert",
    DispositionId.LOGGED: "syncookie-sent wildfire-upload-success wildfire-upload-skip forward",
}
"""Source: PAN-OS Administrator's Guide, field ``action`` of Traffic and Threat logs."""
BY_ACTION = {word: uid for uid, words in DISPOSITIONS.items() for word in words.split()}
REFUSED = frozenset(word for word, uid in BY_ACTION.items() if ACTIONS[uid] is ActionId.DENIED)
ACTIVITIES = {"start": 1, "end": 2, "drop": 5, "deny": 5}
OPEN, CLOSE, REFUSE, TRAFFIC = 1, 2, 5, 6
SEVERITIES = {
    "critical": SeverityId.CRITICAL,
    "high": SeverityId.HIGH,
    "medium": SeverityId.MEDIUM,
    "low": SeverityId.LOW,
    "informational": SeverityId.INFORMATIONAL,
    **dict(zip("12345", list(SeverityId)[1:6], strict=True)),
}


def severity(record: Record) -> SeverityId:
    return SEVERITIES.get(record.get("severity", "").lower(), SeverityId.INFORMATIONAL)


def word(record: Record) -> str:
    """The action in PAN-OS's own words, however a service spells it."""
    return record.get("action", "").lower().replace(" ", "-")


def disposition(record: Record) -> DispositionId | None:
    return BY_ACTION.get(word(record))


def is_refused(record: Record) -> bool:
    return word(record) in REFUSED


@lru_cache(maxsize=1024)
def judged(action: str, subtype: str) -> Row:
    activity = REFUSE if action in REFUSED else ACTIVITIES.get(subtype, TRAFFIC)
    row = {"class_uid": int(ClassUid.NETWORK_ACTIVITY), "activity_id": activity, "severity_id": 1, "is_alert": False}
    return row | disposed(BY_ACTION.get(action))


def traffic(record: Record) -> Row:
    """Also GTP and SCTP."""
    return dict(judged(word(record), record.get("subtype", "")))


def decryption(record: Record) -> Row:
    """A TLS handshake; the server is the one the client asked for, else the one of the certificate."""
    row = traffic(record)
    row["status_detail"] = record.get("error") or None
    row["dst_endpoint.hostname"] = record.get("sni") or record.get("cn") or None
    return row


def tunnel(record: Record) -> Row:
    """An inspected tunnel; the type itself says whether it begins or ends."""
    began = "start" in (record.get("subtype"), record.get("type", "").lower())
    opened = {"class_uid": int(ClassUid.TUNNEL_ACTIVITY), "activity_id": OPEN if began else CLOSE}
    return traffic(record) | opened
