"""Sign-ins, configuration and tunnels."""

import re
from collections.abc import Callable

from hinomi.library.formats import sign_in
from hinomi.library.formats.addresses import endpoint, ip, mac, port
from hinomi.library.formats.cisco import Message
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid

OPEN, CLOSE, OTHER = 1, 2, 99

BRACKETS = re.compile(r"\[(?P<key>[A-Za-z ]+): ?(?P<value>[^\]]*)\]")
LOGOUT = re.compile(r"User (?P<user>\S+) has exited tty session \S*?(?:\((?P<ip>[^)]*)\))?$")
EXPIRED = re.compile(r"exec timer expired, tty \S+ \((?P<ip>[^)]*)\)\), user (?P<user>\S+)")
SSH_USER = re.compile(r"User '(?P<user>[^']*)' authentication for SSH2? Session from (?P<ip>\S+) .* (?P<end>\w+)$")
SSH_SESSION = re.compile(r"SSH2? Session(?: request)? from (?P<ip>\S+) (?:.*\s)?(?P<end>Succeeded|Failed|closed)", re.I)
DOT1X = re.compile(
    r"(?:Authentication|Authorization) (?P<end>failed|succeeded) for client \((?P<mac>[0-9A-Fa-f.]+)\) "
    r"on Interface (?P<in>\S+)"
)
LOGGED_OUT = re.compile(r"User '(?P<user>[^']*)' from '(?P<ip>[^']*)' logged out")
CONFIGURED = re.compile(
    r"Configured (?:programmatically|from) ?.*?\bby (?:process .*? as )?(?P<user>\S+)(?: on \S+)?"
    r"(?: \((?P<ip>[^)\s]+)\))?"
)
NX_CONFIGURED = re.compile(r"Configured from \S+ by (?P<user>\S+) on (?P<ip>[0-9A-Fa-f.:]+)@")
COMMAND = re.compile(r"User: ?(?P<user>\S+) +logged command: ?(?P<command>.*)")
CONFIGURATIONS = frozenset(
    {"CONFIG_I", "CONFIG_P", "VSHD_SYSLOG_CONFIG_I", "CFGLOG_LOGGEDCMD", "COMMIT", "DB_COMMIT", "PRIV_I"}
)
TUNNEL = re.compile(r"Crypto tunnel.* is (?P<end>UP|DOWN)\s*\.\s+Peer (?P<peer>\S+?):(?P<port>\d+)")
IKE = frozenset({"IKEV2", "IKE", "CRYPTO", "CRYPTO_ENGINE", "VPN_HW", "DMVPN"})
PEER = re.compile(r"(?:peer|from|at|remote)(?: at| address)? (?P<ip>[0-9A-Fa-f.:]+[0-9A-Fa-f])", re.IGNORECASE)
ADMINISTRATION = re.compile(
    r"SEC_LOGIN|SSH|DMI|AAA|LOGIN|AUTHPRIV|DAEMON|SECURITY|TAC|RADIUS|HTTP|WEBSERVER|SYSTEM|SNMP|SYS$|USER"
)


def find(message: Message, raw: str) -> Row | None:
    return next((row for rule in RULES if (row := rule(message))), None)


def login(message: Message) -> Row | None:
    text = message.text
    if message.facility == "SEC_LOGIN" and message.mnemonic.startswith("LOGIN"):
        said = {found["key"]: found["value"].strip() for found in BRACKETS.finditer(text)}
        good = message.mnemonic == "LOGIN_SUCCESS"
        row = signed(said.get("user"), good, said.get("Source")) | {"status_detail": said.get("Reason")}
        return row | {"dst_endpoint.port": port(said.get("localport"))}
    if found := LOGOUT.search(text) or EXPIRED.search(text) or LOGGED_OUT.search(text):
        return signed(found["user"], None, found["ip"])
    if found := SSH_USER.search(text):
        return signed(found["user"], found["end"] == "Succeeded", found["ip"])
    if found := SSH_SESSION.search(text):
        kind = {"succeeded": 1, "closed": 2}.get(found["end"].lower(), 4)
        return activity(ClassUid.SSH_ACTIVITY, kind) | {"src_endpoint.ip": ip(found["ip"])}
    if found := DOT1X.search(text):
        row = sign_in.sign_in(None, found["end"] == "succeeded") | {
            "src_endpoint.mac": mac(found["mac"].replace(".", ""))
        }
        return row | {"src_endpoint.interface_name": found["in"]}
    return None


def settings(message: Message) -> Row | None:
    if message.mnemonic not in CONFIGURATIONS:
        return None
    row = activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)
    if found := COMMAND.search(message.text):
        return row | {"user.name": found["user"], "actor.process.cmd_line": found["command"] or None}
    if found := NX_CONFIGURED.search(message.text) or CONFIGURED.search(message.text):
        user = found["user"]
        known = user if user and not user.startswith(("vty", "console", "tty")) else None
        return row | {"user.name": known, "src_endpoint.ip": ip(found["ip"])}
    return row


def tunnel(message: Message) -> Row | None:
    if found := TUNNEL.search(message.text):
        kind = OPEN if found["end"] == "UP" else CLOSE
        return activity(ClassUid.TUNNEL_ACTIVITY, kind) | {
            "dst_endpoint.ip": ip(found["peer"]),
            "dst_endpoint.port": port(found["port"]),
        }
    if message.facility in IKE:
        found = PEER.search(message.text)
        return activity(ClassUid.TUNNEL_ACTIVITY, OTHER) | {
            "src_endpoint.ip": endpoint(found["ip"])[0] if found else None
        }
    return None


def other_login(message: Message) -> Row | None:
    """NX-OS, XR and NETCONF pass on what sshd and PAM say, or word it themselves."""
    if not ADMINISTRATION.match(message.facility):
        return None
    return sign_in.find(message.text) or activity(ClassUid.BASE_EVENT, 0, severity=message.severity) | {
        "user.name": sign_in.user(message.text, strictly=True)
    }


def signed(user: str | None, succeeded: bool | None, address: str | None) -> Row:
    return sign_in.sign_in(user, succeeded) | {"src_endpoint.ip": endpoint(address or "")[0]}


RULES: tuple[Callable[[Message], Row | None], ...] = (login, settings, tunnel, other_login)
