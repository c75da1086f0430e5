"""Audit logs of ModSecurity 2 and 3 and Coraza, JSON or native, and their lines in error logs, to HTTP Activity.

A transaction that hit rules is an alert, named after the most telling rule and counted once however many rules it
hit; one that hit none is ordinary traffic. Times without a zone (``time_stamp``, error logs) are the server's local
time. Source: ModSecurity Reference Manual; Coraza documentation, "Logging".
"""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import error_log, jsonline, textlines
from hinomi.library.formats.error_log import Transactions
from hinomi.library.formats.lines import KEPT, split
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.sources.modsecurity import audit_json, audit_native
from hinomi.library.sources.modsecurity.audit_json import Unreadable
from hinomi.library.sources.modsecurity.audit_native import Record
from hinomi.library.sources.modsecurity.transaction import row

PRODUCT = ("OWASP", "ModSecurity")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A transaction is a record: a line of JSON or of an error log, or many lines of a native audit log."""
    transactions = Transactions.of(payload)
    collector = Collector()
    lines = split(payload)
    for reject in lines.rejects:
        collector.add(reject.line, reject)
    for record in audit_native.records(list(lines)):
        try:
            outcome = native(record, context) if record.uid is not None else single(record, context, transactions)
        except Unreadable as error:
            outcome = Reject(record.line, error.reason, error.detail, b"\n".join(record.raw)[:KEPT])
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            detail = f"値が読めません (unexpected value): {error!r}"
            outcome = Reject(record.line, Reason.BAD_VALUE, detail, b"\n".join(record.raw)[:KEPT])
        collector.add(record.line, outcome)
    return collector.normalized()


def native(record: Record, context: Context) -> Row:
    found = row(audit_native.transaction(record, context.timezone), audit_native.evidence(record))
    return found if audit_native.ended(record) else {**found, "metadata.labels": ["truncated"]}


def single(record: Record, context: Context, transactions: Transactions) -> Row | Reject:
    line = None if record.raw[0].startswith(b"{") else textlines.read(record.line, record.raw[0])
    if line and not line.text.startswith("{"):
        outcome = error_log.event(line, context.timezone, PRODUCT, transactions)
        if isinstance(outcome, dict):
            textlines.complete(outcome, line, context)
        return outcome or line.reject(
            Reason.NOT_THIS_FORMAT, "ModSecurity のログではありません (no log of ModSecurity)"
        )
    document = jsonline.read(record.line, record.raw[0])
    if isinstance(document, Reject):
        return document
    found = row(audit_json.transaction(document.value, context.timezone), document.text())
    return {**found, "metadata.labels": [document.label]} if document.label else found
