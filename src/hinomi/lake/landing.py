"""The landing zone: raw bytes made safe before anything looks at them; it is the queue of the pipeline.

``inbox/TENANT/SENSOR/BLOCK.zst`` waits to be normalised, ``kept/TENANT/SENSOR/DAY/BLOCK.zst`` has been,
``damaged/TENANT/SENSOR/BLOCK.zst`` cannot be read (a bad disk), with the reason in a text file beside it.

A header is never written again. Where a block turned out to be of another source or time zone than its header
says, a card ``BLOCK.IDENTITY.json`` lies beside the kept block, and whoever reads the block reads it by the card.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hinomi.lake.block import Block, CorruptBlock, Header, decode, decode_header, encode, newlines

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
HEADER_BYTES = 16 * 1024
ORIGIN_LENGTH = 500
"""Characters kept of a file's name, which may be anything, also no text at all."""


class BadName(ValueError):
    """A tenant's or sensor's name that cannot be a folder's name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"「{name}」は名前に使えません。英数字と . _ - を64文字まで使ってください "
            "(use letters, digits, dot, underscore and hyphen, at most 64)."
        )


def checked(name: str) -> str:
    if not SLUG.fullmatch(name):
        raise BadName(name)
    return name


def write_durably(path: Path, data: bytes) -> None:
    """Write, fsync, rename, fsync the folder: after this the bytes survive a crash, or are not there at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def identity(tenant: str, sensor: str, source: str, timezone: str, digest: str) -> str:
    """What makes a file the same file; part of its block's name."""
    return hashlib.sha256("\0".join((tenant, sensor, source, timezone, digest)).encode()).hexdigest()[:24]


