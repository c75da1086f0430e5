"""Windows events as Windows' own XML: forwarded (``RenderedText``), exported, or behind a syslog header.

Source: Microsoft, "Event Schema"; ``wevtutil qe /f:xml`` and ``/f:RenderedXml``; Event Viewer, "Save all events as".
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.windows.record import Record
from hinomi.library.lazy import Lazy
from hinomi.library.sources.windows_forwarded import messages

if TYPE_CHECKING:
    from xml.etree import ElementTree
else:
    ElementTree = Lazy("xml.etree.ElementTree")

EVENT = re.compile(rb"<Event(?:\s[^>]*)?>.*?</Event>", re.DOTALL)
AROUND = re.compile(rb"<\?xml[^>]*\?>|</?Events[^>]*>|\xef\xbb\xbf")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));",
    re.IGNORECASE,
)
"""What XML 1.0 does not allow and the texts of events hold all the same."""
NAMESPACE = re.compile(r"\sxmlns(?::\w+)?=(?:\"[^\"]*\"|'[^']*')")
UTC = ZoneInfo("UTC")


class Piece(NamedTuple):
    """A part of a payload: an event, or a line of something else."""

    raw: bytes
    is_event: bool


def holds(payload: bytes) -> bool:
    return b"<Event>" in payload or b"<Event " in payload


def pieces(payload: bytes) -> Iterator[Piece]:
    """Events in order, and the lines between them that are none. What precedes an event on its line is its header."""
    at = 0
    for found in EVENT.finditer(payload):
        yield from strays(payload[at : found.start()], before_event=True)
        yield Piece(found[0], True)
        at = found.end()
    yield from strays(payload[at:], before_event=False)


def strays(gap: bytes, before_event: bool) -> Iterator[Piece]:
    lines = AROUND.sub(b"", gap).split(b"\n")
    for line in lines[:-1] if before_event else lines:
        if line.strip():
            yield Piece(line.rstrip(b"\r"), False)


def record(text: str) -> Record | None:
    """The event in an ``<Event>`` element; None where it is not well-formed or has no ``System``."""
    if "<!" in text:  # no event has a document type or an entity of its own
        return None
    try:
        event = ElementTree.fromstring(FORBIDDEN.sub("", NAMESPACE.sub("", text)))
    except (ElementTree.ParseError, ValueError):
        return None
    system = event.find("System")
    if system is None:
        return None
    created = system.find("TimeCreated")
    original = created.get("SystemTime", "") if created is not None else ""
    provider = system.find("Provider")
    rendered = event.findtext("RenderingInfo/Message") or ""
    channel = system.findtext("Channel") or ""
    name = provider.get("Name") or provider.get("EventSourceName") or "" if provider is not None else ""
    data = data_of(event)
    if not data and rendered:
        data = {"Data": rendered}
    return Record(
        times.iso(original, UTC),
        original,
        channel=channel,
        provider=name,
        event_id=(system.findtext("EventID") or "").strip(),
        computer=system.findtext("Computer") or "",
        record_id=system.findtext("EventRecordID") or "",
        level=system.findtext("Level") or "",
        keywords=system.findtext("Keywords") or "",
        message=messages.first_paragraph(rendered),
        logged_by={"uid": user.get("UserID", "") if (user := system.find("Security")) is not None else ""},
        data=data,
    )


def data_of(event: "ElementTree.Element") -> dict[str, str]:
    holder = event.find("EventData")
    if holder is None or not len(holder):
        user = event.find("UserData")
        inner = next(iter(user), None) if user is not None else event.find("ProcessingErrorData")
        return {} if inner is None else {element.tag: element.text or "" for element in inner}
    data: dict[str, str] = {}
    bare: list[str] = []
    for element in holder:
        value = element.text or ""
        if name := element.get("Name"):
            data[name] = value
        elif element.tag == "Data":
            bare.append(value)
        elif element.tag != "Binary":
            data[element.tag] = value
    return data | {"Data": "\n".join(bare)} if bare else data


def fragment(text: str) -> dict[str, str]:
    """``<EventData>…</EventData>`` as text, as Azure Monitor sends it."""
    found = record(f"<Event><System/>{text}</Event>") if "<EventData" in text or "<UserData" in text else None
    return dict(found.data) if found else {"Data": text}
