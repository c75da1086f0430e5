"""A slow and plain evaluator of Sigma conditions, straight from the specification: the oracle of the tests.

It shares with the engine only what pySigma parsed and the fields of an event, nothing in between.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest
from sigma import conditions, types
from sigma.rule import SigmaRule

Fields = dict[str, list[str]]
CODES = {"MINUTE": "M", "HOUR": "H", "DAY": "d", "WEEK": "V", "MONTH": "m", "YEAR": "Y"}


def holds(condition: Any, fields: Fields) -> bool:
    match condition:
        case conditions.ConditionAND():
            return all(holds(one, fields) for one in condition.args)
        case conditions.ConditionOR():
            return any(holds(one, fields) for one in condition.args)
        case conditions.ConditionNOT():
            return not holds(condition.args[0], fields)
        case conditions.ConditionValueExpression():
            return any(is_found(condition.value, text) for texts in fields.values() for text in texts)
        case conditions.ConditionFieldEqualsValueExpression():
            return of_field(condition.field, condition.value, fields)
    raise AssertionError(condition)


def of_field(name: str, value: Any, fields: Fields) -> bool:
    texts = fields.get(name.lower().replace(" ", ""))
    match value:
        case types.SigmaNull():
            return texts is None
        case types.SigmaExists():
            return (texts is not None) == value.exists
        case types.SigmaExpansion():
            return any(of_field(name, one, fields) for one in value.values)
        case types.SigmaFieldReference():
            others = fields.get(value.field.lower().replace(" ", ""), [])
            before, after = ".*" * value.ends_with, ".*" * value.starts_with
            return any(
                re.fullmatch(before + re.escape(other.lower()) + after, text.lower(), re.DOTALL)
                for text in texts or []
                for other in others
            )
    return any(is_equal(value, text) for text in texts or [])


def is_equal(value: Any, text: str) -> bool:
    match value:
        case types.SigmaString():
            cased = isinstance(value, types.SigmaCasedString)
            pattern = "".join(map(as_regex, value.s))
            return bool(
                re.fullmatch(pattern, text, re.DOTALL)
                if cased
                else re.fullmatch(pattern.lower(), text.lower(), re.DOTALL)
            )
        case types.SigmaTimestampPart():
            return part_of(value.timestamp_part.name, text) == value.number
        case types.SigmaNumber():
            return as_number(text) == value.number
        case types.SigmaBool():
            return text.lower() == str(value.boolean).lower()
        case types.SigmaRegularExpression():
            flags = sum(types.SigmaRegularExpression.sigma_to_python_flags[flag] for flag in value.flags)
            return bool(re.search(str(value.regexp), text, flags))
        case types.SigmaCIDRExpression():
            try:
                return ip_address(text.strip("[]")) in value.network
            except ValueError:
                return False
        case types.SigmaCompareExpression():
            found, limit = as_number(text), value.number.number
            if isinstance(value.number, types.SigmaTimestampPart):
                found = part_of(value.number.timestamp_part.name, text)
            return (
                found is not None
                and {
                    "LT": found < limit,
                    "LTE": found <= limit,
                    "GT": found > limit,
                    "GTE": found >= limit,
                    "NEQ": found != limit,
                }[value.op.name]
            )
    raise AssertionError(value)


def part_of(part: str, text: str) -> float | None:
    """A part of the dates that the cases write."""
    patterns = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "%Y/%m/%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S %z")
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
        return float(found.strftime(f"%{CODES[part]}"))
    return datetime.fromtimestamp(int(text), UTC).year if text.isdecimal() and len(text) == 10 else None


def is_found(value: Any, text: str) -> bool:
    match value:
        case types.SigmaExpansion():
            return any(is_found(one, text) for one in value.values)
        case types.SigmaNumber():
            return str(value.number) in text
        case types.SigmaString():
            pattern = "".join(map(as_regex, value.s)).lower()
            return bool(re.search(pattern, text.lower(), re.DOTALL))
    return is_equal(value, text)


def as_regex(part: Any) -> str:
    if part is types.SpecialChars.WILDCARD_MULTI:
        return "(?:.*)"
    return "." if part is types.SpecialChars.WILDCARD_SINGLE else re.escape(part)


def as_number(text: str) -> float | None:
    for read in (lambda: int(text, 0), lambda: float(text)):
        try:
            return read()
        except ValueError:
            continue
    return None


@pytest.fixture
def oracle() -> Callable[[dict[str, Any], Fields], bool]:
    """Whether a rule, as a dictionary, accepts an event, as canonical field names to lists of texts."""

    def accepts(rule: dict[str, Any], fields: Fields) -> bool:
        parsed = SigmaRule.from_dict(rule)
        return any(holds(condition.parsed, fields) for condition in parsed.detection.parsed_condition)

    return accepts
