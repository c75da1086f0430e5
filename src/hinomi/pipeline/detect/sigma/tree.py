"""A rule's condition as a tree of our own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hinomi.pipeline.detect.sigma.pattern import Pattern

Placeholders = Mapping[str, Sequence[str]]
"""Values for ``%name%`` of rules with the modifier ``expand``."""


class Unsupported(Exception):
    """A rule asks for something that is not evaluated here; the message says for what.

    ``keys`` lead to the place in the rule's document that asks for it, or it is the 1-based ``line``, where known.
    """

    def __init__(self, reason: str, *keys: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.keys, self.line = keys, line


@dataclass(frozen=True)
class Field:
    """One of the field's values is accepted by the pattern; the name is canonical, as everywhere below."""

    name: str
    pattern: Pattern


@dataclass(frozen=True)
class Keyword:
    """A value of any field is accepted."""

    pattern: Pattern


@dataclass(frozen=True)
class Null:
    """The field is absent or null; an empty text is neither."""

    name: str


@dataclass(frozen=True)
class Exists:
    name: str
    wanted: bool


@dataclass(frozen=True)
class Reference:
    """The field equals another, or begins with, ends with, contains its value; letters' case aside."""

    name: str
    other: str
    starts: bool
    ends: bool


@dataclass(frozen=True)
class All:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    child: "Node"


Node = Field | Keyword | Null | Exists | Reference | All | AnyOf | Not


def depth(node: Node) -> int:
    """Levels of a condition."""
    match node:
        case All(children) | AnyOf(children):
            return 1 + max(map(depth, children), default=0)
        case Not(child):
            return 1 + depth(child)
        case _:
            return 1


def one_of(nodes: Sequence[Node]) -> Node:
    """A choice; of nothing, what never holds."""
    if not nodes:
        return Not(All(()))
    return nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))
