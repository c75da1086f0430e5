"""Policy services and mailboxes whose lines stand in the same log: greylisting, SPF, Amavis, Dovecot's sign-ins.

Source: Postgrey, policyd-spf, Amavis and Dovecot documentation.
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.library.sources.postfix.message import PRODUCT
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

SCAN, LOGON, LOGOFF = 3, 1, 2
GREY = re.compile(r"action=(\w+), (.*)", re.DOTALL)
ITEM = re.compile(r"([a-z_]+)=(.*?)(?=, [a-z_]+=|$)", re.DOTALL)
SPF = re.compile(
    r"(?:.*?Received-SPF: )?(?P<result>Pass|Fail|Softfail|Neutral|None|Permerror|Temperror)(?: \((?P<why>[^)]*)\))?;? "
    r"identity=(?P<identity>[\w-]+); client-ip=(?P<ip>[^;]+); helo=(?P<helo>[^;]+); envelope-from=(?P<sender>[^;]*);"
)
LOGIN = re.compile(
    r"(?P<service>imap|pop3|managesieve|submission)-login: (?P<what>Login|Disconnected|Aborted login|Logged out)"
    r"[^:]*:? ?(?P<rest>.*)"
)
AMAVIS = re.compile(
    r"\([\w-]+\) (?P<done>Blocked|Passed) (?P<kind>[A-Z][A-Z-]+)(?: \((?P<threat>[^)]*)\))?(?: \{(?P<how>[^}]*)\})?, "
    r"(?:[A-Z]+ )*(?:\[(?P<ip>[^\]]+)\](?::\d+)? )?.*?<(?P<sender>[^>]*)> -> (?P<to>(?:<[^>]*>,?)+)"
)
MESSAGE_ID = re.compile(r"Message-ID: (<[^>]*>)")
SUBJECT = re.compile(r'Subject: "([^"]*)"')
JUDGED = {
    "INFECTED": ("不正プログラム検索", SeverityId.HIGH), "BANNED": ("添付ファイルの制限", SeverityId.MEDIUM),
    "SPAM": ("スパムメール対策", SeverityId.LOW), "SPAMMY": ("スパムメール対策", SeverityId.LOW),
}  # fmt: skip
"""What Amavis found; ``CLEAN``, ``BAD-HEADER``, ``UNCHECKED`` and the like are no verdict."""
FIELD = re.compile(r"\b(user|rip|lip|method)=<?([^>,\s]*)>?")


def event(said: str) -> Row | None:
    return greylisting(said) or spf(said) or amavis(said) or dovecot(said)


def amavis(said: str) -> Row | None:
    """A message's check: ``(01-02) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.1] <a> -> <b>, …``."""
    found = AMAVIS.match(said)
    if not found:
        return None
    message, subject = MESSAGE_ID.search(said), SUBJECT.search(said)
    done = disposition_of(found["done"], found["how"] or "")
    row = {
        **scanned(said, "amavis", found["sender"], None),
        **events.disposed(done),
        "src_endpoint.ip": addresses.ip(found["ip"]),
        "email.to": [each.strip("<>") for each in found["to"].split(",") if each],
        "email.message_uid": message[1] if message else None,
        "email.subject": subject[1] if subject else None,
    }
    if found["kind"] not in JUDGED:
        return row
    item, severity = JUDGED[found["kind"]]
    title = found["threat"] or found["kind"]
    named = found["threat"] if found["kind"] == "INFECTED" else None
    return row | events.verdict(title, item, severity=severity, raw=said, disposition=done) | {"malware.name": named}


def disposition_of(done: str, how: str) -> DispositionId:
    if done == "Passed":
        return DispositionId.TAGGED if "Tagged" in how else DispositionId.ALLOWED
    if "Quarantined" in how:
        return DispositionId.QUARANTINED
    return DispositionId.REJECTED if "Rejected" in how or "Bounced" in how else DispositionId.BLOCKED


def greylisting(said: str) -> Row | None:
    found = GREY.match(said)
    if not found:
        return None
    item = dict(ITEM.findall(found[2]))
    late = found[1] == "greylist"
    return {
        **scanned(said, "postgrey", item.get("sender"), item.get("recipient")),
        **events.disposed(DispositionId.DELAYED if late else DispositionId.ALLOWED),
        "status_detail": item.get("reason"),
        "src_endpoint.ip": addresses.ip(item.get("client_address", "").partition("/")[0]),
        "src_endpoint.hostname": named(item.get("client_name")),
    }


def spf(said: str) -> Row | None:
    found = SPF.match(said)
    if not found:
        return None
    return {
        **scanned(said, "policyd-spf", found["sender"], None),
        "status_id": int(StatusId.FAILURE) if found["result"] == "Fail" else None,
        "status_detail": f"SPF {found['result']}",
        "src_endpoint.ip": addresses.ip(found["ip"]),
        "src_endpoint.hostname": None if found["helo"].startswith("[") else found["helo"],
    }


def scanned(said: str, program: str, sender: str | None, recipient: str | None) -> Row:
    return {
        **events.activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        "metadata.log_name": program,
        "message": said,
        "email.from": (sender or "").strip("<>") or None,
        "email.to": [recipient.strip("<>")] if recipient else None,
    }


def named(name: str | None) -> str | None:
    return None if name in (None, "unknown") else name


def dovecot(said: str) -> Row | None:
    found = LOGIN.match(said)
    if not found:
        return None
    field = dict(FIELD.findall(found["rest"]))
    accepted, tried = found["what"] == "Login", "auth failed" in said or "Aborted" in found["what"]
    if not accepted and not tried:
        return None
    return {
        **events.activity(
            ClassUid.AUTHENTICATION, LOGON, product=("Dovecot", "Dovecot"), severity=SeverityId.INFORMATIONAL
        ),
        "metadata.log_name": "dovecot",
        "message": said,
        "status_id": int(StatusId.SUCCESS if accepted else StatusId.FAILURE),
        "user.name": field.get("user") or None,
        "src_endpoint.ip": addresses.ip(field.get("rip")),
        "dst_endpoint.ip": addresses.ip(field.get("lip")),
        "app_name": found["service"],
    }
