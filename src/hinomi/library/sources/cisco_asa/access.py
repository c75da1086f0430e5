"""Sign-ins, VPN sessions, administration and visited pages."""

import re
from collections.abc import Callable

from hinomi.library.formats import http, sign_in
from hinomi.library.formats.addresses import ip, port
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cisco_asa.places import account, place, who
from hinomi.ocsf.classes import ClassUid, DispositionId

OPEN, CLOSE, OTHER = 1, 2, 99
UPLOAD, DOWNLOAD = 1, 2

AAA = re.compile(
    r"AAA (?:user (?P<what>authentication|authorization|accounting)|transaction status|credentials) "
    r"(?P<verdict>Successful|Rejected|ACCEPT|REJECT)\b(?P<rest>.*)",
    re.IGNORECASE,
)
AAA_USER = re.compile(r"\buser = (?P<user>.*?)(?: : |: user IP|$)", re.IGNORECASE)
AAA_ADDRESS = re.compile(r"\buser IP = (\S+)", re.IGNORECASE)
REASON = re.compile(r"\breason = (.*?) ?: ", re.IGNORECASE)
LOGIN = re.compile(r"Login (?P<verdict>denied|permitted) from (?P<s>\S+) to (?P<d>\S+) for user \"(?P<user>[^\"]*)")
USER_AUTHENTICATION = re.compile(
    r"User authentication (?P<verdict>succeeded|failed): (?:IP address: (?P<ip>[^,\s]+), )?Uname: (?P<user>\S+)"
)
THROUGH = re.compile(
    r"Auth(?:entication|orization) (?P<verdict>succeeded|permitted|failed|denied)[^']* for user '(?P<user>[^']*)' "
    r"from (?P<s>\S+) to (?P<d>\S+)"
)
LOGGED_OUT = re.compile(r"User logged out: Uname: (?P<user>\S+)")
SSH = re.compile(r"SSH session from (?:(?P<ip>\S+) )?on interface \S+ for user (?P<user>\S+)")
CONSOLE = re.compile(r"Attempted console login failed\. User (?P<user>\S+)")
OLD_WEBVPN = re.compile(r"Authentication: (?P<verdict>\w+), group = (?P<group>.*?) user = (?P<user>.*?) ?,")
SESSION = re.compile(
    r"Group <(?P<group1>[^>]*)> User (?:<(?P<user1>[^>]*)> )?IP <(?P<ip1>[^>]*)>,?\s*(?P<rest1>.*)"
    r"|Group (?P<group2>\S+) User (?P<user2>\S+) IP (?P<ip2>[0-9A-Fa-f.:]+),?\s+(?P<rest2>.*)"
    r"|(?:Group = (?P<group3>[^,]*), )?(?:Username = (?P<user3>[^,]*), )?IP = (?P<ip3>[^,]+), (?P<rest3>.*)"
)
SESSION_BEGINS = re.compile(r"AnyConnect parent session started|WebVPN session started|Authentication: success", re.I)
SESSION_ENDS = re.compile(r"Session disconnected|WebVPN session terminated")
SESSION_REFUSED = re.compile(
    r"Authentication: rejected|could not be established|session not allowed|Unable to create|Session terminated"
    r"|terminating connection|Remote peer has failed user authentication"
)
TUNNEL_UP = re.compile(
    r"connection established|New (?:\w+ )?SVC connection|assigned to session|PHASE \d COMPLETED|negotiation complete"
    r"|SA UP|session resumed|has been created"
)
TUNNEL_DOWN = re.compile(
    r"connection terminated|closing connection|connection closed|SA DOWN|lost connection|has been deleted|tear ?down"
    r"|Connection terminated"
)
SPENT = re.compile(
    r"Duration: (?:(?P<d>\d+)d )?(?P<h>\d+)h:(?P<m>\d+)m:(?P<s>\d+)s"
    r"(?:, Bytes xmt: (?P<out>\d+), Bytes rcv: (?P<in>\d+))?"
)
IKE = re.compile(r"Local:(?P<local>\S+) Remote:(?P<remote>\S+) Username:(?P<user>\S+) (?P<rest>.*)")
IPSEC = re.compile(
    r"IPSEC: (?P<rest>.*?)(?:between|from) (?P<s>\S+?)(?: \(user= ?(?P<user1>[^)]*)\))? (?:and|to) (?P<d>\S+)"
    r"(?: \(user= ?(?P<user2>[^)]*)\))?"
)
WEBVPN = re.compile(r"\([^)]*\) WebVPN session for client user (?P<user>.*?), IP(?:v[46])? (?P<ip>\S+) has been")
DAP = re.compile(r"DAP: User (?P<user>.*?), Addr (?P<ip>[^,\s]+)")
PRIVILEGE = re.compile(r"User priv level changed: Uname: (?P<user>\S+) From: (?P<was>\d+) To: (?P<now>\d+)")
ACCOUNT = re.compile(r"(?P<what>New user added to|User deleted from) local dbase: Uname: (?P<user>\S+)")
COMMAND = re.compile(
    r"User '?(?P<user>[^',]*)'?,? (?:running '[^']*' from IP (?P<ip>[^,\s]+), )?executed (?P<shown>cmd: )?"
)
CONFIGURATION = re.compile(r"(?:Begin|.* (?:end|erase|write)) configuration\b|Startup configuration")
URL = re.compile(
    r"(?P<s>\S+?)(?P<sx>\([^)]*\))? Accessed (?:JAVA )?URL "
    r"(?:(?P<user>[^\s@]+)@)?(?P<d>[^\s:]+|\[[^\]]+\]):(?P<url>\S+)"
)
DENIED_URL = re.compile(r"Access denied URL (?P<url>\S+) SRC (?P<s>\S+) DEST (?P<d>\S+)")
FTP = re.compile(
    r"FTP connection from (?P<s>\S+) to (?P<d>[^\s,]+), user (?P<user>\S+) (?P<what>Stored|Retrieved) file (?P<file>.*)"
)


