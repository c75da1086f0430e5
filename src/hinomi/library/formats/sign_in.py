"""Sign-ins in the words of sshd, PAM, and the telnet and web consoles of devices.

Each reader gives the columns of an Authentication for a message it knows, else None; ``find`` asks them all.
Source: sshd(8), pam_unix(8); consoles word theirs as they like, so a word of signing in, one of success or
failure, and a name or an address must come together.
"""

import re

from hinomi.library.formats.addresses import endpoint, ip, port
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, StatusId

LOGON, LOGOFF = 1, 2
NAME = r"[\"'<(\[]?([^\s\"'<>\[\](),:;]+)"
ADDRESS = r"(\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)\]?(?::\d{1,5})?)"

SSH = re.compile(
    r"(?:(?P<good>Accepted)|Failed) (?P<method>\S+) for (?:(?:invalid|illegal) user )?(?P<user>\S*) "
    r"from (?P<ip>\S+)(?: port (?P<port>\d+))?"
)
SSH_REFUSED = re.compile(
    r"(?:Invalid user|Illegal user|(?:error: )?maximum authentication attempts exceeded for) "
    r"(?:(?:invalid|illegal) user )?(?P<user>\S*) from (?P<ip>\S+)(?: port (?P<port>\d+))?"
)
PAM_REFUSED = re.compile(r"(?:PAM (?P<times>\d+) more )?authentication failures?;(?P<pairs>.*\brhost=.*)")
PAM_SESSION = re.compile(r"session (?P<what>opened|closed) for user (?P<user>[^\s(]+)")
OUT = re.compile(r"\b(?:logged ?out|log-?out|logoff|signed out|session (?:ended|closed))\b", re.IGNORECASE)
WORDS = re.compile(
    r"\b(?:log(?:ged|ging)?[ -]?(?:in|on)|logins?|sign(?:ed)?[ -]in|authenticat(?:ed|ion))\b", re.IGNORECASE
)
BAD = re.compile(
    r"\b(?:fail\w*|denied|reject\w*|invalid|incorrect|refused|unsuccessful|not authenticated|bad password)\b",
    re.IGNORECASE,
)
GOOD = re.compile(r"\b(?:succe\w+|accepted|permitted|allowed|granted|ok|authenticated|logged ?in)\b", re.IGNORECASE)
NAMED = re.compile(rf"\b(?:user(?:name)?|account)(?: name)?\b[ :=]+{NAME}", re.IGNORECASE)
USER = re.compile(rf"{NAMED.pattern}|\b(?:for|by) (?!user\b){NAME}|^{NAME} logged", re.IGNORECASE)
FROM = re.compile(rf"\b(?:from|rhost|host|ip(?: address)?|source|src|addr)[ :=]+[(<'\"]?{ADDRESS}", re.IGNORECASE)
ANY = re.compile(rf"(?<![\w.:]){ADDRESS}(?![\w.])")
NOT_A_NAME = frozenset(
    [
        *("from", "at", "on", "via", "to", "the", "is", "has", "was", "login", "logged", "user", "failed", "success"),
        *(
            "telnet",
            "ssh",
            "http",
            "https",
            "ftp",
            "web",
            "console",
            "gui",
            "serial",
            "netconf",
            "restconf",
            "authentication",
        ),
    ]
)


def find(text: str) -> Row | None:
    return sshd(text) or pam(text) or console(text)


def sign_in(user: str | None, succeeded: bool | None, address: str | None = None, source_port: object = None) -> Row:
    """Columns of an Authentication; ``succeeded`` is None for the end of a session."""
    found = ip(address)
    return {
        "class_uid": int(ClassUid.AUTHENTICATION),
        "activity_id": LOGOFF if succeeded is None else LOGON,
        "status_id": int(StatusId.FAILURE if succeeded is False else StatusId.SUCCESS),
        "user.name": user if user and user != "<unknown>" else None,
        "src_endpoint.ip": found,
        "src_endpoint.hostname": None if found else address or None,
        "src_endpoint.port": port(source_port),
    }


def sshd(text: str) -> Row | None:
    if found := SSH.search(text):
        row = sign_in(found["user"], bool(found["good"]), found["ip"], found["port"])
        return row | {"status_detail": found["method"]}
    if found := SSH_REFUSED.search(text):
        return sign_in(found["user"], False, found["ip"], found["port"])
    return None


def pam(text: str) -> Row | None:
    if found := PAM_REFUSED.search(text):
        said = parse(found["pairs"]).values
        row = sign_in(said.get("user"), False, said.get("rhost"))
        return row | {"count": int(found["times"])} if found["times"] else row
    if found := PAM_SESSION.search(text):
        return sign_in(found["user"], True if found["what"] == "opened" else None)
    return None


def console(text: str) -> Row | None:
    out = OUT.search(text)
    if not out and not WORDS.search(text):
        return None
    bad = BAD.search(text)
    who, where = user(text), address(text)
    if not (out or bad or GOOD.search(text)) or not (who or where):
        return None
    return sign_in(who, None if out and not bad else not bad, where)


def user(text: str, *, strictly: bool = False) -> str | None:
    """Whom a message names; ``strictly`` only after a word for a user, not after ``for`` or ``by``."""
    for found in (NAMED if strictly else USER).finditer(text):
        name = next((group for group in found.groups() if group), "").rstrip(".")
        if name and name.lower() not in NOT_A_NAME and not ip(name):
            return name
    return None


def address(text: str) -> str | None:
    """Where a message says that it came from."""
    found = FROM.search(text) or ANY.search(text)
    return endpoint(found[1])[0] if found else None
