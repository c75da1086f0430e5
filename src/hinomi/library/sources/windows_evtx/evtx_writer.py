"""Writes Windows event log files (.evtx), so that samples and tests are real ones and not recordings.

A record is a template instance with typed substitutions, as the Windows event log service writes them.
Names and templates are defined anew in every record instead of shared, which the format allows.

Source: Microsoft, [MS-EVEN6] section 2.2.12 (BinXml); libyal, "Windows XML Event Log (EVTX) format".
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID
from zlib import crc32

HEADER, CHUNK, RECORDS = 4096, 65536, 512
FRAGMENT, OPEN, OPEN_WITH_ATTRIBUTES, CLOSE_START, END = b"\x0f\x01\x01\x00", 0x01, 0x41, b"\x02", b"\x04"
ATTRIBUTE, ATTRIBUTE_AND_MORE, TEMPLATE, SUBSTITUTION, END_OF_STREAM = 0x06, 0x46, 0x0C, 0x0D, b"\x00"
FILETIME_EPOCH = datetime(1601, 1, 1)


class Hex(int):
    """An integer that Windows shows in hexadecimal: process ids of Security events, logon ids, masks."""


Value = str | bool | Hex | int | UUID | datetime | None


@dataclass(frozen=True)
class Record:
    """One event. ``time`` is naive UTC; ``data`` are named values, ``unnamed`` those without a name.

    With ``user_data`` the named values lie in ``UserData`` under an element of that name.
    """

    channel: str
    provider: str
    event_id: int
    time: datetime
    computer: str
    data: dict[str, Value] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    user_data: str | None = None
    level: int = 4
    keywords: int = 0x8000000000000000
    qualifiers: int | None = None


@dataclass(frozen=True)
class Element:
    """XML to be: attributes and text are values of the record, children are elements."""

    name: str
    attributes: dict[str, Value] = field(default_factory=dict)
    children: tuple["Element", ...] = ()
    text: Value = None


def write(records: Sequence[Record]) -> bytes:
    """The records as a file; record numbers count from 1."""
    chunks: list[bytes] = []
    bodies: list[bytes] = []
    position = RECORDS
    for number, record in enumerate(records, start=1):
        body = _record(record, number, position)
        if position + len(body) > CHUNK:
            chunks.append(_chunk(bodies, number - len(bodies)))
            bodies, position = [], RECORDS
            body = _record(record, number, position)
        bodies.append(body)
        position += len(body)
    if bodies:
        chunks.append(_chunk(bodies, len(records) + 1 - len(bodies)))
    head = b"ElfFile\0" + struct.pack(
        "<QQQIHHHH", 0, max(len(chunks) - 1, 0), len(records) + 1, 128, 1, 3, HEADER, len(chunks)
    )
    head = head.ljust(120, b"\0") + struct.pack("<II", 0, crc32(head.ljust(120, b"\0")))
    return head.ljust(HEADER, b"\0") + b"".join(chunks)


def _chunk(bodies: list[bytes], first: int) -> bytes:
    events = b"".join(bodies)
    last = first + len(bodies) - 1
    free = RECORDS + len(events)
    head = b"ElfChnk\0" + struct.pack(
        "<QQQQIIII", first, last, first, last, 128, free - len(bodies[-1]), free, crc32(events)
    )
    tables = bytes(RECORDS - 128)
    head = head.ljust(120, b"\0")
    return (head + struct.pack("<II", 0, crc32(head + tables)) + tables + events).ljust(CHUNK, b"\0")


def _record(record: Record, number: int, position: int) -> bytes:
    xml = _BinXml(position + 24).document(_event(record, number))
    size = 24 + len(xml) + 4
    size += -size % 8
    head = struct.pack("<4sIQQ", b"**\0\0", size, number, _filetime(record.time))
    return (head + xml).ljust(size - 4, b"\0") + struct.pack("<I", size)


def _event(record: Record, number: int) -> Element:
    system = Element(
        "System",
        children=(
            Element("Provider", {"Name": record.provider}),
            Element(
                "EventID",
                {} if record.qualifiers is None else {"Qualifiers": record.qualifiers},
                text=record.event_id,
            ),
            Element("Level", text=record.level),
            Element("Keywords", text=Hex(record.keywords)),
            Element("TimeCreated", {"SystemTime": record.time}),
            Element("EventRecordID", text=number),
            Element("Channel", text=record.channel),
            Element("Computer", text=record.computer),
        ),
    )
    if record.user_data:
        named = tuple(Element(name, text=value) for name, value in record.data.items())
        payload = Element("UserData", children=(Element(record.user_data, children=named),))
    else:
        values = [Element("Data", {"Name": name}, text=value) for name, value in record.data.items()]
        values += [Element("Data", text=value) for value in record.unnamed]
        payload = Element("EventData", children=tuple(values))
    return Element("Event", children=(system, payload))


class _BinXml:
    """Binary XML that starts at ``position`` of its chunk: names and templates are found by position."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.values: list[tuple[int, bytes]] = []

    def document(self, root: Element) -> bytes:
        definition_at = self.position + len(FRAGMENT) + 10
        template_at = definition_at + 24
        template = FRAGMENT + self.element(root, template_at + len(FRAGMENT)) + END_OF_STREAM
        uid = UUID(int=definition_at).bytes_le
        instance = struct.pack("<BBII", TEMPLATE, 1, definition_at, definition_at)
        definition = struct.pack("<I16sI", 0, uid, len(template)) + template
        described = b"".join(struct.pack("<HBB", len(raw), kind, 0) for kind, raw in self.values)
        substitutions = struct.pack("<I", len(self.values)) + described + b"".join(raw for _, raw in self.values)
        return FRAGMENT + instance + definition + substitutions + END_OF_STREAM

    def element(self, element: Element, at: int) -> bytes:
        opened = at + 7
        body = self.name(element.name, opened)
        if element.attributes:
            attributes_at = opened + len(body) + 4
            attributes = b""
            for left, (name, value) in zip(
                count(len(element.attributes) - 1, -1), element.attributes.items(), strict=False
            ):
                token = ATTRIBUTE_AND_MORE if left else ATTRIBUTE
                attributes += bytes([token])
                attributes += self.name(name, attributes_at + len(attributes))
                attributes += self.substitution(value)
            body += struct.pack("<I", len(attributes)) + attributes
        body += CLOSE_START
        if element.text is not None:
            body += self.substitution(element.text)
        for child in element.children:
            body += self.element(child, opened + len(body))
        body += END
        token = OPEN_WITH_ATTRIBUTES if element.attributes else OPEN
        return struct.pack("<BHI", token, 0xFFFF, len(body)) + body

    def name(self, name: str, at: int) -> bytes:
        """The name's offset in the chunk, and the name itself right there."""
        digest = 0
        for letter in name:
            digest = (digest * 65599 + ord(letter)) & 0xFFFFFFFF
        text = name.encode("utf-16-le")
        return struct.pack("<IIHH", at + 4, 0, digest & 0xFFFF, len(name)) + text + b"\0\0"

    def substitution(self, value: Value) -> bytes:
        kind, raw = _typed(value)
        self.values.append((kind, raw))
        return struct.pack("<BHB", SUBSTITUTION, len(self.values) - 1, kind)


def _typed(value: Value) -> tuple[int, bytes]:
    """Type and bytes of a value as [MS-EVEN6] has them."""
    match value:
        case None:
            return 0x00, b""
        case bool():
            return 0x0D, struct.pack("<I", value)
        case Hex():
            return 0x15, struct.pack("<Q", value)
        case int():
            return 0x0A, struct.pack("<Q", value)
        case UUID():
            return 0x0F, value.bytes_le
        case datetime():
            return 0x11, struct.pack("<Q", _filetime(value))
        case str():
            return 0x01, value.encode("utf-16-le")


def _filetime(moment: datetime) -> int:
    """100 ns since 1601, UTC."""
    return (moment.replace(tzinfo=UTC) - FILETIME_EPOCH.replace(tzinfo=UTC)) // timedelta(microseconds=1) * 10
