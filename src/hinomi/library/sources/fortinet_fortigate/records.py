"""Lines of a FortiGate, in any format it sends, to cells under the names of its default format."""

from collections.abc import Iterator

import numpy as np
import orjson
import polars as pl

from hinomi.library.formats import cef, keyvalue, syslog
from hinomi.library.formats.lines import Lines, Offsets, decode
from hinomi.library.sources.fortinet_fortigate import cef_names
from hinomi.library.sources.fortinet_fortigate.fields import KEYS

SEPARATORS = " ,"
"""Of the default and of the csv format."""
OTHER = (b"CEF:", b"0|", b"{")
"""How messages begin that are not key=value."""
BATCH = 1 << 14


def read(lines: Lines) -> Iterator[pl.DataFrame]:
    """Frames of :data:`KEYS` and what :mod:`keyvalue` says of a line; each line is in one of them."""
    starts = syslog.starts(lines)
    other = _begins(lines, starts)
    plain = np.flatnonzero(~other)
    yield from keyvalue.read(lines.take(plain), starts[plain], keys=KEYS, separators=SEPARATORS)
    rest = np.flatnonzero(other)
    for begin in range(0, len(rest), BATCH):
        some = rest[begin : begin + BATCH]
        heads = (starts[some] - lines.starts[some]).tolist()
        rows = (_row(number, raw, head) for (number, raw), head in zip(lines.take(some), heads, strict=True))
        yield keyvalue.frame(rows, KEYS)


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


def _row(number: int, raw: bytes, head: int) -> keyvalue.Cells:
    message = decode(raw[head:])[0]
    found = _json(message) if message.startswith("{") else _cef(message)
    return {**found, **keyvalue.about(number, raw, pairs=len(found))}


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
