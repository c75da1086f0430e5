"""A payload as lines: where each lies, which are too long, which are not UTF-8, and how those are read.

    lines = split(payload)
    for number, raw in lines:          # 1-based number in the payload, bytes without the line ending
        text, label = decode(raw)      # label: None, "recoded:cp932" …, "truncated"
    rejects = lines.rejects            # lines over the limit, already typed
    records = len(lines) + len(lines.rejects)

Line endings are LF or CR LF; the last line may lack one. Blank lines are no records but keep their number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats.distinct import distinct
from hinomi.library.formats.worth import Worth

LONGEST = 1 << 20
"""Bytes of the longest line that is read."""
KEPT = 64 << 10
"""Bytes that a reject keeps of a line over the limit."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANK = b" \t\r\v\f"
ENCODINGS = ("cp932", "euc_jp")
CHECKED = 1 << 20
"""Bytes that are decoded at a time to see whether they are UTF-8."""

worth_compiling = Worth("hinomi.library.formats.lines_kernel", "write_breaks", kept=16 << 20, unkept=1 << 30)
"""Asked for octets."""

Offsets = NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """Lines of ``payload`` that are neither blank nor too long: byte offsets and 1-based numbers."""

    payload: bytes
    starts: Offsets
    ends: Offsets
    numbers: Offsets
    rejects: tuple[Reject, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        payload = self.payload
        for start, end, number in zip(self.starts.tolist(), self.ends.tolist(), self.numbers.tolist(), strict=True):
            yield number, payload[start:end]

    def raw(self, index: int) -> bytes:
        """Bytes of the line at ``index`` (0-based, among these lines)."""
        return self.payload[self.starts[index] : self.ends[index]]

    def take(self, which: slice | Offsets) -> "Lines":
        """Some of these lines, without the rejects."""
        return Lines(self.payload, self.starts[which], self.ends[which], self.numbers[which], ())

    def not_utf8(self) -> list[int]:
        """Indices of the lines that are not UTF-8; usually none, and then cheap to ask."""
        if not len(self) or self.payload.isascii():
            return []
        places = np.searchsorted(self.ends, np.arange(self.starts[0], self.ends[-1] + CHECKED, CHECKED))
        parts = distinct(places)
        return [
            index
            for begin, end in pairwise([*parts.tolist(), len(self)])
            if begin < end and not is_utf8(self.payload[self.starts[begin] : self.ends[end - 1]])
            for index in range(begin, end)
            if not is_utf8(self.raw(index))
        ]


def is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def split(payload: bytes) -> Lines:
    """Where the lines of ``payload`` lie. A byte order mark at its start is no part of the first line."""
    octets = np.frombuffer(payload, dtype=np.uint8)
    breaks = _breaks(octets)
    starts = np.concatenate(([0], breaks + 1))
    ends = np.concatenate((breaks, [len(payload)]))
    if payload.startswith(BYTE_ORDER_MARK):
        starts[0] = len(BYTE_ORDER_MARK)
    if len(octets):
        ends -= (ends > starts) & (octets[np.maximum(ends, 1) - 1] == ord("\r"))
    filled = ends > starts
    for index in np.flatnonzero(filled & _starts_blank(octets, starts)):
        filled[index] = bool(payload[starts[index] : ends[index]].strip(BLANK))
    fits = ends - starts <= LONGEST
    rejects = tuple(
        _too_long(payload, int(starts[index]), int(ends[index]), int(index) + 1)
        for index in np.flatnonzero(filled & ~fits)
    )
    kept = np.flatnonzero(filled & fits)
    return Lines(payload, starts[kept], ends[kept], kept + 1, rejects)


def _breaks(octets: NDArray[np.uint8]) -> Offsets:
    """The places of LF."""
    if worth_compiling(len(octets)):
        from hinomi.library.formats.lines_kernel import breaks

        return breaks(octets)
    return np.flatnonzero(octets == ord("\n"))


def _starts_blank(octets: NDArray[np.uint8], starts: Offsets) -> NDArray[np.bool_]:
    if not len(octets):
        return np.zeros(len(starts), dtype=np.bool_)
    return np.isin(octets[np.minimum(starts, len(octets) - 1)], np.frombuffer(BLANK, dtype=np.uint8))


def _too_long(payload: bytes, start: int, end: int, number: int) -> Reject:
    detail = f"{end - start:,} バイトの行です。上限は {LONGEST:,} バイト (line over the limit)"
    return Reject(number, Reason.TOO_LONG, detail, payload[start : min(end, start + KEPT)])


def decode(raw: bytes) -> tuple[str, str | None]:
    """Text of a line and how it was read; never fails.

    UTF-8 first; a line cut within its last character (UDP) loses that character and is labelled
    ``truncated``. Then the encodings of Japanese devices, labelled ``recoded:cp932`` or
    ``recoded:euc_jp``; at last ``recoded:latin-1``, which reads anything.
    """
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8"), "truncated"
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding), f"recoded:{encoding}"
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "recoded:latin-1"
