"""What a company forwards to whoever maintains its devices: the facts of an incident as plain text, and what is asked.

Nothing in it can be followed: addresses outside, names and links are defanged; the company's own addresses stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from hinomi.library.harmless import unlinked, unreachable, visible
from hinomi.ocsf.classes import DispositionId, SeverityId

LONGEST = 200
"""Characters of one fact; a hash or a path is shorter."""
MOST = 10
"""Findings told one by one."""
MOST_ENDS = 20


@dataclass(frozen=True)
class Sign:
    """One finding as its device told it; empty where it does not say. ``time`` is aware."""

    time: datetime
    sensor: str
    device: str = ""
    """Product of the sensor."""
    title: str = ""
    rule: str = ""
    """Id of the signature or rule."""
    source: str = ""
    destination: str = ""
    """Address or name, with its port."""
    url: str = ""
    file: str = ""
    sha256: str = ""
    user: str = ""
    detail: str = ""
    """What the timeline says of it, where the log itself is no more."""
    disposition_id: int | None = None
    count: int = 1


@dataclass(frozen=True)
class Matter:
    """An incident; ``first`` and ``last`` are aware, in the company's time zone."""

    reference: str
    company: str
    title: str
    severity_id: int
    host: str
    address: str
    user: str
    first: datetime
    last: datetime
    findings: int
    signs: tuple[Sign, ...]
    """Some of the findings, in order of time."""
    outside: tuple[str, ...] = ()
    """Other ends."""
    asks: tuple[str, ...] = ()
    centre: str = ""
    """How the monitoring centre is reached."""


WORDS: dict[str, dict[str, str]] = {
    "ja": {
        "heading": "【調査と対処のお願い】",
        "opening": "監視センター(火の見)が見つけた件です。下の「お願い」への対応と、結果の返答をお願いします。",
        "matter": "件名", "reference": "受付番号", "severity": "重大度", "target": "対象", "user": "利用者",
        "period": "期間", "findings": "検知", "signs": "検知の内容", "outside": "社外の通信先", "asks": "お願い",
        "centre": "連絡先", "monitoring": "監視センター", "times": "件", "more": "ほか", "rule": "規則",
        "unknown": "不明",
    },
    "en": {
        "heading": "Request to examine and act: ",
        "opening": "Found by the monitoring centre (hinomi). Please do what is asked below and reply with the result.",
        "matter": "Subject", "reference": "Reference", "severity": "Severity", "target": "Target", "user": "user",
        "period": "Period", "findings": "Findings", "signs": "What was found", "outside": "Ends outside",
        "asks": "Asked",
        "centre": "Contact", "monitoring": "Monitoring centre", "times": "", "more": "further:", "rule": "rule",
        "unknown": "unknown",
    },
}  # fmt: skip
SEVERITY: dict[str, dict[int, str]] = {
    "ja": {
        SeverityId.INFORMATIONAL: "情報", SeverityId.LOW: "低", SeverityId.MEDIUM: "中", SeverityId.HIGH: "高",
        SeverityId.CRITICAL: "重大", SeverityId.FATAL: "致命的",
    },
    "en": {severity: severity.name.lower() for severity in SeverityId},
}  # fmt: skip
ACTION: dict[str, dict[int, str]] = {
    "ja": {
        DispositionId.ALLOWED: "通過", DispositionId.BLOCKED: "遮断", DispositionId.QUARANTINED: "隔離",
        DispositionId.ISOLATED: "端末を隔離", DispositionId.DELETED: "削除", DispositionId.DROPPED: "破棄",
        DispositionId.CORRECTED: "駆除", DispositionId.DELAYED: "保留", DispositionId.DETECTED: "検知のみ",
        DispositionId.LOGGED: "記録のみ", DispositionId.TAGGED: "印を付けて通過", DispositionId.RESET: "切断",
        DispositionId.CAPTCHA: "本人確認", DispositionId.CHALLENGE: "本人確認", DispositionId.REJECTED: "拒否",
    },
    "en": {disposition: disposition.name.lower() for disposition in DispositionId if disposition},
}  # fmt: skip


