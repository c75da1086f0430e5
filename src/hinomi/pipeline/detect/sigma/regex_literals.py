"""Texts that must be in whatever a regular expression matches.

Python's own parser reads the expression, which is one of RE2. Where the two languages differ, Python's either refuses
it, and nothing is said, or sees an optional part, which says less; never a text that RE2 would not ask for.
"""

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

kind = _constants
BREAK = "\0"


def literals(expression: str, flags: int) -> list[str]:
    """The texts, in any order; letters' case is to be set aside. Empty where nothing is certain."""
    try:
        parsed = _parser.parse(expression, flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL))
    except (re.error, OverflowError, RecursionError):
        return []
    return [text for text in written(parsed).split(BREAK) if text]


def written(items: Iterable[Any]) -> str:
    """Letters that must follow each other, with breaks between what need not."""
    found = ""
    for operation, argument in items:
        if operation is kind.LITERAL:
            found += chr(argument) if argument else BREAK
        elif operation is kind.SUBPATTERN:
            found += written(argument[-1])
        elif operation in (kind.MAX_REPEAT, kind.MIN_REPEAT) and argument[0] >= 1:
            inner = written(argument[2])
            found += inner if argument[:2] == (1, 1) else inner + BREAK + inner
        else:
            found += BREAK
    return found
