"""Postfix's mail log, and what stands beside it there, to OCSF: an event a line.

Lines of one message share a queue id: who connected, its Message-ID, sender and size, then a line for every
recipient. What earlier lines of a queue id in the payload said is in the later ones too, so that a delivery tells
who sent what from where. A mail refused because of a block list, a milter's or a content check's verdict is a
detection; other refusals are not. Source: Postfix documentation, "Postfix Architecture Overview" and man pages.
"""

import re
from functools import partial

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import events, textlines
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.postfix import connection, neighbours, refusal
from hinomi.library.sources.postfix.message import PRODUCT, Message, known, learn
from hinomi.ocsf.classes import ClassUid, SeverityId

QUEUE_ID = re.compile(
    r"(?:(?P<level>warning|error|fatal): )?(?P<uid>(?=[A-Za-z]*\d)[0-9A-Za-z]{5,20}|NOQUEUE): (?P<text>.*)", re.DOTALL
)
LEVEL = re.compile(r"(warning|error|fatal|panic): ")
SEVERITIES = {
    "warning": SeverityId.LOW,
    "error": SeverityId.MEDIUM,
    "fatal": SeverityId.HIGH,
    "panic": SeverityId.HIGH,
}
PROGRAMS = re.compile(
    r"postfix|postgrey|policyd?|spf|spamd|spamc|dkim|dmarc|amavis|clam|milter|dovecot|rspamd|mail|sasl|smtp|qmgr|cleanup"
    r"|pickup|bounce|anvil|local|virtual|pipe|lmtp|trivial-rewrite|postscreen|scache|tlsmgr|master|verify|cyrus|imap|pop3",
    re.IGNORECASE,
)
"""Programs whose lines a mail log holds; those of others are another log's."""
MESSAGES = re.compile(
    r"(?:dis)?connect (?:from|to) |lost connection|timeout |too many errors|improper command|statistics: |warning: "
    r"|fatal: |error: |panic: |daemon started|(?:starting|stopping|refreshing) the Postfix|reload|terminating|proxy-"
    r"|SSL_|TLS |certificate|\S+ TLS connection|setting up TLS|initializing|process |cache |master |end of|dns: "
    r"|spamd: |whitelisted: |DNSBL |PREGREET|HANGUP|CONNECT |PASS |(?:WHITE|BLACK|ALLOW|DENY)LIST|COMMAND "
    r"|BARE NEWLINE|NON-SMTP"
)
"""How messages begin, where no header says which program wrote them."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Headers of mail logs have no year: it is the latest before the receipt."""
    messages: dict[tuple[str | None, str], Message] = {}
    return textlines.normalize(payload, context, partial(event, messages=messages))


def event(line: Line, messages: dict[tuple[str | None, str], Message]) -> Row | Reject:
    row = read(line, messages)
    if row is None:
        return line.reject(Reason.NOT_THIS_FORMAT, "Postfix のログではありません (no log of Postfix)")
    row["metadata.log_name"] = line.header.app or row.get("metadata.log_name")
    if row["is_alert"]:
        row["raw_data"] = line.whole
    return row


def read(line: Line, messages: dict[tuple[str | None, str], Message]) -> Row | None:
    said, app = line.text, line.header.app
    if app and not PROGRAMS.search(app):
        return None
    if queued := QUEUE_ID.match(said):
        return of_queue(queued, line, messages)
    known_text = connection.event(said, line) or neighbours.event(said)
    if known_text or app or MESSAGES.match(said):
        return known_text or other(said)
    return None


def of_queue(queued: re.Match[str], line: Line, messages: dict[tuple[str | None, str], Message]) -> Row:
    """A line about a message; ``NOQUEUE`` is that of one that was never taken."""
    uid, said = queued["uid"], queued["text"]
    key = (line.header.host, uid)
    message = learn(messages.get(key, Message()), said)
    if uid != "NOQUEUE":
        messages[key] = message
        if said == "removed":
            messages.pop(key)
    row = refusal.event(said, line) or neighbours.event(said) or known(said, message, line.header.host)
    if uid != "NOQUEUE":
        row["metadata.correlation_uid"] = uid
    if queued["level"]:
        row["severity_id"] = int(SEVERITIES[queued["level"]])
    return row


def other(said: str) -> Row:
    level = LEVEL.match(said)
    severity = SEVERITIES[level[1]] if level else SeverityId.INFORMATIONAL
    return {**events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT, severity=severity), "message": said}
