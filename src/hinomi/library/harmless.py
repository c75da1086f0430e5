"""Text that came from outside, made harmless before it is shown: it can be read, not followed and not obeyed."""

import re
import unicodedata
from collections.abc import Mapping
from string import Formatter

LONGEST = 120
ACTING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Categories of characters that do something instead of showing something (Unicode TR 36, section 2.3)."""
AUTHORITY = re.compile(r"://[^\s/?#\"'<>]+")
NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
SCHEME = re.compile(r"http(s?)(?=://)", re.IGNORECASE)
"""Also in the middle of a Japanese sentence, where no word ends before it."""
MARK = "\N{REPLACEMENT CHARACTER}"


def visible(text: str, longest: int = LONGEST) -> str:
    """One line, characters that act (bells, right-to-left overrides) marked, cut where it gets too long."""
    spaced = " ".join(text.split())
    shown = "".join(MARK if unicodedata.category(char) in ACTING else char for char in spaced)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def defanged(text: str) -> str:
    """URLs in a text written so that nothing makes a link of them (survey report, section 6.2: ``13dl[.]net``)."""
    dotless = AUTHORITY.sub(lambda match: match[0].replace(".", "[.]"), text)
    return SCHEME.sub(lambda match: "hxxp" + match[1].lower(), dotless)


def defanged_host(host: str) -> str:
    """A host name, address or mail address that is known to be one."""
    return host.replace(".", "[.]").replace("@", "[@]")


def unlinked(text: str) -> str:
    """As :func:`defanged`, and every dotted name too: mail programs make links of those."""

    def unnamed(match: re.Match[str]) -> str:
        is_number = match[0].rpartition(".")[2].isdigit()  # an IP address or a version
        return match[0] if is_number else match[0].replace(".", "[.]")

    return NAME.sub(unnamed, defanged(text))


def harmless(text: str, longest: int = 80) -> str:
    """For a place in a sentence of a mail: one line, and nothing in it becomes a link."""
    return unlinked(visible(text, longest))


class Slots(dict[str, str]):
    """What fills the slots of an advice card; a slot nobody filled says so."""

    def __missing__(self, slot: str) -> str:
        return "不明"


def slots(host: str, address: str, user: str, detail: str) -> dict[str, str]:
    """What fills the slots of an advice card, of what is known; ``machine`` is the host with its address."""
    given = {
        "machine": f"{host} ({address})" if host and address and host != address else host or address,
        "host": host or address,
        "address": address,
        "user": user,
        "detail": detail,
    }
    return {name: value for name, value in given.items() if value}


def filled(text: str, values: Mapping[str, str]) -> str:
    """A card's text with what :func:`slots` names; braces in values stay as they are."""
    return Formatter().vformat(text, (), Slots(values))
