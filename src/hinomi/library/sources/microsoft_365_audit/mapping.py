"""Microsoft 365's unified audit log to OCSF, by record type and operation.

Times (``CreationTime``) are UTC without a zone. Keys are compared without case: relays lower them. Source: Office 365
Management Activity API schema.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, jsonlines, times
from hinomi.library.formats.json_or_table import records
from hinomi.library.formats.jsonlines import Document, part, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_365_audit import operations, threats
from hinomi.library.sources.microsoft_365_audit.fields import Audit, kept, named
from hinomi.ocsf.classes import ClassUid

UTC = ZoneInfo("UTC")
PRODUCT = ("Microsoft", "Microsoft 365")
WORKLOAD = ("workload", "officeworkload")
"""The second is its name in Sentinel's table OfficeActivity."""
WRAPPED = ("auditdata", "audit_data")
"""A row of Purview's CSV and of ``Search-UnifiedAuditLog`` has the record as JSON text in this field."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record an audit record."""
    return jsonlines.collect(unwrapped(records(payload, ("value", "Records"), ("AuditData",))), event)


def unwrapped(found: Iterator[Document | Reject]) -> Iterator[Document | Reject]:
    for document in found:
        if isinstance(document, Reject):
            yield document
            continue
        folded = {key.lower(): value for key, value in document.value.items()}
        inner = next((folded[key] for key in WRAPPED if folded.get(key)), None)
        if inner is None:
            yield document
            continue
        try:
            value = orjson.loads(inner) if isinstance(inner, str) else inner
        except orjson.JSONDecodeError as error:
            yield document.reject(Reason.TRUNCATED, f"AuditData が JSON ではありません (not JSON): {error}")
            continue
        yield document._replace(value=value if isinstance(value, dict) else {})


def event(document: Document) -> Row | Reject:
    audit = Audit(document.value)
    operation, sent = audit.text("operation"), audit.text("creationtime", "creationdate", "timegenerated")
    if operation is None or (audit.text(*WORKLOAD) is None and audit.text("recordtype") is None):
        return document.reject(Reason.NOT_THIS_FORMAT, "監査ログの記録ではありません (no audit record)")
    if sent is None:
        return document.reject(Reason.NO_TIME, "CreationTime がありません (no time)")
    time = times.iso(sent, UTC)
    if time is None:
        return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {sent[:64]}")
    row = threats.row(audit, document.text()) or operations.row(audit)
    client, port = addresses.endpoint(audit.text("clientip", "clientipaddress", "actoripaddress", "userip") or "")
    agent = audit.text("useragent") or named(audit.get("extendedproperties")).get("UserAgent")
    shared: Row = {
        "time": time,
        "metadata.original_time": sent,
        "metadata.log_name": audit.text(*WORKLOAD),
        "metadata.event_code": operation,
        "metadata.product.vendor_name": PRODUCT[0],
        "metadata.product.name": PRODUCT[1],
        "metadata.correlation_uid": audit.text("sessionid") or session(audit),
        "src_endpoint.ip": client,
        "src_endpoint.port": port,
        "http_request.user_agent": agent,
        "unmapped": kept(audit) if is_told(row) else None,
    }
    return shared | {column: value for column, value in row.items() if value is not None}


def is_told(row: Row) -> bool:
    """Whether a record keeps its own fields: not where files are read and written, which is most of the log."""
    return bool(row["class_uid"] != ClassUid.NETWORK_FILE_ACTIVITY or row["activity_id"] == operations.SHARE)


def session(audit: Audit) -> str | None:
    """The Entra session that an action belongs to."""
    context: Mapping[str, Any] = part(audit.get("appaccesscontext"))
    return text(context.get("AADSessionId")) or named(audit.get("deviceproperties")).get("SessionId")
