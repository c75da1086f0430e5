"""What runs on the companies' PCs: daily programs, and the behaviour that made the EDR speak up.

In the study nearly all of it was harmless (section 6.3): business software that starts commands, tools
nobody had told the watchers about. So these are business programs with invented names.
"""

from typing import NamedTuple

SYSTEM = "C:\\Windows\\System32\\"
OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
EXPLORER = "C:\\Windows\\explorer.exe"
EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
DEFENDER_FOLDER = "C:\\Program Files\\Windows Defender\\"
DOWNLOADS = "C:\\Users\\Public\\Downloads\\"
SEISAN, CAD, LABEL = "C:\\Seisan\\SeisanKanri.exe", "C:\\CAD\\CadStation.exe", "C:\\Label\\LabelPrint.exe"
CAD_VIEWER = "C:\\CAD\\CadViewer.exe"
PDF, MEETING = "C:\\Program Files\\PdfReader\\PdfReader.exe", "C:\\Program Files\\Meeting\\Meeting.exe"
EXCEL, WORD, OUTLOOK = OFFICE + "EXCEL.EXE", OFFICE + "WINWORD.EXE", OFFICE + "OUTLOOK.EXE"


class Daily(NamedTuple):
    """A program in use; ``address`` and ``url`` where it goes, empty if nowhere."""

    path: str
    arguments: str = ""
    address: str = ""
    url: str = ""
    parent: str = EXPLORER


class Behaviour(NamedTuple):
    """What the EDR reports of a process; ``severity`` is its own word."""

    kind: str
    path: str
    command: str
    parent: str
    """The parent's path."""
    text: str
    severity: str = "低"
    file: str = ""
    action: str = "検知のみ"


DAILY = (
    Daily(EDGE, "", "198.51.100.10", "https://search.example/search"),
    Daily(EDGE, "", "198.51.100.12", "https://edi.order-center.example/orders/list"),
    Daily(EDGE, "", "198.51.100.11", "https://office.example/mail/inbox"),
    Daily(OUTLOOK, "", "198.51.100.11", "https://office.example/mail/inbox"),
    Daily(EXCEL, '"\\\\SV-01\\share\\工程表.xlsx"'),
    Daily(WORD, '"C:\\work\\議事録.docx"'),
    Daily(CAD_VIEWER, '"\\\\SV-01\\drawing\\A-1042.dxf"'),
    Daily(SEISAN, "/login"),
    Daily(SYSTEM + "svchost.exe", "-k netsvcs -p", parent=SYSTEM + "services.exe"),
    Daily(DEFENDER_FOLDER + "MpCmdRun.exe", "SignatureUpdate", "198.51.100.22",
          "https://signature.antivirus.example/pattern", SYSTEM + "svchost.exe"),
    Daily(PDF, '"C:\\work\\検査成績書.pdf"'),
    Daily(MEETING, "", "198.51.100.21", "https://meeting.example/room"),
)  # fmt: skip

TO_SHELL = "アプリがOSコマンド実行"
TO_APPLICATION = "アプリから別アプリを起動"
TO_FILE = "アプリがファイル生成"
DEFENDER = "Microsoft Defenderによる検知"
SUSPICIOUS = "不審なOSコマンド実行"
ADWARE = "アドウェア"
UNREGISTERED = "未登録アプリケーション"
STARTS_UNREGISTERED = "未登録アプリを起動"
"""Of the class :data:`TO_APPLICATION` to the EDR; its text says the rest."""


def _shell(parent: str, command: str, text: str, severity: str = "低") -> Behaviour:
    return Behaviour(TO_SHELL, SYSTEM + "cmd.exe", f"cmd.exe /c {command}", parent, text, severity)


def _starts(parent: str, path: str, text: str) -> Behaviour:
    return Behaviour(TO_APPLICATION, path, path, parent, text)


def _writes(path: str, file: str) -> Behaviour:
    return Behaviour(TO_FILE, path, path, EXPLORER, "アプリが実行形式のファイルを作成", file=file)


def _defender(threat: str, file: str) -> Behaviour:
    engine = DEFENDER_FOLDER + "MsMpEng.exe"
    text = f"Microsoft Defender: {threat}"
    return Behaviour(DEFENDER, engine, engine, SYSTEM + "services.exe", text, "中", file, "隔離")


