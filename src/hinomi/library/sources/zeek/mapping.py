"""Zeek's logs to OCSF: JSON lines or tab-separated with a header, any log, also several in one payload.

Connections, names, requests, files, mails, shares and sign-ins have classes of their own; notices and matches of
intelligence or signatures are detections; every other log is a Base Event with its ends. ``uid`` joins them as
``metadata.correlation_uid``. Where a JSON record does not say which log it is of (``_path``), its fields tell.
Source: Zeek documentation, "Log Files", "Log Formats".
"""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import jsonline, syslog
from hinomi.library.formats.jsonlines import text
from hinomi.library.formats.lines import KEPT, decode, split
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.zeek import tsv
from hinomi.library.sources.zeek.fields import Log, activity, first, flat, moment
from hinomi.library.sources.zeek.findings import FINDINGS
from hinomi.library.sources.zeek.protocols import LOGS
from hinomi.library.sources.zeek.tsv import Header
from hinomi.ocsf.classes import ClassUid

WRAPPED = ("_raw", "message", "log", "result._raw", "event.original")
"""Where shippers put the record itself."""
MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("conn", ("conn_state",)),
    ("dns", ("trans_id", "query")),
    ("dns", ("qtype_name",)),
    ("dns", ("rcode_name",)),
    ("intel", ("seen.indicator",)),
    ("notice", ("note", "msg")),
    ("signatures", ("sig_id",)),
    ("http", ("trans_depth", "response_body_len")),
    ("http", ("method", "uri")),
    ("http", ("status_code",)),
    ("smtp", ("trans_depth", "helo")),
    ("smtp", ("mailfrom",)),
    ("ssl", ("cert_chain_fuids",)),
    ("ssl", ("resumed", "established")),
    ("ssl", ("server_name",)),
    ("files", ("fuid", "analyzers")),
    ("files", ("fuid", "source")),
    ("x509", ("certificate.serial",)),
    ("ssh", ("auth_attempts",)),
    ("ssh", ("kex_alg",)),
    ("rdp", ("security_protocol",)),
    ("rdp", ("cookie", "result")),
    ("smb_mapping", ("share_type",)),
    ("smb_cmd", ("command", "tree")),
    ("smb_cmd", ("command", "rtt")),
    ("dhcp", ("msg_types",)),
    ("dhcp", ("assigned_ip",)),
    ("kerberos", ("request_type",)),
    ("ntlm", ("domainname",)),
    ("ntlm", ("server_nb_computer_name",)),
    ("radius", ("username", "result")),
    ("ftp", ("reply_code", "command")),
    ("ftp", ("user", "password", "command")),
    ("tunnel", ("tunnel_type",)),
    ("dce_rpc", ("operation", "endpoint")),
    ("weird", ("name", "peer")),
    ("weird", ("name", "notice")),
    ("software", ("software_type",)),
    ("pe", ("compile_ts", "machine")),
    ("capture_loss", ("percent_lost",)),
    ("stats", ("pkts_proc",)),
    ("known_services", ("port_num", "service")),
    ("known_hosts", ("host",)),
)
"""Logs by fields that together no other default log has; the first that fits counts."""
SAID = (
    "name",
    "addl",
    "command",
    "operation",
    "event_type",
    "msg",
    "message",
    "request",
    "func",
    "certificate.subject",
)
"""What tells most in a log that has no class."""


UNMAPPED = {
    "dce_rpc": ("endpoint", "operation", "named_pipe"),
    "x509": ("certificate.serial", "certificate.subject", "certificate.issuer"),
}
"""Fields of logs without a class that detection rules ask for."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; the header of a tab-separated log is no record. Times are seconds since 1970, in UTC."""
    collector = Collector()
    lines = split(payload)
    for reject in lines.rejects:
        collector.add(reject.line, reject)
    header = Header()
    for number, raw in lines:
        if raw.startswith(tsv.HEADER_LINES):
            header = tsv.heard(header, decode(raw)[0])
            continue
        try:
            outcome = structured(number, raw) if is_json(raw) else tabular(number, raw, header)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
            outcome = Reject(number, Reason.BAD_VALUE, f"値が読めません (unexpected value): {error!r}", raw[:KEPT])
        collector.add(number, outcome)
    return collector.normalized()