def find(text: str) -> Row | None:
    """The columns of a message about people, tunnels or settings, None if it is about none."""
    return next((row for rule in RULES if (row := rule(text))), None)


def signed(user: str | None, succeeded: bool | None, address: str | None = None, detail: str | None = None) -> Row:
    source = place(address) if address else None
    row = sign_in.sign_in(None, succeeded) | who(user) | {"status_detail": detail}
    if source:
        row |= {"src_endpoint.ip": source.ip, "src_endpoint.port": source.port}
    return row


def aaa(text: str) -> Row | None:
    found = AAA.match(text)
    if not found:
        return None
    user, address, reason = AAA_USER.search(text), AAA_ADDRESS.search(text), REASON.search(text)
    good = found["verdict"].lower() in ("successful", "accept")
    row = signed(user["user"] if user else None, good, address[1] if address else None, reason[1] if reason else None)
    return row | {"activity_id": OTHER} if found["what"] in ("authorization", "accounting") else row


def login(text: str) -> Row | None:
    if found := LOGIN.match(text):
        row = signed(found["user"], found["verdict"] == "permitted", found["s"])
        return row | place(found["d"]).columns("dst_endpoint")
    if found := USER_AUTHENTICATION.match(text):
        return signed(found["user"], found["verdict"] == "succeeded", found["ip"])
    if found := THROUGH.match(text):
        row = signed(found["user"], found["verdict"] in ("succeeded", "permitted"), found["s"])
        return row | place(found["d"]).columns("dst_endpoint")
    if found := LOGGED_OUT.match(text):
        return signed(found["user"], None)
    if found := SSH.match(text):
        return signed(found["user"], None, found["ip"])
    if found := CONSOLE.match(text):
        return signed(found["user"], False)
    if found := OLD_WEBVPN.match(text):
        return signed(found["user"], found["verdict"] != "rejected")
    return None


def session(text: str) -> Row | None:
    """VPN users: the session is a sign-in, its transports are tunnels."""
    found = SESSION.match(text)
    if not found:
        return None
    form = next(number for number in "123" if found[f"ip{number}"])
    user, address, rest = found[f"user{form}"], found[f"ip{form}"], found[f"rest{form}"]
    if SESSION_BEGINS.search(rest):
        return signed(user, True, address)
    if SESSION_REFUSED.search(rest):
        return signed(user, False, address, rest[:200])
    if SESSION_ENDS.search(rest):
        return signed(user, None, address) | spent(rest)
    return tunnel(rest) | who(user) | {"src_endpoint.ip": ip(address)}


