"""A mail message as a person would read it: subject, text and attachments, whatever its charsets.

Devices write ISO-2022-JP, Shift_JIS under other names, 8-bit text without any header, and nest what they send. What
a message unfolds to is bounded. Source: RFC 5322, RFC 2045-2047.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape
from zoneinfo import ZoneInfo

from hinomi.library.formats import mime
from hinomi.library.formats.lines import decode

MOST_PARTS = 200
LARGEST_TEXT = 1 << 20
CHARSETS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
}
"""Names that devices use, and the wider encoding that reads what they send under them."""
TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
CELL = re.compile(r"</t[dh]\b[^>]*>\s*(?=<t[dh]\b)", re.IGNORECASE)
"""Between two cells of a row; mails of devices are often tables of names and values."""
BREAK = re.compile(r"<(?:br|/p|/tr|/div|/li|/h\d)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """``name`` as written by the sender: never a path to write to."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """``date`` is naive UTC, None where the message has none that can be read."""

    message_id: str | None
    sender: str | None
    recipients: tuple[str, ...]
    subject: str
    date: datetime | None
    date_text: str | None
    text: str
    attachments: tuple[Attachment, ...]


def is_letter(payload: bytes) -> bool:
    """Whether ``payload`` begins as a message does: header lines, one of them of a kind every message has."""
    head = payload.lstrip()[:8192].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = {line.partition(b":")[0].strip().lower() for line in head.split(b"\n") if b":" in line}
    return bool(names & {b"from", b"subject", b"received", b"message-id", b"date", b"return-path"})


def read(payload: bytes, zone: ZoneInfo) -> Letter:
    """The message; never raises on what a sender wrote. A date without an offset is in ``zone``."""
    message = message_from_bytes(payload.lstrip(), policy=policy.compat32)
    texts: list[str] = []
    attachments: list[Attachment] = []
    for part in leaves(message):
        name = part.get_filename()
        data = body(part)
        if name or part.get_content_disposition() == "attachment":
            attachments.append(Attachment(mime.decode(str(name or "attachment")), data))
        elif part.get_content_maintype() == "text":
            texts.append(text_of(part, data))
    return Letter(
        message_id=header(message, "message-id"),
        sender=address(message, "from"),
        recipients=tuple(found for _, found in getaddresses([header(message, "to") or ""]) if found),
        subject=" ".join((header(message, "subject") or "").split()),
        date=moment(header(message, "date"), zone),
        date_text=header(message, "date"),
        text="\n".join(texts)[:LARGEST_TEXT],
        attachments=tuple(attachments),
    )


def leaves(message: Message) -> Iterator[Message]:
    """Parts that hold no parts; of alternatives the plain text where there is one."""
    waiting: list[Message] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        inner = part.get_payload()
        if not (part.is_multipart() and isinstance(inner, list)):
            yield part
            continue
        parts = [each for each in inner if isinstance(each, Message)]
        if part.get_content_subtype() == "alternative":
            parts = [each for each in parts if each.get_content_type() == "text/plain"][:1] or parts[-1:]
        waiting = [*parts, *waiting]


def body(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    return data if isinstance(data, bytes) else str(part.get_payload()).encode("utf-8", "replace")


def text_of(part: Message, data: bytes) -> str:
    said = str(part.get_content_charset() or "").lower()
    if b"\x1b$" in data:  # ISO-2022-JP, whatever the header says or leaves out
        said = "iso-2022-jp"
    try:
        text = data.decode(CHARSETS.get(said, said or "utf-8"))
    except (LookupError, UnicodeDecodeError, ValueError):
        text = data.decode("iso2022_jp_ext", "replace") if b"\x1b$" in data else decode(data)[0]
    if part.get_content_subtype() == "html":
        text = unescape(TAG.sub("", CELL.sub("\t", BREAK.sub("\n", text))))
    return text


def header(message: Message, name: str) -> str | None:
    """A header's text; 8-bit headers, which devices send, are read as the text they are."""
    value = next((value for key, value in message.raw_items() if key.lower() == name), None)
    if value is None:
        return None
    raw = str(value).encode("utf-8", "surrogateescape")
    text = raw.decode("iso2022_jp_ext", "replace") if b"\x1b$" in raw else decode(raw)[0]
    return " ".join(mime.decode(" ".join(text.split())).split()) or None


def address(message: Message, name: str) -> str | None:
    found = getaddresses([header(message, name) or ""])
    return next((each for _, each in found if each), None)


def moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
