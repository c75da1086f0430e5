"""What sshd, PAM, sudo and inetd say beside sign-ins: who connected, who left, what was run as somebody else.

Source: OpenSSH (``packet.c``, ``sshd.c``), Linux-PAM (``pam_unix``), ``sudoers(5)``.
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, StatusId

PRODUCT = ("Linux", "Linux")
OPEN, CLOSE, FAIL, LAUNCH, LOGON = 1, 2, 4, 1, 1
PEER = r"(?P<peer>[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*[0-9A-Fa-f])(?: port (?P<port>\d+))?"
LEFT = re.compile(
    r"(?:error: |fatal: )?(?:Connection (?:closed|reset)|Received disconnect|Disconnected|Disconnecting"
    r"|Did not receive identification string|Unable to negotiate|Bad protocol version identification '[^']*')"
    rf" (?:by |from |with )?(?:(?:authenticating |invalid )?user (?P<user>\S+) )?{PEER}"
)
MAPPING = re.compile(r"reverse mapping checking getaddrinfo for (?P<host>\S+) \[(?P<peer>[^\]]+)\]")
CAME = re.compile(rf"[Cc]onnection from {PEER}(?: \((?P<host>[^)]*)\))?")
UNKNOWN = re.compile(r"input_userauth_request: invalid user (?P<user>.*?)(?: \[preauth\])?$")
CHECKED = re.compile(r"(?:pam_\w+\([^)]*\): )?check pass; user (?P<what>\S+)")
SUDO = re.compile(
    r"\s*(?P<by>\S+) : (?:(?P<problem>[^;=]+) ; )?TTY=\S+ ; PWD=.*? ; USER=(?P<user>\S+) ; "
    r"(?:\w+=.*? ; )*COMMAND=(?P<command>.*)"
)


def read(text: str, app: str) -> Row | None:
    """An event, None for another message."""
    row = (
        connected(text, app)
        or refused(UNKNOWN.match(text) or CHECKED.match(text))
        or (ran(found) if "COMMAND=" in text and (found := SUDO.match(text)) else None)
    )
    return {**row, "metadata.log_name": app or None, "message": text} if row else None


def connected(text: str, app: str) -> Row | None:
    """A connection to a daemon: of sshd an SSH Activity, of the others a Network Activity."""
    left, came = LEFT.match(text) or MAPPING.match(text), CAME.match(text)
    found = left or came
    if not found:
        return None
    said = found.groupdict()
    address, host = addresses.ip(said["peer"]), said.get("host") or None
    row = events.activity(
        ClassUid.SSH_ACTIVITY if left or app.startswith("sshd") else ClassUid.NETWORK_ACTIVITY,
        OPEN if came or "host" in said else CLOSE,
        product=PRODUCT,
    )
    row |= {"src_endpoint.ip": address, "src_endpoint.hostname": host, "user.name": said.get("user")}
    return {**row, "src_endpoint.port": addresses.port(said.get("port")), "app_name": app or None}


def refused(found: re.Match[str] | None) -> Row | None:
    if not found:
        return None
    row = events.activity(ClassUid.AUTHENTICATION, LOGON, product=PRODUCT)
    user = (found.groupdict().get("user") or "").strip()
    return {**row, "status_id": int(StatusId.FAILURE), "user.name": user or None}


def ran(found: re.Match[str]) -> Row:
    """A command run through sudo, or refused to."""
    row = events.activity(ClassUid.PROCESS_ACTIVITY, LAUNCH, product=PRODUCT)
    return {
        **row,
        "actor.user.name": found["by"],
        "user.name": found["user"],
        "process.cmd_line": found["command"],
        "status_id": int(StatusId.FAILURE if found["problem"] else StatusId.SUCCESS),
        "status_detail": found["problem"],
    }
