"""What is tried: the first lines of an input, and its last ones to judge the clock by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hinomi.library.contracts import Framing, Kind, Manifest
from hinomi.pipeline.collect import files

LINES = 200
LARGEST = 16 * 1024 * 1024
"""Bytes looked at; a source of whole files gets them all."""
TAIL = 64 * 1024
ANYTHING = Manifest("", {}, "", "", Kind.UTM, Framing.FILE, Path())
"""A card that takes every file of a folder or an archive."""


@dataclass(frozen=True)
class Sample:
    """``head`` has whole lines; ``tail`` ends where the input ends, empty where that is not known.

    ``received`` is when the input was last written, naive UTC. ``complete`` is False where ``data`` was cut.
    """

    origin: str
    data: bytes
    head: bytes
    tail: bytes
    received: datetime
    complete: bool

    def payload(self, framing: Framing) -> bytes:
        return self.data if framing is Framing.FILE else self.head


def sample(origin: str, data: bytes, received: datetime, *, lines: int = LINES, complete: bool = True) -> Sample:
    """A sample of bytes at hand."""
    tail = data[-TAIL:].partition(b"\n")[2] if len(data) > TAIL else data
    return Sample(origin, data, first_lines(data, lines), tail if complete else b"", received, complete)


def first_lines(data: bytes, lines: int) -> bytes:
    end = 0
    for _ in range(lines):
        end = data.find(b"\n", end) + 1
        if not end:
            return data
    return data[:end]


def read(path: str, lines: int, stdin: BinaryIO, now: datetime) -> Sample | files.InputProblem:
    """The first file behind a path (``-``: standard input), unpacked if it is packed; ``now`` is naive UTC."""
    for found in files.inputs(path, ANYTHING, stdin):
        if isinstance(found, files.InputProblem):
            return found
        received = now if path == files.STDIN else modified(Path(path))
        try:
            data = found.stream.read(LARGEST + 1)
        except files.BROKEN as error:
            return files.InputProblem(found.origin, f"読めません: {error} (cannot be read)")
        if not data.strip():
            return files.InputProblem(found.origin, "中身がありません (it is empty)")
        whole = len(data) <= LARGEST
        return sample(found.origin, data[:LARGEST], received, lines=lines, complete=whole)
    return files.InputProblem(path, "ファイルがありません (no file in it)")


def modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
