"""What a finding says to a person: one plain sentence with what, who, which feed, how sure, since when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from hinomi.pipeline.intelligence.indicator import Kind, Purpose, Tlp
from hinomi.pipeline.intelligence.judging import Way, confidence

if TYPE_CHECKING:
    from hinomi.pipeline.intelligence.findings import Sighted

JAPAN = timedelta(hours=9)
"""Days in sentences are those of Japan, as everywhere in what companies read."""
TITLES = {
    Way.OUT: {
        Purpose.C2: "攻撃者のサーバへの通信",
        Purpose.PHISHING: "偽サイトへの接続",
        Purpose.MALWARE: "ウイルスを配る場所への接続",
        Purpose.SCANNER: "攻撃に使われている相手への接続",
        Purpose.UNKNOWN: "危険とされる相手への接続",
    },
    Way.IN: dict.fromkeys(Purpose, "危険とされる相手からの侵入のおそれ"),
    Way.MAIL: dict.fromkeys(Purpose, "危険とされる差出人や添付のメール"),
    Way.FILE: dict.fromkeys(Purpose, "危険とされるファイル"),
}
THINGS = {
    Kind.IP: "アドレス", Kind.CIDR: "ネットワーク", Kind.DOMAIN: "ドメイン", Kind.HOSTNAME: "サーバ名", Kind.URL: "URL",
    Kind.SHA256: "ファイルのハッシュ値", Kind.SHA1: "ファイルのハッシュ値", Kind.MD5: "ファイルのハッシュ値",
    Kind.EMAIL: "差出人", Kind.FILE_NAME: "ファイル名",
}  # fmt: skip
DONE = {
    (Way.OUT, False): "「{machine}」が、{purpose}「{seen}」へ通信しました",
    (Way.OUT, True): "「{machine}」が、{purpose}「{seen}」へ通信しようとして、機器に止められました",
    (Way.IN, False): "{purpose}「{seen}」からの通信が、「{machine}」に届きました",
    (Way.MAIL, False): "「{machine}」に、{purpose}「{seen}」のメールが届きました",
    (Way.FILE, False): "「{machine}」で、{purpose}「{seen}」が見つかりました",
    (Way.FILE, True): "「{machine}」で、{purpose}「{seen}」が見つかり、機器が処置しました",
}
PURPOSES = {
    Purpose.C2: "攻撃者の指令サーバとされる",
    Purpose.PHISHING: "偽サイトや詐欺に使われたとされる",
    Purpose.MALWARE: "ウイルスに関わるとされる",
    Purpose.SCANNER: "無差別な攻撃の発信元とされる",
    Purpose.UNKNOWN: "攻撃に使われたとされる",
}
LONGEST = 120
KEPT = (Tlp.RED, Tlp.AMBER_STRICT)
"""A finding goes to the company it is about; these markings (TLP 2.0) keep a feed's words from it."""


def title(one: "Sighted") -> str:
    return TITLES[one.judgement.way][one.hit.known.indicator.purpose]


def message(one: "Sighted", event: Mapping[str, Any], since: datetime | None) -> str:
    """``since`` is when it began (naive UTC), where it had begun before the indicator was known."""
    known, said = one.hit.known, one.hit.known.indicator
    thing = shown(said.value) if said.value != one.hit.value else ""
    done = DONE[one.judgement.way, one.judgement.stopped].format(
        machine=shown(own(one, event)), purpose=PURPOSES[said.purpose], seen=shown(one.hit.value)
    )
    others = f"ほか{one.feeds - 1}件の情報源も同じ)" if one.feeds > 1 else ")"
    matched = f"{THINGS[said.kind]}「{thing}」に一致、" if thing else ""
    told = f"{done}({matched}情報源「{known.feed}」、確度{confidence(said)}、{others}".replace("、)", ")")
    times = f"。続けて{one.count:,}回" if one.count > 1 else ""
    if since is None:
        return f"{told}{times}。この指標を知ったのは{day(known.added)}です。"
    return f"{told}{times}。この指標を登録した{day(known.added)}より前の、{day(since)}から起きていました。"


def own(one: "Sighted", event: Mapping[str, Any]) -> str:
    """The machine by its name and its address, where both are known."""
    name = event["device.hostname"] or event["src_endpoint.hostname"]
    if one.judgement.way in (Way.IN, Way.MAIL) or not name or name == one.machine:
        return one.machine
    return f"{name} ({one.machine})"


def shown(text: str) -> str:
    """Text of strangers: on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def day(moment: datetime) -> str:
    return f"{moment + JAPAN:%Y年%-m月%-d日}"


def card(one: "Sighted") -> str:
    """What is known of the indicator, as JSON; not what others wrote of it where that may not be passed on."""
    known, said = one.hit.known, one.hit.known.indicator
    may_tell = said.tlp not in KEPT
    told = {
        "indicator": said.value,
        "indicator_kind": said.kind.value,
        "feed": known.feed,
        "confidence": said.confidence,
        "purpose": said.purpose.value,
        "tlp": said.tlp.value if said.tlp else None,
        "description": (shown(said.description) or None) if may_tell else None,
        "reference": (said.reference or None) if may_tell else None,
        "first_seen": said.first_seen,
        "added": known.added,
        "valid_until": said.valid_until,
        "column": one.hit.column,
        "seen": one.hit.value,
    }
    return orjson.dumps({name: value for name, value in told.items() if value is not None}).decode()
