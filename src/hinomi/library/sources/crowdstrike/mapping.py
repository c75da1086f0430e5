"""CrowdStrike Falcon: event streams, alerts of the interface, data replicator, CEF of the SIEM connector.

A record says by its keys which it is. Times carry no zone: epochs, or texts in UTC.
"""

from collections.abc import Mapping
from typing import Any

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import json_or_text, times
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import Document, part, text
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.crowdstrike import connector, findings, streams, telemetry
from hinomi.library.sources.crowdstrike.findings import PRODUCT, Event
from hinomi.library.sources.crowdstrike.telemetry import UTC
from hinomi.ocsf.classes import ClassUid

WITHIN = ("resources", "Records", "records", "data", "value")
NOT_OURS = "Falcon の記録ではありません (no record of Falcon)"
INTERFACE_TIMES = ("timestamp", "context_timestamp", "created_timestamp", "first_behavior", "start", "last_behavior",
                   "crawled_timestamp", "updated_timestamp", "modified_timestamp", "last_seen")  # fmt: skip
REPLICATED = ("event_simpleName", "event_simplename", "fdr_event_type")
NAMING = ("device_id", "incident_id")
INVENTORY = ("aid", "AgentVersion", "discoverer_aid", "NeighborName", "cid")


def normalize(payload: bytes, context: Context) -> Normalized:
    def document(found: Document) -> Row | Reject:
        row = event(json_or_text.carried(found.value), found)
        return row or found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    def line(found: Line) -> Row | Reject:
        read = connector.event(found.text)
        if read is None:
            return found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)
        kind, fields = read
        return streams.row(kind, {}, fields, found.whole)

    return json_or_text.normalize(payload, context, document, line, within=WITHIN)


def event(value: Event, document: Document) -> Row | None:
    inner = value.get("event") or value.get("unknown_payload")
    metadata = part(value.get("metadata"))
    if kind := text(metadata.get("eventType")):
        return streams.row(kind, metadata, part(inner), document.text())
    if isinstance(inner, dict) and (found := of_replicator({**unlisted(value), **inner}, document)):
        return found
    return of_replicator(value, document) or of_interface(value, document)


def unlisted(value: Event) -> dict[str, Any]:
    """What a copy of a replicated event says beside it: its name and its time."""
    return {name: item for name, item in value.items() if name in (*REPLICATED, "p_event_time", "timestamp", "aid")}


def of_replicator(value: Event, document: Document) -> Row | None:
    kind = (
        text(value.get("ExternalApiType")) or text(value.get("event_simpleName")) or text(value.get("fdr_event_type"))
    )
    if kind and kind.startswith("Event_"):
        kind = kind.removeprefix("Event_")
        metadata = {
            "eventCreationTime": value.get("eventCreationTime") or value.get("timestamp") or value.get("p_event_time")
        }
        return streams.row(kind, {**metadata, **part(value.get("metadata"))}, value, document.text())
    if any(name in value for name in REPLICATED) or sum(name in value for name in INVENTORY) > 1:
        return telemetry.row(value)
    return None


def of_interface(value: Event, document: Document) -> Row | None:
    """Alerts and detects; hosts and incidents are no findings of a PC."""
    judged = "composite_id" in value or "behaviors" in value or ("detection_id" in value and "device" in value)
    if judged:
        fields = findings.from_interface(value)
        row = findings.row(fields, text(value.get("type")) or "alert", document.text())
        row |= {"metadata.log_name": "alerts", "metadata.event_code": text(value.get("pattern_id"))}
    elif any(name in value for name in NAMING) or (text(value.get("p_log_type")) or "").startswith("Crowdstrike"):
        incident = "incident_id" in value
        row = activity(*((ClassUid.INCIDENT_FINDING, 1) if incident else (ClassUid.BASE_EVENT, 0)), product=PRODUCT)
        row |= findings.machine(
            {findings.DEVICE_NAMES.get(name, name): item for name, item in device_of(value).items()}
        )
        row |= {
            "message": " ".join(("Falcon", text(value.get("incident_id")) or text(value.get("hostname")) or "")).strip()
        }
    else:
        return None
    return row | when(value)


def device_of(value: Event) -> Mapping[str, Any]:
    hosts = value.get("hosts")
    return part(hosts[0]) if isinstance(hosts, list) and hosts else value


def when(value: Event) -> Row:
    for name in INTERFACE_TIMES:
        if time := times.iso(value.get(name), UTC) or times.epoch(value.get(name)):
            return {"time": time, "metadata.original_time": text(value[name])}
    return {}
