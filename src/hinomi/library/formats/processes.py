"""Processes, files and accounts as endpoint products name them, as columns.

    process("process", path=r"C:\\Windows\\System32\\cmd.exe", command="cmd /c whoami", pid="4720")
    account("user", "EXAMPLE\\\\suzuki")

Columns of nothing are left out. Paths may be of Windows or of UNIX, ids and sizes numbers or texts.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hinomi.library.formats import jsonlines
from hinomi.library.formats.jsonlines import integer, text
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import is_ransomware
from hinomi.ocsf.classes import RANSOMWARE

SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
TECHNIQUE = re.compile(r"\bT\d{4}(?:\.\d{3})?\b")
NO_NAME = frozenset({"", "-", "NA", "N/A", "n/a", "null", "None"})


def said(value: Mapping[str, Any], *names: str) -> str | None:
    """The first of the fields that says something, of a list its first; ``-``, ``N/A`` and the like do not."""
    for name in names:
        item = value.get(name)
        if item is None:
            continue
        found = next(iter(jsonlines.texts(item)), None)
        if found and found not in NO_NAME:
            return found
    return None


def process(column: str, path: object = None, command: object = None, pid: object = None, name: object = None) -> Row:
    """Columns below ``process``, ``process.parent_process`` or ``actor.process``; ``pid`` may be hexadecimal."""
    where, called = place(path, name)
    return kept(
        {
            f"{column}.file.path": where,
            f"{column}.name": called,
            f"{column}.cmd_line": text(command),
            f"{column}.pid": number(pid),
        }
    )


def file(path: object = None, name: object = None, sha256: object = None, size: object = None) -> Row:
    where, called = place(path, name)
    return kept(
        {
            "file.path": where,
            "file.name": called,
            "file.hashes.sha256": digest(sha256),
            "file.size": integer(size),
        }
    )


def place(path: object, name: object) -> tuple[str | None, str | None]:
    """A path and the name at its end; a path without a folder is no more than a name."""
    where = text(path)
    called = text(name) or (basename(where) if where else None)
    return (where if where and ("/" in where or "\\" in where) else None), called


def account(column: str, name: object = None, domain: object = None, uid: object = None) -> Row:
    """Columns of ``user`` or ``actor.user``; a name may be ``DOMAIN\\name``."""
    said = text(name) or ""
    before, _, after = said.rpartition("\\")
    of = text(domain) or before
    return kept(
        {
            f"{column}.name": after if after not in NO_NAME else None,
            f"{column}.domain": of if of not in NO_NAME else None,
            f"{column}.uid": text(uid),
        }
    )


def kept(columns: Row) -> Row:
    return {name: value for name, value in columns.items() if value is not None}


def basename(path: str) -> str | None:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or None


def joined(folder: object, name: object) -> str | None:
    """A path out of its folder and its name; products disagree whether the folder already has the name."""
    where, called = text(folder), text(name)
    if not where or not called or (basename(where) or "").lower() == called.lower():
        return where or called
    separator = "/" if "/" in where and "\\" not in where else "\\"
    return where.rstrip("\\/") + separator + called


def digest(value: object) -> str | None:
    """A SHA-256 in small letters; None for other hashes and for nothing but zeros."""
    said = text(value)
    return said.lower() if said and SHA256.fullmatch(said) and said.strip("0") else None


def number(value: object) -> int | None:
    said = text(value)
    if said and said[:2] in ("0x", "0X"):
        try:
            return integer(int(said, 16))
        except ValueError:
            return None
    return integer(value)


def techniques(*values: object) -> list[str] | None:
    """Ids of ATT&CK techniques within texts and lists, each once, in order."""
    found = dict.fromkeys(uid for said in texts(values) for uid in TECHNIQUE.findall(said))
    return list(found) or None


def texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from texts(value)
        elif isinstance(value, dict):
            yield from texts(value.values())


def ransomware(*values: object) -> Row:
    """Columns of a finding that names ransomware, or encryption for impact (T1486); else nothing."""
    if any(is_ransomware(said) or "T1486" in said or "ランサム" in said for said in texts(values)):
        return {"malware.classification_ids": [RANSOMWARE]}
    return {}
