"""Junos messages as records: a tag (``RT_FLOW_SESSION_CLOSE``), a process, and named values.

Structured messages (``format sd-syslog``) carry their values in ``[junos@2636… name="value"]``; messages of the
text format say them in words, which :mod:`wording` brings under the structured names.
Source: Junos OS, "System Log Explorer" and "Interpreting Messages Generated in Structured-Data Format".
"""

import re
from typing import NamedTuple

from hinomi.library.formats.addresses import ABSENT as NOTHING
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.juniper_srx.wording import spelled

DATA = "[junos@"
ABSENT = NOTHING | {"UNKNOWN", "NA NA", "NA", "unknown-user"}
"""What stands for nothing. Source: Junos OS, "System Log Explorer"."""
NAME = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9]+_[A-Z0-9_]+$")
TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*$")
PAIR = re.compile(r'([\w.-]+)=(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"?|”([^”]*)”)')
ESCAPE = re.compile(r'\\(["\\\]])')
TEXT = re.compile(r"(?:(?P<process>[\w./-]{1,64}?)(?:\[\d+\])?: )?(?P<tag>[A-Z][A-Z0-9]*_[A-Z0-9_]+):? ")
PROCESS = re.compile(r"(?P<process>[\w./-]{1,64}?)(?:\[\d+\])?: ")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
FOREIGN = re.compile(r"\{|\[|CEF:|LEEF:|\d+,|date=|<\d+>\{")


class Record(NamedTuple):
    """``values`` holds what says something, ``time`` is the device's own text; ``tag`` may be empty."""

    tag: str
    process: str | None
    values: dict[str, str]
    message: str
    host: str | None = None
    time: str | None = None
    cut: bool = False


def read(line: Line) -> Record | None:
    """The message of a line; None where it is another product's."""
    whole = line.whole
    at = whole.find(DATA)
    if at >= 0:
        return structured(whole, at)
    text = line.text
    if FOREIGN.match(text):
        return None
    # a header of RFC 5424 with no message id, or a relay's, may stand before a cluster's node and its process
    named = TEXT.search(text, 0, 200)
    if named:
        message = text[named.end() :].strip()
        return record(named["tag"], named["process"] or line.header.app, message)
    if line.header.app and NAME.match(line.header.app):  # no process in front of the tag
        return record(line.header.app, None, text.strip())
    process = PROCESS.match(text)
    if process is None and line.header.host is None:
        return None
    name, at = (process["process"], process.end()) if process else (None, 0)
    return record("", line.header.app or name, text[0 if line.header.app else at :].strip())


def record(tag: str, process: str | None, message: str) -> Record:
    values = {name: said for name, said in spelled(tag, message).items() if said not in ABSENT}
    return Record(tag, process, values, message)


def structured(whole: str, at: int) -> Record | None:
    """``host process pid TAG [junos@… name="value"] text``, of which only the tag must be there."""
    head = whole[:at].split()
    if not head or not TAG.match(head[-1]):
        return None
    data = whole[at:]
    values, text = (quickly if is_plain(data) else carefully)(data)
    numbered = len(head) > 2 and (head[-2] == "-" or head[-2].isdecimal())
    times = TIME.findall(whole[:at])
    return Record(
        tag=head[-1],
        process=head[-3] if numbered else None,
        values=values,
        message=(text or "").strip() or values.get("message", ""),
        host=head[-4] if numbered and len(head) > 3 else None,
        time=times[-1] if times else None,
        cut=text is None,
    )


def is_plain(data: str) -> bool:
    """Whether nothing is escaped, no quote is curly and no value begins with what else would end one."""
    return not ("\\" in data or "”" in data or '=" ' in data or '="]' in data)


def quickly(data: str) -> tuple[dict[str, str], str | None]:
    """Values of structured data and the text after it, None where it never ends; for plain data."""
    body, closed, text = data.partition('"]')
    values: dict[str, str] = {}
    for pair in body.partition(" ")[2].split('" '):
        name, _, said = pair.partition('="')
        if said not in ABSENT and name not in values:
            values[name] = said
    return values, text if closed else None


def carefully(data: str) -> tuple[dict[str, str], str | None]:
    """The same for any data: quotes and brackets may be escaped, and some releases print curly quotes."""
    values: dict[str, str] = {}
    end = 0
    for pair in PAIR.finditer(data):
        name, quoted, curly = pair.groups()
        said = curly if quoted is None else ESCAPE.sub(r"\1", quoted)
        if said not in ABSENT:
            values.setdefault(name, said)
        end = pair.end()
    _, closed, text = data[end:].partition("]")
    return values, text if closed else None
