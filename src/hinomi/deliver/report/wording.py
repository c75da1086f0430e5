"""Devices, categories and dispositions in the words of somebody who is no engineer."""

from hinomi.library.contracts import Kind, UtmCategory
from hinomi.ocsf.classes import DispositionId
from hinomi.study.ledger import Text
from hinomi.study.population import DEVICES

KINDS: dict[str, str] = {
    **DEVICES,
    Kind.ROUTER: "ルーター",
    Kind.ENDPOINT: "PC・サーバーの記録",
    Kind.IDS: "IDS",
    Kind.SERVER: "社内のサーバー",
    Kind.CLOUD: "クラウドサービス",
}
"""Kinds of sensors as the report names them."""

RULES = "火の見の検知ルール"
"""The device of findings that our own detections made."""

ALL = "検知すべて"
"""The category of a device whose verdicts are not divided."""
SCAN = "探索活動(ping/ポートスキャン等)"

PLAIN: dict[tuple[str, str | None], str] = {
    (DEVICES[Kind.UTM], UtmCategory.MALWARE): "ウイルスなどの不正なファイル",
    (DEVICES[Kind.UTM], UtmCategory.IPS): "弱点をねらった不正侵入の試み",
    (DEVICES[Kind.UTM], UtmCategory.MALICIOUS_SITE): "危険なサイトへの接続",
    (DEVICES[Kind.UTM], UtmCategory.SPAM): "迷惑メール",
    (DEVICES[Kind.UTM], UtmCategory.RANSOMWARE): "ファイルを人質に取るウイルス(ランサムウェア)",
    (DEVICES[Kind.UTM], UtmCategory.CNC_CALLBACK): "攻撃者のサーバーへの通信",
    (DEVICES[Kind.UTM], UtmCategory.FORBIDDEN_APPLICATION): "会社で禁止しているアプリの通信",
    (DEVICES[Kind.UTM], UtmCategory.URL_CATEGORY): "見ないことにしている種類のサイト",
    (DEVICES[Kind.UTM], SCAN): "外からの探り(スキャンなど)",
    (DEVICES[Kind.EDR], None): "パソコンの中の不審な動き",
    (DEVICES[Kind.WAF], None): "ホームページへの攻撃",
    (DEVICES[Kind.MAIL], None): "危険なメール・迷惑メール",
    (KINDS[Kind.ENDPOINT], None): "Windowsが見つけた不審なもの",
    (KINDS[Kind.IDS], None): "通信の中の不審な動き",
    (KINDS[Kind.ROUTER], None): "ルーターが見つけた不審な通信",
    (KINDS[Kind.SERVER], None): "社内のサーバーが見つけた不審な動き",
    (KINDS[Kind.CLOUD], None): "クラウドサービスの不審な使われ方",
    (RULES, None): "火の見が見つけた不審な動き",
}

STOPPED = frozenset(
    {
        DispositionId.BLOCKED,
        DispositionId.QUARANTINED,
        DispositionId.ISOLATED,
        DispositionId.DELETED,
        DispositionId.DROPPED,
        DispositionId.CORRECTED,
        DispositionId.RESET,
        DispositionId.REJECTED,
    }
)
"""Dispositions after which the thing found can do no more; TAGGED let it through with a mark."""

BLIND_WITHOUT: dict[str, str] = {
    Kind.EDR: "パソコンの中の動き — 見張るソフト(EDR)が入っていません",
    Kind.UTM: "社内とインターネットの間の通信 — 見張る機器(UTM)の記録がありません",
    Kind.MAIL: "クラウドのメールの中身 — 調べる仕組み(メールセキュリティ)が入っていません",
    Kind.WAF: "公開ホームページへの攻撃 — 守る仕組み(WAF)が入っていません",
}
"""What nobody sees in a company without a sensor of a kind."""

HTTPS = "暗号化された通信(https)の中身 — UTMがファイルを検査できるのは暗号化されていない通信だけです"
FACTORY = "工場の中だけの通信(工場LANなど)や、見張りの外にある機器"

COUNT: Text = {
    "ja": "機器自身が検知と判定した記録の件数(まとめて1行で届いたものはその件数)。月と日は現地時刻。",
    "en": "Verdicts of the device itself, aggregated records by the count they carry. Local months and days.",
}
SCANS: Text = {
    "ja": "UTMの検知のうち検知項目に属さないもの(ping/ポートスキャン等)。調査の集計表では数えない。",
    "en": "Verdicts of the UTM that belong to no category (pings, port scans); not counted in the study's table.",
}
BY_RULE: Text = {
    "ja": "届いた記録に火の見の検知ルールを当てて見つかった件数。機器自身の検知とは別に数える。",
    "en": "Findings of our own detections over the records received, apart from the devices' own verdicts.",
}
MIDDLE: Text = {
    "ja": "同じ月に同じ機器を観測できた調査参加企業の件数の中央値(検知0件の企業を含む)。5者に満たないときは示さない。",
    "en": "Median over the programme's companies observed in the month, none detected included; not given under five.",
}
HOURS: Text = {
    "ja": "記録が1件以上ある時間(1時間ごと、現地時刻)の数を、見ているはずだった時間(設置期間のうち当月、"
    "作成日の前日まで、1日24時間)で割る。記録のない時間は、何も起きなかったのか、見えていなかったのかを区別できない。",
    "en": "Local hours with at least one record, of the hours the sensor was to watch in the month (24 a day, while "
    "enrolled, up to the day before this was made). An hour without records may be calm or blind; it cannot be told.",
}
OBSERVED: Text = {
    "ja": "記録が1件以上届いた日の数を、記録が届くはずだった日の数(設置期間のうち当月、作成日まで)で割る。",
    "en": "Days with at least one record, of the days the sensor was to be heard in the month.",
}
