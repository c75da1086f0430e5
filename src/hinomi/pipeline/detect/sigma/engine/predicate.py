"""A rule's condition as generated Python over columns: which of some rows it accepts."""

import marshal
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from hinomi.pipeline.detect.sigma import oracle, regex_literals
from hinomi.pipeline.detect.sigma.engine.table import Values
from hinomi.pipeline.detect.sigma.kept import Kept
from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Pattern, Prefix, Regex, Suffix
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Node, Not, Null, Reference

Accepts = Callable[[Values, Sequence[int]], list[int]]
"""From values and places in them to the places of the events that are accepted."""

SIMPLE = (Exact, Prefix, Suffix, Contains)
ANY_CASE = re.compile(r"[^\x01-@\[-`{-~]+")
"""Letters, which a regular expression may take in either case, and all that is not ASCII."""
MOST_PARTS = 4000
"""Conditions of more parts are left to the oracle: Python would refuse to compile them."""


class TooMuch(Exception):
    """A condition that is better left to the oracle."""


@dataclass(frozen=True)
class Compiled(Kept):
    """A condition as code and its constants, which can be kept on disk; ``code`` is None where the oracle must say."""

    LATE: ClassVar[tuple[str, ...]] = ("code", "constants", "condition")

    code: bytes | None
    constants: dict[str, Pattern | Reference]
    condition: Node

    def function(self) -> Accepts:
        if self.code is None:
            accepts = oracle.check(self.condition)
            return lambda values, places: [place for place in places if accepts(values.event(place))]
        scope: dict[str, Any] = {
            name: oracle.comparison(value) if isinstance(value, Reference) else value.accepts
            for name, value in self.constants.items()
        }
        exec(marshal.loads(self.code), scope)  # noqa: S102, S302 — made below, of literals made by repr
        found: Accepts = scope["accepts"]
        return found


def compiled(condition: Node, several: frozenset[str]) -> Compiled:
    """``several`` are the fields whose columns hold lists; equal to asking the oracle, only faster."""
    writer = Writer(several)
    try:
        code = compile(writer.source(condition), "<rule>", "exec")
    except (TooMuch, SyntaxError, RecursionError, MemoryError):
        return Compiled(None, {}, condition)
    return Compiled(marshal.dumps(code), writer.constants, condition)


class Writer:
    """Writes the function's body; what it cannot say in a literal becomes a constant of the function."""

    def __init__(self, several: frozenset[str]) -> None:
        self.several = several
        self.columns: dict[tuple[str, str], str] = {}
        self.constants: dict[str, Pattern | Reference] = {}
        self.parts = 0

    def source(self, node: Node) -> str:
        condition = self.node(node)
        lines = [f"    {name} = values.{kind}({field!r})" for (kind, field), name in self.columns.items()]
        return "\n".join(["def accepts(values, places):", *lines, f"    return [i for i in places if {condition}]"])

    def column(self, name: str, kind: str) -> str:
        """The column's value in the row: a text or None, or a tuple of texts."""
        kind += "s" * (name in self.several)
        known = self.columns.setdefault((kind, name), f"c{len(self.columns)}")
        return f"{known}[i]"

    def constant(self, value: Pattern | Reference) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def node(self, node: Node) -> str:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise TooMuch
        match node:
            case All(children):
                return "(" + (" and ".join(map(self.node, sorted(children, key=weight))) or "True") + ")"
            case AnyOf(children):
                return "(" + (" or ".join(self.alternatives(children)) or "False") + ")"
            case Not(child):
                return f"(not {self.node(child)})"
            case Field(name, pattern):
                return self.field(name, pattern.cased, [pattern])
            case Null(name):
                return self.absent(name)
            case Exists(name, wanted):
                return f"({self.absent(name)} is {not wanted})"
            case Reference(name, other):
                compare = self.constant(node)
                return f"{compare}({self.as_tuple(name)}, {self.as_tuple(other)})"
        raise TooMuch

    def absent(self, name: str) -> str:
        return f"(not {self.column(name, 'raw')})" if name in self.several else f"({self.column(name, 'raw')} is None)"

    def as_tuple(self, name: str) -> str:
        value = self.column(name, "low")
        return value if name in self.several else f"(() if {value} is None else ({value},))"

    def alternatives(self, children: Iterable[Node]) -> list[str]:
        """Conditions of which one must hold; those on one field are asked together."""
        together: dict[tuple[str, bool], list[Pattern]] = defaultdict(list)
        others: list[Node] = []
        for child in children:
            match child:
                case Field(name, pattern):
                    self.parts += 1
                    together[name, pattern.cased].append(pattern)
                case _:
                    others.append(child)
        fields = [self.field(name, cased, patterns) for (name, cased), patterns in together.items()]
        return fields + [self.node(other) for other in sorted(others, key=weight)]

    def field(self, name: str, cased: bool, patterns: list[Pattern]) -> str:
        value = self.column(name, "raw" if cased else "low")
        if name in self.several:
            return f"any([{self.text('t', patterns)} for t in {value}])"
        texts = [pattern.literal for pattern in patterns if isinstance(pattern, SIMPLE)]
        foreign = len(texts) == len(patterns) and not any(map(str.isascii, texts))
        return f"({value} is not None{f' and not {value}.isascii()' * foreign} and {self.text(value, patterns)})"

    def text(self, value: str, patterns: list[Pattern]) -> str:
        """Whether a text is accepted by one of the patterns."""
        literals: dict[type, list[str]] = defaultdict(list)
        others: list[Pattern] = []
        for pattern in patterns:
            match pattern:
                case Exact(text) | Prefix(text) | Suffix(text) | Contains(text):
                    literals[type(pattern)].append(text)
                case _:
                    others.append(pattern)
        said = [literal(value, kind, literals[kind]) for kind in SIMPLE if kind in literals]
        said += [f"{sieve(value, pattern)}{self.constant(pattern)}({value})" for pattern in others]
        return said[0] if len(said) == 1 else "(" + " or ".join(said) + ")"


def sieve(value: str, pattern: Pattern) -> str:
    """A cheap question, and ``and``: without a yes the pattern does not accept a text."""
    if not isinstance(pattern, Regex):
        return ""
    runs = regex_literals.literals(pattern.pattern, pattern.flags)
    asked = max((part for run in runs for part in ANY_CASE.split(run)), key=len, default="")
    return f"{asked!r} in {value} and " if asked else ""


def literal(value: str, kind: type, texts: list[str]) -> str:
    wanted = tuple(dict.fromkeys(texts))
    if kind is Contains:
        return "(" + " or ".join(f"{text!r} in {value}" for text in wanted) + ")"
    if kind is Exact:
        return f"{value} == {wanted[0]!r}" if len(wanted) == 1 else f"{value} in {{{', '.join(map(repr, wanted))}}}"
    method = "startswith" if kind is Prefix else "endswith"
    return f"{value}.{method}({wanted!r})"


def weight(node: Node) -> int:
    """What it costs to ask, roughly: the cheap conditions of a conjunction are asked first."""
    match node:
        case Field(_, Exact() | Prefix() | Suffix()) | Null() | Exists():
            return 1
        case Field(_, Contains()):
            return 3
        case Field():
            return 30
        case Not(child):
            return weight(child)
        case All(children) | AnyOf(children):
            return sum(map(weight, children))
        case _:
            return 50
