"""JSON documents to cells by orjson and plain Python, one at a time: what every reader here must agree with.

orjson says whether a document is JSON, and what its values are. Fractions, arrays and objects are given as they are
written, which orjson does not keep: a document of which some are wanted is taken apart once more, token by token.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from hinomi.library.formats.jsonscan.found import Kind, Status
from hinomi.library.formats.jsonscan.wanted import START, State, Wanted

TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
OPENING, CLOSING = (b"{", b"["), (b"}", b"]")
STRING, OBJECT = ord('"'), ord("{")
KINDS = {ord("n"): Kind.NULL, ord("t"): Kind.BOOLEAN, ord("f"): Kind.BOOLEAN, STRING: Kind.STRING}
KINDS |= {ord("{"): Kind.NESTED, ord("["): Kind.NESTED}


class Cell(NamedTuple):
    kind: Kind
    text: bytes


CONSTANTS = {None: Cell(Kind.NULL, b""), True: Cell(Kind.BOOLEAN, b"true"), False: Cell(Kind.BOOLEAN, b"false")}
Ranked = dict[int, tuple[int, Cell]]
"""By column: the lowest rank that was found, and its cell."""


class Outcome(NamedTuple):
    """What a document has: cells by column."""

    status: Status
    cells: dict[int, Cell]


def read(document: bytes, wanted: Wanted) -> Outcome:
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        return Outcome(Status.NOT_JSON, {})
    if not isinstance(value, dict):
        return Outcome(Status.NOT_AN_OBJECT, {})
    found: Ranked = {}
    if not find(value, wanted, wanted.states[START], found):
        found = {}
        Tokens(document).find(0, wanted, wanted.states[START], found)
    return Outcome(Status.READ, {column: cell for column, (_, cell) in found.items()})


def find(members: dict[str, Any], wanted: Wanted, state: State, found: Ranked) -> bool:
    """Add what is wanted of an object and of those within; False if the document says more than its values do."""
    for key, value in members.items():
        step = state.step(wanted.folded(key.encode()))
        if step.columns:
            if isinstance(value, str):
                cell = Cell(Kind.STRING, value.encode())
            elif isinstance(value, bool) or value is None:
                cell = CONSTANTS[value]
            elif isinstance(value, int) and value:
                cell = Cell(Kind.NUMBER, b"%d" % value)
            else:  # also 0, which may be written -0
                return False
            add(step.columns, cell, found)
        if step.state and isinstance(value, dict) and not find(value, wanted, wanted.states[step.state], found):
            return False
    return True


def add(columns: tuple[tuple[int, int], ...], cell: Cell, found: Ranked) -> None:
    for column, rank in columns:
        if column not in found or found[column][0] >= rank:
            found[column] = rank, cell


class Tokens:
    """A document, known to be JSON, as signs, strings and words; ``partner`` is where what opens at a token closes."""

    def __init__(self, document: bytes) -> None:
        self.document = document
        self.spans = [match.span() for match in TOKEN.finditer(document)]
        self.partner: dict[int, int] = {}
        opened = []
        for number, (begin, end) in enumerate(self.spans):
            if document[begin:end] in OPENING:
                opened.append(number)
            elif document[begin:end] in CLOSING:
                self.partner[opened.pop()] = number

    def find(self, opening: int, wanted: Wanted, state: State, found: Ranked) -> None:
        """Add what is wanted of the object that opens at a token and of those within."""
        for key, value in self.members(opening):
            step = state.step(wanted.folded(key))
            if step.columns:
                add(step.columns, self.cell(value), found)
            if step.state and self.document[self.spans[value][0]] == OBJECT:
                self.find(value, wanted, wanted.states[step.state], found)

    def members(self, opening: int) -> Iterator[tuple[bytes, int]]:
        """Keys of the object that opens at a token, and the token that its value begins with; of equal keys the last.

        In the order of a dictionary: where a key came first.
        """
        found: dict[bytes, int] = {}
        at = opening + 1
        while at < self.partner[opening]:
            key: str = orjson.loads(self._text(at, at))
            found[key.encode()] = at + 2
            at = self.partner.get(at + 2, at + 2) + 2  # behind the comma
        yield from found.items()

    def cell(self, value: int) -> Cell:
        text = self._text(value, self.partner.get(value, value))
        kind = KINDS.get(text[0], Kind.NUMBER)
        if kind is Kind.STRING:
            inner: str = orjson.loads(text)
            text = inner.encode()
        return Cell(kind, b"" if kind is Kind.NULL else text)

    def _text(self, first: int, last: int) -> bytes:
        return self.document[self.spans[first][0] : self.spans[last][1]]
