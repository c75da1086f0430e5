"""Connections, intrusions, web pages and applications of SFOS: what was refused, and why."""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.sophos_firewall.fields import REFUSED, Said, judged, number, refused, value, web
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

OPEN, CLOSE, REFUSE, TRAFFIC = 1, 2, 5, 6
CONNECTION = {"start": OPEN, "stop": CLOSE, "interim": TRAFFIC}
DOS = frozenset({"DoS Attack", "DoS attack", "ARP Flood", "IP Spoof", "IPSpoof"})
MALICIOUS = re.compile(r"phish|malware|spyware|malicious|spam url|hacking|botnet|cryptomin", re.IGNORECASE)
CNC = re.compile(r"command (?:&|and) control|c2/", re.IGNORECASE)
RECONNAISSANCE = re.compile(r"\bping\b|\becho\b|\bscan|\btraceroute", re.IGNORECASE)
PRIORITIES = {
    "1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.MEDIUM, "4": SeverityId.LOW, "5": SeverityId.LOW,
}  # fmt: skip


def firewall(said: Said, raw: str) -> Row:
    denied, component = refused(said), said.get("log_component", "")
    began = CONNECTION.get((value(said, "connevent", "con_event") or "").lower(), TRAFFIC)
    disposition = DispositionId.BLOCKED if denied else DispositionId.ALLOWED
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if denied else began) | disposed(disposition)
    row["count"] = number(said, "log_occurrence")
    if not denied or component not in DOS:
        return row
    attack = judged(
        said, raw, component, "Firewall", category=UtmCategory.IPS, severity=SeverityId.MEDIUM, disposition=disposition
    )
    return row | attack | {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}


def intrusion(said: Said, raw: str) -> Row:
    title = value(said, "signature_msg", "signature_name", "message") or "IDP"
    dropped = refused(said) or said.get("action", "").lower() in REFUSED
    return activity(ClassUid.DETECTION_FINDING, 1) | judged(
        said,
        raw,
        title,
        value(said, "classification", "category") or "IDP",
        category=None if RECONNAISSANCE.search(title) else UtmCategory.IPS,
        severity=PRIORITIES.get(said.get("rule_priority", ""), SeverityId.MEDIUM),
        disposition=DispositionId.DROPPED if dropped else DispositionId.DETECTED,
    ) | {"finding_info.analytic.uid": value(said, "signature_id")}  # fmt: skip


def threat(said: Said, raw: str) -> Row:
    """ATP: traffic to a command-and-control server."""
    name = value(said, "threatname", "threat", "malware") or "ATP"
    dropped = refused(said)
    return activity(ClassUid.DETECTION_FINDING, 1) | web(said) | judged(
        said,
        raw,
        name,
        "ATP",
        category=UtmCategory.CNC_CALLBACK,
        severity=SeverityId.HIGH,
        disposition=DispositionId.DROPPED if dropped else DispositionId.DETECTED,
    ) | {"malware.name": name, "actor.process.file.path": value(said, "execution_path")}  # fmt: skip


def content(said: Said, raw: str) -> Row:
    """Web pages, applications and words: what was refused is a detection."""
    component, subtype = said.get("log_component", ""), said.get("log_subtype", "").lower()
    denied = refused(said) or said.get("action", "").lower() == "deny"
    disposition = DispositionId.BLOCKED if denied else DispositionId.ALLOWED
    if component == "Application":
        row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if denied else TRAFFIC) | disposed(disposition)
        if not denied:
            return row
        name = value(said, "application_name", "app_name", "application") or "Application"
        return row | judged(
            said,
            raw,
            name,
            value(said, "application_category", "app_category", "category") or "Application",
            category=UtmCategory.FORBIDDEN_APPLICATION,
            severity=SeverityId.LOW,
            disposition=disposition,
        )
    category = value(said, "category", "http_category", "site_category")
    if component == "SSL":
        row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if denied or subtype == "reject" else TRAFFIC)
        return row | {"dst_endpoint.hostname": value(said, "sni"), "url.categories": [category] if category else None}
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(value(said, "method", "http_method"))) | web(said)
    row |= disposed(disposition)
    bad = MALICIOUS.search(category or "") or CNC.search(category or "")
    if not denied and not (subtype == "warned" and bad):
        return row
    if CNC.search(category or ""):
        chosen, severity = UtmCategory.CNC_CALLBACK, SeverityId.HIGH
    elif bad:
        chosen, severity = UtmCategory.MALICIOUS_SITE, SeverityId.MEDIUM
    else:
        chosen, severity = UtmCategory.URL_CATEGORY, SeverityId.LOW
    title = " ".join(filter(None, (category, value(said, "domain", "website") or value(said, "url"))))
    stopped = disposition if denied else DispositionId.DETECTED
    return row | judged(
        said, raw, title or component, component or "HTTP", category=chosen, severity=severity, disposition=stopped
    )


def application_firewall(said: Said, raw: str) -> Row:
    """WAF: a request to a published server; one with a reason was stopped for it."""
    host = value(said, "server")
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(value(said, "method"))) | web(said)
    row |= http.url("http", host, (value(said, "url") or "/") + (value(said, "querystring") or ""))
    row |= {
        "traffic.bytes_out": number(said, "bytesrcv"),
        "traffic.bytes_in": number(said, "bytessent"),
        "http_request.user_agent": value(said, "useragent"),
        "http_response.code": integer(said.get("httpstatus"), 999),
        "dst_endpoint.hostname": http.hostname(host) if host else None,
    }
    reason = value(said, "reason")
    if not reason:
        return row
    virus = reason == "Antivirus"
    title = value(said, "extra") or reason
    return row | judged(
        said,
        raw,
        title,
        reason,
        category=UtmCategory.MALWARE if virus else UtmCategory.IPS,
        severity=SeverityId.HIGH if virus else SeverityId.MEDIUM,
        disposition=DispositionId.BLOCKED if said.get("httpstatus") == "403" else DispositionId.DETECTED,
    )
