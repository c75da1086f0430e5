"""Policy services and mailboxes whose lines stand in the same log: greylisting, SPF, Dovecot's sign-ins.

Source: Postgrey, policyd-spf and Dovecot documentation.
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
FIELD = re.compile(r"\b(user|rip|lip|method)=<?([^>,\s]*)>?")


def event(said: str) -> Row | None:
    return greylisting(said) or spf(said) or dovecot(said)


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