def _command(name: str, arguments: str, text: str) -> Behaviour:
    return Behaviour(SUSPICIOUS, SYSTEM + name, f"{name} {arguments}".strip(), SYSTEM + "cmd.exe", text, "中")


def _installed(kind: str, path: str, text: str) -> Behaviour:
    return Behaviour(kind, path, f'"{path}"', EXPLORER, text, "中", path)


BEHAVIOURS: dict[str, tuple[Behaviour, ...]] = {
    TO_SHELL: (
        _shell(SEISAN, "net use Z: \\\\SV-01\\seisan", "生産管理ソフトがコマンドを実行"),
        _shell(EXCEL, "copy C:\\work\\*.csv \\\\SV-01\\share", "表計算ソフトのマクロがコマンドを実行"),
        _shell(CAD, "del /q C:\\CAD\\temp\\*.tmp", "CADソフトがコマンドを実行"),
        _shell(LABEL, "copy /b label.prn \\\\SV-01\\lp1", "ラベル印刷ソフトがコマンドを実行"),
        _shell(PDF, "start viewer.html", "PDF閲覧ソフトがコマンドを実行", "中"),
        _shell("C:\\Kintai\\Kintai.exe", "ipconfig > C:\\Kintai\\ip.txt", "勤怠ソフトがコマンドを実行"),
    ),
    TO_APPLICATION: (
        _starts(CAD, CAD_VIEWER, "CADソフトが別アプリを起動"),
        _starts(EXCEL, PDF, "表計算ソフトが別アプリを起動"),
        _starts(SEISAN, LABEL, "生産管理ソフトが別アプリを起動"),
        _starts(OUTLOOK, MEETING, "メールソフトが別アプリを起動"),
        _starts("C:\\NC\\NcSender.exe", "C:\\NC\\Transfer.exe", "加工機の転送ソフトが別アプリを起動"),
    ),
    TO_FILE: (
        _writes("C:\\Label\\Updater.exe", "C:\\Label\\LabelPrint_new.exe"),
        _writes(SEISAN, "C:\\Seisan\\plugin\\report.dll"),
        _writes(MEETING, "C:\\Users\\Public\\Meeting\\setup.exe"),
    ),
    DEFENDER: (
        _defender("PUA:Win32/DriverTool", DOWNLOADS + "driver_update.exe"),
        _defender("Trojan:HTML/Phish", DOWNLOADS + "voicemail_1203.html"),
        _defender("PUA:Win32/Bundler", DOWNLOADS + "pdf_converter_setup.exe"),
        _defender("Trojan:O97M/Downloader", "E:\\見積依頼 11月分.xls"),
    ),
    SUSPICIOUS: (
        _command("whoami.exe", "/all", "利用者の権限を調べるコマンド"),
        _command("net.exe", "user /domain", "利用者の一覧を調べるコマンド"),
        _command("systeminfo.exe", "", "端末の構成を調べるコマンド"),
    ),
    ADWARE: (
        _installed(ADWARE, "C:\\Users\\Public\\CouponBar\\CouponBar.exe", "広告を表示するソフト"),
        _installed(ADWARE, "C:\\Users\\Public\\SearchHelper\\SearchHelper.exe", "検索先を書き換えるソフト"),
    ),
    UNREGISTERED: (
        _installed(UNREGISTERED, "C:\\Tools\\FreeCapture.exe", "登録のない画面録画ソフト"),
        _installed(UNREGISTERED, "C:\\Tools\\ZipMaker.exe", "登録のない圧縮ソフト"),
    ),
    STARTS_UNREGISTERED: (
        _starts(EXCEL, "C:\\Tools\\ZipMaker.exe", "OSに登録のないアプリを起動"),
        _starts(CAD, "C:\\Tools\\DxfConverter.exe", "OSに登録のないアプリを起動"),
        _starts(LABEL, "C:\\Users\\Public\\BarcodeMaker\\BarcodeMaker.exe", "OSに登録のないアプリを起動"),
    ),
}
"""The EDR's kind of detection to what it reports."""