def is_json(raw: bytes) -> bool:
    """Whether a line is JSON, perhaps behind a header; a brace in a cell of a table does not make it so."""
    brace = raw.find(b"{")
    return brace >= 0 and b"\t" not in raw[:brace]


def structured(number: int, raw: bytes) -> Row | Reject:
    """A line of JSON, behind a header or not, perhaps inside of another."""
    document = jsonline.read(number, raw)
    if isinstance(document, Reject):
        return document
    log = flat(document.value)
    inner = next((value for name in WRAPPED if isinstance(value := log.get(name), str) and value.startswith("{")), None)
    if "ts" not in log and inner:
        wrapped = structured(number, inner.encode("utf-8", "replace"))
        return (
            wrapped if not isinstance(wrapped, Reject) else Reject(number, wrapped.reason, wrapped.detail, raw[:KEPT])
        )
    row = event(path_of(log), log, raw, number)
    if document.label and not isinstance(row, Reject):
        row["metadata.labels"] = [document.label]
    return row


def tabular(number: int, raw: bytes, header: Header) -> Row | Reject:
    body, label = decode(raw[syslog.header(raw).start :] if raw.startswith(b"<") else raw)
    record = tsv.record(header, body)
    if not record:
        missing = "\t" in body and not header.fields
        reason = Reason.UNKNOWN_TYPE if missing else Reason.TRUNCATED if header.fields else Reason.NOT_THIS_FORMAT
        detail = "#fields の見出しに合いません。JSON で出力すると見出しが要りません (does not fit a #fields header)"
        return Reject(number, reason, detail, raw[:KEPT])
    row = event(record.path or path_of(record.log), record.log, raw, number)
    if label and not isinstance(row, Reject):
        row["metadata.labels"] = [label]
    return row


def path_of(log: Log) -> str | None:
    """Which log a record is of: said by it, else told by its fields."""
    said = first(log.get("_path"), log.get("path")) if "_path" in log else None
    if said:
        return said
    if str(log.get("action", "")).startswith("SMB::"):
        return "smb_files"
    return next((path for path, marks in MARKS if all(mark in log for mark in marks)), None)


def event(path: str | None, log: Log, raw: bytes, number: int) -> Row | Reject:
    original = first(log.get("ts"), log.get("_write_ts"), log.get("@timestamp"))
    if not original:
        reason = Reason.NO_TIME if path else Reason.NOT_THIS_FORMAT
        return Reject(number, reason, "ts がありません (no ts)", raw[:KEPT])
    time = moment(original)
    if not time:
        return Reject(number, Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}", raw[:KEPT])
    if path is None and "uid" not in log and "id.orig_h" not in log:
        return Reject(number, Reason.NOT_THIS_FORMAT, "Zeek のログではありません (no log of Zeek)", raw[:KEPT])
    if path in FINDINGS:
        row = FINDINGS[path](log, decode(raw)[0])
    else:
        row = LOGS[path](log) if path in LOGS else other(path, log)
    return {**row, "time": time, "metadata.original_time": original, "metadata.log_name": path}


def other(path: str | None, log: Log) -> Row:
    """A log that has no class: what it says most plainly, and between whom."""
    row = activity(ClassUid.BASE_EVENT, 0, log)
    words = (text(log.get(name)) for name in SAID)
    return {
        **row,
        "src_endpoint.ip": row["src_endpoint.ip"] or first(log.get("host"), log.get("src")),
        "message": " ".join(["Zeek", path or "log", *filter(None, words)]),
        "user.name": first(log.get("username"), log.get("user")),
        "unmapped": evidence(log, *UNMAPPED.get(path or "", ())),
    }
