"""What an attack was for, in the words of the study, by the tags of the OWASP Core Rule Set.

Source: survey report, section 6.2 (3), "攻撃目的別の累計検知件数"; OWASP CRS documentation, "Tags".
"""

import re
from collections.abc import Iterable

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
}
"""Beginning of a tag to purpose; of several that fit, the longest counts."""
BY_LENGTH = tuple(sorted(PURPOSES, key=len, reverse=True))
SCANNER_RULES = "913"
CVE = re.compile(r"\bCVE[-/ ]?\d{4}-\d{4,}", re.IGNORECASE)


def of_rule(uid: str, tags: Iterable[str]) -> str:
    """The purpose of what one rule found; ``OTHER`` for protocol violations and the like."""
    if len(uid) == 6 and uid.startswith(SCANNER_RULES):
        return SCAN
    names = (tag.lower().removeprefix("owasp_crs/") for tag in tags)
    fitting = (PURPOSES[beginning] for name in names for beginning in BY_LENGTH if name.startswith(beginning))
    return next(fitting, OTHER)


def names_cve(*texts: str) -> bool:
    return any(CVE.search(text) for text in texts)
