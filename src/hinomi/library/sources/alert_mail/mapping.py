"""A device's alert mail to an OCSF Detection Finding; any other mail of it to a Base Event.

Some UTMs, routers and managed services tell of a detection by mail alone (survey report, section 4.5). Evidence from
mail is weaker than a log: it carries the label ``evidence:mail``. Attachments are not read here; the collector gives
them to the sensor's own source.
"""

import re
from datetime import datetime

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject, UtmCategory
from hinomi.library.formats import addresses, http, times
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.letter import Letter, is_letter, read
from hinomi.library.formats.lines import KEPT
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.utm_words import category
from hinomi.library.sources.alert_mail.fields import said
from hinomi.ocsf.classes import EVIDENCE_MAIL, ClassUid, DispositionId, SeverityId

LARGEST = 64 << 20
TOLD = 2000
"""Characters of the text that are kept as ``message``."""
FOUND = re.compile(
    r"検知|検出|感染|遮断|ブロック|隔離|駆除|detect|infect|block|quarantin|intrusion|alert condition", re.IGNORECASE
)
"""A subject with one of these tells of a detection, unless it is a report."""
REPORT = re.compile(r"テスト|定期|日次|週次|月次|レポート|報告書|test mail|report|daily|weekly|monthly", re.IGNORECASE)
HOUSEKEEPING = re.compile(
    r"お知らせ|更新|バックアップ|ライセンス|再起動|update|backup|license|restart|reboot|expire", re.IGNORECASE
)
"""What a device also writes about; its words may name a category (``ウイルス定義の更新``) and yet tell of none."""
DISPOSITIONS = (
    (re.compile(r"隔離|quarantin", re.IGNORECASE), DispositionId.QUARANTINED),
    (re.compile(r"削除|delet|remov", re.IGNORECASE), DispositionId.DELETED),
    (re.compile(r"駆除|clean|修復", re.IGNORECASE), DispositionId.CORRECTED),
    (
        re.compile(r"検知のみ|検出のみ|監視|通過|許可|detect(?:ed)? only|monitor|pass|allow|log", re.IGNORECASE),
        DispositionId.DETECTED,
    ),
    (
        re.compile(r"遮断|ブロック|拒否|破棄|block|drop|den(?:y|ied)|reset|prevent", re.IGNORECASE),
        DispositionId.BLOCKED,
    ),
)
SEVERITIES = (
    (re.compile(r"緊急|致命|重大|critical|emergency|最高", re.IGNORECASE), SeverityId.CRITICAL),
    (re.compile(r"高|high|alert", re.IGNORECASE), SeverityId.HIGH),
    (re.compile(r"低|low|notice|info|情報", re.IGNORECASE), SeverityId.LOW),
)
BY_CATEGORY = {
    UtmCategory.RANSOMWARE: SeverityId.HIGH,
    UtmCategory.CNC_CALLBACK: SeverityId.HIGH,
    UtmCategory.SPAM: SeverityId.LOW,
    UtmCategory.URL_CATEGORY: SeverityId.LOW,
    UtmCategory.FORBIDDEN_APPLICATION: SeverityId.LOW,
}


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a message (a file of ``mbox`` holds several). Dates without an offset are in ``context.timezone``."""
    collector = Collector()
    for number, message in enumerate(messages(payload), start=1):
        if len(message) > LARGEST:
            detail = f"{LARGEST >> 20} MiB を超えるメールです (message over the limit)"
            collector.add(number, Reject(number, Reason.TOO_LONG, detail, message[:KEPT]))
        elif not is_letter(message):
            detail = "メールではありません (no header of a mail)"
            collector.add(number, Reject(number, Reason.NOT_THIS_FORMAT, detail, message[:KEPT]))
        else:
            collector.add(number, event(read(message, context.timezone), context))
    return collector.normalized()


def messages(payload: bytes) -> list[bytes]:
    """One message, or those of an ``mbox`` (each begins with a line ``From …``)."""
    if not payload.strip():
        return []
    if not payload.startswith(b"From "):
        return [payload]
    parts = re.split(rb"(?:^|(?<=\n\n)|(?<=\r\n\r\n))From [^\n]*\n", payload)
    return [part for part in parts if part.strip()]


def event(letter: Letter, context: Context) -> Row:
    told = said(letter.text)
    row = activity(ClassUid.BASE_EVENT, 0)
    row |= written(letter, told, context)
    row |= evidence(told)
    kind = told.get("subkind") or told.get("kind")
    meant = category(f"{kind or ''} {told.get('title', '')}") or category(letter.subject)
    if is_alert(letter, told, meant):
        row |= {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}
        row |= verdict(
            told.get("title") or letter.subject or "アラートメール",
            kind or "alert_mail",
            severity=severity(told, meant),
            raw=letter.text[:TOLD] or letter.subject,
            disposition=disposition(told.get("action") or letter.subject),
            category=meant,
            unmapped=orjson.dumps({"mail": envelope(letter)}).decode(),
        )
    else:
        row |= {f"email.{name}": value for name, value in envelope(letter).items()}
    return row


def envelope(letter: Letter) -> dict[str, str | list[str]]:
    """The mail itself; of an alert it is no evidence, for the device wrote it and no attacker."""
    fields = {
        "from": letter.sender,
        "to": list(letter.recipients),
        "subject": letter.subject,
        "message_uid": letter.message_id,
    }
    return {name: value for name, value in fields.items() if value}


def is_alert(letter: Letter, told: dict[str, str], meant: UtmCategory | None) -> bool:
    if told.get("title"):
        return True
    if REPORT.search(letter.subject):
        return False
    return bool(FOUND.search(letter.subject) or (meant and not HOUSEKEEPING.search(letter.subject)))


def written(letter: Letter, told: dict[str, str], context: Context) -> Row:
    """What every mail has: when, from whom, what it says."""
    own = times.iso(told.get("time"), context.timezone)
    when: datetime = own or letter.date or context.received
    labels = [EVIDENCE_MAIL] if own or letter.date else [EVIDENCE_MAIL, times.RECEIPT]
    return {
        "time": when,
        "metadata.original_time": told["time"] if own else letter.date_text,
        "metadata.log_name": "mail",
        "metadata.correlation_uid": letter.message_id,
        "metadata.labels": labels,
        "message": (letter.text.strip() or letter.subject)[:TOLD],
    }


def evidence(told: dict[str, str]) -> Row:
    """The machine, its peer, the file and the site, as far as the mail names them."""
    source, source_port = addresses.endpoint(told.get("src", ""))
    target, target_port = addresses.endpoint(told.get("dst", ""))
    file, count = told.get("file"), told.get("count", "").replace(",", "").removesuffix("件").strip()
    domain, _, name = (told.get("user") or "").rpartition("\\")
    row: Row = {
        "src_endpoint.ip": source or addresses.ip(told.get("address")),
        "src_endpoint.port": source_port or addresses.port(told.get("src_port")),
        "src_endpoint.hostname": told.get("host"),
        "dst_endpoint.ip": target,
        "dst_endpoint.port": target_port or addresses.port(told.get("dst_port")),
        "user.name": name or None,
        "user.domain": domain or None,
        "count": int(count) if count.isascii() and count.isdigit() and len(count) < 16 else None,
        "status_detail": told.get("action"),
    }
    if file:
        row |= {"file.path": file, "file.name": re.split(r"[\\/]", file)[-1] or None}
    if "://" in (told.get("url") or ""):
        row |= http.absolute(told["url"])
    elif told.get("url"):
        row |= {"url.url_string": told["url"], "url.hostname": http.hostname(told["url"].partition("/")[0])}
    return row


def disposition(text: str) -> DispositionId | None:
    return next((found for pattern, found in DISPOSITIONS if pattern.search(text)), None)


def severity(told: dict[str, str], meant: UtmCategory | None) -> SeverityId:
    level = told.get("level", "")
    said_so = next((found for pattern, found in SEVERITIES if level and pattern.search(level)), None)
    return said_so or (BY_CATEGORY.get(meant, SeverityId.MEDIUM) if meant else SeverityId.MEDIUM)
