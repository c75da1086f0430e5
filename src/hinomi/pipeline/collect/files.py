"""Files, folders, archives and standard input as payloads for the landing zone; bounded, nothing parsed.

Compressed input (``.gz``, ``.zst``) and ``.zip`` are opened; what a zip may expand to is bounded before
it is read. Line sources are cut into payloads at line ends; others come as a whole.
"""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard

from hinomi.library.contracts import Framing, Manifest

READ_BYTES = 1024 * 1024
PAYLOAD_BYTES = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
WHOLE_FILE_BYTES = 512 * 1024 * 1024
ZIP_BYTES = 8 * 1024 * 1024 * 1024
ZIP_RATIO = 200
ZIP_MEMBERS = 10_000
STDIN = "-"
BROKEN = (OSError, EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile)


class InputProblem(Exception):
    """An input cannot be read, or not to its end; what came before is kept. Says what to do."""

    def __init__(self, origin: str, problem: str) -> None:
        super().__init__(f"{origin}: {problem}")
        self.origin, self.problem = origin, problem


@dataclass(frozen=True)
class Payload:
    origin: str
    data: bytes


@dataclass(frozen=True)
class Input:
    """One stream of bytes to be read: a file, a member of an archive, or standard input."""

    origin: str
    stream: BinaryIO


def payloads(paths: Iterable[str], manifest: Manifest, stdin: BinaryIO) -> Iterator[Payload | InputProblem]:
    """Every input as payloads, in order; a problem with one input is yielded and the next goes on."""
    for path in paths:
        for found in inputs(path, manifest, stdin):
            if isinstance(found, InputProblem):
                yield found
            else:
                yield from read(found, manifest)


def inputs(path: str, manifest: Manifest, stdin: BinaryIO) -> Iterator[Input | InputProblem]:
    if path == STDIN:
        yield Input("stdin", stdin)
        return
    place = Path(path)
    if place.is_dir():
        for file in sorted(place.rglob("*")):
            if file.is_file() and not file.name.startswith(".") and wanted(file.name, manifest):
                yield from inputs_of_file(file, str(file.relative_to(place)), manifest)
    elif place.exists():
        yield from inputs_of_file(place, place.name, manifest)
    else:
        yield InputProblem(path, "そのようなファイルはありません (no such file or folder)")


def wanted(name: str, manifest: Manifest) -> bool:
    """In a folder, a source with its own file ending takes only those."""
    plain = name.lower().removesuffix(".gz").removesuffix(".zst")
    return not manifest.suffixes or plain.endswith((*manifest.suffixes, ".zip"))


def inputs_of_file(file: Path, origin: str, manifest: Manifest) -> Iterator[Input | InputProblem]:
    try:
        if file.suffix.lower() == ".zip" and ".zip" not in manifest.suffixes:
            yield from members(file, origin, manifest)
        else:
            with file.open("rb") as stream:
                yield expanded(Input(origin, stream))
    except OSError as error:
        yield InputProblem(origin, f"読めません: {error.strerror} (cannot be read)")


def expanded(found: Input) -> Input:
    """The input behind ``.gz`` or ``.zst``."""
    name = found.origin.lower()
    if name.endswith(".gz"):
        return Input(found.origin, gzip.GzipFile(fileobj=found.stream))  # type: ignore[arg-type]
    if name.endswith(".zst"):
        reader = zstandard.ZstdDecompressor().stream_reader(found.stream, read_across_frames=True)
        return Input(found.origin, io.BufferedReader(reader))
    return found


def members(file: Path, origin: str, manifest: Manifest) -> Iterator[Input | InputProblem]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if problem := zip_problem(entries):
                yield InputProblem(origin, problem)
                return
            for entry in sorted(entries, key=lambda entry: entry.filename):
                if PurePosixPath(entry.filename).name.startswith(".") or not wanted(entry.filename, manifest):
                    continue
                with archive.open(entry) as stream:
                    yield expanded(Input(f"{origin}/{entry.filename}", stream))  # type: ignore[arg-type]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        yield InputProblem(origin, f"zip として読めません: {error} (not a readable zip)")


def zip_problem(entries: list[zipfile.ZipInfo]) -> str | None:
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > ZIP_MEMBERS or size > ZIP_BYTES or (size > PAYLOAD_BYTES and size / packed > ZIP_RATIO):
        return (
            f"展開すると大きすぎます: {len(entries)} 個, {size:,} バイト (the zip would expand too far). "
            "展開してから、フォルダを指定してください (unpack it yourself and give the folder)"
        )
    return None


def read(found: Input, manifest: Manifest) -> Iterator[Payload | InputProblem]:
    """The input's payloads; input that breaks off gives what was read, then the problem."""
    try:
        if manifest.framing is Framing.FILE:
            yield from whole(found)
        else:
            yield from lines(found)
    except BROKEN as error:
        yield InputProblem(
            found.origin,
            f"途中で読めなくなりました: {error}。ここまでは取り込み済みです "
            "(broke off; everything before was kept. Get an intact file and import it again)",
        )


def whole(found: Input) -> Iterator[Payload | InputProblem]:
    data = found.stream.read(WHOLE_FILE_BYTES + 1)
    if len(data) > WHOLE_FILE_BYTES:
        yield InputProblem(
            found.origin,
            f"{WHOLE_FILE_BYTES // 2**20} MiB を超えています。分けて取り込んでください "
            "(larger than one import may be: export it in parts)",
        )
    elif data:
        yield Payload(found.origin, data)


def lines(found: Input) -> Iterator[Payload]:
    """Payloads of whole lines; only a line that is longer than any line may be is cut.

    Raises what the stream raised when it broke off, after everything before was given.
    """
    rest = bytearray()
    broken: Exception | None = None
    ended = False
    while not ended:
        try:
            chunk = found.stream.read1(READ_BYTES)  # type: ignore[attr-defined]
        except BROKEN as error:
            chunk, broken = b"", error
        rest += chunk
        ended = not chunk
        while end := cut(rest):
            with memoryview(rest) as view:
                payload = Payload(found.origin, bytes(view[:end]))
            del rest[:end]
            yield payload
    if rest:
        yield Payload(found.origin, bytes(rest))
    if broken:
        raise broken


def cut(rest: bytearray) -> int:
    """Where the next payload ends, or 0: wherever the stream paused, the same input is cut at the same places."""
    if len(rest) < PAYLOAD_BYTES:
        return 0
    end = (rest.rfind(b"\n", 0, PAYLOAD_BYTES) + 1) or (rest.find(b"\n", PAYLOAD_BYTES, LONGEST_LINE) + 1)
    return end or (LONGEST_LINE if len(rest) >= LONGEST_LINE else 0)


def standard_input() -> BinaryIO:
    return os.fdopen(0, "rb", closefd=False)
