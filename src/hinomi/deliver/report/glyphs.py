"""Which characters the report's font can show; a character it lacks is set as 〓, as Japanese printers do."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import noto_cjk_sans_jp_bold
import noto_cjk_sans_jp_regular

GETA = "〓"
UNICODE_FULL = (3, 10)
"""Platform and encoding of a character map over all of Unicode (OpenType, table ``cmap``)."""
SEGMENTED = 12


def folders() -> list[Path]:
    """Where the font's files lie."""
    return [Path(package.__file__).parent for package in (noto_cjk_sans_jp_regular, noto_cjk_sans_jp_bold)]


def settable(value: Any, known: frozenset[int]) -> Any:
    """The same data with every text reduced to characters that can be shown."""
    if isinstance(value, str):
        return "".join(char if ord(char) in known else GETA for char in value)
    if isinstance(value, list):
        return [settable(item, known) for item in value]
    if isinstance(value, dict):
        return {key: settable(item, known) for key, item in value.items()}
    return value


@cache
def known() -> frozenset[int]:
    """Code points that both weights of the font can show."""
    files = [path for folder in folders() for path in folder.glob("*.otf")]
    return frozenset.intersection(*(frozenset(code_points(path.read_bytes())) for path in files))


def code_points(font: bytes) -> Iterator[int]:
    """What a font maps to a glyph. Source: OpenType 1.9, ``cmap`` subtable format 12.

    Raises:
        ValueError: the font has no such subtable.
    """
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(">4s3I", font[12 : 12 + 16 * struct.unpack_from(">H", font, 4)[0]])
    }
    cmap = tables[b"cmap"]
    records = struct.iter_unpack(">HHI", font[cmap + 4 : cmap + 4 + 8 * struct.unpack_from(">H", font, cmap + 2)[0]])
    for platform, encoding, offset in records:
        start = cmap + offset
        if (platform, encoding) == UNICODE_FULL and struct.unpack_from(">H", font, start)[0] == SEGMENTED:
            groups = struct.unpack_from(">I", font, start + 12)[0]
            for first, last, _ in struct.iter_unpack(">3I", font[start + 16 : start + 16 + 12 * groups]):
                yield from range(first, last + 1)
            return
    raise ValueError("the font has no character map over all of Unicode")
