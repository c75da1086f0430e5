"""Infections in the report's three patterns (section 4.5 (3)), as far as the company's sensors see them.

① malware runs, ② it calls its master, ③ it brings a tool in and uses it.
"""

from hinomi.demo.hosts import Host
from hinomi.demo.planted.happening import Connected, Fetched, Gate, Mailed, Started, Verdict, Wrote
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import EDGE, EXPLORER, OUTLOOK, SUSPICIOUS, SYSTEM, TO_FILE, TO_SHELL, UNREGISTERED

RUNS = ("malware_chain", "suspicious_command", "process_behaviour", "malware", "intrusion", "persistence")
CALLS = ("malware_chain", "cnc_callback")
ONGOING = "不審な通信先"
SURVEY = (
    "whoami /all",
    "net view /all",
    "nltest /domain_trusts",
    "systeminfo",
    'net group "domain admins" /domain',
    "ipconfig /all",
    "net localgroup administrators",
    "arp -a",
)


def arrives(scene: Scene) -> tuple[str, str]:
    """The lure comes by mail, and its reader opens it; returns the document's path and the program that shows it."""
    who, host = scene.attacker, scene.host
    name, program = who.lure()
    relay = who.address()
    threat = f"Trojan.W97M.{who.family.upper()}" if scene.chance(0.4) else ""
    scene.then(Mailed(host, f"{who.word()}@{who.domain()}", relay, who.subject, name, threat))
    folder = scene.random.choice(
        (
            f"C:\\Users\\{host.user}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\{who.word().upper()}\\",
            f"C:\\Users\\{host.user}\\Downloads\\",
            f"C:\\Users\\{host.user}\\Desktop\\",
        )
    )
    document = f"{folder}{name}"
    scene.then(Started(host, program, f'"{program}" /n "{document}"', OUTLOOK), (60, 2000))
    return document, program


def runs(scene: Scene, document: str, program: str) -> str:
    """What the document starts; the EDR says so of its own, or only writes it down. Returns the path."""
    who, host = scene.attacker, scene.host
    path, command = who.stager(host.user)
    said = (
        Verdict(TO_SHELL, scene.severity("中", "高"), "文書作成ソフトがOSコマンドを実行") if scene.chance(0.6) else None
    )
    scene.then(Started(host, path, command, program, f'"{program}" "{document}"', verdict=said), (5, 60))
    return path


def stays(scene: Scene) -> None:
    """It sees to it that it is started again."""
    who, host = scene.attacker, scene.host
    dropped = f"{who.folder(host.user)}{who.tool}"
    said = Verdict(TO_FILE, scene.severity("低", "中"), "実行形式のファイルを作成") if scene.chance(0.5) else None
    scene.then(Wrote(host, f"{SYSTEM}cmd.exe", dropped, said))
    key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    command = scene.random.choice(
        (
            f'reg add {key} /v {who.word()} /t REG_SZ /d "{dropped}" /f',
            f'schtasks /create /sc minute /mo 30 /tn "{who.word()}" /tr "{dropped}" /f',
            f"schtasks.exe /Create /F /SC ONLOGON /TN {who.word()} /TR {dropped}",
        )
    )
    scene.then(Started(host, f"{SYSTEM}{command.split()[0].removesuffix('.exe')}.exe", command, f"{SYSTEM}cmd.exe"))
    scene.then(
        Started(host, dropped, dropped, EXPLORER, verdict=Verdict(UNREGISTERED, "中") if scene.chance(0.5) else None)
    )


def looks_around(scene: Scene, host: Host, parent: str) -> None:
    for command in scene.random.sample(SURVEY, scene.random.randint(2, 4)):
        said = Verdict(SUSPICIOUS, scene.severity("中", "高")) if scene.chance(0.4) else None
        name = command.split()[0]
        scene.then(Started(host, f"{SYSTEM}{name}.exe", command, parent, verdict=said), (1, 40))


