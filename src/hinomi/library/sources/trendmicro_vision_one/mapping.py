"""Trend Vision One's interface and exports (JSON): workbench alerts, observed attack techniques, detections,
endpoint activity, audit logs. Each record says by its keys which it is. Times are epochs or UTC."""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import cef, json_or_text
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import Document, part
from hinomi.library.formats.processes import account
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.trendmicro_vision_one import findings, telemetry
from hinomi.library.sources.trendmicro_vision_one.fields import Object, machine, read_time, said, when
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

WITHIN = ("items", "value", "data", "records")
NOT_OURS = "Vision One の記録ではありません (no record of Vision One)"
LOGON, LOGOFF, OTHER, CREATE = 1, 2, 99, 1
SEVERITIES = ((9, SeverityId.CRITICAL), (7, SeverityId.HIGH), (4, SeverityId.MEDIUM), (1, SeverityId.LOW))


def normalize(payload: bytes, context: Context) -> Normalized:
    def document(found: Document) -> Row | Reject:
        value = json_or_text.carried(found.value)
        return event(value, found) or found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    def line(found: Line) -> Row | Reject:
        message = cef.parse(found.text)
        if message is None or not message.vendor.lower().startswith("trend"):
            return found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)
        return of_cef(message, found)

    return json_or_text.normalize(payload, context, document, line, within=WITHIN)


def event(value: Object, document: Document) -> Row | None:
    if "matchedRules" in value or "workbenchLink" in value:
        return findings.workbench(value, document)
    if isinstance(value.get("filters"), list) and "detail" in value:
        return findings.technique(value, document)
    if "loggedDateTime" in value:
        return audit(value)
    if telemetry.is_telemetry(value):
        return {**telemetry.row(value), **when(value)}
    if any(name in value for name in ("eventName", "productCode", "malName", "threatName", "filterRiskLevel")):
        return findings.detection(value, document)
    if "endpointGuid" in value or "endpointHostName" in value:
        return {
            **activity(ClassUid.BASE_EVENT, 0, product=telemetry.PRODUCT),
            **when(value),
            **machine(value),
            "message": " ".join(("Vision One", said(value, "eventId", "uuid") or "")).strip(),
        }
    return None


def audit(value: Object) -> Row:
    """Who did what in the console."""
    what = said(value, "activity") or ""
    signs_in = "log" in (said(value, "category") or "").lower() and "log" in what.lower()
    failed = "fail" in f"{what} {said(value, 'result')}".lower() or "unsuccess" in (said(value, "result") or "").lower()
    if signs_in:
        row = activity(ClassUid.AUTHENTICATION, LOGOFF if "out" in what.lower() else LOGON, product=telemetry.PRODUCT)
    else:
        row = activity(ClassUid.API_ACTIVITY, OTHER, product=telemetry.PRODUCT)
    return {
        **row,
        **when(value),
        **account("user" if signs_in else "actor.user", said(value, "loggedUser")),
        "metadata.log_name": "audit",
        "src_endpoint.ip": ip(said(part(value.get("details")), "ipAddress", "sourceIp", "clientIp", "ip")),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "message": " ".join(part for part in (said(value, "category"), what) if part),
    }


def of_cef(message: cef.Message, line: Line) -> Row:
    """What the platform forwards by syslog; it says less than the interface does."""
    fields = message.extension
    level = int(message.severity) if message.severity.isdigit() and len(message.severity) < 3 else 0
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=telemetry.PRODUCT),
        **verdict(
            message.name,
            fields.get("cat") or message.signature,
            severity=next((found for least, found in SEVERITIES if level >= least), SeverityId.INFORMATIONAL),
            raw=line.whole,
            disposition=disposition(fields.get("act")),
        ),
        **account("user", fields.get("suser") or fields.get("duser")),
        "time": read_time(fields.get("rt")),
        "metadata.original_time": fields.get("rt"),
        "metadata.event_code": message.signature,
        "metadata.log_name": "syslog",
        "device.hostname": fields.get("dvchost") or fields.get("shost") or fields.get("dhost"),
        "device.ip": ip(fields.get("dvc") or fields.get("src")),
        "finding_info.uid": fields.get("externalId"),
    }
