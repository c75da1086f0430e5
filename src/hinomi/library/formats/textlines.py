"""Lines of text behind whatever syslog put in front of them, one after another.

    def event(line: Line) -> Row | Reject: ...
    normalized = normalize(payload, context, event)

``line.text`` is the device's own message, ``line.header`` what was in front. A row without ``time`` is given the
header's time, else the time of receipt (labelled ``time_source:receive``): routers and switches often send no
time at all. ``message repeated 3 times: [ … ]`` is the event of what stands in the brackets with ``count`` 3;
``last message repeated 3 times`` is the event of the same host's line before it, again.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import syslog
from hinomi.library.formats.lines import KEPT, decode, split
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.syslog import Header
from hinomi.library.formats.times import RECEIPT
from hinomi.ocsf.classes import ClassUid, SeverityId

REPEATED = re.compile(r"(?:last )?message repeated (\d{1,9}) times?(?::? ?\[ ?(.*?)\]?)?$", re.DOTALL)


class Line(NamedTuple):
    """A line that is neither blank nor too long. ``label`` says how it was read if not as UTF-8."""

    number: int
    raw: bytes
    text: str
    header: Header
    label: str | None

    @property
    def whole(self) -> str:
        """The line as received, header included."""
        return decode(self.raw)[0]

    def reject(self, reason: Reason, detail: str) -> Reject:
        return Reject(self.number, reason, detail, self.raw[:KEPT])


def normalize(payload: bytes, context: Context, event: Callable[[Line], Row | Reject]) -> Normalized:
    """Every line as an event or a reject; a value that ``event`` cannot take is a reject ``bad_value``."""
    collector = Collector()
    lines = split(payload)
    for reject in lines.rejects:
        collector.add(reject.line, reject)
    before: dict[str | None, Row] = {}
    for number, raw in lines:
        line = read(number, raw)
        outcome = repeated(line, event, before) if "repeated" in line.text else attempt(line, event)
        if not isinstance(outcome, Reject):
            before[line.header.host] = dict(outcome)
            complete(outcome, line, context)
        collector.add(number, outcome)
    return collector.normalized()


def read(number: int, raw: bytes) -> Line:
    header = syslog.header(raw)
    text, label = decode(raw[header.start :])
    return Line(number, raw, text.strip(), header, label)


def attempt(line: Line, event: Callable[[Line], Row | Reject]) -> Row | Reject:
    try:
        return event(line)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        return line.reject(Reason.BAD_VALUE, f"値が読めません (unexpected value): {error!r}")


def repeated(line: Line, event: Callable[[Line], Row | Reject], before: dict[str | None, Row]) -> Row | Reject:
    """A line that may stand for several: syslog daemons say so instead of writing it again."""
    found = REPEATED.match(line.text)
    if not found:
        return attempt(line, event)
    if found[2]:
        outcome = attempt(line._replace(text=found[2].strip()), event)
    else:
        outcome = dict(before[line.header.host]) if line.header.host in before else silent(line.text)
        outcome.pop("time", None)
        outcome.pop("metadata.original_time", None)
    if not isinstance(outcome, Reject):
        outcome["count"] = int(found[1])
    return outcome


def silent(message: str) -> Row:
    """A line that says something about lines we have not."""
    return {
        "class_uid": int(ClassUid.BASE_EVENT),
        "activity_id": 0,
        "severity_id": int(SeverityId.INFORMATIONAL),
        "is_alert": False,
        "message": message,
    }


def complete(row: Row, line: Line, context: Context) -> None:
    """The time that only the header or the collector knows, and how the line was read."""
    labels = [line.label] if line.label else []
    if row.get("time") is None:
        sent = line.header.time
        moment = syslog.moment(sent, context.timezone, context.received) if sent else None
        row["time"] = moment or context.received
        row["metadata.original_time"] = sent
        labels += [] if moment else [RECEIPT]
    if labels:
        row["metadata.labels"] = [*(row.get("metadata.labels") or []), *labels]
