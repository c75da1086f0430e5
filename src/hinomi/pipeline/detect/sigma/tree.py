"""A rule's condition as a tree of our own, made from what pySigma parsed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sigma import conditions, types

from hinomi.pipeline.detect.sigma.event import canonical
from hinomi.pipeline.detect.sigma.pattern import (
    Comparison,
    Contains,
    Exact,
    Glob,
    Network,
    Number,
    Pattern,
    Prefix,
    Regex,
    Suffix,
)

Placeholders = Mapping[str, Sequence[str]]
"""Values for ``%name%`` of rules with the modifier ``expand``."""


class Unsupported(Exception):
    """A rule asks for something that is not evaluated here; the message says for what."""


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

FLAGS = {"IGNORECASE": re.IGNORECASE, "MULTILINE": re.MULTILINE, "DOTALL": re.DOTALL}


def from_condition(condition: object, placeholders: Placeholders) -> Node:
    """A parsed and postprocessed condition of pySigma as a tree. Raises :class:`Unsupported`."""
    match condition:
        case conditions.ConditionAND():
            return All(tuple(from_condition(argument, placeholders) for argument in condition.args))
        case conditions.ConditionOR():
            return AnyOf(tuple(from_condition(argument, placeholders) for argument in condition.args))
        case conditions.ConditionNOT():
            return Not(from_condition(condition.args[0], placeholders))
        case conditions.ConditionFieldEqualsValueExpression():
            return on_field(canonical(condition.field), condition.value, placeholders)
        case conditions.ConditionValueExpression():
            return on_any_field(condition.value, placeholders)
    raise Unsupported(f"条件 {type(condition).__name__} (condition)")


def on_field(name: str, value: types.SigmaType, placeholders: Placeholders) -> Node:
    match value:
        case types.SigmaExpansion():
            return AnyOf(tuple(on_field(name, part, placeholders) for part in value.values))
        case types.SigmaNull():
            return Null(name)
        case types.SigmaExists():
            return Exists(name, bool(value))
        case types.SigmaFieldReference():
            return Reference(name, canonical(value.field), value.starts_with, value.ends_with)
    return one_of([Field(name, pattern) for pattern in patterns(value, placeholders)])


def on_any_field(value: types.SigmaType, placeholders: Placeholders) -> Node:
    if isinstance(value, types.SigmaExpansion):
        return AnyOf(tuple(on_any_field(part, placeholders) for part in value.values))
    if isinstance(value, types.SigmaNumber) and not isinstance(value, types.SigmaTimestampPart):
        value = types.SigmaString(str(value))
    if isinstance(value, types.SigmaString):
        anywhere = types.SpecialChars.WILDCARD_MULTI + value + types.SpecialChars.WILDCARD_MULTI
        return one_of([Keyword(pattern) for pattern in patterns(anywhere, placeholders)])
    return one_of([Keyword(pattern) for pattern in patterns(value, placeholders)])


def one_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))


def patterns(value: types.SigmaType, placeholders: Placeholders) -> list[Pattern]:
    """The patterns of which one must accept the text; several only where a placeholder has several values."""
    match value:
        case types.SigmaString():
            return [from_string(text) for text in filled(value, placeholders)]
        case types.SigmaRegularExpression():
            if value.contains_placeholder():
                raise Unsupported("正規表現の中のプレースホルダー (placeholder within a regular expression)")
            flags = sum(FLAGS[flag.name] for flag in value.flags)
            return [Regex(str(value.regexp), flags)]
        case types.SigmaTimestampPart():
            raise Unsupported("日時の部分の比較 (modifiers minute … year)")
        case types.SigmaNumber():
            return [Number(value.number)]
        case types.SigmaBool():
            return [Exact("true" if value.boolean else "false")]
        case types.SigmaCIDRExpression():
            return [Network(value.network)]
        case types.SigmaCompareExpression():
            return [Comparison(value.op.name, value.number.number)]
    raise Unsupported(f"値の型 {type(value).__name__} (type of value)")


def filled(value: types.SigmaString, placeholders: Placeholders) -> Iterator[types.SigmaString]:
    """The string with every ``%placeholder%`` replaced by each of its values; raises without values."""

    def values(placeholder: types.Placeholder) -> Iterator[str]:
        if placeholder.name not in placeholders:
            raise Unsupported(
                f"プレースホルダー %{placeholder.name}% の値がありません (no values for this placeholder)"
            )
        yield from placeholders[placeholder.name]

    if value.contains_placeholder():
        yield from value.replace_placeholders(values)
    else:
        yield value


def from_string(value: types.SigmaString) -> Pattern:
    cased = isinstance(value, types.SigmaCasedString)
    pieces: list[list[str | None]] = [[]]
    for part in value.s:
        if part is types.SpecialChars.WILDCARD_MULTI:
            pieces.append([])
        elif part is types.SpecialChars.WILDCARD_SINGLE:
            pieces[-1].append(None)
        else:
            assert isinstance(part, str)
            pieces[-1].append(part if cased else part.lower())
    if len(pieces) > 1:
        pieces = [pieces[0], *filter(None, pieces[1:-1]), pieces[-1]]
    plain = ["".join(part for part in piece if part) for piece in pieces]
    if any(None in piece for piece in pieces):
        return Glob(tuple(map(tuple, pieces)), cased)
    match plain:
        case [literal]:
            return Exact(literal, cased)
        case ["", literal]:
            return Suffix(literal, cased)
        case [literal, ""]:
            return Prefix(literal, cased)
        case ["", literal, ""]:
            return Contains(literal, cased)
    return Glob(tuple(map(tuple, pieces)), cased)
