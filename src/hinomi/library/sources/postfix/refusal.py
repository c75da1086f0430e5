"""Mails and commands that Postfix did not take, and which of these are a verdict on their content or sender.

Source: Postfix man pages smtpd(8), cleanup(8), postscreen(8), header_checks(5), milter documentation.
"""

import re

from hinomi.library.formats import events, mime
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.postfix.message import PRODUCT, pairs, peer
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

RECEIVE = 2
REFUSED = re.compile(
    r"(?P<what>reject|reject_warning|milter-reject|milter-hold|milter-discard|filter|hold|discard|redirect|bcc|warn"
    r"|proxy-reject): (?P<command>[A-Z][A-Z-]+|header|body|header \S+|mime header|nested header|content)"
    r"(?: (?P<subject>.*?))? from (?P<peer>[^\s;]+?)(?P<rest>[:;] .*|$)",
    re.DOTALL,
)
CODE = re.compile(r"[:;] (?P<code>[245]\d\d)?(?: ?(?P<dsn>[245]\.\d{1,3}\.\d{1,3}))? ?")
STATUS_CODE = re.compile(r"^(?:[245]\d\d )?(?:[245]\.\d{1,3}\.\d{1,3} )?")
ADDRESS = re.compile(r" ?(?:\[[^\]]*\]|<[^>]*>)")
BEHIND = re.compile(r"helo=<[^>]*>: (.+)$", re.DOTALL)
DISPOSITIONS = {
    "reject": DispositionId.REJECTED,
    "proxy-reject": DispositionId.REJECTED,
    "milter-reject": DispositionId.REJECTED,
    "milter-hold": DispositionId.QUARANTINED,
    "hold": DispositionId.QUARANTINED,
    "milter-discard": DispositionId.DROPPED,
    "discard": DispositionId.DROPPED,
    "redirect": DispositionId.ALLOWED,
    "filter": DispositionId.ALLOWED,
    "bcc": DispositionId.ALLOWED,
}
SPAM, MALWARE = "スパムメール対策", "不正プログラム検索"
INFECTED = re.compile(r"\bvirus|infected|malware|\beicar\b|\btrojan", re.IGNORECASE)
LISTED = re.compile(
    r"blocked using (\S+)|\bdnsbl\b|\brbl\b|spamhaus|spamcop|barracuda|listed (?:by|in|at)\b", re.IGNORECASE
)
SPAMMY = re.compile(r"\bspam\b|\bjunk\b|phish|gtube|matched \S*spam", re.IGNORECASE)
GREYLISTED = re.compile(r"greylist|grey-list|graylist", re.IGNORECASE)
FILTERED = ("header", "body", "content", "mime", "nested")


def event(said: str, line: Line) -> Row | None:
    """Email Activity of a mail or command that was refused, held or diverted."""
    found = REFUSED.match(said)
    if not found:
        return None
    name, address, port = peer(found["peer"])
    named, code = pairs(found["rest"]), CODE.match(found["rest"])
    why = reason(found)
    temporary = bool(code and (code["code"] or code["dsn"] or "").startswith("4"))
    disposition = DISPOSITIONS.get(found["what"])
    if disposition is DispositionId.REJECTED and temporary:
        disposition = DispositionId.DELAYED
    row: Row = {
        **events.activity(ClassUid.EMAIL_ACTIVITY, RECEIVE, product=PRODUCT),
        **events.disposed(disposition),
        "status_id": int(StatusId.FAILURE) if disposition is not DispositionId.ALLOWED else None,
        "status_detail": why,
        "message": said,
        "metadata.event_code": (code["dsn"] or code["code"]) if code else None,
        "src_endpoint.ip": address,
        "src_endpoint.port": port,
        "src_endpoint.hostname": name,
        "dst_endpoint.hostname": line.header.host,
        "email.from": named.get("from") or None,
        "email.to": [named["to"]] if named.get("to") else None,
        "email.subject": header_subject(found),
    }
    kind = verdict(found, why)
    if not kind or disposition is DispositionId.ALLOWED or (temporary and not LISTED.search(why)):
        return row
    severity = SeverityId.HIGH if kind == MALWARE else SeverityId.LOW
    return row | events.verdict(
        titled(why),
        kind,
        severity=severity,
        raw=line.whole,
        disposition=disposition or DispositionId.DETECTED,
    )


def titled(why: str) -> str:
    """A reason as equal refusals share it: the block list, else the words without code and addresses."""
    listed = LISTED.search(why)
    if listed and listed[1]:
        return f"blocked using {listed[1].rstrip(';,.')}"
    return ADDRESS.sub("", STATUS_CODE.sub("", why)).strip(" :;")[:200] or why


def reason(found: re.Match[str]) -> str:
    """Why, in Postfix's words, without the envelope: in front of it, or behind where a header was at fault."""
    text, _, envelope = found["rest"].lstrip(":; ").partition("from=<")
    behind = BEHIND.search(envelope)
    return text.rstrip("; ") or (behind[1] if behind else "") or f"{found['what']} {found['command']}"


def header_subject(found: re.Match[str]) -> str | None:
    text = found["subject"] or ""
    said = text if found["command"] == "header" else f"{found['command'].removeprefix('header ')} {text}"
    return mime.subject(said.partition("Subject: ")[2])


def verdict(found: re.Match[str], why: str) -> str | None:
    """The kind of a refusal that judges content or reputation; null for those that say whom we do not know."""
    if GREYLISTED.search(why):
        return None
    if INFECTED.search(why):
        return MALWARE
    judged = LISTED.search(why) or SPAMMY.search(why) or found["what"].startswith("milter-")
    return SPAM if judged or found["command"].startswith(FILTERED) else None
