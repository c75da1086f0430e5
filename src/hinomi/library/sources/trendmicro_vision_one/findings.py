"""Vision One's verdicts: workbench alerts, observed attack techniques, detections of its products.

Source: Trend Vision One Automation Center, "Workbench alerts", "Observed Attack Techniques",
"Search - detection data".
"""

from hinomi.library.formats import http
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import Document, integer, part, text, texts
from hinomi.library.formats.processes import account, file, process, ransomware, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.trendmicro_vision_one import telemetry
from hinomi.library.sources.trendmicro_vision_one.fields import (
    SEVERITIES,
    Object,
    address,
    connection,
    evidence_process,
    first,
    machine,
    mail,
    said,
    touched_file,
    user,
    when,
)
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

PRODUCT = telemetry.PRODUCT
CREATE, SCAN = 1, 3
LONGEST_TITLE = 200
MAIL_PRODUCTS = frozenset({"sca", "xms", "sem", "sep", "ddei"})
"""``productCode`` of cloud app, email and gateway sensors."""
EVIDENCE = ("eventName", "eventSubName", "productCode", "pname", "detectionType", "act", "actResult", "policyName",
            "ruleName", "fileHash", "urlCat", "blocking", "aptRelated", "tags", "description", "cnt")  # fmt: skip


def workbench(value: Object, document: Document) -> Row:
    """An alert that the platform put together; machines and accounts beyond the first stay in ``unmapped``."""
    model = said(value, "model", "name") or said(value, "id") or "Workbench"
    rules = value.get("matchedRules")
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=PRODUCT),
        **when(value),
        **impact(part(value.get("impactScope"))),
        **indicated(value.get("indicators")),
        **verdict(
            model,
            "Workbench",
            severity=SEVERITIES.get((said(value, "severity") or "").lower(), SeverityId.MEDIUM),
            raw=document.text(),
            disposition=DispositionId.DETECTED,
            unmapped=evidence(value, "description", "score", "workbenchLink", "incidentId", "status", "impactScope"),
        ),
        **ransomware(model, said(value, "description"), rules),
        "metadata.log_name": "workbench",
        "metadata.event_code": said(value, "modelId"),
        "finding_info.uid": said(value, "id"),
        "finding_info.analytic.name": rule_name(rules),
        "finding_info.attacks.technique.uid": techniques(rules),
    }


def rule_name(rules: object) -> str | None:
    found = part(rules[0]) if isinstance(rules, list) and rules else {}
    return text(found.get("name"))


def impact(scope: Object) -> Row:
    row: Row = {}
    entities = scope.get("entities")
    for entity in entities if isinstance(entities, list) else []:
        kind, value = part(entity).get("entityType"), part(entity).get("entityValue")
        if kind == "host" and isinstance(value, dict):
            row.setdefault("device.hostname", text(value.get("name")))
            row.setdefault("device.ip", address(value.get("ips")))
            row.setdefault("device.uid", text(value.get("guid")))
        elif kind == "account" and "user.name" not in row:
            row |= account("user", first(value))
        elif kind == "emailAddress":
            row["email.to"] = [*row.get("email.to", []), *texts(value)]
    return row


def indicated(indicators: object) -> Row:
    """Processes, files and addresses among the indicators, the first of each field."""
    found: dict[str, str] = {}
    for indicator in indicators if isinstance(indicators, list) else []:
        value = part(indicator).get("value")
        name, what = text(part(indicator).get("field")), first(value) or text(part(value).get("name"))
        if name and what:
            found.setdefault(name, what)
    return {
        "malware.name": found.get("malName"),
        **process("process", found.get("objectFilePath") or found.get("processFilePath"), found.get("objectCmd")),
        **process("process.parent_process", found.get("parentFilePath"), found.get("parentCmd")),
        **file(found.get("fullPath"), found.get("fileName"), found.get("fileHashSha256")),
        **connection(found),
    }


