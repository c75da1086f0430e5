"""An .evtx file as the JSON text of its records, read on around whatever is damaged.

A file is a header of 4 KiB and chunks of 64 KiB that hold all that their records need, so each chunk is
read as a file of its own: damage stays in its chunk, and little memory is used at a time. In a damaged
chunk the records are found by their signatures, and what lies between them is bridged.

Source: libyal, "Windows XML Event Log (EVTX) format"; the records' binary XML is read by the crate evtx.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zlib import crc32

from evtx import PyEvtxParser

from hinomi.library.contracts import Reason

MAGIC, CHUNK_MAGIC, RECORD_MAGIC = b"ElfFile\0", b"ElfChnk\0", b"**\0\0"
HEADER, CHUNK, TABLES, RECORDS, SMALLEST_RECORD = 4096, 65536, 128, 512, 28


@dataclass(frozen=True)
class Damage:
    """A record, or the rest of a file, that cannot be read; ``raw`` is what is there."""

    reason: Reason
    detail: str
    raw: bytes


@dataclass(frozen=True)
class Span:
    """Where a record lies in its chunk; not ``whole``: where one must have been."""

    start: int
    end: int
    whole: bool


def _header() -> bytes:
    head = MAGIC + struct.pack("<QQQIHHHH", 0, 0, 1, 128, 1, 3, HEADER, 1)
    head = head.ljust(120, b"\0")
    return (head + struct.pack("<II", 0, crc32(head))).ljust(HEADER, b"\0")


ONE_CHUNK = _header()
"""Header of a file with one chunk."""


def read(payload: bytes) -> Iterator[str | Damage]:
    """Each record in order, as JSON text ``{"Event": {"System": …, "EventData": …}}`` or as damage.

    A file that is cut off gives the records that are there and one damage ``truncated``; another
    format gives one damage ``not_this_format``. Never raises on what a file holds.
    """
    if not payload.startswith(MAGIC):
        detail = "Windows のイベントログ (.evtx) ではありません (no EVTX signature)"
        yield Damage(Reason.NOT_THIS_FORMAT, detail, payload[:CHUNK])
        return
    for start in range(HEADER, len(payload), CHUNK):
        chunk = payload[start : start + CHUNK]
        if chunk.startswith(CHUNK_MAGIC) or chunk.strip(b"\0"):
            yield from _chunk(chunk)
    (chunks,) = struct.unpack_from("<H", payload.ljust(HEADER, b"\0"), 42)
    expected = HEADER + max(chunks, -(-(len(payload) - HEADER) // CHUNK)) * CHUNK
    if len(payload) < expected:
        detail = f"{len(payload):,} / {expected:,} バイトで途切れています。取り直してください (file is cut off)"
        yield Damage(Reason.TRUNCATED, detail, payload[-CHUNK:])


def _chunk(chunk: bytes) -> list[str | Damage]:
    """The records of a chunk; one that the chunk's header counts and nobody finds is damage too."""
    whole = len(chunk) == CHUNK
    expected = _record_count(chunk)
    items = _parse(chunk) if whole else []
    texts: list[str | Damage] = [item for item in items if isinstance(item, str)]
    if whole and len(texts) == len(items) >= expected:
        return texts
    spans = _spans(chunk)
    found: list[str | Damage] = []
    for span, item in zip(spans, _parse(_mended(chunk, spans)), strict=False):
        damage = Damage(Reason.CORRUPT, f"記録が壊れています (damaged record): {item}", chunk[span.start : span.end])
        found.append(item if isinstance(item, str) else damage)
    if not whole:
        return found
    lost = Damage(Reason.CORRUPT, "チャンクが壊れ、記録が失われています (record lost in a damaged chunk)", b"")
    return found + [lost] * (max(expected, 1) - len(found))


def _parse(chunk: bytes) -> list[str | Exception]:
    """JSON texts and errors in order. A panic of the Rust parser ends the chunk as an error."""
    items: list[str | Exception] = []
    try:
        records = PyEvtxParser(BytesIO(ONE_CHUNK + chunk), 1).records_json()
        while True:
            try:
                record = next(records, None)
                if record is None:
                    return items
                items.append(record["data"])
            except Exception as error:
                items.append(error)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as panic:  # pyo3_runtime.PanicException is no Exception
        return [*items, RuntimeError(str(panic))]


def _record_count(chunk: bytes) -> int:
    """How many records a chunk's header says it has; 0 where that cannot be."""
    if len(chunk) < RECORDS or not chunk.startswith(CHUNK_MAGIC):
        return 0
    first, last = struct.unpack_from("<QQ", chunk, 8)
    counted = int(last) - int(first) + 1
    return counted if 0 < counted <= CHUNK // SMALLEST_RECORD else 0


def _record_size(chunk: bytes, at: int, end: int) -> int:
    """Size of the record at ``at``, which a record names at its start and at its end; 0 if there is none."""
    if at + SMALLEST_RECORD > end or chunk[at : at + 4] != RECORD_MAGIC:
        return 0
    (size,) = struct.unpack_from("<I", chunk, at + 4)
    if not SMALLEST_RECORD <= size <= end - at:
        return 0
    return int(size) if struct.unpack_from("<I", chunk, at + size - 4) == (size,) else 0


def _spans(chunk: bytes) -> list[Span]:
    """Records and the damaged stretches before them, in order, without a gap between."""
    end = _end_of_records(chunk)
    spans: list[Span] = []
    at = candidate = RECORDS
    while 0 <= candidate < end:
        if size := _record_size(chunk, candidate, end):
            if candidate - at >= SMALLEST_RECORD:
                spans.append(Span(at, candidate, whole=False))
            spans.append(Span(candidate, candidate + size, whole=True))
            at = candidate = candidate + size
        else:
            candidate = chunk.find(RECORD_MAGIC, candidate + 1)
    return spans


def _end_of_records(chunk: bytes) -> int:
    """Where the records end. Behind it lie older ones, so a sound header is believed."""
    if len(chunk) < RECORDS:
        return 0
    (free,) = struct.unpack_from("<I", chunk, 48)
    (checksum,) = struct.unpack_from("<I", chunk, 124)
    sound = crc32(chunk[:120] + chunk[TABLES:RECORDS]) == checksum
    return min(int(free), len(chunk)) if sound else len(chunk)


def _mended(chunk: bytes, spans: list[Span]) -> bytes:
    """The chunk with a sound header, no string and template tables, and a header over each damaged stretch."""
    image = bytearray(chunk.ljust(CHUNK, b"\0"))
    last, free = (spans[-1].start, spans[-1].end) if spans else (RECORDS, RECORDS)
    image[:RECORDS] = bytes(RECORDS)
    struct.pack_into("<8sQQQQIII", image, 0, CHUNK_MAGIC, 1, len(spans), 1, len(spans), TABLES, last, free)
    for span in spans:
        if not span.whole:
            struct.pack_into("<4sI", image, span.start, RECORD_MAGIC, span.end - span.start)
    return bytes(image)
