"""What lines of Unix daemons share: who writes, on which machine, and messages that nobody knows better.

    normalize(payload, context, PRODUCT, read)      # read(told) is a row, or None for what it does not know

The machine is ``device`` of what is no verdict: an alert is about somebody else's machine.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import events, syslog, textlines
from hinomi.library.formats.rows import Row
from hinomi.library.formats.syslog_message import sender
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid

LONGEST = 4096
"""Characters of a message that are read: a daemon writes less, an attacker who wants patterns to toil writes more."""
TAG = re.compile(r"(?P<app>\(?[A-Za-z][\w./()-]{0,63})\[\d+\]: +(?=\S)")
"""A tag with a process id where no time stands before it."""
UNPADDED = re.compile(rb"(?:<\d{1,3}>)?[A-Z][a-z]{2} (?=\d \d\d:\d\d:\d\d )")
"""A day that is not padded to two places, as some routers write it."""
FOREIGN = re.compile(r"\s*(?:[{<]|CEF:|LEEF:|%[A-Z_]+-\d|[A-Za-z_]+=[^ ]* [A-Za-z_]+=[^ ]* [A-Za-z_]+=)")
"""How JSON, XML, CEF, Cisco's and key=value logs begin."""


class Told(NamedTuple):
    """The daemon, without its path and process id, and its message."""

    app: str
    text: str
    line: Line


Read = Callable[[Told], Row | None]


def told(line: Line) -> Told:
    app, text = line.header.app or "", line.text
    if not app and not line.header.time and (found := TAG.match(text)):
        app, text = found["app"], text[found.end() :]
    return Told(app.rpartition("/")[2].strip("()"), text, line)


def normalize(payload: bytes, context: Context, product: tuple[str, str], read: Read) -> Normalized:
    """Every line by ``read``, else as a Base Event with its text, else as a reject where another format begins."""

    def event(line: Line) -> Row | Reject:
        if padded := UNPADDED.match(line.raw):
            line = textlines.read(line.number, line.raw[: padded.end()] + b" " + line.raw[padded.end() :])
        row = told_event(line, product, read)
        sent = line.header.time
        if sent and not isinstance(row, Reject) and row.get("time") is None:
            row |= {"time": moment(sent, context.timezone, context.received), "metadata.original_time": sent}
        return row

    return textlines.normalize(payload, context, event)


moment = lru_cache(maxsize=1024)(syslog.moment)
"""Daemons that are busy write many lines a second."""


def told_event(line: Line, product: tuple[str, str], read: Read) -> Row | Reject:
    if len(line.text) > LONGEST:
        outcome = told_event(line._replace(text=line.text[:LONGEST]), product, read)
        return outcome if isinstance(outcome, Reject) else {**outcome, "metadata.labels": ["truncated"]}
    said = told(line)
    row = read(said)
    if row is None:
        if not said.text or FOREIGN.match(said.text):
            return line.reject(Reason.NOT_THIS_FORMAT, f"{product[1]} のログではありません (no log of {product[1]})")
        row = unknown(said, product)
    return row if row["is_alert"] else {**sender(line.header.host), **row}


def unknown(said: Told, product: tuple[str, str]) -> Row:
    """A Base Event of a message that is not known better."""
    return {
        **events.activity(ClassUid.BASE_EVENT, 0, product=product),
        "metadata.log_name": said.app or None,
        "message": said.text,
    }
