"""Mail of devices into the landing zone: the message as received first, then the files attached to it.

A message is kept as a block of the source ``alert_mail``. Where its sensor is of another source, attachments (also
within a zip) become blocks of that source: monthly tables, exports, logs. What they unfold to is bounded.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from hinomi.lake.block import Header
from hinomi.lake.landing import Landing
from hinomi.library.formats.letter import Attachment, read
from hinomi.pipeline.collect.files import BROKEN, zip_problem
from hinomi.pipeline.collect.routes import Route

SOURCE = "alert_mail"
LARGEST = 32 * 1024 * 1024
"""Bytes of the largest message that is taken."""
READABLE = (".csv", ".tsv", ".xlsx", ".txt", ".log", ".json", ".ndjson", ".evtx")


class TooLarge(Exception):
    """A message over the limit; it is left where it is."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size:,} バイトのメールは大きすぎます。上限は {LARGEST:,} バイト (message over the limit)")


@dataclass(frozen=True)
class Address:
    """Whose mail it is, by its recipient: ``TENANT+SENSOR@anything``."""

    tenant: str
    sensor: str


def address(recipient: str) -> Address | None:
    local = recipient.strip().strip("<>").rpartition("@")[0] or recipient
    tenant, plus, sensor = local.partition("+")
    return Address(tenant, sensor) if plus and tenant and sensor else None


def store(landing: Landing, message: bytes, route: Route, received: datetime) -> list[Header]:
    """Make a message and its attachments safe; the blocks that are new. ``received`` is naive UTC.

    The same message stored again changes nothing.

    Raises:
        TooLarge: nothing was stored.
        OSError: the disk is full or away; what was stored stays, and the same message may be given again.
    """
    if len(message) > LARGEST:
        raise TooLarge(len(message))
    letter = read(message, ZoneInfo(route.timezone))
    name = letter.message_id or letter.subject or "mail"
    pieces = [(SOURCE, name, message)]
    if route.source != SOURCE:
        pieces += [(route.source, f"{name}/{file.name}", file.data) for file in files(letter.attachments)]
    stored = [
        landing.append(
            data,
            tenant=route.tenant,
            sensor=route.sensor,
            source=source,
            timezone=route.timezone,
            received=received,
            origin=origin,
        )
        for source, origin, data in pieces
        if data
    ]
    return [header for header in stored if header]


def files(attachments: tuple[Attachment, ...]) -> Iterator[Attachment]:
    """Attachments that a source may read, those within a zip among them; a bad zip gives none."""
    for file in attachments:
        suffix = PurePosixPath(file.name.lower()).suffix
        if suffix == ".zip":
            yield from unzipped(file)
        elif suffix in READABLE:
            yield file


def unzipped(file: Attachment) -> Iterator[Attachment]:
    try:
        with zipfile.ZipFile(io.BytesIO(file.data), metadata_encoding="cp932") as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if zip_problem(members) or sum(member.file_size for member in members) > 8 * LARGEST:
                return
            for member in members:
                if PurePosixPath(member.filename.lower()).suffix in READABLE:
                    yield Attachment(f"{file.name}/{member.filename}", archive.read(member))
    except (*BROKEN, NotImplementedError, RuntimeError, ValueError):
        return
