"""Mails for programs that read ISO-2022-JP (RFC 1468) and nothing else, as many Japanese offices still have.

It knows JIS X 0208: no 髙, no ①, no half-width katakana, no emoji. :func:`folded` writes those otherwise, so that a
name stays readable and nothing is lost silently; what has no other form becomes 〓, the mark Japanese printers set
for a type they lack.
"""

import unicodedata
from datetime import datetime
from email import charset, policy
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hinomi.net.mail import Letter

NAME = "iso-2022-jp"
MISSING = "〓"
LONGEST_LINE = 300
"""Characters; a line of a mail has 998 octets at most (RFC 5322, section 2.1.1), and one may take three."""
SAME = {
    "～": "〜",  # U+FF5E and U+301C: one character in JIS, two in Unicode, by vendor
    "－": "−",
    "∥": "‖",
    "—": "―",
    "￠": "¢",
    "￡": "£",
    "￢": "¬",
    "‐": "‐",
    "–": "−",
    "¥": "￥",
    "•": "・",
    "髙": "高",
    "﨑": "崎",
    "德": "徳",
    "𠮷": "吉",
    "隆": "隆",
    "彅": "なぎ",
    "瀨": "瀬",
    "濵": "浜",
    "凜": "凛",
    "曻": "昇",
    "祐": "祐",
    "㈱": "(株)",
    "㈲": "(有)",
    "№": "No.",
    "\u00a0": " ",
}
"""Characters with a near relative that JIS X 0208 has; the rest is found by Unicode's own compatibility forms."""


def folded(text: str) -> str:
    """The text with every character it cannot hold written otherwise; what it can hold stays as it is."""
    return "".join(map(_fold, _composed(text)))


def _composed(text: str) -> str:
    """Half-width katakana with its voicing marks becomes one full-width character each."""
    if not any("\uff61" <= char <= "\uff9f" for char in text):
        return text
    pieces, run = [], ""
    for char in text:
        if "\uff61" <= char <= "\uff9f":
            run += char
            continue
        pieces += [unicodedata.normalize("NFKC", run), char]
        run = ""
    return "".join([*pieces, unicodedata.normalize("NFKC", run)])


def _fold(char: str) -> str:
    if _fits(char):
        return char
    if char in SAME and _fits(SAME[char]):
        return SAME[char]
    other = unicodedata.normalize("NFKC", char)
    if other in "0123456789" or (other.isdigit() and not char.isdecimal()):
        other = f"({other})"  # ① is a number in a ring, and no digit that joins the next
    other = "".join(SAME.get(part, part) for part in other)
    if other and _fits(other):
        return other
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return plain if plain and _fits(plain) else MISSING


def _fits(text: str) -> bool:
    if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text):
        return False  # an escape would switch the character set
    try:
        return text.encode("iso2022_jp").decode("iso2022_jp") == text
    except UnicodeEncodeError:
        return False


def wrapped(text: str) -> str:
    """No line is longer than a mail may have."""
    lines: list[str] = []
    for line in text.splitlines():
        pieces = [line[start : start + LONGEST_LINE] for start in range(0, len(line), LONGEST_LINE)]
        lines += pieces or [""]
    return "\n".join(lines) + "\n"


def written(letter: "Letter", sender: Address, to: Address, now: datetime) -> Message:
    """The letter in ISO-2022-JP: subject in encoded words (RFC 2047), text in seven bits."""
    body = MIMEText(wrapped(folded(letter.text)), "plain", NAME, policy=policy.compat32)
    message: Message = body
    if letter.files:
        message = MIMEMultipart("mixed", policy=policy.compat32)
        message.attach(body)
        for file in letter.files:
            part = MIMEApplication(file.data, file.content_type.partition("/")[2], policy=policy.compat32)
            part.add_header("Content-Disposition", "attachment", filename=file.name)
            message.attach(part)
    message["From"] = formataddr((folded(sender.display_name), sender.addr_spec), charset.Charset(NAME))
    message["To"] = to.addr_spec
    message["Subject"] = Header(folded(letter.subject), NAME, maxlinelen=75, header_name="Subject").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    return message
