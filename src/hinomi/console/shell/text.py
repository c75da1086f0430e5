"""Text that came from outside, made safe and honest to look at."""

import unicodedata

ACTING = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""General categories of characters that do something instead of showing something."""


def visible(text: str) -> str:
    """The text with its control and direction characters written out (``\\u202e``), so that none of them acts.

    Source: Unicode technical report 36, section 2.3.
    """
    return "".join(escape(char) if acts(char) else char for char in text)


def acts(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in ACTING


def escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def readable(raw: bytes) -> tuple[str, bool]:
    """Bytes for reading: UTF-8 text, or a hex dump where they are none; the flag says which (True: text)."""
    try:
        return visible(raw.decode("utf-8")), True
    except UnicodeDecodeError:
        return hex_dump(raw), False


def hex_dump(raw: bytes, width: int = 16) -> str:
    """Offset, bytes and printable ASCII, as ``hexdump -C`` prints them."""
    lines = []
    for offset in range(0, len(raw), width):
        part = raw[offset : offset + width]
        printable = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        lines.append(f"{offset:08x}  {part.hex(' '):<{width * 3 - 1}}  |{printable}|")
    return "\n".join(lines)