class Landing:
    """The landing zone below ``root``."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.kept = root / "kept"
        self.damaged = root / "damaged"

    def append(
        self,
        payload: bytes,
        *,
        tenant: str,
        sensor: str,
        source: str,
        timezone: str,
        received: datetime,
        origin: str,
        live: bool = False,
    ) -> Header | None:
        """Make a payload safe; only after this may a sender be told that it has arrived.

        A file that was received before for the same sensor and source (``live`` false), or that was
        read again as of this source, is not received again: returns None. ``received`` is naive UTC.
        """
        digest = hashlib.sha256(payload).hexdigest()
        if live:
            suffix = secrets.token_hex(12)
        else:
            suffix = identity(tenant, sensor, source, timezone, digest)
            if self.holds(tenant, sensor, suffix):
                return None
        header = Header(
            block=f"{received:%Y%m%d}-{suffix}",
            tenant=checked(tenant),
            sensor=checked(sensor),
            source=source,
            timezone=timezone,
            received=received,
            origin=origin.encode("utf-8", "backslashreplace").decode()[:ORIGIN_LENGTH],
            live=live,
            bytes=len(payload),
            newlines=newlines(payload),
            sha256=digest,
        )
        write_durably(self.inbox_path(header), encode(header, payload))
        return header

    def inbox_path(self, header: Header) -> Path:
        return self.inbox / header.tenant / header.sensor / f"{header.block}.zst"

    def kept_path(self, header: Header) -> Path:
        return self.kept / header.tenant / header.sensor / header.block[:8] / f"{header.block}.zst"

    def holds(self, tenant: str, sensor: str, suffix: str) -> bool:
        here = (checked(tenant), checked(sensor))
        waiting = self.inbox.joinpath(*here).glob(f"*-{suffix}.zst")
        kept = self.kept.joinpath(*here).glob(f"*/*-{suffix}.zst")
        corrected = self.kept.joinpath(*here).glob(f"*/*.{suffix}.json")
        return any(next(found, None) is not None for found in (waiting, kept, corrected))

    def pending(self) -> list[Header]:
        """Headers of the blocks that wait, oldest first; a block that is no block is set aside."""
        headers = []
        for path in self.inbox.glob("*/*/[!.]*.zst"):
            try:
                headers.append(self.header(path))
            except CorruptBlock as damage:
                self.move_aside(path, str(damage))
        return sorted(headers, key=lambda header: (header.received, header.origin, header.block))

    def waiting_since(self) -> datetime | None:
        """When the first of the blocks that wait was written (naive UTC); None where none waits."""
        times = []
        for path in self.inbox.glob("*/*/[!.]*.zst"):
            with suppress(FileNotFoundError):  # it has just been taken
                times.append(path.stat().st_mtime)
        return datetime.fromtimestamp(min(times), UTC).replace(tzinfo=None) if times else None

    def set_aside(self, header: Header, problem: str) -> None:
        """Take a damaged block out of the queue, with the reason in a text file beside it."""
        self.move_aside(self.inbox_path(header), problem)

    def move_aside(self, path: Path, problem: str) -> None:
        target = self.damaged / path.relative_to(self.inbox)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_suffix(".txt").write_text(problem + "\n", encoding="utf-8")
        path.rename(target)

    def header(self, path: Path) -> Header:
        with path.open("rb") as file:
            return corrected(decode_header(file.read(HEADER_BYTES), path)[0], path)

    def read(self, header: Header) -> Block:
        path = self.inbox_path(header)
        return self.read_file(path if path.exists() else self.kept_path(header))

    def read_file(self, path: Path) -> Block:
        """The block in a file, its header as it was corrected."""
        block = decode(path.read_bytes(), path)
        return Block(corrected(block.header, path), block.payload)

    def kept_files(self, tenant: str, sensor: str | None = None) -> Iterator[Path]:
        """Kept blocks of a tenant, in no order."""
        return (self.kept / checked(tenant)).glob(f"{checked(sensor) if sensor else '*'}/*/*.zst")

    def correct(self, header: Header) -> None:
        """Write down that a kept block is of this source and time zone; doing it twice is doing it once."""
        path, source, timezone = self.kept_path(header), header.source, header.timezone
        now = identity(header.tenant, header.sensor, source, timezone, header.sha256)
        card = path.with_name(f"{header.block}.{'live' if header.live else now}.json")
        before = [other for other in cards(path) if other != card]
        with path.open("rb") as file:
            said = decode_header(file.read(HEADER_BYTES), path)[0]
        if (source, timezone) != (said.source, said.timezone):
            write_durably(card, json.dumps({"source": source, "timezone": timezone}).encode())
        for other in before:
            other.unlink(missing_ok=True)

    def find(self, tenant: str, block: str) -> Path | None:
        """Where a block of this tenant lies, by its id."""
        for pattern in (f"*/{block}.zst", f"*/{block[:8]}/{block}.zst"):
            root = self.inbox if pattern.count("/") == 1 else self.kept
            if path := next((root / checked(tenant)).glob(pattern), None):
                return path
        return None

    def keep(self, header: Header) -> None:
        """Move a normalised block out of the queue; doing it twice is doing it once."""
        path, target = self.inbox_path(header), self.kept_path(header)
        if not path.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    def expire(self, before: datetime) -> int:
        """Delete kept blocks received before ``before`` (naive UTC, whole days); returns how many."""
        expired = [path for path in self.kept.glob("*/*/*/*.zst") if path.parent.name < f"{before:%Y%m%d}"]
        for path in expired:
            for card in cards(path):
                card.unlink()
            path.unlink()
        return len(expired)

    def bytes_kept(self) -> Iterator[int]:
        return (path.stat().st_size for path in self.kept.glob("*/*/*/*.zst"))


def cards(path: Path) -> list[Path]:
    """Corrections beside a block; more than one only where a process was killed while it wrote the second."""
    return sorted(path.parent.glob(f"{path.stem}.*.json"))


def corrected(header: Header, path: Path) -> Header:
    for card in cards(path)[-1:]:
        said = json.loads(card.read_text(encoding="utf-8"))
        return replace(header, source=said["source"], timezone=said["timezone"])
    return header
