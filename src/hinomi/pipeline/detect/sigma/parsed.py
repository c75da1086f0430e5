"""Conditions as pySigma parses them, to trees of our own."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from sigma import conditions, types

from hinomi.pipeline.detect.sigma.event import canonical
from hinomi.pipeline.detect.sigma.pattern import (
    Comparison,
    Contains,
    DatePart,
    Exact,
    Glob,
    Network,
    Number,
    Pattern,
    Prefix,
    Regex,
    Suffix,
)
from hinomi.pipeline.detect.sigma.tree import (
    All,
    AnyOf,
    Exists,
    Field,
    Keyword,
    Node,
    Not,
    Null,
    Placeholders,
    Reference,
    Unsupported,
    one_of,
)

WILDCARDS = {types.SpecialChars.WILDCARD_MULTI: ".*", types.SpecialChars.WILDCARD_SINGLE: "."}
MOST = 10_000
"""A value with several placeholders stands for so many texts at most."""
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


def patterns(value: types.SigmaType, placeholders: Placeholders) -> list[Pattern]:
    """The patterns of which one must accept the text; several only where a placeholder has several values."""
    match value:
        case types.SigmaString():
            return [from_string(text) for text in filled(value, placeholders)]
        case types.SigmaRegularExpression():
            flags = sum(FLAGS[flag.name] for flag in value.flags)
            return [Regex(text, flags) for text in expressions(value, placeholders)]
        case types.SigmaTimestampPart():
            return [DatePart(value.timestamp_part.name, "EQ", value.number)]
        case types.SigmaCompareExpression(number=types.SigmaTimestampPart() as part):
            return [DatePart(part.timestamp_part.name, value.op.name, part.number)]
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
    """The string with every ``%placeholder%`` replaced by each of its values, in which ``*`` and ``?`` are wildcards.

    Raises :class:`Unsupported` without values, and where there would be too many.
    """
    choices = [values_of(part, placeholders) for part in value.s]
    if prod(map(len, choices)) > MOST:
        raise Unsupported(f"プレースホルダーの値が多すぎます (more than {MOST:,} combinations of values)")
    for chosen in product(*choices):
        filled_in = type(value)()
        filled_in.s = [part for parts in chosen for part in parts]
        yield filled_in


def values_of(part: types.SigmaStringPartType, placeholders: Placeholders) -> list[list[types.SigmaStringPartType]]:
    if not isinstance(part, types.Placeholder):
        return [[part]]
    if part.name not in placeholders:
        raise Unsupported(
            f"プレースホルダー %{part.name}% の値がありません。データフォルダの placeholders/{part.name}.txt に "
            "1 行に 1 つ書いてください (no values for this placeholder)"
        )
    return [types.SigmaString(text).s for text in placeholders[part.name]]


def expressions(value: types.SigmaRegularExpression, placeholders: Placeholders) -> list[str]:
    """The regular expression with placeholders filled; what is filled in is text, not expression."""
    if not value.contains_placeholder():
        return [str(value.regexp)]
    names = {part.name: values_of(part, placeholders) for part in value.regexp.s if isinstance(part, types.Placeholder)}
    literal = {name: "|".join(map(as_expression, choices)) for name, choices in names.items()}
    if not all(literal.values()):
        return []  # a list without values accepts nothing
    parts = (
        f"(?:{literal[part.name]})" if isinstance(part, types.Placeholder) else plain(part) for part in value.regexp.s
    )
    return ["".join(parts)]


def as_expression(parts: Sequence[types.SigmaStringPartType]) -> str:
    return "".join(WILDCARDS[part] if isinstance(part, types.SpecialChars) else re.escape(str(part)) for part in parts)


def plain(part: types.SigmaStringPartType) -> str:
    return types.special_char_mapping[part] if isinstance(part, types.SpecialChars) else str(part)


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