def technique(value: Object, document: Document) -> Row:
    """An observed attack technique: an activity that filters noticed; from risk ``low`` on, a verdict."""
    detail = {**part(value.get("endpoint")), **part(value.get("detail"))}
    filters = [part(each) for each in value.get("filters") or [] if isinstance(each, dict)]
    known = telemetry.is_telemetry(detail)
    row = {
        **(telemetry.row(detail) if known else detected(detail)),
        **when({**detail, **{name: item for name, item in value.items() if name.endswith("DateTime")}}),
    }
    row |= {
        "metadata.log_name": "observed attack techniques",
        "finding_info.uid": said(value, "uuid"),
        "finding_info.attacks.technique.uid": techniques([each.get("mitreTechniqueIds") for each in filters]),
    }
    levels = [SEVERITIES.get((text(each.get("riskLevel")) or "").lower(), SeverityId.INFORMATIONAL) for each in filters]
    severity = max(levels, default=SeverityId.INFORMATIONAL)
    names = [name for each in filters if (name := text(each.get("name")))]
    title = names[levels.index(severity)] if len(names) == len(levels) and names else "Observed attack technique"
    if severity is SeverityId.INFORMATIONAL:
        return {**row, "finding_info.title": title, "is_alert": False, "severity_id": int(severity)}
    return {
        **row,
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=PRODUCT),
        **user(detail),
        **(evidence_process(detail) if "process.file.path" not in row else {}),
        **verdict(
            title,
            "Observed Attack Technique",
            severity=severity,
            raw=document.text(),
            disposition=DispositionId.DETECTED,
            unmapped=evidence({**detail, "filters": names}, "filters", *EVIDENCE),
        ),
        **ransomware(names),
    }


def web_access(value: Object, document: Document) -> Row:
    """A request through the secure web gateway: traffic, and a verdict where it was not let through."""
    stopped = said(value, "act") not in (None, "1")
    threat = said(value, "malName")
    row = {
        **detected(value),
        **when(value),
        **activity(ClassUid.HTTP_ACTIVITY, http.activity_id(said(value, "requestMethod")), product=PRODUCT),
        **disposed(DispositionId.BLOCKED if stopped else DispositionId.ALLOWED),
        "metadata.log_name": "network activity",
        "metadata.event_code": said(value, "eventName"),
        "http_request.http_method": said(value, "requestMethod"),
        "http_request.user_agent": said(value, "userAgent"),
        "dst_endpoint.hostname": said(value, "requestBase"),
        "app_name": said(value, "application"),
        "firewall_rule.name": said(value, "ruleName"),
    }
    if not stopped and threat is None:
        return row
    title = threat or said(value, "eventSubName", "ruleName", "request") or "Secure web gateway"
    return (
        row
        | verdict(
            title[:LONGEST_TITLE],
            "malware" if threat else said(value, "ruleType") or "web",
            severity=severity_of(value),
            raw=document.text(),
            disposition=DispositionId.BLOCKED if stopped else DispositionId.DETECTED,
            unmapped=evidence(value, *EVIDENCE),
        )
        | {"malware.name": threat, "finding_info.uid": said(value, "uuid")}
    )


def detection(value: Object, document: Document) -> Row:
    """What a product of the platform found; ``act`` is a text in one and a list in another."""
    if said(value, "eventName") == "SWG_ACTIVITY_LOG":
        return web_access(value, document)
    done = disposition(said(value, "actResult"), said(value, "act"), said(value, "firstActResult"))
    names = (said(value, "malName"), said(value, "threatName"), said(value, "eventSubName"), said(value, "description"))
    title = next(
        filter(None, (*names, said(value, "ruleName"), said(value, "request"), said(value, "eventName"))), None
    )
    kind = said(value, "malType", "eventName", "detectionType") or "detection"
    return {
        **detected(value),
        **when(value),
        **verdict(
            (title or kind)[:LONGEST_TITLE],
            kind,
            severity=severity_of(value),
            raw=document.text(),
            disposition=done or DispositionId.DETECTED,
            unmapped=evidence(value, *EVIDENCE),
        ),
        **ransomware(*names, kind),
        "malware.name": said(value, "malName"),
        "finding_info.uid": said(value, "uuid"),
        "finding_info.attacks.technique.uid": techniques(
            value.get("tags") and [tag.upper() for tag in texts(value["tags"])], value.get("mitreMapping")
        ),
        "firewall_rule.name": said(value, "policyName"),
    }


def detected(value: Object) -> Row:
    """What a detection is about, without its being one."""
    by_mail = said(value, "productCode") in MAIL_PRODUCTS or "mailMsgSubject" in value
    found = activity(
        *((ClassUid.EMAIL_ACTIVITY, SCAN) if by_mail else (ClassUid.DETECTION_FINDING, CREATE)), product=PRODUCT
    )
    return {
        **found,
        "metadata.log_name": "detection",
        "metadata.event_code": said(value, "eventId"),
        **machine(value),
        **({} if by_mail else user(value)),
        **evidence_process(value),
        **touched_file(value),
        **connection(value),
        **(mail(value) if by_mail else {}),
        "count": integer(first(value.get("aggregatedCount")) or first(value.get("cnt"))),
    }


def severity_of(value: Object) -> SeverityId:
    level = said(value, "filterRiskLevel", "severity", "riskLevel") or ""
    if level.lower() in SEVERITIES:
        return SEVERITIES[level.lower()]
    risk = integer(value.get("cccaRiskLevel"))
    return SeverityId.HIGH if risk == 3 or said(value, "malName") else SeverityId.MEDIUM
