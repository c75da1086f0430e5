"""Codes of :mod:`hinomi.ocsf.course` in the words of the page; Japanese here, English in ``locale/en``."""

from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.ocsf.course import Around, Cause, Check, Happening, StageName, Trace

STAGES: dict[str, Words] = {
    StageName.DELIVERY: _("不審なメールやサイトなどの入口"),
    StageName.EXECUTION: _("不審なプログラムの実行"),
    StageName.CALL: _("指令サーバ(C&C)との通信"),
    StageName.TOOL: _("攻撃用プログラムの持ち込み"),
    StageName.CREDENTIAL: _("パスワードの盗み出し"),
    StageName.SPREAD: _("ほかの機器への広がり"),
    StageName.COLLECTION: _("データの収集"),
    StageName.EXFILTRATION: _("データの持ち出し"),
    StageName.IMPACT: _("暗号化などの被害"),
    StageName.NOTIFICATION: _("ブラウザの偽の通知"),
    StageName.FAKE_PAGE: _("偽の警告画面"),
    StageName.REMOTE_CONTROL: _("遠隔操作ソフトの導入"),
    StageName.PAYMENT: _("支払いの画面"),
}

TACTICS: dict[str, Words] = {
    "TA0001": _("初期アクセス"),
    "TA0002": _("実行"),
    "TA0011": _("指揮統制"),
    "TA0006": _("認証情報アクセス"),
    "TA0008": _("水平展開"),
    "TA0009": _("収集"),
    "TA0010": _("持ち出し"),
    "TA0040": _("影響"),
}
"""ATT&CK Enterprise tactics."""

PATTERNS: dict[int, tuple[str, Words]] = {
    1: ("①", _("基本: 端末の中のファイルを暗号化し、脅迫する")),
    2: ("②", _("感染を通知: ①に加え、指令サーバ(C&C)に感染を知らせる")),
    3: ("③", _("ツールを導入: ①②に加え、攻撃用のツールを取り込む")),
}
"""Survey report, section 4.5 (3)."""

POINTS: dict[int, tuple[Words, Words]] = {
    1: (_("EDR"), _("ファイルの暗号化や脅迫文の表示")),
    2: (_("EDR"), _("指令サーバ(C&C)へのリクエスト")),
    3: (_("UTM"), _("指令サーバ(C&C)へのリクエスト")),
    4: (_("UTM"), _("攻撃用ツールのダウンロード")),
    5: (_("EDR"), _("攻撃用ツールが入ったあとの動き")),
}
"""Device and what it looks for, of each of the five detection points."""

SEEN: Words = _("%(device)sが、%(thing)sを見つけました。")
NOTHING: Words = _("%(device)sは見ていましたが、%(thing)sは見つかりませんでした。")
CANNOT: dict[str | None, Words] = {
    Cause.NO_EDR: _("この会社にはEDRがないため、%(thing)sは見えません。"),
    Cause.NO_EDR_ON_MACHINE: _("このPCにはEDRが入っていないため、%(thing)sは見えません。"),
    Cause.NO_UTM: _("出入口にUTMがないため、%(thing)sは見えません。"),
    Cause.SILENT: _("そのとき%(device)sから記録が届いていなかったため、%(thing)sは見えませんでした。"),
    Cause.ENCRYPTED: _("通信がhttpsで暗号化されていたため、%(device)sは%(thing)sの中身を調べられませんでした。"),
    Cause.MAYBE_ENCRYPTED: _(
        "通信が暗号化されていたかどうか分からないため、%(device)sが%(thing)sを調べられたとは言えません。"
    ),
    Cause.MACHINE_UNKNOWN: _("どのPCか分からず、EDRが入っていたかも分からないため、%(thing)sは見えたとは言えません。"),
    None: _("%(device)sは、%(thing)sを見ることができませんでした。"),
}
"""By the cause that a point was blind or not there."""

