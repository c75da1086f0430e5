"""The second story: a browser's notification on PC-12 leads to a fake warning, and to a remote-control tool.

Source of the course of events: the seminar's case and IPA's warning of 2021-03-09 on browser notifications.
The page that asks for leave to notify looks harmless and passes the URL filter.
"""

from datetime import date

from hinomi.demo import fortigate_lines as say
from hinomi.demo.fortigate_lines import Body, Flow
from hinomi.demo.programs import EDGE, EXPLORER, SYSTEM
from hinomi.demo.stories import DECEIVED, EDR, FORTIGATE, Step, clock, endpoint
from hinomi.demo.websites import MALICIOUS, NEWS, TECHNOLOGY, Site

DAY = date(2022, 12, 14)
TOOL = "C:\\Users\\suzuki\\Downloads\\AnyDesk.exe"

NOTIFIER = Site("push-news-alert.test", "203.0.113.171", "ニュース/メディア", NEWS, "/allow")
NOTICE = Site("push-news-alert.test", "203.0.113.171", "ニュース/メディア", NEWS, "/n?m=virus-found")
WARNING = Site("pc-security-warning.invalid", "203.0.113.172", "詐欺サイト", MALICIOUS, "/alert/jp")
FORM = Site("support-center-help.test", "203.0.113.173", "未評価", (0, "Unrated"), "/call")
SHOP = Site("remote-tool.example", "203.0.113.174", "リモート接続", TECHNOLOGY, "/download/AnyDesk.exe")
RELAY = Site("relay.remote-tool.example", "203.0.113.175", "リモート接続", TECHNOLOGY, "/")


def _flow(site: Site, number: int) -> Flow:
    return Flow(DECEIVED, site, 53_100 + number, 74_200_000 + number)


def _utm(time: str, body: Body) -> Step:
    return Step(clock(DAY, time), FORTIGATE, body)


def _edr(time: str, kind: str, **values: str) -> Step:
    return Step(clock(DAY, time), EDR, endpoint(DECEIVED, kind, values))


def _visit(time: str, site: Site) -> Step:
    """The browser goes somewhere, in the EDR's words."""
    return _edr(
        time,
        "稼働",
        プロセスパス=EDGE,
        コマンドライン=f'"{EDGE}"',
        プロセスID="5104",
        親プロセス名="explorer.exe",
        親コマンドライン=EXPLORER,
        通信先IP=site.ip,
        通信先ポート="443",
        URL=f"https://{site.host}{site.path}",
        説明="ネットワーク接続",
    )


def _relayed(time: str) -> Step:
    return _edr(
        time,
        "稼働",
        プロセスパス=TOOL,
        コマンドライン=TOOL,
        プロセスID="9120",
        親プロセス名="msedge.exe",
        親コマンドライン=EDGE,
        通信先IP=RELAY.ip,
        通信先ポート="443",
        URL=f"https://{RELAY.host}/",
        説明="ネットワーク接続",
    )


STEPS = (
    _utm("08:27:15", say.lease(DECEIVED)),
    _visit("13:02:10", NOTIFIER),
    _utm("13:02:11", say.page_passed(_flow(NOTIFIER, 1))),
    _utm("13:02:40", say.traffic(_flow(NOTIFIER, 1), 2_210, 48_120, 29, utm="allow")),
    _visit("13:20:33", NOTICE),
    _utm("13:20:34", say.page_passed(_flow(NOTICE, 2))),
    _visit("13:21:04", WARNING),
    _utm("13:21:05", say.page_blocked(_flow(WARNING, 3))),
    _utm("13:21:05", say.traffic(_flow(WARNING, 3), 740, 312, 1, utm="block")),
    _visit("13:21:40", FORM),
    _utm("13:21:41", say.page_passed(_flow(FORM, 4))),
    _utm("13:22:30", say.traffic(_flow(FORM, 4), 3_020, 220_400, 49, utm="allow")),
    _visit("13:38:15", SHOP),
    _utm("13:38:16", say.page_passed(_flow(SHOP, 5))),
    _utm("13:38:31", say.traffic(_flow(SHOP, 5), 1_920, 3_911_240, 15, utm="allow")),
    _edr(
        "13:40:02",
        "検知",
        検知分類="未登録アプリケーション",
        プロセスパス=TOOL,
        コマンドライン=TOOL,
        プロセスID="9120",
        親プロセス名="msedge.exe",
        親コマンドライン=EDGE,
        ファイルパス=TOOL,
        説明="登録のない遠隔操作ソフトを実行",
    ),
    _relayed("13:40:20"),
    _utm("13:40:21", say.application(_flow(RELAY, 6), "AnyDesk", "Remote.Access", "pass")),
    _relayed("13:46:02"),
    _edr(
        "13:52:10",
        "検知",
        検知分類="アプリから別アプリを起動",
        重要度="中",
        プロセスパス=SYSTEM + "eventvwr.exe",
        コマンドライン="eventvwr.exe",
        プロセスID="9544",
        親プロセス名="AnyDesk.exe",
        親コマンドライン=TOOL,
        説明="遠隔操作ソフトが別アプリを起動",
    ),
    _utm("14:05:44", say.traffic(_flow(RELAY, 6), 8_204_112, 1_402_800, 1_523, utm="allow")),
)
