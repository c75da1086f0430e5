"""By what a card is measured: lengths, words, and which words of the two languages mean one thing."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import yaml

LEVELS: Final = ("act_now", "act_today", "check", "know")
SLOTS: Final = frozenset({"machine", "host", "user", "address", "detail"})
NAMING: Final = frozenset({"happened", "step", "president", "ask", "if_yes"})
"""Parts that may name the machine, the person or the thing; others are read without them."""
MOST_STEPS: Final = 3
MOST_ASKS: Final = 5
"""Things asked of the vendor."""
LONGEST: Final[dict[str, dict[str, int]]] = {
    "ja": {
        "title": 24, "happened": 110, "step": 90, "avoid": 90, "within": 20, "contact": 60,
        "president": 150, "vendor": 120, "ask": 70, "if_yes": 70,
    },
    "en": {
        "title": 60, "happened": 210, "step": 170, "avoid": 160, "within": 40, "contact": 120,
        "president": 330, "vendor": 240, "ask": 140, "if_yes": 140,
    },
}  # fmt: skip
"""Characters of each part, its slots unfilled."""
LONGEST_SENTENCE: Final = {"ja": 60, "en": 110}
PRESIDENTS_SENTENCE: Final = {"ja": 75, "en": 180}
PRESIDENTS_SENTENCES: Final = 2
TECHNICAL: Final = "vendor"
"""The part whose reader knows the words of the trade."""

SAME_FACTS: Final[dict[str, str]] = {
    "監視センター": r"monitoring centre",
    "警察": r"\bpolice\b",
    "銀行": r"\bbanks?\b",
    "カード会社": r"\bcard company\b",
    "保守会社": r"\bmaintenance company\b",
    "取引先": r"\b(?:business partners?|customers?)\b",
    "LANケーブル": r"\bnetwork cables?\b",
    "無線": r"\bwireless\b",
    "電源": r"\bpower\b(?! cut)|\b(?:turn|switch) (?:the (?:PC|device|machine)s? |it |machines )(?:off|on)\b",
    "パスワード": r"\bpasswords?\b",
    "USB": r"\bUSB\b",
    "バックアップ": r"\bbackups?\b",
    "個人情報保護委員会": r"Personal Information Protection Commission",
    "JPCERT": r"JPCERT",
    "IPA": r"\bIPA\b",
}
"""What a Japanese text names its English names too, and the other way round."""
LIMITS_HARM: Final = {
    "ja": r"LANケーブル|電話を切|無線を切|サインアウト|止めて",
    "en": r"network cable|hang up|wireless|sign .* out|stop",
}
"""What the first two steps of a card that cannot wait must do."""
CALLS: Final = {"ja": "電話", "en": r"\bcall\b"}
CENTRE: Final = {"ja": "監視センター", "en": "monitoring centre"}
PERSON: Final = {"ja": r"使っている人|受け取った人|本人に|使う人", "en": r"\bthe (?:user|recipient|person)\b"}
"""A card that speaks of a person must say who it is."""
ASKING: Final = "ください"
FORBIDDING: Final = "ないでください"
COMMANDING: Final = re.compile(r"下さい|ましょう|しろ。|せよ。|すること。|(?:[^が]の|る|う)こと。")
"""Not how this product asks."""
COMMANDING_EN: Final = re.compile(r"\b(?:please|must|should|you need to)\b", re.IGNORECASE)
PHONE: Final = re.compile(r"\d{2,4}-\d{2,4}-\d{3,4}|(?<!\d)0\d{9,10}(?!\d)")
"""Numbers change: those of the company and the centre come from the settings; #9110 is the police's everywhere."""
LINK: Final = re.compile(r"[a-z][a-z0-9+.-]*://|www\.|[^\W_][\w-]*\.[a-z]{2,}|[\w.+-]+@[\w-]+", re.IGNORECASE)
NUMBER: Final = re.compile(r"\d+")


@cache
def jargon() -> dict[str, dict[str, str]]:
    """Words that need an explanation, and the explanation, by language."""
    found: dict[str, dict[str, str]] = yaml.load(
        Path(__file__).with_name("jargon.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return found


@cache
def jargon_pattern(language: str) -> re.Pattern[str]:
    """Any such word, the longest first; an English one only as a word of its own."""
    words = sorted(jargon()[language], key=len, reverse=True)
    edged = (rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word) for word in words)
    return re.compile("|".join(edged), re.IGNORECASE if language == "en" else 0)


def unexplained(text: str, language: str) -> list[str]:
    """Words of :func:`jargon` in a text after which their explanation does not stand in brackets."""
    known = {word.lower(): plain for word, plain in jargon()[language].items()}
    found = []
    for match in jargon_pattern(language).finditer(text):
        plain = known[match[0].lower()]
        wanted = f"({plain})" if language == "ja" else f" ({plain})"
        if not text.startswith(wanted, match.end()):
            found.append(match[0])
    return found
