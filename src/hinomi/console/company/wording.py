"""What the desk does with an incident and what a device is, in the words of somebody who is no specialist."""

from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.incidents.models import Reason, Status
from hinomi.library.contracts import Kind
from hinomi.tenants.queries import SensorState

STATUS: dict[str, tuple[str, str, Words, Words]] = {
    Status.NEW: ("warn", "●", _("受付"), _("監視センターが受け付けました。これから調べます。")),
    Status.WORKING: ("warn", "●", _("対応中"), _("監視センターが調べています。")),
    Status.WAITING: ("bad", "▲", _("答えを待っています"), _("監視センターが、あなたの答えを待っています。")),
    Status.WATCHING: ("good", "○", _("様子を見ています"), _("いまは心配ありません。悪くなったら、すぐに知らせます。")),
    Status.CLOSED: ("good", "✓", _("完了"), _("終わりました。")),
}
"""Look, mark, word and sentence."""

REASON: dict[str, Words] = {
    Reason.RESOLVED: _("対処が済みました。"),
    Reason.BENIGN: _("調べた結果、問題はありませんでした。"),
    Reason.DEVICE_FAULT: _("機器の不具合でした。攻撃ではありません。"),
    Reason.POLICY: _("社内で認められている使い方でした。"),
}

DEVICE: dict[str, Words] = {
    Kind.UTM: _("社内とインターネットの間を見張る機器 (UTM)"),
    Kind.EDR: _("パソコンの中を見張るソフト (EDR)"),
    Kind.WAF: _("ホームページを守る仕組み (WAF)"),
    Kind.MAIL: _("メールを調べる仕組み"),
    Kind.ROUTER: _("インターネットにつなぐ機器 (ルーター)"),
    Kind.ENDPOINT: _("パソコン・サーバーの記録"),
    Kind.IDS: _("通信を見張る機器 (IDS)"),
    Kind.SERVER: _("社内のサーバー"),
    Kind.CLOUD: _("クラウドサービス"),
}

HEARD: dict[str, tuple[str, str, Words, Words]] = {
    SensorState.HEARD: ("good", "●", _("見えています"), ""),
    SensorState.SILENT: (
        "bad",
        "✕",
        _("止まっています"),
        _("記録が届いていません。その間のことは分かりません。機器の電源とケーブルを確かめてください。"),
    ),
    SensorState.NEVER_HEARD: (
        "warn",
        "？",
        _("まだ届きません"),
        _("まだ一度も記録が届いていません。機器の設定が終わっているか、業者に確かめてください。"),
    ),
    SensorState.IMPORTED: ("", "□", _("ときどき見ます"), _("記録をいただいたときだけ、まとめて調べています。")),
    SensorState.ENDED: ("", "■", _("見守り終了"), _("この機器の見守りは終わりました。")),
}
"""Look, mark, word and what it means."""
