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
    token = _token(separators, assign)
    while at < end:
        found = token.match(text, at)
        assert found is not None, "any text begins with a token, be it empty"
        at = found.end()
        key, quoted, closing, plain = found.groups()
        if quoted is not None:
            truncated = truncated or not closing
        elif plain is None:
            continue
        if key:
            count += 1
            values.setdefault(key, plain if quoted is None else _unescaped(quoted))
        if not narrowed and at < end:
            token, narrowed = _token(text[at], assign), True
    return Pairs(values, count, truncated)


@cache
def _token(separators: str, assign: str) -> re.Pattern[str]:
    """A token with the separators before it: key, then quoted value and its closing quote, or plain value."""
    apart, equals = re.escape(separators), re.escape(assign)
    quoted = r'"([^"\\]*+(?:\\["\\]?[^"\\]*+)*+)("?)'
    return re.compile(rf"[ {apart}]*+([^{apart}{equals}]*+)(?:{equals}(?:{quoted}[^{apart}]*+|([^{apart}]*+)))?")


def _unescaped(value: str) -> str:
    return ESCAPE.sub(r"\1", value) if "\\" in value else value
