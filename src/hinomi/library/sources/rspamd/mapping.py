"""Rspamd's verdicts on mails to OCSF Email Activity: the line that ends a scan, whatever stands in front of it.

``rspamd_task_write_log`` says who sent what to whom, what Rspamd did, the score and the symbols behind it. A mail that
it rejected, marked, held back as spam or found a virus in is a detection; ``greylist`` and ``soft reject`` only delay.
In front stand a syslog header, Rspamd's own ``2023-01-18 12:25:45 #123(normal) <tag>; task;`` or nothing.
Source: Rspamd documentation, "Logging settings", "Actions".
"""

import re
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, events, mime, textlines, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

PRODUCT = ("Rspamd", "Rspamd")
SCAN = 3
SPAM, MALWARE, REPUTATION = "スパムメール対策", "不正プログラム検索", "Webレピュテーション"
PREFIX = re.compile(
    r"(?:(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?) )?"
    r"(?:#?(?P<pid>\d+)?\((?P<worker>[\w-]+)\) ?)?(?:<(?P<tag>[^>]*)>;? ?)?(?:(?P<module>[\w-]+); )?(?P<text>.*)$",
    re.DOTALL,
)
TASK = "task_write_log: "
METRIC = re.compile(
    r"\((?P<metric>[\w-]+): (?P<spam>[TFS]) \((?P<action>[a-z ]+)\): "
    r"\[(?P<score>-?[\d.]+|-?nan|-?inf)/(?P<required>-?[\d.]+|-?nan|-?inf)\] \[(?P<symbols>.*?)\](?=\)|$)",
    re.DOTALL,
)
FIELD = re.compile(
    r"(?:^|, )(id|qid|ip|user|from|from_mime|rcpts?|mime_rcpts?|subject|time|forced): (<[^>]*>(?:,<[^>]*>)*|[^,]*)"
)
SYMBOL = re.compile(r"([A-Z][A-Z0-9_]{2,})\((-?[\d.]+)\)(?:\{([^}]*)\})?")
ACTIONS = {
    "reject": DispositionId.REJECTED,
    "discard": DispositionId.DROPPED,
    "quarantine": DispositionId.QUARANTINED,
    "add header": DispositionId.TAGGED,
    "rewrite subject": DispositionId.TAGGED,
    "greylist": DispositionId.DELAYED,
    "soft reject": DispositionId.DELAYED,
    "no action": DispositionId.ALLOWED,
    "accept": DispositionId.ALLOWED,
}
VERDICTS = frozenset({"reject", "discard", "quarantine", "add header", "rewrite subject"})
VIRUS = re.compile(r"VIRUS|CLAM|_AV\b|MALWARE|OLETOOLS|EICAR|SOPHOS|KASPERSKY|AVAST|DRWEB|ESET|FPROT|BITDEFENDER")
PHISHING = re.compile(r"PHISH|SURBL|URIBL|DBL_|URL_")
OTHER = re.compile(r"rspamd|^\(\w+\) <|<[0-9a-f]{6}>|#\d+\(")
"""How other messages of Rspamd are known where no header names it."""
KEPT_SYMBOLS = 30
HUGE = 1e6


class Symbol(NamedTuple):
    name: str
    score: float
    options: str


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Rspamd's own times have no zone: they are in ``context.timezone``."""
    return textlines.normalize(payload, context, partial(event, zone=context.timezone))


def event(line: Line, zone: ZoneInfo) -> Row | Reject:
    at = PREFIX.match(line.text)
    if line.text.startswith("{") or not at:
        return line.reject(Reason.NOT_THIS_FORMAT, "Rspamd のログではありません (no log of Rspamd)")
    said, time = at["text"], own_time(at["time"], zone)
    if TASK in said:
        row = scanned(said.partition(TASK)[2], line)
    elif (line.header.app or "").startswith("rspamd") or OTHER.search(line.text):
        row = {**events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT), "message": said}
    else:
        return line.reject(Reason.NOT_THIS_FORMAT, "Rspamd のログではありません (no log of Rspamd)")
    row["metadata.log_name"] = at["module"] or at["worker"]
    row["metadata.correlation_uid"] = row.get("metadata.correlation_uid") or at["tag"]
    return {**row, "time": time, "metadata.original_time": at["time"]} if time else row


def own_time(text: str | None, zone: ZoneInfo) -> datetime | None:
    return times.iso(text, zone) if text else None


