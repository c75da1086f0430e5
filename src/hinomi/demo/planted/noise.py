"""What looks like an attack and is none, month after month: the same causes at the same companies, at other times.

Every deployment has these: what a company allows, what a product does everywhere, a device that is broken. Somebody
decides on each once. Names are invented; what a cause is called, where it goes and on which machine stays the same from
month to month, numbers of versions and hours do not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from hinomi.demo.hosts import Host
from hinomi.demo.planted.happening import (
    Cloud,
    Connected,
    Flooded,
    Gate,
    Mailed,
    Reached,
    Service,
    Started,
    Verdict,
)
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import SEISAN, SYSTEM, TO_SHELL
from hinomi.demo.websites import BUSINESS, SHARING, Site
from hinomi.demo.workdays import days, is_working_day

CMD = f"{SYSTEM}cmd.exe"
POWERSHELL = f"{SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe"


@dataclass(frozen=True)
class Cause:
    """``verdict`` is what somebody who knows decides: benign_here, benign_everywhere, policy or device_fault."""

    name: str
    verdict: str
    reason: str
    """Why, in Japanese, as an analyst would note it."""
    act: Callable[[Scene, int], None]
    """Lets it happen; the number counts the months."""
    needs: tuple[str, ...]
    companies: int
    times: int = 1
    """How often a month."""
    at_night: bool = False
    learned: bool = False
    """It shows only against what the machine did before."""


def remote_maintenance(scene: Scene, month: int) -> None:
    """The machine tools' maker updates its remote tool, at night when nobody works."""
    tool = "C:\\Program Files (x86)\\AnyDesk\\AnyDesk.exe"
    service = "C:\\Program Files (x86)\\MachineCare\\CareAgent.exe"
    scene.then(Started(scene.host, tool, f'"{tool}" --install "C:\\Program Files (x86)\\AnyDesk" --silent', service))
    scene.then(Started(scene.host, tool, f'"{tool}" --service', f"{SYSTEM}services.exe"))


def backup_upload(scene: Scene, month: int) -> None:
    """All drawings go to the backup service on one night."""
    vault = Site(f"vault-{scene.tenant}.safe-backup.example", "192.0.2.240", "オンラインストレージ", SHARING, "/put")
    program = "C:\\Program Files\\SafeBackup\\SafeBackup.exe"
    for _ in range(5):
        scene.then(
            Connected(scene.host, program, vault, sent=(900 + 40 * month) << 20, received=80_000, seconds=1500),
            (900, 1500),
        )


def inventory_scan(scene: Scene, month: int) -> None:
    """The contractor who looks after the network counts what is in it."""
    scanner = Host("INVENTORY-01", f"{scene.host.ip.rpartition('.')[0]}.251", "00:00:5E:00:53:F9", "", "")
    network = scene.host.ip.rpartition(".")[0].rpartition(".")[0]
    for number in range(2, 60 + month):
        for port in (445, 9100):
            scene.then(Reached(scanner, f"{network}.220.{number}", port, "port2", refused=number % 3 > 0), (0, 2))


def driver_update(scene: Scene, month: int) -> None:
    """The PCs' maker updates drivers by a packed command."""
    install = "pnputil /add-driver $_.FullName /install"
    script = "$p='C:\\ProgramData\\PcMaker\\Update';Get-ChildItem $p -Filter *.cab|%{" + install + "}"
    packed = scene.attacker.encoded(script)
    agent = "C:\\Program Files\\PcMaker\\UpdateAgent\\UpdateAgent.exe"
    command = f"powershell.exe -NoProfile -ExecutionPolicy Bypass -EncodedCommand {packed}"
    scene.then(Started(scene.host, POWERSHELL, command, agent, f'"{agent}" /task {4000 + month}'))


def broken_printer(scene: Scene, month: int) -> None:
    printer = replace(
        scene.host, name="MFP-02", ip=f"{scene.host.ip.rpartition('.')[0]}.252", mac="00:00:5E:00:53:FB", user=""
    )
    for _ in range(12):
        scene.then(Flooded(printer, "DoS LAND Attack", 260 + 10 * month), (600, 1800))


def old_copies_removed(scene: Scene, month: int) -> None:
    """Backup software makes room for the next copy."""
    agent = "C:\\Program Files\\DiskCopy\\dcagent.exe"
    scene.then(
        Started(scene.host, f"{SYSTEM}vssadmin.exe", "vssadmin.exe delete shadows /for=D: /oldest /quiet", agent)
    )


def export_of_orders(scene: Scene, month: int) -> None:
    """The production software's monthly closing; the EDR does not like what it starts."""
    command = f'cmd.exe /c ""C:\\Seisan\\getsuji.bat" 2022{10 + month}"'
    verdict = Verdict(TO_SHELL, "高", "生産管理ソフトがコマンドを実行")
    scene.then(Started(scene.host, CMD, command, SEISAN, f"{SEISAN} /getsuji", verdict=verdict))


def mail_drill(scene: Scene, month: int) -> None:
    """The programme's own exercise; the mail security knows the attachment as what it is made to look like."""
    scene.then(
        Mailed(
            scene.host,
            "kunren@drill.example.jp",
            "192.0.2.245",
            "【訓練】請求書のご確認",
            "seikyusho.zip",
            "Test.Drill.Attachment",
        )
    )


