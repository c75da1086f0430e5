"""What a Cloud Edge exports of a happening."""

from hinomi.demo.batch import csv_line
from hinomi.demo.cloud_edge import COLUMNS, ORDINARY_KIND
from hinomi.demo.hosts import Host
from hinomi.demo.planted.happening import Connected, Fetched, Flooded, Gate, Happening, Mailed
from hinomi.demo.planted.witness.moment import Moment
from hinomi.demo.websites import Site

KINDS = {
    Gate.PASSED: (ORDINARY_KIND, "許可"),
    Gate.BLOCKED: ("不正サイト", "ブロック"),
    Gate.UNSUITABLE: ("URLカテゴリフィルタ", "ブロック"),
    Gate.CALLBACK: ("C&Cコールバック", "検出のみ"),
    Gate.CALLBACK_BLOCKED: ("C&Cコールバック", "ブロック"),
    Gate.TOOL: (ORDINARY_KIND, "許可"),
}


def lines(what: Happening, at: Moment) -> list[str]:
    match what:
        case Connected():
            return [connected(what, at)]
        case Fetched():
            return [fetched(what, at)]
        case Mailed(threat=threat) if threat and what.attachment:
            return [mailed(what, at)]
        case Flooded():
            return [flooded(what, at)] * what.count
        case _:
            return []


def connected(what: Connected, at: Moment) -> str:
    kind, action = KINDS[what.gate]
    scheme = "https" if what.secure else "http"
    passed = what.gate in (Gate.PASSED, Gate.TOOL)
    values = {
        **ends(what.host, what.site, at, what.port or (443 if what.secure else 80)),
        "アプリケーション": what.threat if what.gate is Gate.TOOL else scheme.upper(),
        "URL": "" if what.port else f"{scheme}://{what.site.host}{what.site.path}",
        "URLカテゴリ": what.site.category,
        "検出名": "" if passed or what.gate is Gate.UNSUITABLE else what.threat or "Webレピュテーション",
    }
    return row(kind, action, at, values)


def fetched(what: Fetched, at: Moment) -> str:
    scheme, port = ("https", 443) if what.secure else ("http", 80)
    values = {
        **ends(what.host, what.site, at, port),
        "アプリケーション": scheme.upper(),
        "URL": f"{scheme}://{what.site.host}/{what.file}",
        "URLカテゴリ": what.site.category,
        "検出名": what.threat,
        "ファイル名": what.file if what.threat else "",
    }
    return row("不正プログラム" if what.threat else ORDINARY_KIND, "ブロック" if what.threat else "許可", at, values)


def mailed(what: Mailed, at: Moment) -> str:
    host = what.reader
    values = {
        "送信元IP": host.ip,
        "送信元ポート": str(at.port),
        "ユーザー": host.user,
        "ホスト名": host.name,
        "送信先IP": what.address,
        "送信先ポート": "995",
        "プロトコル": "TCP",
        "方向": "受信",
        "アプリケーション": "POP3",
        "検出名": what.threat,
        "ファイル名": what.attachment,
        "送信者": what.sender,
        "受信者": host.mail,
        "件名": what.subject,
    }
    return row("不正プログラム", "隔離" if what.kept else "検出のみ", at, values)


def flooded(what: Flooded, at: Moment) -> str:
    ends = {"送信元IP": what.host.ip, "送信先IP": what.host.ip, "送信元ポート": "9100", "送信先ポート": "9100"}
    values = {**ends, "ホスト名": what.host.name, "プロトコル": "TCP", "方向": "内部", "検出名": what.signature}
    return row("不正侵入防止(IPS)", "ブロック", at, values)


def ends(host: Host, site: Site, at: Moment, port: int) -> dict[str, str]:
    return {
        "送信元IP": host.ip,
        "送信元ポート": str(at.port),
        "ユーザー": host.user,
        "ホスト名": host.name,
        "送信先IP": site.ip,
        "送信先ポート": str(port),
        "プロトコル": "TCP",
        "方向": "送信",
    }


def row(kind: str, action: str, at: Moment, values: dict[str, str]) -> str:
    head = {"日時": f"{at.japan:%Y/%m/%d %H:%M:%S}", "ログ種別": kind, "デバイス": f"CE-{at.tenant}"}
    return csv_line(COLUMNS, {**head, **values, "処理": action, "件数": "1"})
