"""Cloudflare's Logpush data sets to OCSF, told apart by the fields that each has.

WAF and gateway records are HTTP, DNS and network activity, detections where a rule blocked, challenged or logged;
audit and access records are API Activity and Authentication; what has no class is a Base Event. Of all records
about one request (``RayID``) in a payload one is the detection. Times are UTC: ns or s since 1970, RFC 3339, or text.
Source: Cloudflare documentation, "Logs: Datasets".
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import json_or_text, jsonlines
from hinomi.library.formats.jsonlines import Document, integer, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cloudflare import gateway, services, waf
from hinomi.library.sources.cloudflare.fields import Log, moment


class Dataset(NamedTuple):
    """``time`` is the field that says when; ``marks`` are fields that together no other data set has."""

    name: str
    time: str
    marks: tuple[str, ...]
    read: Callable[[Log, str], Row]


DATASETS = (
    Dataset("http_requests", "EdgeStartTimestamp", ("EdgeStartTimestamp",), waf.http_request),
    Dataset("http_requests", "EdgeEndTimestamp", ("EdgeEndTimestamp",), waf.http_request),
    Dataset("firewall_events", "Datetime", ("Datetime", "Action", "ClientIP"), waf.firewall_event),
    Dataset("firewall_events", "Datetime", ("Datetime", "RayID", "RuleID"), waf.firewall_event),
    Dataset("gateway_dns", "Datetime", ("ResolverDecision",), gateway.dns),
    Dataset("gateway_http", "Datetime", ("HTTPHost",), gateway.http_request),
    Dataset("gateway_http", "Datetime", ("HTTPMethod",), gateway.http_request),
    Dataset("gateway_network", "Datetime", ("Transport", "SourceIP"), gateway.network),
    Dataset("gateway_network", "Datetime", ("SessionID", "DestinationIP"), gateway.network),
    Dataset("zero_trust_network_sessions", "SessionStartTime", ("SessionStartTime",), gateway.session),
    Dataset("magic_ids_detections", "Timestamp", ("SignatureID",), gateway.intrusion),
    Dataset("network_analytics_logs", "Datetime", ("IPSourceAddress",), gateway.packet),
    Dataset("sinkhole_http_logs", "Timestamp", ("SinkholeID",), gateway.sinkhole),
    Dataset("dns_firewall_logs", "Timestamp", ("ClientResponseCode",), services.dns_query),
    Dataset("dns_logs", "Timestamp", ("QueryName",), services.dns_query),
    Dataset("audit_logs", "When", ("When", "ActionType"), services.audit),
    Dataset("audit_logs_v2", "ActionTimestamp", ("ActionTimestamp",), services.audit),
    Dataset("access_requests", "CreatedAt", ("AppDomain",), services.access),
    Dataset("access_requests", "CreatedAt", ("AppUUID",), services.access),
    Dataset("spectrum_events", "Timestamp", ("OriginProto",), services.spectrum),
    Dataset("spectrum_events", "Timestamp", ("ConnectTimestamp",), services.spectrum),
    Dataset("email_security_alerts", "Timestamp", ("FinalDisposition",), services.mail),
    Dataset("casb_findings", "DetectedTimestamp", ("FindingTypeDisplayName",), services.finding),
    Dataset("page_shield_events", "Timestamp", ("CSPDirective",), services.page),
    Dataset("nel_reports", "Timestamp", ("LastKnownGoodColoCode",), services.other),
    Dataset("device_posture_results", "Timestamp", ("PostureCheckName",), services.other),
    Dataset("warp_toggle_changes", "Timestamp", ("Toggled",), services.other),
    Dataset("workers_trace_events", "EventTimestampMs", ("ScriptName",), services.other),
)
GRAPHQL = {
    "rayName": "RayID", "ruleId": "RuleID", "clientAsn": "ClientASN", "clientCountryName": "ClientCountry",
    "clientRequestHTTPHost": "ClientRequestHost", "clientRequestHTTPMethodName": "ClientRequestMethod",
    "clientRequestHTTPProtocol": "ClientRequestProtocol", "userAgent": "ClientRequestUserAgent",
    "edgeResponseStatus": "EdgeResponseStatus",
}  # fmt: skip
"""Names of ``firewallEventsAdaptive`` that differ from Logpush's by more than their first letter."""
OTHER_TIMES = ("Timestamp", "Datetime", "EventTimestampMs", "CreatedAt", "When")
OTHER_MARKS = frozenset({"AccountID", "RayID", "ZoneName", "ColoCode", "DeviceID", "ColoName", "RegistrationID"})


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line."""
    items = [known(item) for item in mended(jsonlines.read(payload))]
    telling = one_for_each_request(item for item in items if isinstance(item, Document))

    def event(document: Document) -> Row | Reject:
        log = document.value
        found = dataset(log)
        if not found:
            return document.reject(Reason.NOT_THIS_FORMAT, "Cloudflare のログではありません (no known data set)")
        original = text(log.get(found.time))
        if not original:
            return document.reject(Reason.NO_TIME, f"{found.time} がありません (no {found.time})")
        time = moment(original)
        if not time:
            return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
        row = found.read(log, document.text())
        if row["is_alert"] and telling.get(text(log.get("RayID")) or "", document.line) != document.line:
            row = waf.counted_elsewhere(row)
        return {**row, "time": time, "metadata.original_time": original, "metadata.log_name": found.name}

    return jsonlines.collect(items, event)


def known(item: Document | Reject) -> Document | Reject:
    """A record by Logpush's names: out of what carried it, or of the dashboard and the GraphQL interface."""
    if isinstance(item, Reject) or dataset(item.value):
        return item
    value = dict(next(json_or_text.candidates(item.value), item.value))
    if "datetime" in value and "rayName" in value:
        value = {GRAPHQL.get(name, name[:1].upper() + name[1:]): each for name, each in value.items()}
    return item._replace(value=value)


def dataset(log: Log) -> Dataset | None:
    for known in DATASETS:
        if all(mark in log for mark in known.marks):
            return known
    name = next((name for name in OTHER_TIMES if name in log), None)
    return Dataset("other", name, (), services.other) if name and not OTHER_MARKS.isdisjoint(log) else None


def one_for_each_request(documents: Iterable[Document]) -> dict[str, int]:
    """Line of the record that counts, by ``RayID``: the rule that matched last, before what http_requests repeats."""
    best: dict[str, tuple[int, int]] = {}
    for document in documents:
        log = document.value
        ray, action = text(log.get("RayID")), waf.action(log)
        if ray and waf.VERDICTS.get(action):
            index = integer(log.get("MatchIndex"))
            rank = (index if index is not None else 1 << 30, document.line)
            best[ray] = min(best.get(ray, rank), rank)
    return {ray: line for ray, (_, line) in best.items()}


def mended(items: Iterable[Document | Reject]) -> Iterator[Document | Reject]:
    r"""Some exports write the line breaks of pretty-printed JSON as ``\n`` between its members."""
    for item in items:
        if isinstance(item, Reject) and item.raw.startswith(b"{\\n"):
            raw = item.raw.replace(b'\\n"', b'"').replace(b"\\n}", b"}").replace(b"{\\n", b"{")
            again = next(iter(jsonlines.read(raw)))
            yield again._replace(line=item.line, raw=item.raw) if isinstance(again, Document) else item
        else:
            yield item
