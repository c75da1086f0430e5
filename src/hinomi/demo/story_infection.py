"""The first story: an opened attachment on PC-07, a call home, a tool, and files being encrypted.

All five points at which UTM and EDR can notice an infection speak (survey report, section 4.5 (3)): the
EDR on the PC, the URL seen by the EDR and by the UTM, the download over http seen by the UTM, and the
tool at work seen by the EDR. The tool comes by https after http was stopped: there the UTM sees nothing.
"""

from datetime import date

from hinomi.demo import fortigate_lines as say
from hinomi.demo.fortigate_lines import Body, Flow
from hinomi.demo.programs import OUTLOOK, SYSTEM, WORD
from hinomi.demo.stories import EDR, FORTIGATE, INFECTED, MAIL, Step, clock, endpoint
from hinomi.demo.websites import MALICIOUS, Site

DAY = date(2022, 12, 6)
ATTACHMENT = "見積依頼_20221206.doc"
OPENED = f"C:\\Users\\yamada\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\K3X9\\{ATTACHMENT}"
POWERSHELL = SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe"
TOOL = "C:\\ProgramData\\nettool\\nettool.exe"
UNRATED = (0, "Unrated")

HOME = Site("cdn-telemetry.invalid", "203.0.113.66", "C&C", MALICIOUS, "/gate")
MIRROR = Site("tools-mirror.invalid", "203.0.113.67", "未評価", UNRATED, "/files/nettool.zip")

CALL = Flow(INFECTED, HOME, 52011, 71_000_101, "HTTP")
BLOCKED_DOWNLOAD = Flow(INFECTED, MIRROR, 52044, 71_000_388, "HTTP")
DOWNLOAD = Flow(INFECTED, MIRROR, 52047, 71_000_412, "HTTPS")


def _utm(time: str, body: Body) -> Step:
    return Step(clock(DAY, time), FORTIGATE, body)


def _edr(time: str, kind: str, **values: str) -> Step:
    return Step(clock(DAY, time), EDR, endpoint(INFECTED, kind, values))


def _encrypted(time: str, file: str, **values: str) -> Step:
    return _edr(
        time,
        "検知",
        検知分類="ファイル暗号化",
        プロセスパス=TOOL,
        コマンドライン=f"{TOOL} run",
        プロセスID="8816",
        親プロセス名="powershell.exe",
        親コマンドライン=POWERSHELL,
        ファイルパス=f"C:\\Users\\yamada\\Documents\\図面\\{file}.locked",
        説明="短時間に多数のファイルを書き換え",
        **values,
    )


STEPS = (
    _utm("08:31:40", say.lease(INFECTED)),
    Step(
        clock(DAY, "10:12:08"),
        MAIL,
        {
            "メッセージID": "<1670289128.0c5d11aa@precision-works.invalid>",
            "送信者": "keiri@precision-works.invalid",
            "送信元IP": "203.0.113.60",
            "受信者": INFECTED.mail,
            "件名": "【至急】見積依頼の件",
            "サイズ": "184320",
            "判定": "不正プログラム検索",
            "検出名": "Trojan.W97M.DROPPER.SNE",
            "添付ファイル名": ATTACHMENT,
            "処理": "配送",
        },
    ),
    _edr(
        "10:15:31",
        "稼働",
        プロセスパス=WORD,
        コマンドライン=f'"{WORD}" "{OPENED}"',
        プロセスID="7320",
        親プロセス名="OUTLOOK.EXE",
        親コマンドライン=OUTLOOK,
        ファイルパス=OPENED,
        説明="プロセス起動",
    ),
    _edr(
        "10:15:44",
        "検知",
        検知分類="アプリがOSコマンド実行",
        プロセスパス=SYSTEM + "cmd.exe",
        コマンドライン="cmd.exe /c powershell.exe -nop -w hidden -enc SQBFAFgA",
        プロセスID="7408",
        親プロセス名="WINWORD.EXE",
        親コマンドライン=f'"{WORD}" "{OPENED}"',
        ファイルパス=OPENED,
        説明="文書作成ソフトがOSコマンドを実行",
    ),
    _utm("10:16:01", say.name_of_botnet(CALL)),
    _utm("10:16:03", say.botnet(CALL, "Beacon.Botnet")),
    _edr(
        "10:16:03",
        "検知",
        検知分類="不審な通信先",
        プロセスパス=POWERSHELL,
        コマンドライン="powershell.exe -nop -w hidden -enc SQBFAFgA",
        プロセスID="7420",
        親プロセス名="cmd.exe",
        親コマンドライン="cmd.exe /c powershell.exe -nop -w hidden -enc SQBFAFgA",
        通信先IP=HOME.ip,
        通信先ポート="80",
        URL=CALL.url,
        説明="既知の指令サーバへの通信",
    ),
    _utm("10:16:04", say.traffic(CALL, 812, 2_304, 2, utm="allow")),
    _utm("10:21:10", say.page_passed(BLOCKED_DOWNLOAD)),
    _utm("10:21:10", say.virus(BLOCKED_DOWNLOAD, "nettool.zip", "HackTool.Win32.NetTool.SNF")),
    _utm("10:21:11", say.traffic(BLOCKED_DOWNLOAD, 760, 5_120, 1, utm="block")),
    _utm("10:23:49", say.traffic(DOWNLOAD, 1_480, 2_188_404, 8)),
    _edr(
        "10:23:55",
        "検知",
        検知分類="アプリがファイル生成",
        プロセスパス=POWERSHELL,
        コマンドライン="powershell.exe -nop -w hidden -enc SQBFAFgA",
        プロセスID="7420",
        親プロセス名="cmd.exe",
        ファイルパス=TOOL,
        説明="powershell.exe が実行形式のファイルを作成",
    ),
    _edr(
        "10:24:30",
        "検知",
        検知分類="未登録アプリケーション",
        プロセスパス=TOOL,
        コマンドライン=f"{TOOL} scan 192.168.10.0/24",
        プロセスID="8102",
        親プロセス名="powershell.exe",
        親コマンドライン=POWERSHELL,
        ファイルパス=TOOL,
        説明="登録のないアプリケーションを実行",
    ),
    _edr(
        "10:30:58",
        "検知",
        検知分類="不審なOSコマンド実行",
        プロセスパス=SYSTEM + "vssadmin.exe",
        コマンドライン="vssadmin.exe delete shadows /all /quiet",
        プロセスID="8830",
        親プロセス名="nettool.exe",
        親コマンドライン=f"{TOOL} run",
        説明="復元用の控え(シャドウコピー)を削除",
    ),
    _encrypted("10:31:20", "A-1042.dxf"),
    _encrypted("10:31:46", "A-1043.dxf"),
    _encrypted("10:32:27", "B-2001.dxf", 処理="プロセス停止"),
)
