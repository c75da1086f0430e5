"""SpamAssassin's spamd to OCSF Email Activity: what it thought of each mail.

``spamd: result: Y 15 - RULES scantime=…,mid=<…>`` is the verdict; the line ``identified spam (15.2/5.0) for user``
in front of it says the same and counts only where no ``result`` is in the payload (before version 3).
Source: SpamAssassin wiki, "spamd Syslog Format"; spamd(1).
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, events, textlines, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

PRODUCT = ("Apache Software Foundation", "SpamAssassin")
SCAN, TRACE = 3, 4
SPAM = "スパムメール対策"
OWN = re.compile(
    r"(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \[\d+\] \w+: (?P<text>.*)$",
    re.DOTALL,
)
"""``spamd -s stderr`` or a file: ctime, process id, level."""
OWN_TIME = "%a %b %d %H:%M:%S %Y"
DAEMON = re.compile(r"(?:spamd: |prefork: |server |logger: |info: |config: |dns: |plugin: |auto-whitelist: |bayes: )")
RESULT = re.compile(r"(?:spamd: )?result: (?P<spam>[Y.]) +(?P<score>-?[\d.]+) - (?P<rules>\S*)(?P<rest>.*)$", re.DOTALL)
SCORED = re.compile(
    r"(?:spamd: )?(?P<what>identified spam|clean message) \((?P<score>-?[\d.]+)/(?P<required>-?[\d.]+)\)"
    r" for (?P<user>\S+?)(?::\d+)? in (?P<seconds>[\d.]+) seconds, \d+ bytes"
)
PROCESSING = re.compile(
    r"(?:spamd: )?(?:processing|checking) message (?P<id><.*?>|\(unknown\))(?: aka <.*?>)? for (?P<user>\S+?):\d+"
)
CONNECTION = re.compile(r"(?:spamd: )?connection from (?P<name>\S+) \[(?P<ip>[^\]]+)\](?::(?P<port>\d+))?")
ITEM = re.compile(r"(?:^|,| )(\w+)=(<[^>]*>|[^,\s]*)")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line."""
    twice = b"result: Y" in payload
    return textlines.normalize(payload, context, partial(event, zone=context.timezone, twice=twice))


def event(line: Line, *, zone: ZoneInfo, twice: bool) -> Row | Reject:
    own = OWN.match(line.text)
    said = own["text"] if own else line.text
    if not own and not (line.header.app or "").startswith(("spamd", "spamc", "spamassassin")) and not known(said):
        return line.reject(Reason.NOT_THIS_FORMAT, "SpamAssassin のログではありません (no log of SpamAssassin)")
    row = result(said, line) or scored(said, line, twice) or passing(said)
    row["metadata.log_name"] = "spamd"
    time = own_time(own["time"], zone) if own else None
    return {**row, "time": time, "metadata.original_time": own["time"]} if own and time else row


def known(said: str) -> bool:
    return bool(DAEMON.match(said) or RESULT.match(said) or SCORED.match(said))


def own_time(text: str, zone: ZoneInfo) -> datetime | None:
    return times.local(text, OWN_TIME, zone)


def result(said: str, line: Line) -> Row | None:
    found = RESULT.match(said)
    if not found:
        return None
    item = dict(ITEM.findall(found["rest"]))
    rules = [rule for rule in found["rules"].split(",") if rule]
    row = {
        **mail(f"score {found['score']}/{item.get('required_score', '?')}"),
        "user.name": item.get("user") or None,
        "email.message_uid": item.get("mid") if item.get("mid") not in ("", "(unknown)") else None,
        "src_endpoint.ip": addresses.ip(item.get("raddr")),
        "src_endpoint.port": addresses.port(item.get("rport")),
        "src_endpoint.hostname": item.get("rhost") if not addresses.ip(item.get("rhost")) else None,
        "duration": milliseconds(item.get("scantime")),
        **events.disposed(DispositionId.ALLOWED),
    }
    if found["spam"] != "Y":
        return row
    kept = {"score": found["score"], "required": item.get("required_score"), "rules": rules}
    return row | spam(line, orjson.dumps({name: value for name, value in kept.items() if value}).decode())


def scored(said: str, line: Line, twice: bool) -> Row | None:
    found = SCORED.match(said)
    if not found:
        return None
    row = {
        **mail(f"{found['what']} {found['score']}/{found['required']}"),
        "user.name": found["user"],
        "duration": milliseconds(found["seconds"]),
        **events.disposed(DispositionId.ALLOWED),
    }
    if found["what"] == "clean message":
        return row
    kept = orjson.dumps({"score": found["score"], "required": found["required"]}).decode()
    return row | events.disposed(DispositionId.TAGGED) if twice else row | spam(line, kept)


def spam(line: Line, unmapped: str) -> Row:
    """SpamAssassin only marks a mail; what becomes of it is the mail server's."""
    return events.verdict(
        "Spam", SPAM, severity=SeverityId.LOW, raw=line.whole, disposition=DispositionId.TAGGED, unmapped=unmapped
    )


def passing(said: str) -> Row:
    """A connection, a mail that is begun, or anything else that spamd says of itself."""
    if begun := PROCESSING.match(said):
        uid = begun["id"] if begun["id"] != "(unknown)" else None
        return {**mail(said), "activity_id": TRACE, "email.message_uid": uid, "user.name": begun["user"]}
    row: Row = {**events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT), "message": said}
    if came := CONNECTION.match(said):
        row |= {
            "src_endpoint.ip": addresses.ip(came["ip"]),
            "src_endpoint.port": addresses.port(came["port"]),
            "src_endpoint.hostname": None if addresses.ip(came["name"]) else came["name"],
        }
    return row


def mail(message: str) -> Row:
    return {**events.activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT), "message": message}


def milliseconds(seconds: str | None) -> int | None:
    found = re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", seconds or "")
    return round(float(found[0]) * 1000) if found else None
