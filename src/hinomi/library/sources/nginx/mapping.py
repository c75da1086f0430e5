"""nginx's access and error logs to OCSF: a request is HTTP Activity, an error a Base Event.

Access lines may be ``combined`` or what people make of it (a virtual host in front, the ingress controller's tail),
JSON (``log_format … escape=json``) or LTSV, also wrapped by a container runtime. What a web server answers is no
verdict; only ModSecurity's lines in the error log are detections.
Source: nginx documentation, ``ngx_http_log_module``, ``ngx_core_module`` (``error_log``).
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import access_fields, access_log, error_log, events, jsonline, textlines
from hinomi.library.formats.error_log import Transactions
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid

PRODUCT = ("F5", "NGINX")
INGRESS = re.compile(r'" (?P<received>\d+) (?P<seconds>\d+\.\d{3}) \[[^\]]*\] \[[^\]]*\] .*?(?P<request>\w{8,64})?$')
"""What Kubernetes' controller writes behind the agent. Source: ingress-nginx, "Log format"."""
CONTINUED = re.compile(
    r"PHP (?:message|Warning|Notice|Fatal|Parse|Deprecated|Stack)|Stack trace:|#\d+ |\s*thrown in |\" while "
)
"""A program behind the server may write an error over several lines."""
WRAPPED = ("log", "message", "MESSAGE", "msg", "line")
"""Where container runtimes and shippers put the line itself."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Error logs have no zone: their times are in ``context.timezone``."""
    transactions = Transactions.of(payload)
    zone = context.timezone
    latest: datetime | None = None

    def event(line: Line) -> Row | Reject:
        nonlocal latest
        outcome = read(line, zone, transactions)
        if outcome is None and latest and CONTINUED.match(line.text):
            outcome = {**continued(line.text), "time": latest}
        if isinstance(outcome, dict):
            latest = outcome.get("time") or latest
        return outcome or line.reject(Reason.NOT_THIS_FORMAT, "nginx のログではありません (no log of nginx)")

    return textlines.normalize(payload, context, event)


def read(line: Line, zone: ZoneInfo, transactions: Transactions) -> Row | Reject | None:
    if line.text.startswith("{"):
        return structured(line, zone, transactions)
    row = access_log.event(line, zone, PRODUCT) or error_log.event(line, zone, PRODUCT, transactions)
    if row is None and "\t" in line.text:
        return named(access_fields.event(access_fields.ltsv(line.text), zone, PRODUCT), line)
    if isinstance(row, dict) and line.text.endswith(tuple("0123456789abcdef")) and (tail := INGRESS.search(line.text)):
        row["traffic.bytes_out"] = int(tail["received"])
        row["duration"] = round(float(tail["seconds"]) * 1000)
        row["metadata.correlation_uid"] = tail["request"]
    return row


def structured(line: Line, zone: ZoneInfo, transactions: Transactions) -> Row | Reject | None:
    document = jsonline.read(line.number, line.text.encode("utf-8", "replace"))
    if isinstance(document, Reject):
        return document
    said = document.value
    outcome = named(access_fields.event(said, zone, PRODUCT), line)
    if outcome is not None:
        return outcome
    inner = next((text for key in WRAPPED if isinstance(text := said.get(key), str) and text.strip()), None)
    return read(line._replace(text=inner.strip()), zone, transactions) if inner and inner != line.text else None


def named(outcome: Row | Reason | None, line: Line) -> Row | Reject | None:
    if isinstance(outcome, Reason):
        return line.reject(outcome, "時刻がないか、読めません (no readable time)")
    return outcome


def continued(text: str) -> Row:
    return {
        **events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        "metadata.log_name": "error",
        "message": text,
    }
