"""A JSON array of objects as lines, an object each, byte for byte as it was sent but for the line ends in it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
OPENING = re.compile(rb"\s*+\[")
LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")
"""In valid JSON a line end is never inside a string, so it means no more than a space."""


def as_lines(payload: bytes) -> bytes:
    """The payload with an array's objects a line each; anything else, valid or not, exactly as it is."""
    if not OPENING.match(payload):
        return payload
    items = parsed(payload)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return payload
    return b"".join(payload[start:end].translate(LINE_ENDS).strip() + b"\n" for start, end in spans(payload))


def parsed(payload: bytes) -> Any:
    """The value, or None where it is not JSON. Strings that are not quite Unicode are let pass."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            return json.loads(payload)
        except (ValueError, RecursionError):
            return None


def spans(payload: bytes) -> Iterator[tuple[int, int]]:
    """Where each item of a valid array starts and ends."""
    depth, start = 0, 0
    for token in TOKEN.finditer(payload):
        sign = token.group()
        if sign in b"[{":
            depth += 1
            if depth == 2:
                start = token.start()
        elif sign in b"]}":
            depth -= 1
            if depth == 1:
                yield start, token.end()
