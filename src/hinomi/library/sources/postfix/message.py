"""What lines of a queue id say of a message, and the deliveries that end it.

Source: Postfix man pages cleanup(8), qmgr(8), smtp(8), local(8).
"""

import re
from dataclasses import dataclass, replace

from hinomi.library.formats import addresses, events, mime
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

PRODUCT = ("Postfix", "Postfix")
SEND, RECEIVE, TRACE = 1, 2, 4
LOGON = 1
PAIR = re.compile(
    r"(?:^|[ ,;])(from|to|orig_to|relay|delay|dsn|size|sasl_username|helo|message-id|client)=(<[^>]*>|[^,;\s]*)"
)
PEER = re.compile(r"([^\s\[\]<>]*)\[([^\]]+)\](?::(\d{1,5}))?")
HEADER = re.compile(
    r"(?:warning|info|prepend|replace|filter|redirect|hold|discard): header (?P<name>[A-Za-z-]+): (?P<value>.*?)"
    r"(?: from (?P<peer>\S+))?; (?=from=)"
)
STATUS = re.compile(r"status=(\w+)(?: \((.*)\))?", re.DOTALL)
SAID = re.compile(r"host (\S+) (?:said|refused to talk to me): (.*)", re.DOTALL)
LOCAL = ("local", "virtual", "lmtp", "pipe", "dovecot", "maildrop", "cyrus")
DISPOSITIONS = {
    "sent": DispositionId.ALLOWED,
    "deferred": DispositionId.DELAYED,
    "bounced": DispositionId.REJECTED,
    "expired": DispositionId.REJECTED,
    "undeliverable": DispositionId.REJECTED,
    "deliverable": DispositionId.ALLOWED,
}


@dataclass(frozen=True)
class Message:
    """What is known of a message so far."""

    client_name: str | None = None
    client_ip: str | None = None
    client_port: int | None = None
    sender: str | None = None
    message_id: str | None = None
    subject: str | None = None
    user: str | None = None


def peer(text: str) -> tuple[str | None, str | None, int | None]:
    """Name, address and port of ``mx.example.jp[192.0.2.1]:25``; ``unknown`` is no name."""
    found = PEER.search(text)
    if not found:
        address, number = addresses.endpoint(text)
        return None, address, number
    name, address, number = found[1], addresses.ip(found[2].removeprefix("IPv6:")), addresses.port(found[3])
    return (None if name in ("", "unknown") or addresses.ip(name) else name), address, number


def pairs(said: str) -> dict[str, str]:
    """``name=value`` parts, the angle brackets of addresses taken off; of equal names the first counts."""
    found: dict[str, str] = {}
    for name, value in PAIR.findall(said):
        found.setdefault(name, value.strip("<>") if name != "message-id" else value)
    return found


def learn(message: Message, said: str) -> Message:
    """The message with what a line adds to it."""
    if said.startswith("client="):
        name, address, number = peer(said.partition(", ")[0].removeprefix("client="))
        user = pairs(said).get("sasl_username")
        return replace(message, client_name=name, client_ip=address, client_port=number, user=user or message.user)
    if said.startswith(("message-id=", "resent-message-id=")):
        return replace(message, message_id=said.partition("=")[2].strip() or None)
    if said.startswith(("from=", "uid=")):
        return replace(message, sender=pairs(said).get("from"))
    if header := HEADER.match(said):
        found = replace(message, sender=message.sender or pairs(said[header.end() - 1 :]).get("from"))
        return replace(found, subject=mime.subject(header["value"])) if header["name"].lower() == "subject" else found
    return message


def known(said: str, message: Message, host: str | None) -> Row:
    """Email Activity of a line, with what is known of its message; a sign-in where the client did so."""
    row: Row = {
        **events.activity(ClassUid.EMAIL_ACTIVITY, TRACE, product=PRODUCT),
        "message": said,
        "src_endpoint.ip": message.client_ip,
        "src_endpoint.port": message.client_port,
        "src_endpoint.hostname": message.client_name,
        "email.from": message.sender or None,
        "email.message_uid": message.message_id,
        "email.subject": message.subject,
        "user.name": message.user,
    }
    if said.startswith("client="):
        arrived: Row = {"activity_id": RECEIVE, "dst_endpoint.hostname": host}
        if pairs(said).get("sasl_username"):
            arrived |= {"class_uid": int(ClassUid.AUTHENTICATION), "activity_id": LOGON}
            arrived["status_id"] = int(StatusId.SUCCESS)
        return row | arrived
    if status := STATUS.search(said):
        return row | delivery(said, status, host)
    if header := HEADER.match(said):
        found = pairs(said[header.end() - 1 :])
        name, address, number = peer(header["peer"] or "")
        return row | {
            "email.to": [found["to"]] if found.get("to") else None,
            "src_endpoint.ip": address or row["src_endpoint.ip"],
            "src_endpoint.hostname": name or row["src_endpoint.hostname"],
        }
    if answer := SAID.match(said):
        name, address, number = peer(answer[1])
        return row | {
            "status_id": int(StatusId.FAILURE),
            "status_detail": answer[2],
            "dst_endpoint.hostname": name,
            "dst_endpoint.ip": address,
            "dst_endpoint.port": number,
        }
    if used := pairs(said).get("to"):
        return row | {"email.to": [used]}
    return row


def delivery(said: str, status: re.Match[str], host: str | None) -> Row:
    """One recipient's mail: handed on (Send), into a mailbox (Receive), put off or given up."""
    found = pairs(said[: status.start()])
    relay, outcome = found.get("relay", ""), status[1]
    name, address, number = peer(relay)
    recipients = [found[part] for part in ("to",) if found.get(part)]
    done = outcome in ("sent", "deliverable")
    return {
        "activity_id": RECEIVE if relay.startswith(LOCAL) else SEND,
        "email.to": recipients or None,
        "status_id": int(StatusId.SUCCESS if done else StatusId.FAILURE),
        "status_detail": status[2],
        "severity_id": int(
            SeverityId.INFORMATIONAL if outcome in ("sent", "deliverable", "deferred") else SeverityId.LOW
        ),
        "duration": milliseconds(found.get("delay")),
        "metadata.event_code": found.get("dsn"),
        "dst_endpoint.hostname": name or (host if relay.startswith(LOCAL) else None),
        "dst_endpoint.ip": address,
        "dst_endpoint.port": number,
        **events.disposed(DISPOSITIONS.get(outcome)),
    }


def milliseconds(delay: str | None) -> int | None:
    try:
        return round(float(delay) * 1000) if delay else None
    except (ValueError, OverflowError):
        return None