def calls(scene: Scene, program: str, gate: Gate) -> None:
    """Calls to the master, at a rhythm with some jitter."""
    who = scene.attacker
    said = Verdict(ONGOING, "高", "既知の指令サーバへの通信") if gate is Gate.PASSED or scene.chance(0.5) else None
    pause = scene.random.choice((60, 300, 600, 1800))
    for number in range(scene.random.randint(3, 6)):
        what = Connected(
            scene.host,
            program,
            who.home,
            secure=scene.chance(0.6),
            sent=scene.random.randint(300, 4000),
            received=scene.random.randint(200, 90_000),
            gate=gate,
            threat=f"{who.family}.Botnet",
            verdict=None if number else said,
        )
        scene.then(what, (pause * 0.8, pause * 1.2))


def malware_runs(scene: Scene) -> Expected:
    """① by mail, with an EDR and nobody else to see it."""
    document, program = arrives(scene)
    path = runs(scene, document, program)
    stays(scene)
    looks_around(scene, scene.host, path)
    return expect([scene.host], RUNS)


def malware_calls_unseen_by_edr(scene: Scene) -> Expected:
    """② at a company without an EDR: only the gateway hears the calls."""
    who, host = scene.attacker, scene.host
    scene.then(Fetched(host, EDGE, who.store, f"{who.document}.zip"))
    calls(
        scene,
        f"C:\\Users\\{host.user}\\AppData\\Local\\Temp\\{who.tool}",
        scene.random.choice((Gate.CALLBACK, Gate.CALLBACK_BLOCKED)),
    )
    return expect([host], CALLS)


def malware_calls(scene: Scene) -> Expected:
    """② with both: the EDR sees it run, the gateway hears it call."""
    document, program = arrives(scene)
    path = runs(scene, document, program)
    calls(scene, path, Gate.CALLBACK if scene.chance(0.7) else Gate.CALLBACK_BLOCKED)
    return expect([scene.host], (*CALLS, *RUNS))


def malware_calls_over_edr_alone(scene: Scene) -> Expected:
    """② with an EDR alone, which knows the place it calls."""
    document, program = arrives(scene)
    path = runs(scene, document, program)
    calls(scene, path, Gate.PASSED)
    return expect([scene.host], (*CALLS, *RUNS))


def tool_brought_in(scene: Scene) -> Expected:
    """③ with both: stopped over http, brought in over https, and run."""
    who, host = scene.attacker, scene.host
    document, program = arrives(scene)
    path = runs(scene, document, program)
    calls(scene, path, Gate.CALLBACK if scene.chance(0.6) else Gate.CALLBACK_BLOCKED)
    scene.then(Fetched(host, path, who.store, f"{who.word()}.zip", f"HackTool.Win32.{who.word().upper()}"))
    scene.then(Fetched(host, path, who.store, f"{who.word()}.zip", secure=True), (60, 600))
    tool = f"{who.folder(host.user)}{who.tool}"
    scene.then(Wrote(host, path, tool, Verdict(TO_FILE, scene.severity("中", "高"))))
    scene.then(
        Started(
            host,
            tool,
            f"{tool} {scene.random.choice(('scan', '-s', '/auto'))} {host.ip}/24",
            path,
            verdict=Verdict(UNREGISTERED, scene.severity("中", "高")),
        )
    )
    looks_around(scene, host, tool)
    return expect([host], ("malware_chain",))


def tool_brought_in_unseen_by_gate(scene: Scene) -> Expected:
    """③ with an EDR alone."""
    who, host = scene.attacker, scene.host
    document, program = arrives(scene)
    path = runs(scene, document, program)
    tool = f"{who.folder(host.user)}{who.tool}"
    scene.then(Wrote(host, path, tool, Verdict(TO_FILE, scene.severity("低", "中"))))
    scene.then(Started(host, tool, tool, path, verdict=Verdict(UNREGISTERED, scene.severity("中", "高"))))
    looks_around(scene, host, tool)
    return expect([host], RUNS)


PLOTS = (
    Plot("malware runs ①, EDR alone", malware_runs, ("edr",), without=("utm",)),
    Plot("malware calls ②, UTM alone", malware_calls_unseen_by_edr, ("utm",), without=("edr",)),
    Plot("malware calls ②, both", malware_calls, ("edr", "utm")),
    Plot("malware calls ②, EDR alone", malware_calls_over_edr_alone, ("edr",), without=("utm",)),
    Plot("tool brought in ③, both", tool_brought_in, ("edr", "utm")),
    Plot("tool brought in ③, EDR alone", tool_brought_in_unseen_by_gate, ("edr",), without=("utm",)),
)