STEPS: dict[int, tuple[Words, Words, tuple[int, ...]]] = {
    1: (_("端末/アプリ領域"), _("ファイル暗号化処理"), (1, 2, 3)),
    2: (_("端末/アプリ領域"), _("脅迫メッセージ表示"), (1, 2, 3)),
    3: (_("端末/EDR"), _("動作検知"), (1, 2, 3)),
    4: (_("端末/ブラウザ"), _("C&Cサーバへリクエスト"), (2, 3)),
    5: (_("端末/EDR"), _("リクエストしたURL検査"), (2, 3)),
    6: (_("UTM"), _("リクエストしたURL検査"), (2, 3)),
    7: (_("ルータ"), _("URLリクエスト"), (2, 3)),
    8: (_("C&Cサーバ(社外)"), _("ハッカーが感染を認知(③ではファイル送信)"), (2, 3)),
    9: (_("ルータ"), _("ファイル送信"), (3,)),
    10: (_("UTM"), _("通信検査(httpの場合のみ)"), (3,)),
    11: (_("端末/ブラウザ"), _("ファイル受信・開封"), (3,)),
    12: (_("端末/アプリ領域"), _("ウイルス感染"), (3,)),
    13: (_("端末/EDR"), _("ファイル検査"), (3,)),
}
"""Place, what happens, and in which patterns: the table of the survey report, section 4.5 (3)."""

HAPPENING: dict[str, tuple[str, Words]] = {
    Happening.SEEN: ("●", _("見えた")),
    Happening.INFERRED: ("◐", _("推定")),
    Happening.INVISIBLE: ("？", _("見えない")),
    Happening.NOT_HAPPENED: ("－", _("起きていない")),
}

CHECKS: dict[str, Words] = {
    Check.FULL_SCAN: _("このPCでウイルス対策ソフトの完全スキャンを行い、結果を控えてください。"),
    Check.READ_GATE_LOG: _("ルータやプロキシ自身の記録で、この時間の通信先を調べてください。"),
    Check.READ_BROWSER_HISTORY: _("このPCのブラウザの閲覧履歴とダウンロード履歴を調べてください。"),
    Check.LIST_PROGRAMS: _("この時刻よりあとに、このPCに入ったプログラムとサービスを調べてください。"),
    Check.INSTALL_EDR: _("このPCにEDRを入れてください。PCの中の動きが見えるようになります。"),
    Check.FIND_MACHINE: _("このアドレスをそのとき使っていた機器を、ルータやDHCPの記録で調べてください。"),
}

TRACES: dict[str, Words] = {
    Trace.MAIL: _("「%(value)s」に関わるメールが届いた"),
    Trace.VISIT: _("「%(value)s」に接続した"),
    Trace.DOWNLOAD: _("「%(value)s」を取り込んだ"),
    Trace.FILE: _("「%(value)s」を作った、開いた、または動かした"),
    Trace.SIGN_IN: _("「%(value)s」に入った"),
}
"""What an ordinary event of a story is."""

REASONS: dict[str, Words] = {
    "severity": _("重大度が「%(value)s」"),
    "stage": _("「%(value)s」まで進んだ"),
    "stage_stopped": _("「%(value)s」まで進んだが、機器が止めた"),
    "stages": _("%(value)s つの段階が続けて見つかった"),
    "machines": _("%(value)s 台の機器に関わる"),
    "role_server": _("%(value)s はサーバー"),
    "role_factory": _("%(value)s は工場の端末"),
    "role_president": _("%(value)s は経営者のPC"),
    "before_watch": _("見守りを始める前から続いていたおそれ"),
    "sensors_agree": _("種類の違う機器がともに見つけた (%(value)s)"),
    "all_stopped": _("見つかったものは、すべて機器が止めた"),
    "one_sign": _("手がかりはまだ1つだけ"),
    "watch_blind": _("見張りが働いておらず、攻撃があっても見えない"),
    "watch_weak": _("見張りが十分に働いていない"),
    "new_here": _("この会社では初めての検知"),
    "often_here": _("この会社ではよくある検知 (%(value)s 日)"),
    "new_everywhere": _("どの会社でも見たことがない検知"),
    "common": _("多くの会社で見られる検知 (%(value)s 社)"),
}
"""By the code of a priority's reason."""


def trace(event: Around) -> str:
    """An ordinary event in a few words; what came from outside in it is still as it came."""
    return str(TRACES[event.trace]) % {"value": event.value}