def accountant_forwarding(scene: Scene, month: int) -> None:
    """Invoices go on to the tax accountant, by a rule that is made anew each month."""
    details = (
        ("Name", "税理士事務所へ"),
        ("SubjectContainsWords", "請求書"),
        ("ForwardTo", "tanto@zeirishi.example.jp"),
    )
    office = f"192.0.2.{int(scene.tenant) % 200 + 5}"
    scene.then(Cloud(scene.host.mail, "New-InboxRule", office, details))


def advertising_callback(scene: Scene, month: int) -> None:
    """A coupon bar's way of counting, which the gateway takes for a botnet."""
    site = Site("count.coupon-bar.example", "192.0.2.246", "広告", BUSINESS, "/beacon")
    what = Connected(
        scene.host,
        "C:\\Users\\Public\\CouponBar\\CouponBar.exe",
        site,
        gate=Gate.CALLBACK_BLOCKED,
        threat="Adware.Callback",
    )
    for _ in range(3):
        scene.then(what, (600, 3000))


def exclusion_for_cad(scene: Scene, month: int) -> None:
    """The CAD's installer tells the antivirus to leave its folder alone."""
    setup = "C:\\CAD\\Update\\setup.exe"
    command = f'powershell.exe -Command "Add-MpPreference -ExclusionPath C:\\CAD\\v{20 + month}"'
    scene.then(Started(scene.host, POWERSHELL, command, setup, f"{setup} /quiet"))


def logon_survey(scene: Scene, month: int) -> None:
    """A logon script writes down what machine this is."""
    parent, batch = CMD, 'cmd.exe /c "\\\\SV-01\\netlogon\\shisan.bat"'
    for command in ("systeminfo", "whoami /all", "net localgroup administrators", "ipconfig /all"):
        scene.then(Started(scene.host, f"{SYSTEM}{command.split()[0]}.exe", command, parent, batch), (0, 3))


def tool_for_servers(scene: Scene, month: int) -> None:
    """The administrator restarts a service of the next machine with the tool that intruders use, too."""
    scene.then(Service(scene.host, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe"))
    scene.then(Started(scene.host, f"{SYSTEM}net.exe", "net stop Spooler", "C:\\Windows\\PSEXESVC.exe", user="SYSTEM"))


CAUSES = (
    Cause(
        "remote maintenance",
        "policy",
        "保守会社の遠隔操作ソフトの更新(契約あり)",
        remote_maintenance,
        ("edr",),
        3,
        at_night=True,
    ),
    Cause(
        "backup upload",
        "benign_here",
        "契約しているクラウドバックアップ",
        backup_upload,
        ("fortinet_fortigate",),
        3,
        at_night=True,
        learned=True,
    ),
    Cause("inventory scan", "policy", "委託先による機器の棚卸し", inventory_scan, ("fortinet_fortigate",), 2),
    Cause("driver update", "benign_everywhere", "パソコンメーカーの更新ソフト", driver_update, ("edr",), 4, times=2),
    Cause("broken printer", "device_fault", "複合機の不具合", broken_printer, ("trendmicro_cloud_edge",), 1),
    Cause(
        "old copies removed",
        "benign_everywhere",
        "バックアップソフトが古い控えを消す動き",
        old_copies_removed,
        ("edr",),
        3,
        times=2,
    ),
    Cause("export of orders", "benign_everywhere", "生産管理ソフトの月次処理", export_of_orders, ("edr",), 5),
    Cause("mail drill", "policy", "標的型メール訓練", mail_drill, ("mail",), 2),
    Cause("accountant forwarding", "policy", "税理士事務所への転送(社長承認)", accountant_forwarding, ("cloud",), 2),
    Cause(
        "advertising callback",
        "benign_everywhere",
        "広告ソフトの集計の誤検知",
        advertising_callback,
        ("trendmicro_cloud_edge",),
        3,
    ),
    Cause(
        "exclusion for CAD", "benign_everywhere", "CADの更新がウイルス対策の除外を設定", exclusion_for_cad, ("edr",), 3
    ),
    Cause(
        "logon survey", "benign_here", "資産管理のログオンスクリプト", logon_survey, ("windows_forwarded",), 2, times=3
    ),
    Cause("tool for servers", "policy", "管理者による保守", tool_for_servers, ("windows_forwarded",), 2),
)


def moments(random: Random, cause: Cause, month: date) -> list[datetime]:
    """When in the month: working days, by day or by night; not on a day twice."""
    working = [day for day in days(month) if is_working_day(day)][1:-1]
    chosen = sorted(random.sample(working, cause.times))
    hours = (0, 1, 2, 3) if cause.at_night else (9, 10, 11, 13, 14, 15, 16)
    return [
        datetime.combine(day, time(random.choice(hours), random.randint(0, 59)))
        + timedelta(seconds=random.randint(0, 59))
        for day in chosen
    ]


def about(scene: Scene) -> Expected:
    """By which names an incident that came of it is known."""
    others = ("INVENTORY-01", "MFP-02", *(f"{scene.host.ip.rpartition('.')[0]}.{last}" for last in (251, 252)))
    return expect([scene.host, *others], ())
