"""Lines of Unbound to OCSF DNS Activity, behind syslog headers or its own clock.

Source: ``unbound.conf(5)``.
"""

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import daemon, times, unbound
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import SeverityId

PRODUCT = ("NLnet Labs", "Unbound")
LEVELS = {"error": SeverityId.MEDIUM, "fatal error": SeverityId.HIGH, "warning": SeverityId.LOW}


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; the time is the line's own (epoch) or that of the header."""
    return daemon.normalize(payload, context, PRODUCT, read)


def read(said: Told) -> Row | None:
    head = unbound.HEAD.match(said.line.text) or unbound.HEAD.match(said.text)
    text = head["text"] if head else said.text
    row = unbound.read(text, said.line.whole, PRODUCT)
    if not head:
        return row
    if row is None:
        row = daemon.unknown(said._replace(text=text), PRODUCT)
        row["severity_id"] = int(LEVELS.get(head["level"], SeverityId.INFORMATIONAL))
    row["metadata.log_name"] = head["level"]
    if head["epoch"]:
        row |= {"time": times.epoch(head["epoch"]), "metadata.original_time": head["epoch"]}
    return row
