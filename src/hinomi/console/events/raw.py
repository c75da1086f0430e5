"""The line as it was received, from the block in the landing zone that holds it."""

from dataclasses import dataclass
from datetime import datetime

from hinomi.console.shell.text import readable
from hinomi.lake.block import CorruptBlock, decode
from hinomi.lake.landing import Landing
from hinomi.library import catalog
from hinomi.library.contracts import Framing, LibraryError

LONGEST = 64 * 1024


@dataclass(frozen=True)
class RawLine:
    """One record as received, ready to be read; ``received`` is naive UTC.

    ``text`` is None where there is nothing to show, and ``problem`` says why, for the person who asks.
    """

    block: str
    line: int
    text: str | None = None
    is_text: bool = True
    cut: bool = False
    origin: str = ""
    received: datetime | None = None
    problem: str = ""


def raw_line(landing: Landing, tenant: str, reference: str) -> RawLine:
    """The line a ``raw_ref`` (``block:line``) points to, and that line alone.

    ``problem`` is ``expired`` (the block is no longer kept), ``damaged`` (it is not what was received) or
    ``file`` (a record of a binary file, which has no line).
    """
    block, _, number = reference.partition(":")
    line = int(number.split(":")[0])
    path = landing.find(tenant, block)
    if path is None:
        return RawLine(block, line, problem="expired")
    try:
        found = decode(path.read_bytes(), path)
    except CorruptBlock:
        return RawLine(block, line, problem="damaged")
    header = found.header
    if framing(header.source) is Framing.FILE:
        return RawLine(block, line, origin=header.origin, received=header.received, problem="file")
    raw = nth_line(found.payload, line)
    text, is_text = readable(raw[:LONGEST])
    return RawLine(block, line, text, is_text, len(raw) > LONGEST, header.origin, header.received)


def framing(source: str) -> Framing:
    try:
        return catalog.source_manifest(source).framing
    except LibraryError:
        return Framing.LINES


def nth_line(payload: bytes, number: int) -> bytes:
    """The line with this 1-based number, without copying the lines before it."""
    start = 0
    for _ in range(number - 1):
        start = payload.find(b"\n", start) + 1
        if not start:
            return b""
    end = payload.find(b"\n", start)
    return payload[start : end if end >= 0 else len(payload)].removesuffix(b"\r")
