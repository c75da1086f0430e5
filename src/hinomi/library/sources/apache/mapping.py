"""Apache HTTP Server's access and error logs to OCSF: a request is HTTP Activity, an error a Base Event.

Access lines are ``common``, ``combined``, ``vhost_combined``, ``ssl_request_log``, LTSV or JSON. What a web server
answers is no verdict; only ModSecurity's lines in the error log are detections, and a failed sign-in is an
Authentication. Source: Apache HTTP Server documentation, "Log Files", ``mod_log_config``, ``ErrorLogFormat``.
"""

import re
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import access_fields, access_log, error_log, jsonline, textlines
from hinomi.library.formats.access_log import Access
from hinomi.library.formats.error_log import Transactions
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line

PRODUCT = ("Apache Software Foundation", "HTTP Server")
SSL_REQUEST = re.compile(r'\[([^\]]{20,32})\] (\S+) (SSLv\S+|TLSv\S+|-) (\S+) "((?:[^"\\]|\\.)*)" (\d+|-)')
"""``%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b``: the time comes first."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Error logs have no zone: their times are in ``context.timezone``."""
    transactions = Transactions.of(payload)

    def event(line: Line) -> Row | Reject:
        outcome = read(line, context.timezone, transactions)
        return outcome or line.reject(Reason.NOT_THIS_FORMAT, "Apache のログではありません (no log of Apache)")

    return textlines.normalize(payload, context, event)


def read(line: Line, zone: ZoneInfo, transactions: Transactions) -> Row | Reject | None:
    if line.text.startswith("{"):
        document = jsonline.read(line.number, line.text.encode("utf-8", "replace"))
        if isinstance(document, Reject):
            return document
        return named(access_fields.event(document.value, zone, PRODUCT), line)
    outcome = (
        error_log.event(line, zone, PRODUCT, transactions)
        or ssl_request(line, zone)
        or access_log.event(line, zone, PRODUCT)
    )
    if outcome is None and "\t" in line.text:
        return named(access_fields.event(access_fields.ltsv(line.text), zone, PRODUCT), line)
    return outcome


def ssl_request(line: Line, zone: ZoneInfo) -> Row | None:
    found = SSL_REQUEST.match(line.text)
    time = access_log.moment(found[1], zone) if found else None
    if not found or not time:
        return None
    clock, client, version, cipher, request, size = found.groups()
    access = Access(f"{client} - -", clock, access_log.unescaped(request), None, size, None, None, "", True)
    return {
        **access_log.row(access, PRODUCT),
        "time": time,
        "metadata.log_name": "ssl_request",
        "message": f"{version} {cipher}",
    }


def named(outcome: Row | Reason | None, line: Line) -> Row | Reject | None:
    if isinstance(outcome, Reason):
        return line.reject(outcome, "時刻がないか、読めません (no readable time)")
    return outcome
