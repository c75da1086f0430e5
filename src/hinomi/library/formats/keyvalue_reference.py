"""The grammar of key=value lines in plain Python: slow, obvious, and the oracle of the fast scanner.

A line is tokens between separators. ``key=value`` is a pair; a token without ``=`` is skipped (a relay's
header, a stray word). A value in double quotes runs to the next quote, whatever separators it holds;
within it ``\\"`` is a quote and ``\\\\`` a backslash, any other backslash is itself (``DOMAIN\\user``). A quote
that never ends, as in a line cut by UDP, runs to the end of the line, and that is said. Of equal keys the
first counts, so that a value an attacker chose cannot overrule what the device wrote before it.

Where several separators are possible, the one that ends the first pair is the line's only one: FortiGate
writes ``date=2023-01-15 time=…`` or, in its csv mode, ``date=2023-01-15,time=…``.
"""

import re
from dataclasses import dataclass
from functools import cache

ESCAPE = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class Pairs:
    """What a line says: ``values`` by key, how many pairs it holds, and whether its last quote never ends."""

    values: dict[str, str]
    count: int
    truncated: bool


def parse(text: str, separators: str = " ", assign: str = "=") -> Pairs:
    """The pairs of a line without its syslog header. Never fails; a text that is no key=value has none."""
    values: dict[str, str] = {}
    count, at, end = 0, 0, len(text)
    truncated, narrowed = False, False
    while at < end:
        if text[at] == " " or text[at] in separators:
            at += 1
            continue
        stop = _next(separators + assign, text, at)
        if stop == end or text[stop] != assign:
            at = stop
            continue
        key, at = text[at:stop], stop + 1
        if text.startswith('"', at):
            close = _closing_quote(text, at + 1)
            truncated = truncated or close == end
            value = _unescaped(text[at + 1 : close])
            at = _next(separators, text, min(close + 1, end))
        else:
            stop = _next(separators, text, at)
            value, at = text[at:stop], stop
        if key:
            count += 1
            values.setdefault(key, value)
        if not narrowed and at < end:
            separators, narrowed = text[at], True
    return Pairs(values, count, truncated)


@cache
def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile("[" + re.escape(characters) + "]")


def _next(characters: str, text: str, start: int) -> int:
    """Where the next of the ``characters`` lies at or after ``start``; the end if none does."""
    found = _any_of(characters).search(text, start)
    return found.start() if found else len(text)


def _closing_quote(text: str, start: int) -> int:
    """Where the quote lies that ends a value beginning at ``start``; the end if none does."""
    place = text.find('"', start)
    while place >= 0:
        first = place
        while first > start and text[first - 1] == "\\":
            first -= 1
        if (place - first) % 2 == 0:
            return place
        place = text.find('"', place + 1)
    return len(text)


def _unescaped(value: str) -> str:
    return ESCAPE.sub(r"\1", value) if "\\" in value else value
