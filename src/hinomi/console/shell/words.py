"""Ids and codes of the lake in the words a person reads; Japanese here, English in ``locale/en``."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hinomi.incidents.models import HowSoon
from hinomi.library.contracts import Kind, Reason
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId

Words = str | Promise

SEVERITY: dict[int, tuple[str, Words]] = {
    SeverityId.FATAL: ("◆", _("致命的")),
    SeverityId.CRITICAL: ("◆", _("緊急")),
    SeverityId.HIGH: ("▲", _("高")),
    SeverityId.MEDIUM: ("●", _("中")),
    SeverityId.LOW: ("○", _("低")),
    SeverityId.INFORMATIONAL: ("－", _("参考")),
    SeverityId.UNKNOWN: ("？", _("不明")),
}
"""Mark and word: a severity is never told by colour alone (JIS X 8341-3, 1.4.1)."""

URGENCY: dict[int, tuple[str, Words]] = {
    HowSoon.NOW: ("◆", HowSoon.NOW.label),
    HowSoon.TODAY: ("▲", HowSoon.TODAY.label),
    HowSoon.THIS_WEEK: ("●", HowSoon.THIS_WEEK.label),
    HowSoon.LATER: ("○", HowSoon.LATER.label),
}
"""How soon to look at an incident, told as a severity is."""

KIND: dict[str, Words] = {
    Kind.UTM: _("UTM"),
    Kind.EDR: _("EDR"),
    Kind.WAF: _("WAF"),
    Kind.MAIL: _("クラウドメールセキュリティ"),
    Kind.ROUTER: _("ルーター"),
    Kind.ENDPOINT: _("PC・サーバー"),
    Kind.IDS: _("IDS"),
    Kind.SERVER: _("社内のサーバー"),
    Kind.CLOUD: _("クラウドサービス"),
}

DISPOSITION: dict[int, Words] = {
    DispositionId.UNKNOWN: _("不明"),
    DispositionId.ALLOWED: _("許可された"),
    DispositionId.BLOCKED: _("止めた"),
    DispositionId.QUARANTINED: _("隔離した"),
    DispositionId.ISOLATED: _("PCを切り離した"),
    DispositionId.DELETED: _("削除した"),
    DispositionId.DROPPED: _("破棄した"),
    DispositionId.CORRECTED: _("修復した"),
    DispositionId.DELAYED: _("遅延した"),
    DispositionId.DETECTED: _("検知のみ"),
    DispositionId.LOGGED: _("記録のみ"),
    DispositionId.TAGGED: _("印を付けた"),
    DispositionId.RESET: _("切断した"),
    DispositionId.CAPTCHA: _("CAPTCHAで確認"),
    DispositionId.CHALLENGE: _("本人確認を求めた"),
    DispositionId.REJECTED: _("拒否した"),
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
"""Dispositions after which the thing found can do no more."""

ACTION: dict[int, Words] = {
    ActionId.UNKNOWN: _("不明"),
    ActionId.ALLOWED: _("許可"),
    ActionId.DENIED: _("拒否"),
    ActionId.OBSERVED: _("観測"),
    ActionId.MODIFIED: _("変更"),
}

CLASS: dict[int, Words] = {
    ClassUid.BASE_EVENT: _("その他のイベント"),
    ClassUid.FILE_ACTIVITY: _("ファイルの操作"),
    ClassUid.KERNEL_EXTENSION: _("ドライバーの読み込み"),
    ClassUid.MODULE_ACTIVITY: _("モジュールの読み込み"),
    ClassUid.SCHEDULED_JOB: _("タスクの登録・実行"),
    ClassUid.PROCESS_ACTIVITY: _("プロセス"),
    ClassUid.EVENT_LOG_ACTIVITY: _("ログの消去・変更"),
    ClassUid.SCRIPT_ACTIVITY: _("スクリプト"),
    ClassUid.DETECTION_FINDING: _("検知"),
    ClassUid.INCIDENT_FINDING: _("インシデント"),
    ClassUid.ACCOUNT_CHANGE: _("アカウントの変更"),
    ClassUid.AUTHENTICATION: _("ログオン"),
    ClassUid.ENTITY_MANAGEMENT: _("設定対象の管理"),
    ClassUid.USER_ACCESS: _("権限の変更"),
    ClassUid.GROUP_MANAGEMENT: _("グループの変更"),
    ClassUid.NETWORK_ACTIVITY: _("通信"),
    ClassUid.HTTP_ACTIVITY: _("Webアクセス"),
    ClassUid.DNS_ACTIVITY: _("名前解決 (DNS)"),
    ClassUid.DHCP_ACTIVITY: _("アドレスの割り当て (DHCP)"),
    ClassUid.RDP_ACTIVITY: _("リモートデスクトップ"),
    ClassUid.SMB_ACTIVITY: _("ファイル共有 (SMB)"),
    ClassUid.SSH_ACTIVITY: _("SSH"),
    ClassUid.EMAIL_ACTIVITY: _("メール"),
    ClassUid.NETWORK_FILE_ACTIVITY: _("通信でのファイル受け渡し"),
    ClassUid.TUNNEL_ACTIVITY: _("VPN"),
    ClassUid.DEVICE_CONFIG_STATE_CHANGE: _("機器の設定・状態の変化"),
    ClassUid.APPLICATION_LIFECYCLE: _("ソフトウェアの導入・起動"),
    ClassUid.API_ACTIVITY: _("API"),
    ClassUid.REGISTRY_KEY_ACTIVITY: _("レジストリキー"),
    ClassUid.REGISTRY_VALUE_ACTIVITY: _("レジストリ値"),
}

REASON: dict[str, Words] = {
    Reason.NOT_THIS_FORMAT: _("この製品の形式ではない"),
    Reason.TRUNCATED: _("途中で切れている"),
    Reason.TOO_LONG: _("長すぎる"),
    Reason.ENCODING: _("文字コードが分からない"),
    Reason.NO_TIME: _("時刻がない"),
    Reason.BAD_TIME: _("時刻が読めない"),
    Reason.BAD_VALUE: _("値が読めない"),
    Reason.CORRUPT: _("壊れている"),
    Reason.UNKNOWN_TYPE: _("知らない種類の記録"),
}

CHANGED: dict[str, Words] = {
    "status": _("状態"),
    "assignee": _("担当"),
    "title": _("件名"),
    "kind": _("種類"),
    "severity_id": _("重大度"),
    "findings": _("検知を追加"),
    "reread": _("ログの読み直し"),
    "urgency": _("急ぎ度"),
    "merged": _("ほかのインシデントと統合"),
    "split": _("別のインシデントに分割"),
    "note": _("メモ"),
    "consulted": _("企業からの相談"),
    "asked": _("企業への質問"),
    "replied": _("企業の答え"),
    "step": _("終えた手順"),
}
"""Fields of an incident's history (:class:`hinomi.incidents.models.Change`)."""


SHORT: dict[str, Words] = {
    "不正プログラム": _("不正プログラム"),
    "不正侵入防止(IPS)": _("IPS"),
    "不正サイト": _("不正サイト"),
    "スパムメール": _("スパム"),
    "ランサムウェア": _("ランサム"),
    "C&Cコールバック": _("C&C"),
    "禁止アプリケーション": _("禁止アプリ"),
    "URLカテゴリフィルタ": _("URLフィルタ"),
    "クラウドメールセキュリティ": _("メール"),
}
"""Names of categories and devices where a column is narrow."""


def severity(severity_id: int | None) -> tuple[str, Words]:
    return SEVERITY.get(severity_id or 0, SEVERITY[SeverityId.UNKNOWN])


def disposition(disposition_id: int | None) -> Words:
    return DISPOSITION.get(disposition_id or 0, DISPOSITION[DispositionId.UNKNOWN])