def forwarded(matter: Matter, language: str = "ja") -> str:
    """Plain text, to be copied or sent as it is. ``language`` is ``ja`` or ``en``."""
    words = WORDS[language]
    return "\n".join(
        [
            words["heading"] + fact(matter.company),
            words["opening"],
            "",
            *head(matter, language),
            "",
            *signs(matter, language),
            *outside(matter, words),
            *asks(matter, words),
            f"■ {words['centre']}",
            visible(matter.centre, LONGEST) or words["monitoring"],
        ]
    )


def head(matter: Matter, language: str) -> Iterator[str]:
    words = WORDS[language]
    target = [fact(matter.host), fact(matter.address) if matter.address != matter.host else ""]
    target.append(f"{words['user']} {fact(matter.user)}" if matter.user else "")
    yield f"{words['matter']}: {fact(matter.title)}"
    yield f"{words['reference']}: {visible(matter.reference, LONGEST)}"
    yield f"{words['severity']}: {SEVERITY[language].get(matter.severity_id, words['unknown'])}"
    yield f"{words['target']}: {' / '.join(filter(None, target)) or words['unknown']}"
    yield f"{words['period']}: {moment(matter.first)} – {moment(matter.last)}"
    yield f"{words['findings']}: {matter.findings:,}{words['times']}"


def signs(matter: Matter, language: str) -> Iterator[str]:
    words = WORDS[language]
    if not matter.signs:
        return
    yield f"■ {words['signs']}"
    for number, one in enumerate(matter.signs[:MOST], start=1):
        local = one.time.astimezone(matter.first.tzinfo)
        yield f"{number}. {moment(local)}"
        yield from (f"   {line}" for line in lines_of(one, language) if line)
    if more := matter.findings - len(matter.signs[:MOST]):
        yield f"({words['more']} {more:,}{words['times']})"
    yield ""


def lines_of(one: Sign, language: str) -> Iterator[str]:
    words = WORDS[language]
    device = fact(one.sensor) + (f" ({fact(one.device)})" if one.device else "")
    count = f" ×{one.count:,}" if one.count > 1 else ""
    yield f"{fact(one.title)}{count}"
    yield joined(
        device,
        f"{words['rule']} {fact(one.rule)}" if one.rule else "",
        ACTION[language].get(one.disposition_id or 0, ""),
        f"{words['user']} {fact(one.user)}" if one.user else "",
    )
    yield " → ".join(filter(None, (fact(one.source), fact(one.destination))))
    yield f"URL {fact(one.url)}" if one.url else ""
    yield joined(fact(one.file), f"SHA-256 {fact(one.sha256)}" if one.sha256 else "")
    yield fact(one.detail)


def outside(matter: Matter, words: dict[str, str]) -> Iterator[str]:
    if matter.outside:
        yield f"■ {words['outside']}"
        yield from map(fact, matter.outside[:MOST_ENDS])
        yield ""


def asks(matter: Matter, words: dict[str, str]) -> Iterator[str]:
    if matter.asks:
        yield f"■ {words['asks']}"
        yield from (f"{number}. {ask}" for number, ask in enumerate(matter.asks, start=1))
        yield ""


def joined(*parts: str) -> str:
    return " / ".join(filter(None, parts))


def fact(text: str) -> str:
    """What came from outside: one line, and nothing in it can be followed."""
    return unreachable(unlinked(visible(text, LONGEST)))


def moment(time: datetime) -> str:
    """To the second, with the offset, and in UTC: ``2026-05-12 09:31:00 +09:00 (2026-05-12 00:31:00 UTC)``."""
    offset = f"{time:%z}"
    return f"{time:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]} ({time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"
