"""What the name of a threat tells in the study's terms, and what a verdict keeps beside its columns.

    attack("HTTP: SQL Injection")          # UtmCategory.IPS
    attack("SCAN: Host Sweep")             # None: probing is an alert that the study's table does not count
    malware("Ransom.LockBit")              # UtmCategory.RANSOMWARE

Source of the categories: survey report, section 4.5.
"""

import re
from collections.abc import Mapping

import orjson

from hinomi.library.contracts import UtmCategory

RANSOM = re.compile(
    r"ransom|filecoder|cryptolocker|cryptowall|wannacry|wanna_?crypt|teslacrypt|lockbit|sodinokibi|gandcrab"
    r"|\b(?:akira|blackcat|cerber|crysis|locky|makop|petya|notpetya|phobos|revil|ryuk|samsam)\b",
    re.IGNORECASE,
)
PROBE = re.compile(
    r"\b(?:port|host|address|ip|tcp|udp|icmp|network)[\W_]*(?:scan|sweep)|\bscan(?:ning)?\b.*attack|^scan\b"
    r"|^(?:icmp[\W_]*)?ping!?$|icmp (?:echo|sweep)|^[\w ]*sweep",
    re.IGNORECASE,
)


def is_ransomware(*names: str | None) -> bool:
    """Whether any of the names is that of ransomware or of a family of it."""
    return any(name and RANSOM.search(name) for name in names)


def is_probe(name: str | None) -> bool:
    """Scans, sweeps and pings."""
    return bool(name and PROBE.search(name))


def attack(name: str | None, *more: str | None) -> UtmCategory | None:
    """Category of what intrusion prevention found; ``more`` are its families or classes."""
    if is_ransomware(name, *more):
        return UtmCategory.RANSOMWARE
    return None if is_probe(name) else UtmCategory.IPS


def malware(name: str | None, *more: str | None) -> UtmCategory:
    """Category of what antivirus or a sandbox found."""
    return UtmCategory.RANSOMWARE if is_ransomware(name, *more) else UtmCategory.MALWARE


def evidence(values: Mapping[str, object], *keys: str) -> str | None:
    """JSON text of the values under ``keys`` that say something, for ``unmapped``; None where none does."""
    kept = {key: values[key] for key in keys if values.get(key)}
    return orjson.dumps(kept, default=str).decode() if kept else None
