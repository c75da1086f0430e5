"""What a rule says about one value: a pattern that accepts a text or not.

Source: the Sigma rules specification 2.1, sections "Value Modifiers", "Wildcards" and "Escaping".
Patterns that are not ``cased`` are given folded (lower-case) texts and hold folded literals.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import ClassVar

import re2  # type: ignore[import-untyped]

from hinomi.pipeline.detect.sigma.moment import moment

LARGE = 10_000
"""Instructions from which on an expression is not asked by way of a set, which says sooner whether it is met, but needs
memory for it (RE2, ``re2/set.h``)."""
FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}


@dataclass(frozen=True)
class Exact:
    literal: str
    cased: bool = False

    def accepts(self, text: str) -> bool:
        return text == self.literal


@dataclass(frozen=True)
class Prefix:
    literal: str
    cased: bool = False

    def accepts(self, text: str) -> bool:
        return text.startswith(self.literal)


@dataclass(frozen=True)
class Suffix:
    literal: str
    cased: bool = False

    def accepts(self, text: str) -> bool:
        return text.endswith(self.literal)


@dataclass(frozen=True)
class Contains:
    literal: str
    cased: bool = False

    def accepts(self, text: str) -> bool:
        return self.literal in text


@dataclass(frozen=True)
class Glob:
    """Literals between ``*``; a ``None`` within a piece is ``?``, any one character.

    Pieces are found one after the other, leftmost first, so the time is linear in the text.
    """

    pieces: tuple[tuple[str | None, ...], ...]
    cased: bool = False

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile("".join("." if part is None else re.escape(part) for part in piece), re.DOTALL)
            for piece in self.pieces
        )

    def accepts(self, text: str) -> bool:
        first, *middle = self._compiled
        if not middle:
            return first.fullmatch(text) is not None
        start = first.match(text)
        if start is None:
            return False
        position = start.end()
        *middle, last = middle
        for piece in middle:
            found = piece.search(text, position)
            if found is None:
                return False
            position = found.end()
        tail = len(text) - self._width(-1)
        return tail >= position and last.fullmatch(text, tail) is not None

    def _width(self, index: int) -> int:
        return sum(1 if part is None else len(part) for part in self.pieces[index])


@dataclass(frozen=True)
class Regex:
    """A regular expression (RE2, flags i, m and s), found anywhere in the text as written.

    pySigma has checked it with the same engine, which is linear in the text whatever the expression. It is asked
    without pySigma here: that takes a third of a second to load, for nothing where rules are kept on disk.
    """

    pattern: str
    flags: int = 0
    cased: ClassVar[bool] = True

    @cached_property
    def accepts(self) -> Callable[[str], bool]:
        flags = "".join(letter for flag, letter in FLAGS.items() if self.flags & flag)
        expression = f"(?{flags}){self.pattern}" if flags else self.pattern
        compiled = re2.compile(expression)
        if compiled.programsize > LARGE:
            return lambda text: compiled.search(text) is not None
        alone = re2.Set.SearchSet()
        alone.Add(expression)
        alone.Compile()
        return lambda text: alone.Match(text) is not None


@dataclass(frozen=True)
class Number:
    """A number, however the log writes it: ``16``, ``16.0`` or ``0x10``."""

    value: float
    cased: ClassVar[bool] = False

    def accepts(self, text: str) -> bool:
        return number(text) == self.value


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "EQ": operator.eq,
    "LT": operator.lt,
    "LTE": operator.le,
    "GT": operator.gt,
    "GTE": operator.ge,
    "NEQ": operator.ne,
}


@dataclass(frozen=True)
class Comparison:
    comparison: str
    value: float
    cased: ClassVar[bool] = False

    def accepts(self, text: str) -> bool:
        found = number(text)
        return found is not None and COMPARISONS[self.comparison](found, self.value)


PARTS: dict[str, Callable[[datetime], int]] = {
    "MINUTE": lambda time: time.minute,
    "HOUR": lambda time: time.hour,
    "DAY": lambda time: time.day,
    "WEEK": lambda time: time.isocalendar().week,
    "MONTH": lambda time: time.month,
    "YEAR": lambda time: time.year,
}


@dataclass(frozen=True)
class DatePart:
    """A part of a date and time, in the zone in which the log writes it: the week is that of ISO 8601."""

    part: str
    comparison: str
    value: float
    cased: ClassVar[bool] = True

    def accepts(self, text: str) -> bool:
        found = moment(text)
        return found is not None and COMPARISONS[self.comparison](PARTS[self.part](found), self.value)


@dataclass(frozen=True)
class Network:
    network: IPv4Network | IPv6Network
    cased: ClassVar[bool] = False

    def accepts(self, text: str) -> bool:
        found = address(text)
        return found is not None and found.version == self.network.version and found in self.network


Pattern = Exact | Prefix | Suffix | Contains | Glob | Regex | Number | Comparison | DatePart | Network


def number(text: str) -> float | None:
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address; an IPv4 address in IPv6 clothes (``::ffff:192.0.2.1``) is the IPv4 address.

    Brackets (``[2001:db8::1]``) are no part of it.
    """
    try:
        found = ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