def tunnel(rest: str) -> Row:
    kind = OPEN if TUNNEL_UP.search(rest) else CLOSE if TUNNEL_DOWN.search(rest) else OTHER
    return activity(ClassUid.TUNNEL_ACTIVITY, kind)


def spent(rest: str) -> Row:
    found = SPENT.search(rest)
    if not found:
        return {}
    days, hours, minutes, seconds = (int(found[name] or 0) for name in "dhms")
    length = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    sent, received = found["in"], found["out"]  # seen from the ASA, which transmits to the user
    return {
        "duration": length * 1000,
        "traffic.bytes_out": int(sent) if sent else None,
        "traffic.bytes_in": int(received) if received else None,
        "status_detail": rest.partition("Reason: ")[2].strip() or None,
    }


def tunnels(text: str) -> Row | None:
    if found := IKE.match(text):
        remote, local = peer(found["remote"]), peer(found["local"])
        row = tunnel(found["rest"]) | who(found["user"])
        for side, (name, number) in (("src_endpoint", remote), ("dst_endpoint", local)):
            row |= {f"{side}.ip": ip(name), f"{side}.port": number, f"{side}.hostname": None if ip(name) else name}
        return row
    if found := IPSEC.match(text):
        source, target = place(found["s"]), place(found["d"])
        row = tunnel(text) | source.columns("src_endpoint") | target.columns("dst_endpoint")
        return row | who(found["user1"] or found["user2"])
    if found := WEBVPN.match(text):
        return tunnel(text) | who(found["user"]) | {"src_endpoint.ip": ip(found["ip"])}
    return None


def peer(text: str) -> tuple[str, int | None]:
    name, _, number = text.rpartition(":")
    return name, port(number)


def administration(text: str) -> Row | None:
    if found := COMMAND.match(text):
        reading = bool(found["shown"])
        row = activity(ClassUid.BASE_EVENT, 0) if reading else activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)
        return row | who(found["user"]) | {"src_endpoint.ip": ip(found["ip"])}
    if found := PRIVILEGE.match(text):
        return (
            activity(ClassUid.USER_ACCESS, 1)
            | who(found["user"])
            | {"status_detail": f"{found['was']} → {found['now']}"}
        )
    if found := ACCOUNT.match(text):
        return activity(ClassUid.ACCOUNT_CHANGE, 1 if found["what"].startswith("New") else 6) | who(found["user"])
    if CONFIGURATION.match(text):
        return activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1) | {"src_endpoint.ip": sign_in.address(text)}
    if found := DAP.match(text):
        return activity(ClassUid.BASE_EVENT, 0) | who(found["user"]) | {"src_endpoint.ip": ip(found["ip"])}
    return None


def pages(text: str) -> Row | None:
    if found := URL.match(text):
        name, at, address = found["s"].rpartition("@")
        row = activity(ClassUid.HTTP_ACTIVITY, 0) | disposed(DispositionId.ALLOWED)
        row |= place(address).columns("src_endpoint") | place(found["d"]).columns("dst_endpoint")
        row |= who(name if at else found["user"]) or account(found["sx"] or "")
        return row | http.url("http", found["d"], found["url"])
    if found := DENIED_URL.match(text):
        row = activity(ClassUid.HTTP_ACTIVITY, 0) | place(found["s"]).columns("src_endpoint")
        return row | place(found["d"]).columns("dst_endpoint") | http.url("http", None, found["url"])
    if found := FTP.match(text):
        kind = UPLOAD if found["what"] == "Stored" else DOWNLOAD
        row = activity(ClassUid.NETWORK_FILE_ACTIVITY, kind) | place(found["s"]).columns("src_endpoint")
        row |= place(found["d"]).columns("dst_endpoint") | who(found["user"])
        return row | {"file.path": found["file"], "file.name": found["file"].rpartition("/")[2] or None}
    return None


RULES: tuple[Callable[[str], Row | None], ...] = (aaa, login, session, tunnels, administration, pages)
