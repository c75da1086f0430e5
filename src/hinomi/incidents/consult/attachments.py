"""Pictures and PDFs that companies send: what they really are, and where their bytes lie."""

import os
import re
import secrets
import unicodedata
from pathlib import Path

from hinomi.incidents.consult.models import NAME_LENGTH
from hinomi.incidents.consult.problems import NotAPicture, TooLarge

LARGEST = 5 * 2**20
"""Bytes."""
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}
PATH = re.compile(r"[\\/]")
NOT_IN_NAMES = frozenset(':*?"<>|')


def media_type(content: bytes) -> str:
    """What the bytes are, by their signature; what their sender called them counts for nothing.

    Source: PNG specification (W3C), section 5.2; ITU-T T.81, B.1.1.3; ISO 32000-2, section 7.5.2.

    Raises:
        TooLarge, NotAPicture: it is not taken.
    """
    if len(content) > LARGEST:
        raise TooLarge(LARGEST)
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    raise NotAPicture


def name_of(given: str, kind: str) -> str:
    """A name to show and to save under: no path, nothing that acts, with the ending of what it really is."""
    last = PATH.split(given)[-1]
    plain = "".join(char for char in last if char not in NOT_IN_NAMES and unicodedata.category(char)[0] != "C")
    stem = plain.rpartition(".")[0] or plain
    return (stem.strip(" .")[: NAME_LENGTH - 4] or "file") + ENDINGS[kind]


def keep(folder: Path, content: bytes) -> str:
    """Write the bytes under a name nobody can guess, safely before a row names them; returns that name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_hex(16)
    with (folder / key).open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return key


def forget(folder: Path, key: str) -> None:
    """Take back what :func:`keep` wrote."""
    (folder / key).unlink(missing_ok=True)
