"""What a device's mail says in lines such as ``検知名: EICAR`` or ``srcip=192.0.2.1 attack="…"``."""

import re

from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.table_values import key_of

LABELS: dict[str, tuple[str, ...]] = {
    "title": (
        "検知名",
        "検出名",
        "ウイルス名",
        "ウィルス名",
        "脅威名",
        "マルウェア名",
        "シグネチャ",
        "シグネチャ名",
        "攻撃名",
        "検知内容",
        "検出内容",
        "threat",
        "threat name",
        "virus",
        "virus name",
        "malware",
        "malware name",
        "signature",
        "attack",
        "detection",
        "detection name",
        "rule",
        "ルール名",
    ),
    "kind": (
        "検知種別",
        "検出種別",
        "ログ種別",
        "種別",
        "検知項目",
        "カテゴリ",
        "分類",
        "category",
        "type",
        "event type",
    ),
    "subkind": ("subtype", "sub type", "細分類"),
    "time": (
        "検知日時",
        "検出日時",
        "発生日時",
        "検知時刻",
        "発生時刻",
        "日時",
        "時刻",
        "detected at",
        "detection time",
        "timestamp",
        "event time",
        "time generated",
    ),
    "src": (
        "送信元",
        "送信元ip",
        "送信元ipアドレス",
        "送信元アドレス",
        "攻撃元",
        "攻撃元ip",
        "接続元",
        "source",
        "source ip",
        "source address",
        "src",
        "srcip",
        "attacker",
        "client ip",
    ),
    "src_port": ("送信元ポート", "source port", "srcport", "spt"),
    "dst": (
        "送信先",
        "送信先ip",
        "宛先",
        "宛先ip",
        "宛先ipアドレス",
        "接続先",
        "接続先ip",
        "攻撃先",
        "destination",
        "destination ip",
        "destination address",
        "dst",
        "dstip",
        "target",
    ),
    "dst_port": ("送信先ポート", "宛先ポート", "destination port", "dstport", "dpt"),
    "host": (
        "端末",
        "端末名",
        "コンピュータ",
        "コンピュータ名",
        "コンピューター名",
        "ホスト",
        "ホスト名",
        "pc名",
        "検知端末",
        "computer",
        "computer name",
        "host",
        "hostname",
        "host name",
        "endpoint",
        "machine",
        "srcname",
    ),
    "address": ("ipアドレス", "端末ip", "端末ipアドレス", "ip address", "ip"),
    "user": (
        "ユーザ",
        "ユーザー",
        "ユーザ名",
        "ユーザー名",
        "利用者",
        "アカウント",
        "user",
        "user name",
        "username",
        "account",
    ),
    "url": ("url", "アクセス先", "アクセス先url", "サイト", "link"),
    "file": (
        "ファイル",
        "ファイル名",
        "ファイルパス",
        "対象ファイル",
        "感染ファイル",
        "file",
        "file name",
        "filename",
        "file path",
    ),
    "action": (
        "処理",
        "対処",
        "対応",
        "処置",
        "アクション",
        "動作",
        "結果",
        "処理結果",
        "action",
        "action taken",
        "result",
        "status",
    ),
    "level": ("重要度", "危険度", "深刻度", "レベル", "severity", "level", "priority", "risk"),
    "count": ("件数", "回数", "検知件数", "検知回数", "検知数", "count", "hits"),
    "device": ("機器", "機器名", "装置名", "デバイス", "デバイス名", "device", "devname", "device name"),
}
"""What a label means; labels are compared without width, case and spaces."""
MEANING = {key_of(label): meaning for meaning, labels in LABELS.items() for label in labels}
LINE = re.compile(r"^[\s>■□◆◇●○・※*＊\-–—|]*([^:：=\t]{1,40}?)\s*(?:[:：=\t]|\s{3,})\s*(\S.*?)\s*$")
PAIRS = 4
"""So many key=value pairs make a line of a log."""


def said(text: str) -> dict[str, str]:
    """Meanings and what the text says of them; of several the first counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        for label, value in pairs(line):
            meaning = MEANING.get(key_of(label.strip("[]【】()（）「」")))
            if meaning and value and value not in ("-", "－", "N/A", "なし"):
                found.setdefault(meaning, value[:1000])
    return found


def pairs(line: str) -> list[tuple[str, str]]:
    if line.count("=") >= PAIRS:
        return list(parse(line).values.items())
    match = LINE.match(line)
    return [(match[1], match[2])] if match else []
