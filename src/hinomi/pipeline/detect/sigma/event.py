"""An event as a Sigma rule sees it: field names to texts, both as written and folded to lower case."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

Texts = dict[str, tuple[str, ...]]


def canonical(field: str) -> str:
    """Sigma field names differ from logs in case and blanks only (``New Value``, ``NewValue``): one form for both."""
    return field.replace(" ", "").lower()


def text(value: Any) -> str:
    """A value as Sigma compares it: everything is text, booleans in the words of XML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Event:
    """``raw`` and ``folded`` map canonical field names to values.

    A field that is absent or null has no values; an empty text is the value ``""``. Matching is
    case-insensitive unless a rule says otherwise, so most patterns read ``folded``.
    """

    def __init__(self, fields: Iterable[tuple[str, Any]]) -> None:
        self.raw: Texts = {}
        for name, value in fields:
            self.add(name, value)

    @cached_property
    def folded(self) -> Texts:
        return {name: tuple(map(str.lower, values)) for name, values in self.raw.items()}

    def add(self, name: str, value: Any) -> None:
        """Objects become dotted names, lists become several values; ``#text`` is the value of its element."""
        if isinstance(value, Mapping):
            for key, part in value.items():
                self.add(name if key == "#text" else f"{name}.{key}", part)
        elif isinstance(value, (list, tuple)):
            for part in value:
                self.add(name, part)
        elif value is not None:
            key = canonical(name)
            self.raw[key] = (*self.raw.get(key, ()), text(value))
