r"""Error logs of Apache and nginx: what went wrong, who failed to sign in, and what ModSecurity found.

    transactions = Transactions.of(payload)
    event(line, zone, ("Apache Software Foundation", "HTTP Server"), transactions)   # row, reject or None

    [Wed Jan 18 12:25:45.120045 2023] [core:error] [pid 7:tid 9] [client 203.0.113.9:5000] AH00037: …    (2.4)
    [Wed Jan 18 12:25:45 2023] [error] [client 203.0.113.9] File does not exist: …                       (2.2)
    2023/01/18 12:25:45 [error] 7#7: *1 open() … failed …, client: 203.0.113.9, server: …, request: "…"

A failed request is in the access log already, so an error is a Base Event. Rules of ModSecurity come a line each:
of the lines of one request (``unique_id``) the most telling is the detection, the others are not.
Source: Apache HTTP Server, ``ErrorLogFormat``; nginx, ``ngx_error_log``; ModSecurity Reference Manual.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import access_log, addresses, events, http, modsecurity_rules, times
from hinomi.library.formats.lines import decode, split
from hinomi.library.formats.modsecurity_rules import Hit
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

LEVEL = r"emerg|alert|crit|error|warn|notice|info|debug|trace[1-8]"
APACHE = re.compile(
    r"(?:\[(?P<time>(?:\w{3} )?\w{3} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+(?: ?[+-][\d:]+|Z)?)\] )?"
    rf"\[(?:(?P<module>[\w.-]*):)?(?P<level>{LEVEL})\] (?:\[pid (?P<pid>\d+)(?::tid [^\]]*)?\] )?(?P<message>.*)$",
    re.DOTALL,
)
STARTING = re.compile(r"(?P<message>AH\d{5}: .*)$", re.DOTALL)
NGINX = re.compile(
    rf"(?P<time>\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>{LEVEL})\] (?P<pid>\d+)#\d+: (?:\*\d+ )?(?P<message>.*)$",
    re.DOTALL,
)
CLIENT = re.compile(r"\[(?:client|remote) (\[[^\]]*\](?::\d+)?|[^\]]+)\] ?")
FIELD = re.compile(r', (client|server|request|host|upstream|referrer|login): ("(?:[^"\\]|\\.)*"?|[^,]*)')
CODE = re.compile(r"AH\d{5}(?=:)")
ANSWER = re.compile(r"with code (\d{3})")
SIGN_IN = re.compile(
    r"""\buser ["'`]?(?P<user>[^"'`: ]+)["'`]?"""
    r"""(?:: (?:authentication failure|password mismatch)| authentication failed"""
    r"""| (?:in realm \S+ )?(?:was )?not found\b)""",
    re.IGNORECASE,
)
SEVERITIES = {
    "emerg": SeverityId.CRITICAL,
    "alert": SeverityId.HIGH,
    "crit": SeverityId.HIGH,
    "error": SeverityId.MEDIUM,
    "warn": SeverityId.LOW,
}
APACHE_TIMES = ("%a %b %d %H:%M:%S.%f %Y", "%a %b %d %H:%M:%S %Y", "%b %d %H:%M:%S %Y")
MODSECURITY = "ModSecurity: "


class Told(NamedTuple):
    """What all lines about a request say: rules hit, most telling first, and which line is the telling one."""

    hits: list[Hit]
    denied: bool
    line: int


@dataclass(frozen=True)
class Transactions:
    """What ModSecurity's lines say of each request that has a name."""

    told: dict[str, Told] = field(default_factory=dict)

    @classmethod
    def of(cls, payload: bytes) -> Self:
        """Every request of a payload; costs nothing where there is no ModSecurity."""
        if MODSECURITY.encode() not in payload:
            return cls()
        parts: dict[str, list[tuple[int, Hit]]] = {}
        for number, raw in split(payload):
            if b"[unique_id " not in raw:
                continue
            text = decode(raw)[0]
            said = text[max(text.find(MODSECURITY), 0) :]
            uid = dict(modsecurity_rules.fields(said)).get("unique_id")
            if uid and (hit := modsecurity_rules.of_text(said)):
                parts.setdefault(uid, []).append((number, hit))
        return cls({uid: told(lines) for uid, lines in parts.items()})


def told(lines: list[tuple[int, Hit]]) -> Told:
    line, _ = min(lines, key=lambda part: modsecurity_rules.rank(part[1]))
    hits = modsecurity_rules.ranked(hit for _, hit in lines)
    return Told(hits, any(hit.denied for hit in hits), line)


def event(line: Line, zone: ZoneInfo, product: tuple[str, str], transactions: Transactions) -> Row | Reject | None:
    """A row of a line; a reject where only its time cannot be read, None where it is no line of an error log."""
    found = APACHE.match(line.text) or NGINX.match(line.text) or STARTING.match(line.text)
    if not found:
        return None
    said = found.groupdict()
    original = said.get("time")
    time = moment(original, zone) if original else None
    if original and not time:
        return line.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original}")
    row = columns(said, line, product, transactions)
    return {**row, "time": time, "metadata.original_time": original} if time else row


def columns(said: dict[str, str], line: Line, product: tuple[str, str], transactions: Transactions) -> Row:
    message, client, request = parted(said["message"])
    address, port = addresses.endpoint(client.replace(" ", "")) if client else (None, None)
    code = CODE.search(message)
    row = {
        **events.activity(ClassUid.BASE_EVENT, 0, product=product, severity=severity(said.get("level"))),
        "metadata.log_name": "error",
        "metadata.event_code": code[0] if code else None,
        "message": message,
        "src_endpoint.ip": address,
        "src_endpoint.port": port or None,
        "actor.process.pid": int(said["pid"]) if said.get("pid") else None,
        **asked(request),
    }
    if MODSECURITY in message and (hit := modsecurity_rules.of_text(message[message.index(MODSECURITY) :])):
        return row | rule_hit(message[message.index(MODSECURITY) :], hit, row, line, transactions)
    if sign_in := SIGN_IN.search(message):
        return row | failed(sign_in)
    return row


def parted(message: str) -> tuple[str, str | None, dict[str, str]]:
    """The message alone, the client, and what nginx adds of the request it was about."""
    at = message.rfind(", client: ")
    request: dict[str, str] = {}
    if at >= 0:
        request = {name: value.strip('"') for name, value in FIELD.findall(message, at)}
        message = message[:at]
    client = CLIENT.search(message)
    if client:
        while here := CLIENT.match(message):  # ModSecurity 2 says the client once more
            message = message[here.end() :]
    return message, client[1] if client else request.get("client"), request


def asked(request: dict[str, str]) -> Row:
    host = request.get("host") or request.get("server") or None
    if not request.get("request"):
        return {"dst_endpoint.hostname": http.hostname(host) if host else None}
    method, columns = access_log.request(access_log.unescaped(request["request"]), host, None)
    columns.pop("message", None)
    return {
        **columns,
        "http_request.http_method": method,
        "dst_endpoint.hostname": http.hostname(host) if host else None,
    }


def rule_hit(message: str, hit: Hit, row: Row, line: Line, transactions: Transactions) -> Row:
    said = dict(modsecurity_rules.fields(message))
    uid, host = said.get("unique_id"), row["dst_endpoint.hostname"] or said.get("hostname")
    answer = ANSWER.search(message.partition(" [")[0])
    found: Row = {
        "class_uid": int(ClassUid.HTTP_ACTIVITY),
        "activity_id": http.activity_id(row.get("http_request.http_method")),
        "severity_id": int(SeverityId.INFORMATIONAL),
        "metadata.event_code": hit.rule.uid or None,
        "metadata.correlation_uid": uid,
        "dst_endpoint.hostname": host,
        "http_response.code": int(answer[1]) if answer else None,
        "firewall_rule.uid": hit.rule.uid or None,
        "firewall_rule.name": hit.rule.message,
    }
    if "url.url_string" not in row:
        found |= http.url("http", host, access_log.unescaped(said.get("uri", "")))
    request = transactions.told.get(uid or "") or told([(line.number, hit)])
    if request.line != line.number:
        return found
    return found | modsecurity_rules.verdict(request.hits, blocked=request.denied, raw=line.whole)


def failed(sign_in: re.Match[str]) -> Row:
    return {
        "class_uid": int(ClassUid.AUTHENTICATION),
        "activity_id": 1,
        "status_id": int(StatusId.FAILURE),
        "severity_id": int(SeverityId.LOW),
        "user.name": sign_in["user"],
    }


def severity(level: str | None) -> SeverityId:
    return SEVERITIES.get(level or "", SeverityId.INFORMATIONAL)


@lru_cache(maxsize=4096)
def moment(original: str, zone: ZoneInfo) -> datetime | None:
    layouts = APACHE_TIMES[:1] if "." in original else APACHE_TIMES[1:]
    found = times.iso(original, zone)
    return found or next((time for layout in layouts if (time := times.local(original, layout, zone))), None)
