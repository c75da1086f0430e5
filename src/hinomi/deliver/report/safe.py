"""Text that came from outside, made harmless before it is printed: it can be read, not followed or obeyed."""

import re
import unicodedata
from collections.abc import Mapping
from string import Formatter

LONGEST = 120
SCHEME = re.compile(r"\bhtt(ps?://)", re.IGNORECASE)
AUTHORITY = re.compile(r"(?<=://)[^\s/?#\"'<>]+")
ACTING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Categories of characters that do something instead of showing something (Unicode TR 36, section 2.3)."""


def visible(text: str, longest: int = LONGEST) -> str:
    """One line, without characters that act (bells, right-to-left overrides), cut where it gets too long."""
    spaced = " ".join(re.sub(r"[\t\r\n]", " ", text).split())
    shown = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ACTING else char for char in spaced)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def defanged(text: str) -> str:
    """URLs in a text written so that nothing makes a link of them (survey report, section 6.2: ``13dl[.]net``)."""
    dotless = AUTHORITY.sub(lambda match: match.group().replace(".", "[.]"), text)
    return SCHEME.sub(r"hxx\1", dotless)


def defanged_host(host: str) -> str:
    """A host name, address or mail address that is known to be one."""
    return host.replace(".", "[.]").replace("@", "[@]")


class Slots(dict[str, str]):
    """What fills the slots of an advice card; a slot nobody filled says so."""

    def __missing__(self, slot: str) -> str:
        return "不明"


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text of a card with its slots filled: ``{host}``, ``{address}``, ``{user}``, ``{detail}``."""
    return Formatter().vformat(text, (), Slots(values))
