"""Google Workspace's activities and alerts to OCSF.

An activity (``id``, ``actor``, ``ipAddress``, ``events[]``) gives one event for each of its events. Times are RFC 3339
in ``id.time``; BigQuery's rows have microseconds. Source: Reports API, activities; Alert Center API; Gmail logs in
BigQuery; Cloud Logging, audit logs for Google Workspace.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, jsonfile, jsonlines, times
from hinomi.library.formats.jsonlines import Document, part, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.google_workspace import alert_center, applications, gmail
from hinomi.library.sources.google_workspace.fields import bigquery, events, parameters

UTC = ZoneInfo("UTC")
PRODUCT = ("Google", "Google Workspace")
SERVICES = {"login.googleapis.com": "login", "admin.googleapis.com": "admin", "oauth2.googleapis.com": "token",
            "cloudidentity.googleapis.com": "groups_enterprise"}  # fmt: skip
KNOWN = ("id", "actor", "events", "parameters", "alertId", "event_info", "message_info", "name")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record an event of an activity. What has no time at all is given the time of receipt and says so."""

    def event(document: Document) -> Row | Reject:
        value = document.value
        if not any(key in value for key in KNOWN):
            detail = "Google Workspace の記録ではありません (neither activity nor alert)"
            return document.reject(Reason.NOT_THIS_FORMAT, detail)
        sent, time = when(value)
        if sent is not None and time is None:
            return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {sent[:64]}")
        row: Row = {
            "time": time or context.received,
            "metadata.original_time": sent,
            "metadata.product.vendor_name": PRODUCT[0],
            "metadata.product.name": PRODUCT[1],
            "metadata.labels": None if time else [times.RECEIPT],
        }
        return row | {column: cell for column, cell in told(document).items() if cell is not None}

    return jsonlines.collect(one_by_one(jsonfile.read(payload, ("items", "alerts"))), event)


def one_by_one(found: Iterator[Document | Reject]) -> Iterator[Document | Reject]:
    """A document for each event; renumbered from where the first activity with several events appears."""
    shift = 0
    for document in found:
        if isinstance(document, Reject):
            yield Reject(document.line + shift, document.reason, document.detail, document.raw)
            continue
        value = bigquery(document.value) or logged(document.value) or document.value
        parts = list(events(value)) or [value]
        for number, one in enumerate(parts):
            merged = value | {"event": one, "several": len(parts)}
            yield document._replace(value=merged, line=document.line + shift + number)
        shift += len(parts) - 1


def logged(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry of Google Cloud's audit log, to which Workspace shares its own, as an activity; None for others."""
    audit = part(entry.get("protoPayload"))
    metadata = part(audit.get("metadata"))
    listed, service = metadata.get("event"), text(audit.get("serviceName")) or ""
    if not isinstance(listed, list):
        return None
    saml = "Saml" in (text(audit.get("methodName")) or "")
    return {
        "id": {
            "time": entry.get("timestamp"),
            "uniqueQualifier": part(metadata.get("activityId")).get("uniqQualifier"),
            "applicationName": "saml" if saml else SERVICES.get(service, service.partition(".")[0]),
        },
        "actor": {"email": part(audit.get("authenticationInfo")).get("principalEmail")},
        "ipAddress": part(audit.get("requestMetadata")).get("callerIp"),
        "events": [
            {"name": each.get("eventName"), "type": each.get("eventType"), "parameters": each.get("parameter")}
            for each in map(part, listed)
        ],
    }


def when(value: dict[str, object]) -> tuple[str | None, datetime | None]:
    """The text that says when, and the moment."""
    info = part(value.get("event_info"))
    ticks = text(value.get("time_usec")) or text(info.get("timestamp_usec"))
    known = (part(value.get("id")).get("time"), value.get("createTime"), value.get("p_event_time"))
    sent = next((said for one in known if (said := text(one))), None)
    if sent:
        return sent, times.iso(sent, UTC)
    return (ticks, times.epoch(ticks)) if ticks else (None, None)


def told(document: Document) -> Row:
    value = document.value
    if "alertId" in value:
        return alert_center.row(value, document.text())
    one, actor = part(value.get("event")), part(value.get("actor"))
    given = parameters(one.get("parameters")) or {k: one[k] for k in ("event_info", "message_info") if k in one}
    name = text(one.get("name")) or text(one.get("event_name"))
    application = text(part(value.get("id")).get("applicationName")) or text(value.get("record_type")) or ""
    shared: Row = {
        "metadata.log_name": application or None,
        "metadata.event_code": name,
        "metadata.correlation_uid": text(part(value.get("id")).get("uniqueQualifier")),
        "src_endpoint.ip": addresses.ip(value.get("ipAddress")) or addresses.ip(given.get("ip_address")),
    }
    who = text(actor.get("email")) or text(actor.get("key")) or text(value.get("email")) or text(value.get("actor"))
    if application == "gmail" and "message_info" in given:
        return shared | {c: v for c, v in gmail.row(given, who, document.text()).items() if v is not None}
    found = applications.row(application, name or "", text(one.get("type")) or "", given, who, document.text())
    if given and (application != "drive" or found["activity_id"] == applications.SHARE):  # files read are many
        shared["unmapped"] = orjson.dumps(given, default=str).decode()
    return shared | {c: v for c, v in found.items() if v is not None}
