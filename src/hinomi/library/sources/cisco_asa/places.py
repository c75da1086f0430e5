"""Where a connection begins or ends, as the ASA writes it: ``outside:192.0.2.1/443``, ``dmz/192.0.2.1(443)``."""

import re
from functools import lru_cache
from typing import NamedTuple

from hinomi.library.formats.addresses import ip, port
from hinomi.library.formats.rows import Row

SERVICES = {"http": 80, "https": 443, "ssh": 22, "telnet": 23, "domain": 53, "snmp": 161, "ftp": 21, "www": 80}
PORT = re.compile(r"\((\d{1,5})\)")
ACCOUNT = re.compile(r"\((?:[^()\\/:]+\\+)+[^()\\]+?(?=[,)])")
TRAILING = re.compile(r"\(([A-Za-z][^()/:]*)\)\s*(?:type \d+ code \d+\s*)?$")
LOCAL = "LOCAL"


class Place(NamedTuple):
    interface: str | None
    ip: str | None
    port: int | None
    hostname: str | None

    def columns(self, endpoint: str) -> Row:
        return {
            f"{endpoint}.ip": self.ip,
            f"{endpoint}.port": self.port,
            f"{endpoint}.hostname": self.hostname,
            f"{endpoint}.interface_name": self.interface,
        }


@lru_cache(1 << 14)
def place(token: str, after: str = "") -> Place:
    """A place from its token and the parentheses after it; a name where the ASA writes names for addresses."""
    rest, number, interface = token.strip("()<>,"), None, None
    head, slash, tail = rest.rpartition("/")
    named = PORT.match(after)
    if named:
        interface, rest, number = head or None, tail, port(named[1])
    elif slash and (tail.isdigit() or not ip(tail)):
        rest, number = head, port(tail) if tail.isdigit() else SERVICES.get(tail)
    elif slash:
        interface, rest = head, tail
    passed: list[str] = []
    while not ip(rest) and ":" in rest:
        step, _, rest = rest.partition(":")
        passed.append(step)
    address = ip(rest)
    return Place(":".join(passed) or interface, address, number, None if address or is_nothing(rest) else rest)


def is_nothing(rest: str) -> bool:
    """``0.0.0.0`` and ``::`` are no names; a token without a letter is none either."""
    return not any(character.isalpha() for character in rest)


def account(*texts: str) -> Row:
    """Columns of a user in parentheses: ``(LOCAL\\tanaka, 123)``, ``(EXAMPLE\\tanaka)``."""
    for text in texts:
        if found := ACCOUNT.search(text):
            parts = [part for part in found[0].strip("(").split("\\") if part and part != LOCAL]
            if parts:
                return {"user.name": parts[-1].strip(), "user.domain": parts[-2] if len(parts) > 1 else None}
    return {}


def who(name: str | None) -> Row:
    """Columns of a user's name, perhaps with a domain; stars hide a name that was wrong."""
    name = (name or "").strip().strip("'\"<>").strip()
    if not name or not name.strip("*"):
        return {}
    domain, _, rest = name.rpartition("\\")
    return {"user.name": rest or name, "user.domain": domain.rstrip("\\") if domain and domain != LOCAL else None}
