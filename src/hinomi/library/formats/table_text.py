"""A file of text as UTF-8 and its physical lines, whatever encoding an export was saved in."""

import codecs
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from hinomi.library.formats.lines import ENCODINGS, decode

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Text:
    """UTF-8 ``octets`` and where their lines lie: line ``i`` (0-based) is ``octets[bounds[i]:bounds[i + 1]]``.

    A line keeps its ending: LF, CR LF, or a lone CR. ``labels`` has what was done to read a line,
    for lines that were not UTF-8: ``recoded:cp932``, ``recoded:utf-16``, ``truncated`` …
    """

    octets: bytes
    bounds: NDArray[np.int64]
    labels: dict[int, str]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def line(self, index: int) -> str:
        return self.span(index, index + 1).decode("utf-8")

    def span(self, first: int, end: int) -> bytes:
        """Lines from ``first`` up to but not including ``end``."""
        return self.octets[self.bounds[first] : self.bounds[end]]

    def lines(self) -> pl.Series:
        """Every line as text, endings included; shares the memory of ``octets``."""
        offsets, data = pa.py_buffer(self.bounds), pa.py_buffer(self.octets)
        return pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(len(self), offsets, data)))


def read(payload: bytes) -> Text:
    """Recognises UTF-8 and UTF-16 by their marks, else UTF-8, CP932 and EUC-JP line by line; never fails."""
    if payload.startswith(UTF16_MARKS):
        octets = payload.decode("utf-16", errors="replace").encode("utf-8")
        bounds = _bounds(octets)
        return Text(octets, bounds, dict.fromkeys(range(len(bounds) - 1), "recoded:utf-16"))
    octets = payload.removeprefix(codecs.BOM_UTF8)
    if _is(octets, "utf-8"):
        return Text(octets, _bounds(octets), {})
    return _recoded(octets)


def _recoded(octets: bytes) -> Text:
    """Each line in its own encoding; where most lines are not UTF-8, the file's encoding is tried first.

    No trail byte of CP932 or EUC-JP is a line break, a comma or a quote, so lines are safe to cut before decoding.
    """
    bounds = _bounds(octets)
    raw = [octets[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    encoding = _legacy_encoding([line for line in raw if not line.isascii()])
    pieces: list[bytes] = []
    labels: dict[int, str] = {}
    for index, line in enumerate(raw):
        if line.isascii():
            pieces.append(line)
            continue
        if encoding and _is(line, encoding):
            label: str | None = f"recoded:{encoding}"
            text = line.decode(encoding)
        else:
            text, label = decode(line)
        pieces.append(text.encode("utf-8"))
        if label:
            labels[index] = label
    return Text(b"".join(pieces), np.cumsum([0, *map(len, pieces)], dtype=np.int64), labels)


def _legacy_encoding(foreign: list[bytes]) -> str | None:
    if 2 * sum(_is(line, "utf-8") for line in foreign) >= len(foreign):
        return None
    joined = b"".join(foreign)
    return next((name for name in ENCODINGS if _is(joined, name)), ENCODINGS[0])


def _is(octets: bytes, encoding: str) -> bool:
    try:
        octets.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _bounds(octets: bytes) -> NDArray[np.int64]:
    values = np.frombuffer(octets, dtype=np.uint8)
    ends = np.flatnonzero(values == ord("\n")) + 1
    if b"\r" in octets:
        returns = np.flatnonzero(values == ord("\r"))
        lone = returns[np.append(values, 0)[returns + 1] != ord("\n")]
        ends = np.union1d(ends, lone + 1)
    if len(octets) and (not len(ends) or ends[-1] != len(octets)):
        ends = np.append(ends, len(octets))
    return np.concatenate(([0], ends)).astype(np.int64)
