"""Text that came from outside, made harmless before it is shown: it can be read, not followed and not obeyed."""

import re
import unicodedata
from collections.abc import Mapping
from ipaddress import IPv6Address
from string import Formatter

from hinomi.ocsf.inside import lies_inside

LONGEST = 120
ACTING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Categories of characters that do something instead of showing something (Unicode TR 36, section 2.3)."""
AUTHORITY = re.compile(r"://[^\s/?#\"'<>]+")
NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
SCHEME = re.compile(r"http(s?)(?=://)", re.IGNORECASE)
"""Also in the middle of a Japanese sentence, where no word ends before it."""
FILE = (
    r"(?:exe|dll|sys|scr|lnk|msi|bat|cmd|ps1|js|jse|vbs|vbe|wsf|hta|jar|php|aspx?|jsp|docx?|docm|xlsx?|xlsm|xls|"
    r"pptx?|pptm|pdf|rtf|txt|csv|html?|xml|json|log|ini|tmp|iso|img|rar|lzh|jpe?g|png|gif|bmp|eml|msg)(?![A-Za-z0-9-])"
)
"""Endings of files that are no top-level domain: a name of one dot before them is a file's, and stays readable."""
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)", re.ASCII)
"""What looks like one, also inside a name or before a port."""
IPV6 = re.compile(r"(?<![\w.:])[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,7}(?![\w:])", re.ASCII)
OTHER_SCHEME = re.compile(r"(?<!hxxp)(?<!hxxps)://")
DOT = re.compile(rf"(?<=www)\.|\.(?!{FILE})(?=[^\W\d_]{{2}})", re.IGNORECASE)
QUOTES = str.maketrans("「」", "『』")
"""Inside the brackets of a sentence."""
MARK = "\N{REPLACEMENT CHARACTER}"


def visible(text: str, longest: int = LONGEST) -> str:
    """One line, characters that act (bells, right-to-left overrides) marked, cut where it gets too long."""
    shown = inert(" ".join(text.split()))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def inert(text: str) -> str:
    """Characters that act marked, but for those that part lines and columns."""
    return "".join(char if char in "\t\n\r" or unicodedata.category(char) not in ACTING else MARK for char in text)


def defanged(text: str) -> str:
    """URLs in a text written so that nothing makes a link of them (survey report, section 6.2: ``13dl[.]net``)."""
    dotless = AUTHORITY.sub(lambda match: match[0].replace(".", "[.]"), text)
    return SCHEME.sub(lambda match: "hxxp" + match[1].lower(), dotless)


def defanged_host(host: str) -> str:
    """A host name, address or mail address that is known to be one."""
    return host.replace(".", "[.]").replace("@", "[@]")


def unlinked(text: str) -> str:
    """As :func:`defanged` and :func:`inert`, and every dotted name but files' too: mail makes links of those."""

    def unnamed(match: re.Match[str]) -> str:
        stem, _, ending = match[0].rpartition(".")
        is_number = ending.isdigit()  # an IP address or a version
        is_file = "." not in stem and re.match(FILE, ending, re.IGNORECASE)
        return match[0] if is_number or is_file else match[0].replace(".", "[.]")

    return NAME.sub(unnamed, defanged(inert(text)))


def harmless(text: str, longest: int = 80) -> str:
    """For a place in a sentence of a mail: one line, and nothing in it becomes a link or can be followed."""
    return unreachable(unlinked(visible(text, longest)))


def unreachable(text: str) -> str:
    """IP addresses outside and links that are none of the web's, written so that nobody follows them.

    A company's own addresses stay readable.
    """
    text = DOT.sub("[.]", OTHER_SCHEME.sub("[:]//", text))
    text = IPV4.sub(lambda match: match[0] if lies_inside(match[0]) else match[0].replace(".", "[.]"), text)
    return IPV6.sub(lambda match: match[0].replace(":", "[:]") if is_outside_ipv6(match[0]) else match[0], text)


def is_outside_ipv6(text: str) -> bool:
    """A time of day and a MAC address have colons, too, and are none."""
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return not lies_inside(text)


def harmless_slots(host: str, address: str, user: str, detail: str, longest: int = 80) -> dict[str, str]:
    """As :func:`slots`, of texts from outside: what may stand in a card on a page, in a mail and on paper."""
    given = slots(*(visible(value, longest) for value in (host, address, user, detail)))
    return {name: unreachable(unlinked(value)).translate(QUOTES) for name, value in given.items()}


class Slots(dict[str, str]):
    """What fills the slots of an advice card; a slot nobody filled says so."""

    unknown = "不明"

    def __missing__(self, slot: str) -> str:
        return self.unknown


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


def filled(text: str, values: Mapping[str, str], unknown: str = Slots.unknown) -> str:
    """A card's text with what :func:`slots` names; braces in values stay as they are."""
    given = Slots(values)
    given.unknown = unknown
    return Formatter().vformat(text, (), given)
