"""What must be true of every event that a condition accepts: known before the event is looked at closely."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Glob, Number, Pattern, Prefix, Regex, Suffix
from hinomi.pipeline.detect.sigma.regex_literals import literals as literals_of_regex
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Keyword, Node, Not, Null, Reference

ANYWHERE = ""
"""Name of a field that stands for all of an event."""
EDGE = "\xff"
"""Before and behind a value. In a literal that is to be looked for it ties an end of it to an end of the value."""
BREAK = "\0"
DOT_ABOVE = "\u0307"
"""What İ becomes in lower case, besides i."""
SHORTEST = 3
WRITTEN_OTHERWISE = re.compile(r'[\xff"\\/{}\x01-\x1f\x7f]')
"""What JSON escapes, or a reader of events adds: edges, braces of a GUID."""
NUMERIC = re.compile(r"(0x)?[0-9a-f.+-]*")


class Literal(NamedTuple):
    """At least three octets of letters without case or in small ASCII, and EDGE, in a value of a field (canonical)."""

    field: str
    text: str


Cost = Callable[[Literal], float]
"""What part of the events a literal is expected in."""


def by_length(literal: Literal) -> float:
    """Long literals are rare; ``.exe``, ``.dll``, ``-``, ``true`` say little."""
    return 1.0 / max(size(literal.text) - 3, 1)


def witnesses(node: Node, cost: Cost = by_length) -> frozenset[Literal] | None:
    """Literals of which at least one is in every accepted event; None if there is no such set.

    Of the sets that a conjunction offers, the cheapest is taken.
    """
    match node:
        case Field(name, pattern):
            text = literal(pattern)
            return None if text is None else frozenset([Literal(name, text)])
        case Keyword(pattern):
            text = literal(pattern, in_document=True)
            return None if text is None else frozenset([Literal(ANYWHERE, text)])
        case AnyOf(children):
            sets = [witnesses(child, cost) for child in children]
            return None if None in sets else frozenset(chain.from_iterable(filter(None, sets)))
        case All(children):
            offered = [found for child in children if (found := witnesses(child, cost)) is not None]
            return min(offered, key=lambda found: sum(map(cost, found)), default=None)
        case _:
            return None


def literals(node: Node) -> Iterator[Literal]:
    """All that :func:`witnesses` may choose from."""
    match node:
        case Field() | Keyword():
            yield from witnesses(node) or ()
        case AnyOf(children) | All(children):
            yield from chain.from_iterable(map(literals, children))
        case _:
            return


@lru_cache(maxsize=1 << 16)
def literal(pattern: Pattern, *, in_document: bool = False) -> str | None:
    """The longest run of a pattern's literals, if it is long enough to be worth looking for.

    ``in_document``: the run must be in the JSON text of an event, however numbers and escapes are written there.
    """
    found = runs(pattern)
    if in_document:
        found = [piece for run in found for piece in WRITTEN_OTHERWISE.split(run) if not NUMERIC.fullmatch(piece)]
        found = [piece for run in found for piece in re.split(r"[^\x20-\x7e]", run)]
    longest = max(found, key=size, default="")
    return longest if size(longest) >= SHORTEST else None


def runs(pattern: Pattern) -> list[str]:
    """Literals that must be in whatever a pattern accepts; EDGE ties them to the ends of the value."""
    match pattern:
        case Exact(text):
            parts = [EDGE + plain(text) + EDGE]
        case Prefix(text):
            parts = [EDGE + plain(text)]
        case Suffix(text):
            parts = [plain(text) + EDGE]
        case Contains(text):
            parts = [plain(text)]
        case Glob(pieces):
            parts = ["".join(BREAK if part is None else plain(part) for part in piece) for piece in pieces]
            parts[0] = EDGE + parts[0]
            parts[-1] += EDGE
        case Regex(expression, flags):
            parts = [plain(text) for text in literals_of_regex(expression, flags)]
        case _:
            parts = []
    return [run for part in parts for run in part.split(BREAK) if run not in ("", EDGE)]


def size(text: str) -> int:
    return len(text.replace(EDGE, "?").encode())


def plain(text: str) -> str:
    """The text with breaks instead of letters that case may change beyond ASCII."""
    if text.isascii():
        return text.lower()
    return "".join(letter.lower() if letter.isascii() else letter if is_caseless(letter) else BREAK for letter in text)


def is_caseless(letter: str) -> bool:
    return letter not in EDGE + DOT_ABOVE and letter == letter.lower() == letter.upper() and not is_half(letter)


def is_half(letter: str) -> bool:
    """Whether this is one of a pair of surrogates, which UTF-8 has no octets for."""
    return "\ud800" <= letter <= "\udfff"


def required(node: Node, field: str) -> frozenset[int] | None:
    """Whole numbers of which ``field`` must have one; None if any value will do."""
    match node:
        case Field(name, Number(value)) if name == field:
            return frozenset([int(value)])
        case Field(name, Exact(text)) if name == field and text.isdecimal():
            return frozenset([int(text)])
        case AnyOf(children):
            sets = [required(child, field) for child in children]
            return None if None in sets else frozenset(chain.from_iterable(filter(None, sets)))
        case All(children):
            offered = [found for child in children if (found := required(child, field)) is not None]
            return frozenset.intersection(*offered) if offered else None
        case _:
            return None


def fields(node: Node) -> frozenset[str] | None:
    """Names that a condition reads; None where a keyword reads them all."""
    match node:
        case Keyword():
            return None
        case Field(name) | Null(name) | Exists(name):
            return frozenset([name])
        case Reference(name, other):
            return frozenset([name, other])
        case Not(child):
            return fields(child)
        case All(children) | AnyOf(children):
            sets = [fields(child) for child in children]
            return None if None in sets else frozenset(chain.from_iterable(filter(None, sets)))
