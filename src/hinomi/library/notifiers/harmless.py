"""Text that came from outside, made fit for a message: it can be read, not followed and not obeyed."""

import re
import unicodedata
from collections.abc import Mapping
from string import Formatter

ACTING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Categories of characters that do something instead of showing something (Unicode TR 36, section 2.3)."""
AUTHORITY = re.compile(r"://[^\s/?#\"'<>]+")
NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
SCHEME = re.compile(r"http(s?)(?=://)", re.IGNORECASE)
"""Also in the middle of a Japanese sentence, where no word ends before it."""
MARK = "\N{REPLACEMENT CHARACTER}"


def one_line(text: str, longest: int) -> str:
    """The text in one line, characters that act marked, cut after ``longest`` characters."""
    spaced = " ".join(text.split())
    shown = "".join(MARK if unicodedata.category(char) in ACTING else char for char in spaced)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def defanged(text: str) -> str:
    """URLs and domain names written so that no mail program makes a link of them: ``hxxp://13dl[.]net/a``."""
    dotless = AUTHORITY.sub(lambda match: match[0].replace(".", "[.]"), text)
    unnamed = NAME.sub(lambda match: match[0].replace(".", "[.]") if is_name(match[0]) else match[0], dotless)
    return SCHEME.sub(r"hxxp\1", unnamed)


def is_name(dotted: str) -> bool:
    """Not an IP address or a version: those end in a number."""
    return not dotted.rpartition(".")[2].isdigit()


def harmless(text: str, longest: int = 80) -> str:
    """Both, for a place in a sentence."""
    return defanged(one_line(text, longest))


class Slots(dict[str, str]):
    """What fills the slots of an advice card; a slot nobody filled says so."""

    def __missing__(self, slot: str) -> str:
        return "不明"


def filled(text: str, values: Mapping[str, str]) -> str:
    """A card's text with ``{host}``, ``{address}``, ``{user}`` and ``{detail}``; braces in values stay as they are."""
    return Formatter().vformat(text, (), Slots(values))
