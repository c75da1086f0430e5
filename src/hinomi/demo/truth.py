"""What the raw logs must add up to: survey report, sections 6.1 to 6.3. Read by the generator alone.

A row gives the count of each month and in how many companies it arose. The report gives companies for the
EDR's findings (section 6.3, the numbers in the comments there) and leaves the others open; those are chosen.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Row:
    """One kind of line, by month: how many, in how many companies.

    Rows of the same ``order`` arise in the same companies first.
    """

    category: str
    counts: tuple[int, int, int]
    companies: tuple[int, int, int]
    order: str


UTM = (
    Row("不正プログラム", (101, 74, 101), (8, 7, 9), "malware"),
    Row("不正侵入防止(IPS)", (152, 412, 160), (4, 5, 4), "ips"),
    Row("不正サイト", (0, 308, 273), (0, 4, 2), "site"),
    Row("スパムメール", (6672, 12843, 11753), (11, 12, 13), "spam"),
    Row("禁止アプリケーション", (2970, 3502, 4107), (9, 9, 10), "application"),
    # not in the study's table: scans and pings, and pages of a blocked category
    Row("探索活動", (310, 290, 335), (9, 9, 10), "scan"),
    Row("URLカテゴリフィルタ", (588, 581, 640), (6, 7, 7), "site"),
    # file transfer sites among them, which the experts pointed out in the month before the UTM called any site bad
    Row("ファイル転送サイト", (24, 0, 0), (3, 0, 0), "site"),
)

EDR = (
    Row("アプリがOSコマンド実行", (96, 60, 34), (7, 8, 9), "application"),
    Row("アプリから別アプリを起動", (76, 49, 22), (5, 6, 5), "application"),
    Row("アプリがファイル生成", (10, 6, 3), (3, 2, 2), "application"),
    Row("Microsoft Defenderによる検知", (9, 22, 7), (1, 3, 1), "defender"),
    Row("不審なOSコマンド実行", (7, 3, 0), (2, 1, 0), "command"),
    Row("アドウェア", (2, 1, 1), (2, 1, 1), "adware"),
    Row("未登録アプリケーション", (1, 1, 0), (1, 1, 0), "application"),
    # of the class アプリから別アプリを起動, too: what is started is not registered with the OS (No. 7 of section 6.3)
    Row("未登録アプリを起動", (5, 7, 5), (2, 4, 4), "application"),
)

LAND = "LAND"
"""Key of the hits of one company's faulty device, in the UTM's counts."""


@dataclass(frozen=True)
class Burst:
    """Hits that one faulty device raised on a few days, source and destination being the same."""

    count: int
    month: date
    days: tuple[int, ...]
    signature: str
    device: str
    """Host name of the machine at fault."""


FAULT = Burst(40_726, date(2022, 12, 1), (13, 14, 15), "DoS LAND Attack", "MFP-01")


@dataclass(frozen=True)
class Breakdown:
    """Totals of each month, and totals of each kind over the three months."""

    months: tuple[int, int, int]
    kinds: dict[str, int]


WAF = Breakdown(
    months=(15_296, 13_177, 7_953),
    kinds={
        "Webサイトの変造/偽造": 17_027,
        "個人情報の漏えい": 14_526,
        "新たな脆弱性": 2_951,
        "悪意あるコード挿入": 1_066,
        "脆弱性スキャン": 615,
        "その他": 241,
    },
)

MAIL = Breakdown(
    months=(633, 2_953, 3_535),
    kinds={"スパムメール対策": 5_762, "不正プログラム検索": 1_287, "Webレピュテーション": 72},
)
MAIL_RECEIVED = (3_000, 16_749, 19_459)
MAIL_WEIGHTS = (0.19, 0.81)
"""Shares of the two companies with mail security, the one that was there in November first."""
