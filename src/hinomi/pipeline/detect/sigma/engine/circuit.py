"""Conditions of many rules as one table of questions and jumps, which compiled code walks (:mod:`.judging`).

A question (leaf) is about one field; an answer leads to the next question of the rule, or to YES or NO. What only
Python can answer (regular expressions, letters whose case is not ASCII's) is ASKED of it: until then the answer is
taken to be the one that may still make the rule accept, so that a NO is certain whatever Python would say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.machine_call import Packed
from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.engine.predicate import weight
from hinomi.pipeline.detect.sigma.necessity import EDGE
from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Network, Number, Pattern, Prefix, Suffix
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Node, Not, Null

YES, NO = -1, -2
NOT_ASKED = -1
EXACT_NUMBERS = 10**15
"""Whole numbers below this are the same as a float."""
RARE = {letter: rank for rank, letter in enumerate(" etaoinsrcldmpuhg.fby\\vw/-_k0123456789x:z")}
"""Letters from the most to less frequent; what is not here is rare."""


class Kind(IntEnum):
    """What is asked of a value; the first four of a literal."""

    EXACT = 0
    PREFIX = 1
    SUFFIX = 2
    CONTAINS = 3
    NUMBER = 4
    NETWORK = 5
    """Whether an IPv4 address, masked by ``mask``, is ``number``."""
    ABSENT = 6
    FOREIGN = 7
    """No text of ASCII is accepted."""
    ASKED = 8


class Leaf(NamedTuple):
    """``cased``: case matters."""

    kind: Kind
    field: int = NOT_ASKED
    literal: bytes = b""
    cased: bool = False
    number: int = 0
    mask: int = 0


@dataclass(frozen=True)
class Circuit:
    """Question p of all rules asks leaf ``leaves[p]``; ``yes``, ``no`` and ``doubt`` say where its answers lead."""

    fields: tuple[str, ...]
    reads: NDArray[np.bool_]
    """(rule, field): which fields the leaves of a rule are about."""
    entries: NDArray[np.int32]
    """Of each rule its first question, or YES or NO."""
    leaves: NDArray[np.int32]
    yes: NDArray[np.int32]
    no: NDArray[np.int32]
    doubt: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    about: NDArray[np.int32]
    """Of each leaf its field, NOT_ASKED if it is about none."""
    starts: NDArray[np.int32]
    octets: NDArray[np.uint8]
    """The literal of leaf i is ``octets[starts[i] : starts[i + 1]]``."""
    anchors: NDArray[np.int32]
    """The place of a rare letter in it."""
    cased: NDArray[np.uint8]
    numbers: NDArray[np.int64]
    masks: NDArray[np.int64]

    @cached_property
    def packed(self) -> Packed:
        """The questions as compiled code takes them."""
        questions = self.entries, self.leaves, self.yes, self.no, self.doubt
        literals = self.kinds, self.about, self.starts, self.octets, self.anchors, self.cased
        return Packed(*questions, *literals, self.numbers, self.masks)


def circuit(conditions: Sequence[Node]) -> Circuit:
    return Writer(conditions).circuit()


class Writer:
    """Numbers fields, leaves and questions while conditions are taken apart."""

    def __init__(self, conditions: Sequence[Node]) -> None:
        self.fields: dict[str, int] = {}
        self.leaves: dict[Leaf, int] = {}
        self.questions: list[tuple[int, int, int, int]] = []
        self.ends: list[int] = []
        """Of each rule how many questions there are when its own are written."""
        self.entries = [self.entry(condition) for condition in conditions]

    def entry(self, condition: Node) -> int:
        try:
            is_about_fields = necessity.fields(condition) is not None
            found = self.node(condition, YES, NO, positive=True) if is_about_fields else self.doubted()
        except RecursionError:
            found = self.doubted()
        self.ends.append(len(self.questions))
        return found

    def doubted(self) -> int:
        """A rule about which nothing is sure: one with keywords is about an event's text, of which columns say less."""
        return self.question(Leaf(Kind.ASKED), YES, NO, YES)

    def node(self, node: Node, yes: int, no: int, *, positive: bool) -> int:
        """Write a condition whose answers lead to ``yes`` and ``no``; returns its first question, or where it leads.

        ``positive``: whether ``yes`` is the answer that may make the rule accept.
        """
        match node:
            case All(children):
                for child in self.distinct(children):
                    yes = self.node(child, yes, no, positive=positive)
                return yes
            case AnyOf(children):
                for child in self.distinct(children):
                    no = self.node(child, yes, no, positive=positive)
                return no
            case Not(child):
                return self.node(child, no, yes, positive=not positive)
            case Null(name) | Exists(name, False):
                leaf = Leaf(Kind.ABSENT, self.field(name))
            case Exists(name):
                leaf, yes, no = Leaf(Kind.ABSENT, self.field(name)), no, yes
                positive = not positive
            case Field(name, pattern):
                leaf = self.leaf(self.field(name), pattern)
                if leaf.kind == Kind.ASKED:
                    return self.needed(self.field(name), pattern, yes, no, positive=positive)
            case _:
                leaf = Leaf(Kind.ASKED)
        return self.question(leaf, yes, no, yes if positive else no)

    def distinct(self, children: Sequence[Node]) -> list[Node]:
        """Each question once, the cheapest last: what is written last is asked first."""
        found: dict[Leaf | int, Node] = {}
        for child in sorted(children, key=weight):
            leaf = self.leaf(self.field(child.name), child.pattern) if isinstance(child, Field) else None
            found.setdefault(id(child) if leaf is None or leaf.kind == Kind.ASKED else leaf, child)
        return list(found.values())[::-1]

    def question(self, leaf: Leaf, yes: int, no: int, doubt: int) -> int:
        self.questions.append((self.leaves.setdefault(leaf, len(self.leaves)), yes, no, doubt))
        return len(self.questions) - 1

    def field(self, name: str) -> int:
        return self.fields.setdefault(name, len(self.fields))

    def leaf(self, field: int, pattern: Pattern) -> Leaf:
        match pattern:
            case Exact(text, cased) | Prefix(text, cased) | Suffix(text, cased) | Contains(text, cased):
                if any(map(necessity.is_half, text)):
                    return Leaf(Kind.ASKED, field)
                if not cased and not text.isascii():
                    return Leaf(Kind.FOREIGN, field)
                return Leaf(Kind[type(pattern).__name__.upper()], field, text.encode(), cased=cased)
            case Number(value) if 0 <= value < EXACT_NUMBERS and value == int(value):
                return Leaf(Kind.NUMBER, field, number=int(value))
            case Network(network) if network.version == 4:
                return Leaf(Kind.NETWORK, field, number=int(network.network_address), mask=int(network.netmask))
            case Network():
                return Leaf(Kind.NETWORK, field, number=1, mask=0)
        return Leaf(Kind.ASKED, field)

    def needed(self, field: int, pattern: Pattern, yes: int, no: int, *, positive: bool) -> int:
        """Ask first for the literals without which Python would refuse the value."""
        doubt = yes if positive else no
        found = self.question(Leaf(Kind.ASKED, field), yes, no, doubt)
        for run in sorted(set(necessity.runs(pattern)), key=len):
            kinds = (Kind.CONTAINS, Kind.PREFIX, Kind.SUFFIX, Kind.EXACT)
            kind = kinds[run.startswith(EDGE) + 2 * run.endswith(EDGE)]
            found = self.question(Leaf(kind, field, run.strip(EDGE).encode()), found, no, doubt)
        return found

    def circuit(self) -> Circuit:
        leaves = list(self.leaves)
        lengths = [len(leaf.literal) for leaf in leaves]
        questions = np.array(self.questions, dtype=np.int32).reshape(-1, 4)
        return Circuit(
            fields=tuple(self.fields),
            reads=self.reads(questions[:, 0], np.array([leaf.field for leaf in leaves], dtype=np.int64)),
            entries=np.array(self.entries, dtype=np.int32),
            leaves=questions[:, 0].copy(),
            yes=questions[:, 1].copy(),
            no=questions[:, 2].copy(),
            doubt=questions[:, 3].copy(),
            kinds=np.array([leaf.kind for leaf in leaves], dtype=np.uint8),
            about=np.array([leaf.field for leaf in leaves], dtype=np.int32),
            starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
            octets=np.frombuffer(bytearray().join(leaf.literal for leaf in leaves), dtype=np.uint8),
            anchors=np.array([anchor(leaf.literal) for leaf in leaves], dtype=np.int32),
            cased=np.array([leaf.cased for leaf in leaves], dtype=np.uint8),
            numbers=np.array([leaf.number for leaf in leaves], dtype=np.int64),
            masks=np.array([leaf.mask for leaf in leaves], dtype=np.int64),
        )

    def reads(self, leaves: NDArray[np.int32], about: NDArray[np.int64]) -> NDArray[np.bool_]:
        ends = np.array(self.ends, dtype=np.int64)  # of no rules at all, too
        rules = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        found = np.zeros((len(self.ends), len(self.fields) + 1), dtype=np.bool_)
        found[rules, about[leaves]] = True  # NOT_ASKED, -1, is the last
        return found[:, :-1]


def anchor(literal: bytes) -> int:
    """The place of the letter in a literal that is rarest in texts, together with the one behind it."""
    ranks = [RARE.get(chr(letter), len(RARE)) for letter in literal]
    return max(range(len(literal) - 1), key=lambda at: ranks[at] + ranks[at + 1], default=0)
