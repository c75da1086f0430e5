"""What a finding is, apart from whom it happened to: written so that the same thing on two machines reads the same.

Only what differs for no reason is left out (names of people in paths, numbers, identifiers): what two machines did
differently stays different. A program that runs other people's commands is told with its command, for its name says
nothing of what ran.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

from hinomi.ocsf.incident import Nature
from hinomi.pipeline.correlate.sighting import PROCESSES, Sighting, last_part

MOST = 200
"""Programs, and other ends, that are named one by one; the rest is a number and a digest of all of it."""
LONGEST = 200
"""Characters of a program."""
MANY_NUMBERS = 12
"""A command with more of them may be written in numbers: they stay."""
INTERPRETERS = frozenset(
    name + suffix
    for name in (
        *("at", "bash", "bcdedit", "bitsadmin", "certutil", "cipher", "cmd", "cscript", "curl", "forfiles", "ftp"),
        *("installutil", "java", "javaw", "msbuild", "mshta", "msiexec", "net", "net1", "netsh", "node", "odbcconf"),
        *("perl", "php", "powershell", "pwsh", "python", "python3", "pythonw", "reg", "regasm", "regsvcs", "regsvr32"),
        *("ruby", "rundll32", "sc", "schtasks", "sh", "vssadmin", "wbadmin", "wevtutil", "wmic", "wscript"),
    )
    for suffix in ("", ".exe")
)
"""Programs whose name does not say what they did: it is in their command."""
FIRST_WORD = re.compile(r'\s*(?:"[^"]*"|\S+)\s*')
ENCODED = re.compile(r"[A-Za-z0-9+/=]{24,}")
PERSON = re.compile(r"((?:^|[\\/])(?:users|home|documents and settings)[\\/])[^\\/\"']+")
IDENTIFIER = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?")
NUMBER = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\d+")
"""An address is none: it stays."""


def nature(one: Sighting, also: Sequence[Sighting] = ()) -> Nature:
    """Of a finding, and of the equal ones that its line stands for."""
    alike = (one, *also)
    return Nature(
        rule=one.rule,
        programs=bounded(program for each in alike for program in programs(each)),
        ends=bounded(end for each in alike for end in ends(each)),
        stopped=one.stopped,
        count=len(alike),
    )


def programs(one: Sighting) -> Iterable[str]:
    for place in range(0, len(PROCESSES), 3):
        name, path, command = (one.row[column] or "" for column in PROCESSES[place : place + 3])
        if path or name:
            yield program(path or name, command)


def ends(one: Sighting) -> Iterable[str]:
    if one.outside:
        yield one.outside.lower()
    sender = (one.row["email.from"] or "").rpartition("@")[2].strip(" >").lower()
    if sender:
        yield f"@{sender}"


@lru_cache(maxsize=4096)
def program(path: str, command: str = "") -> str:
    """A program by its path, the people's names and the numbers in it left out; an interpreter with its command.

    >>> program(r"C:\\Users\\yamada\\AppData\\tool-4.2.exe")
    'c:\\\\users\\\\*\\\\appdata\\\\tool-#.#.exe'
    >>> program("cmd.exe", "cmd.exe /c ping 192.0.2.7 -n 20")
    'cmd.exe /c ping 192.0.2.7 -n #'
    """
    known = folded(path)
    arguments = FIRST_WORD.sub("", command, count=1)
    if last_part(path).lower() not in INTERPRETERS or not arguments:
        return clipped(known)
    hidden = ENCODED.sub(lambda found: digest(found[0]), arguments)
    return clipped(f"{known} {' '.join(folded(hidden).split())}")


def folded(text: str) -> str:
    text = IDENTIFIER.sub("*", PERSON.sub(r"\1*", text.lower()))
    if len(NUMBER.findall(text)) > MANY_NUMBERS:
        return text
    return NUMBER.sub(lambda found: found[0] if "." in found[0] else "#", text)


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 12]}… {digest(text)}"


def digest(text: str) -> str:
    """In letters alone, so that no number in it is folded."""
    return "".join(chr(ord("a") + byte % 26) for byte in sha256(text.encode(errors="replace")).digest()[:10])


def bounded(values: Iterable[str]) -> tuple[str, ...]:
    each = sorted(set(values))
    if len(each) <= MOST:
        return tuple(each)
    rest = each[MOST:]
    return (*each[:MOST], f"+{len(rest)} {digest(' '.join(rest))}")
