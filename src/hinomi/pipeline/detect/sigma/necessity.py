"""What must be true of every event that a condition accepts: known before the event is looked at closely."""

from collections.abc import Iterator
from itertools import chain

from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Glob, Number, Pattern, Prefix, Suffix
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Keyword, Node, Not, Null, Reference

SHORTEST = 3
COMMON = 4  # literals that say little: '.exe', '.dll', '-', 'true'


def witnesses(node: Node) -> frozenset[str] | None:
    """Folded ASCII literals of which at least one is in every accepted event; None if there is no such set.

    Of the sets that a conjunction offers, the one with the longest shortest literal is taken.
    """
    match node:
        case Field(_, pattern) | Keyword(pattern):
            text = literal(pattern)
            return None if text is None else frozenset([text])
        case AnyOf(children):
            sets = [witnesses(child) for child in children]
            return None if None in sets else frozenset(chain.from_iterable(filter(None, sets)))
        case All(children):
            offered = [found for child in children if (found := witnesses(child)) is not None]
            return max(offered, key=rarity, default=None)
        case Not() | Null() | Exists() | Reference():
            return None


def rarity(found: frozenset[str]) -> tuple[int, int]:
    shortest = min(map(len, found))
    return (shortest if shortest > COMMON else 0, -len(found))


def literal(pattern: Pattern) -> str | None:
    """The longest ASCII run of a pattern's literals, if it is long enough to be worth looking for."""
    match pattern:
        case Exact(text) | Prefix(text) | Suffix(text) | Contains(text):
            parts = [text]
        case Glob(pieces):
            parts = ["".join("\n" if part is None else part for part in piece) for piece in pieces]
        case _:
            return None
    runs = chain.from_iterable(ascii_runs(part.lower()) for part in parts)
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= SHORTEST else None


def ascii_runs(text: str) -> Iterator[str]:
    return iter("".join(letter if letter.isascii() else "\n" for letter in text).split("\n"))


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
