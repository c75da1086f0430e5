"""Lines of a FortiGate, in any format it sends, to cells under the names of its default format."""

from collections.abc import Iterator

import numpy as np
import orjson

from hinomi.library.formats import cef, keyvalue, syslog
from hinomi.library.formats.cells import Cells, Parsed, Values, about
from hinomi.library.formats.lines import Lines, Offsets, decode
from hinomi.library.sources.fortinet_fortigate import cef_names
from hinomi.library.sources.fortinet_fortigate.fields import WANTED

GRAMMAR = keyvalue.Grammar(WANTED, separators=" ,")
"""Of the default and of the csv format."""
OTHER = (b"CEF:", b"0|", b"{")
"""How messages begin that are not key=value."""
BATCH = 1 << 14


def read(lines: Lines) -> Iterator[Cells]:
    """The cells of each line are in one of these."""
    starts = syslog.starts(lines)
    other = _begins(lines, starts)
    if not other.any():
        yield from keyvalue.scan(lines, starts, GRAMMAR)
        return
    plain, rest = np.flatnonzero(~other), np.flatnonzero(other)
    yield from keyvalue.scan(lines.take(plain), starts[plain], GRAMMAR)
    for begin in range(0, len(rest), BATCH):
        some = rest[begin : begin + BATCH]
        heads = (starts[some] - lines.starts[some]).tolist()
        rows = [_row(number, raw, head) for (number, raw), head in zip(lines.take(some), heads, strict=True)]
        yield Parsed(rows, WANTED)


def _begins(lines: Lines, starts: Offsets) -> np.typing.NDArray[np.bool_]:
    """Whether each message begins like one of :data:`OTHER`."""
    octets = np.frombuffer(lines.payload, dtype=np.uint8)
    found = np.zeros(len(lines), dtype=np.bool_)
    for prefix in OTHER:
        same = starts + len(prefix) <= lines.ends
        for place, octet in enumerate(prefix):
            same &= octets[np.minimum(starts + place, max(len(octets) - 1, 0))] == octet
        found |= same
    return found


def _row(number: int, raw: bytes, head: int) -> Values:
    message = decode(raw[head:])[0]
    found = _json(message) if message.startswith("{") else _cef(message)
    itself = about(number, raw, pairs=len(found))
    return {**itself, **found, **itself}  # the line first, and as it is whatever its fields are called


def _cef(text: str) -> dict[str, str]:
    message = cef.parse(text)
    return cef_names.fields(message) if message and cef_names.is_fortigate(message) else {}


def _json(text: str) -> dict[str, str]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return {
        key: value if isinstance(value, str) else orjson.dumps(value).decode()
        for key, value in document.items()
        if value is not None
    }
