"""Whether a report in a format for SIEMs is its product's own verdict, and which.

A report is a verdict if its severity is high and it names somebody, or if its category, name or signature is that of
a threat. Sign-ins, updates, audits and what was found clean are none. Source of the categories: survey report,
section 4.5; of the severities: ArcSight Common Event Format, implementation standard, "Severity".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import sign_in, threats
from hinomi.library.formats.addresses import present
from hinomi.ocsf.classes import SeverityId

WORDS = {
    "unknown": SeverityId.UNKNOWN,
    "info": SeverityId.INFORMATIONAL,
    "informational": SeverityId.INFORMATIONAL,
    "low": SeverityId.LOW,
    "medium": SeverityId.MEDIUM,
    "high": SeverityId.HIGH,
    "very-high": SeverityId.CRITICAL,
    "critical": SeverityId.CRITICAL,
}
NUMBERS = (
    SeverityId.INFORMATIONAL,
    *(SeverityId.LOW,) * 3,
    *(SeverityId.MEDIUM,) * 3,
    *(SeverityId.HIGH,) * 2,
    *(SeverityId.CRITICAL,) * 2,
)
"""By CEF's and LEEF's severities 0 to 10."""
THREAT = re.compile(
    r"virus|malware|malicious|trojan|ransom|\bworm|spyware|adware|phish|botnet|c&c|\bcnc\b|\bc2\b|exploit|intrusion"
    r"|attack|injection|\bxss\b|cross.?site|\bspam\b|threat|vulnerab|brute.?force|violation|suspicious|eicar|backdoor"
    r"|rootkit|anomal|\bi[dp]s\b|port.?scan|\bdos\b|ddos|riskware|\bpua\b|hack|correlation|\bioc\b|脅威|不正|攻撃",
    re.IGNORECASE,
)
HARMLESS = re.compile(
    r"updat|download of|\bpattern\b|definition|licen[cs]e|\bno (?:threat|virus|malware)|\bclean\b|not infected|audit"
    r"|scan (?:started|completed|finished|result)|heartbeat|subscription|enabled|disabled|service (?:start|stop)",
    re.IGNORECASE,
)
NAMING = re.compile(
    r"(?:virus|malware|spyware|threat|detection|signature|attack)[ _-]?name$|^(?:virus|malware|threat)$", re.IGNORECASE
)
NAMING_MALWARE = re.compile(r"(?:virus|malware|spyware|threat|detection)[ _-]?(?:name)?$", re.IGNORECASE)
WHO = ("src", "dst", "shost", "dhost", "suser", "duser", "fname", "filePath", "request", "sourceAddress", "c6a2")
CATEGORIES: tuple[tuple[UtmCategory, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern, re.IGNORECASE))
    for category, pattern in (
        (UtmCategory.CNC_CALLBACK, r"c&c|\bcnc\b|\bc2\b|callback|command.and.control|botnet"),
        (UtmCategory.SPAM, r"\bspam\b|bulk.?mail"),
        (UtmCategory.MALWARE, r"virus|malware|trojan|\bworm|spyware|adware|eicar|backdoor|rootkit|sandbox|riskware"),
        (UtmCategory.MALICIOUS_SITE, r"phish|malicious.?(?:site|url|domain|web)|(?:web|url).?reputation"),
        (UtmCategory.FORBIDDEN_APPLICATION, r"app(?:lication)?.?control|application.?filter"),
        (UtmCategory.URL_CATEGORY, r"(?:url|web|content).?filter|url.?categor"),
        (UtmCategory.IPS, r"\bi[dp]s\b|intrusion|exploit|attack|injection|\bxss\b|cross.?site|vulnerab|brute.?force"
                          r"|signature|violation|anomal|flood|\bdos\b|ddos|buffer.?overflow"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """``said`` are the fields by CEF's keys, ``labelled`` the custom fields by their labels in lower case."""

    vendor: str
    product: str
    version: str
    code: str
    name: str
    severity: str
    said: Mapping[str, str]
    labelled: Mapping[str, str]

    @cached_property
    def title(self) -> str:
        """What says of which kind the report is."""
        return f"{self.code} {self.name} {self.said.get('cat', '')}"

    @cached_property
    def level(self) -> SeverityId:
        said = self.severity.strip()
        if said.isascii() and said.isdigit():
            return NUMBERS[min(int(said[:4]), len(NUMBERS) - 1)]
        return WORDS.get(said.lower(), SeverityId.UNKNOWN) if said else SeverityId.INFORMATIONAL


class Sense(IntEnum):
    """What the words of a title say of a report."""

    NOTHING = 0
    HARMLESS = 1
    THREAT = 2
    SIGN_IN = 3


@lru_cache(4096)
def sense(title: str) -> Sense:
    """Products use few titles, and every report has one."""
    if HARMLESS.search(title):
        return Sense.HARMLESS
    if THREAT.search(title):
        return Sense.THREAT
    return Sense.SIGN_IN if sign_in.WORDS.search(title) or sign_in.OUT.search(title) else Sense.NOTHING


def is_verdict(report: Report) -> bool:
    if threat(report):
        return True
    said = sense(report.title)
    if said is Sense.NOTHING:
        return report.level >= SeverityId.HIGH and any(report.said.get(key) for key in WHO)
    return said is Sense.THREAT


def threat(report: Report, naming: re.Pattern[str] = NAMING) -> str | None:
    """The name of what was found, where a custom field is labelled so."""
    named = (value for label, value in report.labelled.items() if naming.search(label))
    return next((name for value in named if (name := present(value)) and not name.isdigit()), None)


def kind(report: Report) -> str | None:
    """The product's own classification; a number says nothing without its table."""
    said = present(report.said.get("cat"))
    return None if said and said.isdigit() else said


def called(report: Report) -> str:
    """What the product calls what happened, by its name or its number."""
    name = present(report.name)
    return name if name and not name.isdigit() else report.code


def title(report: Report) -> str:
    """What was found, or what it is called; never empty."""
    return threat(report) or called(report) or report.product or report.vendor or "alert"


def category(report: Report) -> UtmCategory | None:
    """The study's category by the words of the report, None for probes and for what has no such word."""
    told = f"{report.title} {threat(report) or ''}"
    if threats.is_ransomware(told):
        return UtmCategory.RANSOMWARE
    if any(threats.is_probe(name) for name in (report.name, report.code)):
        return None
    return next((found for found, words in CATEGORIES if words.search(told)), None)
