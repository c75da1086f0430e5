"""Falcon's event streams, ``{"metadata": {"eventType", "eventCreationTime"}, "event": {…}}``, by ``eventType``.

Source: CrowdStrike, "Streaming API Event Dictionary". ``eventCreationTime`` is milliseconds; copies of the stream
write it as text.
"""

from collections.abc import Callable

from hinomi.library.formats import times
from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer, part, text
from hinomi.library.formats.processes import account, kept, process, said
from hinomi.library.formats.rows import Row
from hinomi.library.sources.crowdstrike import findings
from hinomi.library.sources.crowdstrike.findings import PRODUCT, Event
from hinomi.library.sources.crowdstrike.telemetry import UTC
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId, StatusId

LOGON, OPEN, REFUSE, CREATE, OTHER = 1, 1, 5, 1, 99
FINDINGS = frozenset({"CustomerIOCEvent", "IdentityProtectionEvent", "ReconNotificationSummaryEvent",
                      "AutomatedLeadSummaryEvent", "CSPMIOAStreamingEvent", "HashSpreadingEvent"})  # fmt: skip
"""Verdicts beside those whose name ends with ``DetectionSummaryEvent``."""
SIGN_INS = frozenset({"userAuthenticate", "saml2Assert", "twoFactorAuthenticate", "authenticateUser",
                      "activateUser2FA", "validateEntitlementsHmac", "twoFactorCodeSubmit"})  # fmt: skip
BLOCKED, ALLOWED, INBOUND = "2", "1", "1"
TIMES = ("eventCreationTime", "UTCTimestamp", "Timestamp", "timestamp", "StartTimestamp", "EndTimestamp")


def is_finding(kind: str) -> bool:
    return kind.endswith(("DetectionSummaryEvent", "DetectionSummary")) or kind in FINDINGS


def row(kind: str, metadata: Event, event: Event, raw: str) -> Row:
    """Columns of an event of the streams; a Base Event where its type is not known."""
    found = findings.row(event, kind, raw) if is_finding(kind) else READERS.get(kind, plain)(event, kind)
    return {
        **found,
        **when(kind, metadata, event),
        "metadata.log_name": kind,
        "metadata.event_code": text(event.get("PatternId")) or text(event.get("OperationName")) or kind,
        "metadata.correlation_uid": text(event.get("AggregateId")) or text(event.get("SessionId")),
    }


def when(kind: str, metadata: Event, event: Event) -> Row:
    """Of a firewall's match its own time, else when the event came to be."""
    places = (event, metadata) if kind == "FirewallMatchEvent" else (metadata, event)
    for place in places:
        for name in TIMES:
            if time := times.epoch(place.get(name)) or times.iso(place.get(name), UTC):
                return {"time": time, "metadata.original_time": text(place[name])}
    return {}


def audit(event: Event, kind: str) -> Row:
    """Sign-ins to the console and what was done there."""
    operation, success = said(event, "OperationName") or kind, event.get("Success")
    signs_in = operation in SIGN_INS
    row = activity(*((ClassUid.AUTHENTICATION, LOGON) if signs_in else (ClassUid.API_ACTIVITY, OTHER)), product=PRODUCT)
    pairs = event.get("AuditKeyValues")
    told = {text(part(pair).get("Key")): text(part(pair).get("ValueString")) for pair in pairs or []}
    failed = success is False or (isinstance(success, str) and success.lower() == "false")
    said_so = isinstance(success, bool | str)
    words = (said(event, "ServiceName"), operation, told.get("target_name") or told.get("target_user"))
    return {
        **row,
        **account(
            "user" if signs_in else "actor.user",
            said(event, "UserId") or told.get("actor_user") or told.get("APIClientID"),
        ),
        "src_endpoint.ip": ip(said(event, "UserIp", "SourceIp")),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS) if said_so else None,
        "message": " ".join(word for word in words if word),
    }


def firewall(event: Event, kind: str) -> Row:
    """A rule that matched; inbound, the remote side is the source."""
    inbound = said(event, "ConnectionDirection") == INBOUND
    action = said(event, "RuleAction")
    blocked = action == BLOCKED
    done = DispositionId.BLOCKED if blocked else DispositionId.ALLOWED if action == ALLOWED else None
    near, far = ("dst", "src") if inbound else ("src", "dst")
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if blocked else OPEN, product=PRODUCT)
    return {
        **row,
        **disposed(done),
        **findings.machine(event),
        f"{near}_endpoint.ip": ip(event.get("LocalAddress")),
        f"{near}_endpoint.port": port(event.get("LocalPort")),
        f"{far}_endpoint.ip": ip(event.get("RemoteAddress")),
        f"{far}_endpoint.port": port(event.get("RemotePort")),
        **kept(protocol(event.get("Protocol"))),
        **process("actor.process", event.get("ImageFileName"), event.get("CommandLine")),
        "connection_info.direction_id": int(DirectionId.INBOUND if inbound else DirectionId.OUTBOUND),
        "firewall_rule.uid": said(event, "RuleId"),
        "firewall_rule.name": said(event, "RuleName"),
        "count": integer(event.get("MatchCount")),
    }


def incident(event: Event, kind: str) -> Row:
    """Falcon's own grouping of detections that are counted by themselves."""
    return {
        **activity(ClassUid.INCIDENT_FINDING, CREATE, product=PRODUCT, severity=SeverityId.MEDIUM),
        **findings.machine(event),
        "finding_info.uid": said(event, "IncidentID", "IncidentId"),
        "message": " ".join(part for part in (kind, said(event, "State"), said(event, "FalconHostLink")) if part),
    }


def response(event: Event, kind: str) -> Row:
    """Somebody works on a PC from the console."""
    commands = event.get("Commands")
    return {
        **activity(ClassUid.API_ACTIVITY, OTHER, product=PRODUCT),
        **findings.machine(event),
        **account("actor.user", said(event, "UserName")),
        "message": "\n".join([kind, *(text(each) or "" for each in commands)]) if isinstance(commands, list) else kind,
    }


def plain(event: Event, kind: str) -> Row:
    properties = part(event.get("properties"))
    words = (kind, said(event, "vertex_type", "ReportName", "PolicyStatement", "Message"))
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        **findings.machine({**properties, **event}),
        **account("user", said(event, "UserName") or said(properties, "UserName")),
        "message": " ".join(word for word in words if word),
    }


READERS: dict[str, Callable[[Event, str], Row]] = {
    **dict.fromkeys(("AuthActivityAuditEvent", "UserActivityAuditEvent", "APIActivityAuditEvent"), audit),
    **dict.fromkeys(("RemoteResponseSessionStartEvent", "RemoteResponseSessionEndEvent"), response),
    "FirewallMatchEvent": firewall,
    "IncidentSummaryEvent": incident,
}
