"""Common Event Format: ``CEF:0|vendor|product|version|signature|name|severity|key=value key=value``.

Source: ArcSight Common Event Format, implementation standard, version 25.
"""

import re
from dataclasses import dataclass

FIELD = re.compile(r"((?:[^|\\]|\\.)*+)\|", re.DOTALL)
KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_.\[\]-]+)=")
ESCAPE = re.compile(r"\\([\\=|nr])")
UNESCAPED = {"n": "\n", "r": "\r"}
FIELDS = 7


@dataclass(frozen=True)
class Message:
    """A CEF message; of equal extension keys the first counts. ``severity`` is text as sent (0–10 or a word)."""

    vendor: str
    product: str
    version: str
    signature: str
    name: str
    severity: str
    extension: dict[str, str]

    def custom(self) -> dict[str, str]:
        """Custom fields by their labels: ``cs1=x cs1Label=Virus`` is ``{"Virus": "x"}``."""
        return {
            label: self.extension[key.removesuffix("Label")]
            for key, label in self.extension.items()
            if key.endswith("Label") and key.removesuffix("Label") in self.extension
        }


def parse(text: str) -> Message | None:
    """The message in ``text``, which begins with ``CEF:`` or, where a relay took that for a tag, with its version.

    None if it is no CEF.
    """
    at = 0
    fields: list[str] = []
    for _ in range(FIELDS):
        found = FIELD.match(text, at)
        if found is None:
            return None
        fields.append(_unescaped(found[1]))
        at = found.end()
    if fields[0].removeprefix("CEF:").strip() not in ("0", "1"):
        return None
    _, vendor, product, version, signature, name, severity = fields
    return Message(vendor, product, version, signature, name, severity, _extension(text[at:]))


def _extension(text: str) -> dict[str, str]:
    found = list(KEY.finditer(text))
    ends = [*(following.start() for following in found[1:]), len(text)]
    values: dict[str, str] = {}
    for key, end in zip(found, ends, strict=False):
        values.setdefault(key[1], _unescaped(text[key.end() : end].rstrip()))
    return values


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda found: UNESCAPED.get(found[1], found[1]), text)
