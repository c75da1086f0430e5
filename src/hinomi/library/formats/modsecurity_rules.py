r"""Rules that ModSecurity and Coraza say a request hit, and the verdict they add up to.

    hit = of_text('ModSecurity: Warning. Pattern match … [id "942100"] [msg "…"] [severity "CRITICAL"] [tag "…"]')
    row |= verdict([hit, …], blocked=True, raw=line)

A request is one verdict however many rules it hit, named after the most telling: severe, with a purpose, no mere
sum of the others. Source: ModSecurity Reference Manual, "Data formats"; OWASP CRS documentation.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from hinomi.library.formats import attack_purpose, events
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import DispositionId, SeverityId

SEVERITIES = {
    1: SeverityId.HIGH,
    2: SeverityId.HIGH,
    3: SeverityId.MEDIUM,
    4: SeverityId.MEDIUM,
    5: SeverityId.LOW,
}
"""Rules' severities ALERT, CRITICAL, ERROR, WARNING, NOTICE. CRS says CRITICAL of every likely attack, and a
site on the internet sees thousands a month: that is High here, not Critical."""
LEVELS = ("EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG")
UNSAID = 9
"""Rank of a rule without a severity, which ModSecurity writes as 0 (EMERGENCY in syslog's scale)."""
SCORING_RULES = ("949", "959", "980")
"""CRS rules that only add up what others found; CRS 2 says it in words."""
SCORING_TEXT = "Anomaly Score"
FIELD = re.compile(r'\[([a-z_]{2,32}) "((?:[^"\\]|\\.)*+)"\]')
DENIED = re.compile(r"(?:ModSecurity: +)?Access denied")
ACTED = re.compile(r"(?:ModSecurity: +)?(?:Access (?:denied|allowed|to phase)|Warning\.)")


@dataclass(frozen=True)
class Rule:
    """What a rule says whenever it is hit; ``severity`` as syslog has it, 2 is CRITICAL."""

    uid: str
    message: str
    severity: int
    tags: tuple[str, ...]
    purpose: str
    names_cve: bool
    rank: tuple[bool, int, bool]
    """Most telling first: no mere sum, severe, with a purpose."""


class Hit(NamedTuple):
    """A rule that a request hit, what it found there, and whether it was the one that stopped the request."""

    rule: Rule
    data: str | None
    denied: bool = False


@lru_cache(maxsize=4096)
def rule(uid: str, message: str, severity: int, tags: tuple[str, ...]) -> Rule:
    scoring = len(uid) == 6 and (uid.startswith(SCORING_RULES) or SCORING_TEXT in message)
    found = attack_purpose.of_rule(uid, tags, "" if scoring else message)
    names_cve = attack_purpose.names_cve(message, *tags)
    return Rule(uid, message, severity, tags, found, names_cve, (scoring, severity, found == attack_purpose.OTHER))


def hit(uid: str | None, message: str | None, severity: int | None, tags: Iterable[str], data: str | None) -> Hit:
    """A hit from its parts; a rule without a text is named by its id."""
    text = message or f"ModSecurity {uid or '?'}"
    return Hit(rule(uid or "", text, severity or UNSAID, tuple(tags)), data or None)


def fields(text: str) -> list[tuple[str, str]]:
    """Every ``[name "value"]`` of a message; a field whose quote was lost is skipped."""
    return FIELD.findall(text)


def of_text(text: str) -> Hit | None:
    """The hit that a line of an error log or an audit log's trailer tells; None where the engine says anything else."""
    said: dict[str, str] = {}
    tags: list[str] = []
    for name, value in fields(text):
        if name == "tag":
            tags.append(value)
        else:
            said.setdefault(name, value)
    if "id" not in said and not ACTED.match(text):
        return None
    found = hit(said.get("id"), said.get("msg") or plain(text), level(said.get("severity")), tags, said.get("data"))
    return found._replace(denied=DENIED.match(text) is not None)


def plain(text: str) -> str:
    """What the engine says before the first field."""
    return text.partition(" [file ")[0].removeprefix("ModSecurity: ").removeprefix("Warning. ")[:256]


def level(severity: str | None) -> int | None:
    """Severity by number (3.x) or by name (2.x)."""
    if severity and severity.isdigit():
        return int(severity)
    return LEVELS.index(severity.upper()) if severity and severity.upper() in LEVELS else None


def rank(hit: Hit) -> tuple[tuple[bool, int, bool], bool]:
    return hit.rule.rank, not hit.denied


def ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Most telling first."""
    return sorted(hits, key=rank)


def severity(rule: Rule, blocked: bool) -> SeverityId:
    """A rule that says nothing of its severity yet stops a request is no trifle."""
    if rule.severity == UNSAID and blocked:
        return SeverityId.MEDIUM
    return SEVERITIES.get(rule.severity, SeverityId.INFORMATIONAL)


def verdict(hits: list[Hit], *, blocked: bool, raw: str, **more: Any) -> Row:
    """Columns of a request that hit rules (:func:`ranked`); ``more`` goes to ``unmapped`` where it is not empty."""
    worst = hits[0].rule
    return {
        **events.verdict(
            worst.message,
            purpose(hits),
            severity=severity(worst, blocked),
            disposition=DispositionId.BLOCKED if blocked else DispositionId.DETECTED,
            raw=raw,
            unmapped=details(hits, more),
        ),
        "metadata.event_code": worst.uid or None,
        "firewall_rule.uid": worst.uid or None,
        "firewall_rule.name": worst.message,
    }


def purpose(hits: list[Hit]) -> str:
    """A CVE that any rule names comes first, then the most severe rule that tells a purpose."""
    if any(found.rule.names_cve for found in hits):
        return attack_purpose.NEW_VULNERABILITY
    purposes = (found.rule.purpose for found in hits)
    return next((found for found in purposes if found != attack_purpose.OTHER), attack_purpose.OTHER)


def details(hits: list[Hit], more: dict[str, Any]) -> str:
    """All rules hit, as JSON text."""
    kept = {
        "rule_ids": [found.rule.uid for found in hits],
        "rules": [described(found) for found in hits],
        "tags": sorted({tag for found in hits for tag in found.rule.tags}),
        **more,
    }
    return orjson.dumps({name: value for name, value in kept.items() if value}).decode()


def described(found: Hit) -> dict[str, str | int | None]:
    severity = found.rule.severity if found.rule.severity != UNSAID else None
    return {"id": found.rule.uid, "message": found.rule.message, "severity": severity, "data": found.data}
