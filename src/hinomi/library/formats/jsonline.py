"""One line's JSON object, for formats where some lines are JSON and others are not."""

import orjson

from hinomi.library.contracts import Reject
from hinomi.library.formats import jsonlines
from hinomi.library.formats.jsonlines import Document


def read(number: int, raw: bytes) -> Document | Reject:
    """The object of a line that is neither blank nor too long, as :func:`jsonlines.read` would give it."""
    start = 0 if raw.startswith(b"{") else max(raw.find(b"{"), 0)
    try:
        value = orjson.loads(raw[start:] if start else raw)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict):
        return Document(number, raw, value, None)
    found = next(iter(jsonlines.read(raw)))
    if isinstance(found, Reject):
        return Reject(number, found.reason, found.detail, found.raw)
    return found._replace(line=number)