def scanned(said: str, line: Line) -> Row:
    """The columns of a scan; a line that breaks off before the verdict is flagged ``truncated``."""
    found = METRIC.search(said)
    outside = said[: found.start()] + said[found.end() :] if found else said
    field = dict(FIELD.findall(outside))
    sender = field.get("from", "").strip("<>") or field.get("from_mime", "").strip("<>")
    action = found["action"] if found else None
    row: Row = {
        **events.activity(ClassUid.EMAIL_ACTIVITY, SCAN, product=PRODUCT),
        **events.disposed(ACTIONS.get(action or "")),
        "metadata.correlation_uid": given(field.get("qid")),
        "metadata.labels": None if found else ["truncated"],
        "metadata.event_code": action,
        "message": summary(found) if found else None,
        "src_endpoint.ip": addresses.ip(field.get("ip")),
        "user.name": given(field.get("user")),
        "email.from": sender or None,
        "email.to": recipients(field.get("rcpts") or field.get("rcpt") or field.get("mime_rcpts")),
        "email.subject": titled(field),
        "email.message_uid": identified(field.get("id")),
        "duration": milliseconds(field.get("time")),
    }
    if not found:
        return row
    symbols = [Symbol(name, number(score), options) for name, score, options in SYMBOL.findall(found["symbols"])]
    kind = verdict(found, symbols, field.get("forced", ""))
    return row | judged(kind, found, symbols, field, line) if kind else row


def verdict(found: re.Match[str], symbols: list[Symbol], forced: str) -> str | None:
    """The kind of a mail that Rspamd holds for bad; a virus is one whatever was done about it."""
    if any(VIRUS.search(symbol.name) and symbol.score > 0 for symbol in symbols) or "virus" in forced.lower():
        return MALWARE
    if found["action"] not in VERDICTS:
        return None
    positive = sorted((symbol for symbol in symbols if symbol.score > 0), key=lambda symbol: -symbol.score)
    return REPUTATION if positive and PHISHING.search(positive[0].name) else SPAM


def judged(kind: str, found: re.Match[str], symbols: list[Symbol], field: dict[str, str], line: Line) -> Row:
    worst = sorted(symbols, key=lambda symbol: -symbol.score)[:KEPT_SYMBOLS]
    virus = next((one for one in worst if VIRUS.search(one.name) and one.score > 0), None) if kind == MALWARE else None
    name = (virus.options.split(";")[0] or virus.name) if virus else None
    kept = {
        "score": number(found["score"]),
        "required": number(found["required"]),
        "symbols": {symbol.name: symbol.score for symbol in worst},
        "forced": field.get("forced"),
    }
    severity = {MALWARE: SeverityId.HIGH, REPUTATION: SeverityId.MEDIUM}.get(kind, SeverityId.LOW)
    disposition = ACTIONS.get(found["action"], DispositionId.DETECTED)
    title = name or f"{'Phishing' if kind == REPUTATION else 'Spam'}: {titled(field) or found['action']}"
    return {
        **events.verdict(
            title,
            kind,
            severity=severity,
            raw=line.whole,
            disposition=DispositionId.DETECTED if disposition is DispositionId.ALLOWED else disposition,
            unmapped=orjson.dumps({key: value for key, value in kept.items() if value is not None}).decode(),
        ),
        "malware.name": name,
    }


def titled(field: dict[str, str]) -> str | None:
    return mime.subject(field.get("subject", "").strip('<>"'))


def summary(found: re.Match[str]) -> str:
    return f"{found['action']} {found['score']}/{found['required']}"


def given(value: str | None) -> str | None:
    """A value in angle brackets; ``undef`` and ``unknown`` are Rspamd's words for none."""
    text = (value or "").strip("<>")
    return None if text in ("", "undef", "unknown") else text


def identified(value: str | None) -> str | None:
    return f"<{text}>" if (text := given(value)) else None


def recipients(value: str | None) -> list[str] | None:
    found = [one.strip(" <>") for one in (value or "").split(",")]
    return [one for one in found if one and one != "undef"] or None


def number(text: str) -> float:
    """A score; ``nan`` and ``inf``, of results that were forced, count as nothing."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) < HUGE else 0.0


def milliseconds(text: str | None) -> int | None:
    found = re.match(r"([\d.]+)ms", text or "")
    return round(number(found[1])) if found else None
