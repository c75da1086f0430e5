"""What an attack on a web site was for, in the words of the study.

    of_rule("942100", ("attack-sqli",), "SQL Injection Attack")      # a rule of the OWASP Core Rule Set
    of_words("AWSManagedRulesSQLiRuleSet", "SQLi_BODY")              # a rule of another vendor, by its name

Source: survey report, section 6.2 (3), "攻撃目的別の累計検知件数"; OWASP CRS documentation, "Tags" and "Rules".
"""

import re
from collections.abc import Iterable

from hinomi.ocsf.classes import SeverityId

DEFACEMENT = "Webサイトの変造/偽造"
LEAK = "個人情報の漏えい"
NEW_VULNERABILITY = "新たな脆弱性"
INJECTION = "悪意あるコード挿入"
SCAN = "脆弱性スキャン"
OTHER = "その他"

PURPOSES = {
    "attack-rce": DEFACEMENT,
    "attack-lfi": DEFACEMENT,
    "attack-rfi": DEFACEMENT,
    "attack-injection-php": DEFACEMENT,
    "attack-injection-java": DEFACEMENT,
    "attack-php": DEFACEMENT,
    "attack-java": DEFACEMENT,
    "attack-sqli": LEAK,
    "attack-nosqli": LEAK,
    "attack-disclosure": LEAK,
    "attack-xss": INJECTION,
    "attack-ldap": INJECTION,
    "attack-ssti": INJECTION,
    "attack-ssrf": INJECTION,
    "attack-injection": INJECTION,
    "attack-reputation-scanner": SCAN,
    "reputation-scanner": SCAN,
    "web_attack/command_injection": DEFACEMENT,
    "web_attack/php_injection": DEFACEMENT,
    "web_attack/file_injection": DEFACEMENT,
    "web_attack/dir_traversal": DEFACEMENT,
    "web_attack/rfi": DEFACEMENT,
    "web_attack/sql_injection": LEAK,
    "leakage/": LEAK,
    "web_attack/xss": INJECTION,
    "web_attack/ldap_injection": INJECTION,
    "web_attack/ssi_injection": INJECTION,
    "automation/security_scanner": SCAN,
}
"""Beginning of a tag (CRS 3 and 4, then CRS 2) to purpose; of several that fit, the longest counts."""
BY_LENGTH = tuple(sorted(PURPOSES, key=len, reverse=True))
SCANNER_RULES = "913"
FAMILIES = {
    "930": DEFACEMENT,
    "931": DEFACEMENT,
    "932": DEFACEMENT,
    "933": DEFACEMENT,
    "944": DEFACEMENT,
    "942": LEAK,
    "950": LEAK,
    "951": LEAK,
    "952": LEAK,
    "953": LEAK,
    "954": LEAK,
    "934": INJECTION,
    "941": INJECTION,
    SCANNER_RULES: SCAN,
}
"""First digits of a CRS rule's id, for lines that lack its tags."""
CVE = re.compile(r"\bCVE[-/_ ]?\d{4}-\d{4,}", re.IGNORECASE)
WORDS = (
    (NEW_VULNERABILITY, re.compile(r"CVE[-/_ ]?\d{4}-\d{4,}|log4(?:j|shell)|spring4shell|reactj?srce", re.IGNORECASE)),
    (LEAK, re.compile(r"(?i:sqli|sql[_ -]?inj|injection.?sql|database|data.?leak|information (?:leak|disclos))|SQL")),
    (INJECTION, re.compile(r"(?i:cross.?site.?script|ssrf|ssti|template inj|ldap inj)|XSS|\bxss\b")),
    (
        DEFACEMENT,
        re.compile(
            r"RCE|LFI|RFI|\b(?:rce|lfi|rfi)\b"
            r"|(?i:remote code|(?:command|code|shell|php|os) ?inj|(?:path|directory) ?trav|file ?incl|web ?shell"
            r"|shell ?commands|phphighrisk|exploitable ?(?:commands|paths)|deseriali|file upload)"
        ),
    ),
    (SCAN, re.compile(r"(?i:scan|recon|\bprob(?:e|ing)\b|vulnerab|\bnikto\b|sqlmap|fuzz|bad ?bots?)")),
)
"""Words in names and texts of rules, the most telling first."""


def of_rule(uid: str, tags: Iterable[str], message: str = "") -> str:
    """The purpose of what a CRS rule found; ``OTHER`` for protocol violations and the like."""
    family = uid[:3] if len(uid) == 6 else ""
    if family == SCANNER_RULES:
        return SCAN
    names = (tag.lower().removeprefix("owasp_crs/") for tag in tags)
    fitting = (PURPOSES[beginning] for name in names for beginning in BY_LENGTH if name.startswith(beginning))
    return next(fitting, None) or FAMILIES.get(family) or of_words(message)


def of_words(*texts: str) -> str:
    """The purpose that names or descriptions of rules tell; ``OTHER`` where none does."""
    said = " ".join(texts)
    return next((purpose for purpose, words in WORDS if words.search(said)), OTHER)


def severity(purpose: str) -> SeverityId:
    """How grave an attempt is where the vendor does not say: high like a critical rule of the CRS, scans less."""
    return {OTHER: SeverityId.LOW, SCAN: SeverityId.MEDIUM}.get(purpose, SeverityId.HIGH)


def names_cve(*texts: str) -> bool:
    return any(CVE.search(text) for text in texts)
