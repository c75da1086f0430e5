"""Cato's ``event_type: Security``: firewalls, and the engines that judge."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import text
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

Event = Mapping[str, Any]

PRODUCT = ("Cato Networks", "Cato SASE Cloud")
ACTIONS = {
    "block": DispositionId.BLOCKED, "blocked": DispositionId.BLOCKED, "deny": DispositionId.BLOCKED,
    "drop": DispositionId.DROPPED, "allow": DispositionId.ALLOWED, "allowed": DispositionId.ALLOWED,
    "monitor": DispositionId.LOGGED, "monitored": DispositionId.LOGGED, "alert": DispositionId.DETECTED,
    "prompt": DispositionId.CHALLENGE, "rbi": DispositionId.ISOLATED, "quarantine": DispositionId.QUARANTINED,
}  # fmt: skip
STOPPED = ("block", "blocked", "deny", "drop", "quarantine")
RISKS = {
    "critical": SeverityId.CRITICAL, "high": SeverityId.HIGH, "medium": SeverityId.MEDIUM, "low": SeverityId.LOW,
}  # fmt: skip
MALICIOUS = re.compile(
    r"malware|phish|spyware|malicious|botnet|hacking|compromised|suspected|ransomware", re.IGNORECASE
)
CNC = re.compile(r"\bc ?(?:&|n|2)c?\b|command (?:and|&) control|botnet|\bdga\b|tunnel+ing|beacon", re.IGNORECASE)
REPUTATION = re.compile(r"\b(?:domain|url) reputation|malicious (?:domain|url|site)|phish|feed_\w*(?:url|domain)", re.I)
RANSOM = re.compile(r"ransom|filecoder|cryptolocker|wannacry|locky", re.IGNORECASE)
RECONNAISSANCE = re.compile(r"\bscan|\bping\b|\bsweep|\bprob(?:e|ing)\b", re.IGNORECASE)
TECHNIQUE = re.compile(r"\bT\d{4}(?:\.\d{3})?\b")
REFUSE, TRAFFIC = 5, 6
DETAILS = (
    "threat_name", "threat_type", "threat_verdict", "threat_reference", "signature_id", "indicator", "risk_level",
    "mitre_attack_tactics", "mitre_attack_techniques", "mitre_attack_subtechniques", "client_class", "os_type",
    "os_version", "src_site_name", "src_site", "pop_name", "dns_protection_category", "is_sinkhole", "app_activity",
    "categories", "internalId", "event_id",
)  # fmt: skip


def event(said: Event, subtype: str, raw: str) -> Row:
    reader = READERS.get(subtype)
    if reader is None:
        reader = intrusion if text(said.get("threat_name")) or text(said.get("signature_id")) else firewall
    return reader(said, raw)


def stopped(said: Event) -> bool:
    return (text(said.get("action")) or "").lower() in STOPPED


def severity(said: Event, otherwise: SeverityId) -> SeverityId:
    return RISKS.get((text(said.get("risk_level")) or "").lower(), otherwise)


def judged(said: Event, raw: str, title: str, kind: str, category: UtmCategory | None, grave: SeverityId) -> Row:
    details = orjson.dumps({key: said[key] for key in DETAILS if said.get(key)}).decode()
    disposition = DispositionId.BLOCKED if stopped(said) else DispositionId.DETECTED
    techniques = TECHNIQUE.findall(
        f"{text(said.get('mitre_attack_techniques')) or ''} {text(said.get('mitre_attack_subtechniques')) or ''}"
    )
    row = verdict(title, kind, severity=grave, raw=raw, disposition=disposition, category=category, unmapped=details)
    row["finding_info.attacks.technique.uid"] = list(dict.fromkeys(techniques)) or None
    row["finding_info.analytic.uid"] = text(said.get("signature_id"))
    return row


def site(said: Event) -> str:
    return text(said.get("domain_name")) or text(said.get("url")) or text(said.get("dest_ip")) or ""


def firewall(said: Event, raw: str) -> Row:
    """A connection by rule. What the internet firewall stops for a site's category is a detection."""
    denied = stopped(said)
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if denied else TRAFFIC)
    categories = text(said.get("categories"))
    if not (denied and categories and text(said.get("event_sub_type")) == "Internet Firewall"):
        return row
    bad = MALICIOUS.search(categories)
    category = UtmCategory.MALICIOUS_SITE if bad else UtmCategory.URL_CATEGORY
    grave = severity(said, SeverityId.MEDIUM if bad else SeverityId.LOW)
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(text(said.get("http_request_method"))))
    return row | judged(said, raw, f"{categories} {site(said)}".strip(), categories, category, grave)


def intrusion(said: Event, raw: str) -> Row:
    name = text(said.get("threat_name")) or text(said.get("signature_id")) or text(said.get("event_sub_type")) or "IPS"
    words = f"{name} {text(said.get('signature_id')) or ''}"
    tactics = text(said.get("mitre_attack_tactics")) or ""
    category: UtmCategory | None = UtmCategory.IPS
    if RANSOM.search(words):
        category = UtmCategory.RANSOMWARE
    elif RECONNAISSANCE.search(name):
        category = None
    elif CNC.search(f"{words} {tactics}"):
        category = UtmCategory.CNC_CALLBACK
    elif REPUTATION.search(words):
        category = UtmCategory.MALICIOUS_SITE
    kind = text(said.get("threat_type")) or text(said.get("event_sub_type")) or "IPS"
    row = judged(said, raw, name, kind, category, severity(said, SeverityId.MEDIUM))
    return activity(ClassUid.DETECTION_FINDING, 1) | row


def malware(said: Event, raw: str) -> Row:
    found = (text(said.get("threat_verdict")) or "").lower()
    named = (text(said.get(key)) for key in ("threat_name", "indicator", "file_name"))
    name = next((each for each in named if each and each != "malware"), "malware")
    if found in ("clean", "benign", "no_threat") and not stopped(said):
        return activity(ClassUid.NETWORK_FILE_ACTIVITY, 2)
    category = UtmCategory.RANSOMWARE if RANSOM.search(name) else UtmCategory.MALWARE
    row = judged(
        said, raw, name, text(said.get("event_sub_type")) or "Anti Malware", category, severity(said, SeverityId.HIGH)
    )
    return activity(ClassUid.DETECTION_FINDING, 1) | row | {"malware.name": name}


def dns(said: Event, raw: str) -> Row:
    kind = text(said.get("dns_protection_category")) or text(said.get("threat_name")) or "DNS Protection"
    row = activity(ClassUid.DNS_ACTIVITY, 1)
    asked = text(said.get("dns_query")) or site(said)
    category = UtmCategory.CNC_CALLBACK if CNC.search(kind) else UtmCategory.MALICIOUS_SITE
    return row | judged(said, raw, f"{kind} {asked}".strip(), kind, category, severity(said, SeverityId.MEDIUM))


def application(said: Event, raw: str) -> Row:
    """Application control and data control: what was stopped is a detection."""
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(text(said.get("http_request_method"))))
    if not stopped(said):
        return row
    name = text(said.get("application_name")) or text(said.get("application")) or "application"
    done = text(said.get("app_activity"))
    leak = text(said.get("dlp_scan_types")) or text(said.get("matched_data_types"))
    category = None if leak else UtmCategory.FORBIDDEN_APPLICATION
    title = " ".join(filter(None, (name, done, leak)))
    kind = text(said.get("event_sub_type")) or "Apps Security"
    return row | judged(said, raw, title, kind, category, severity(said, SeverityId.LOW))


READERS: dict[str, Callable[[Event, str], Row]] = {
    "Internet Firewall": firewall,
    "WAN Firewall": firewall,
    "LAN Firewall": firewall,
    "RPF": firewall,
    "TLS Inspection": firewall,
    "IPS": intrusion,
    "Suspicious Activity": intrusion,
    "Anti Malware": malware,
    "NG Anti Malware": malware,
    "Endpoint Protection": malware,
    "DNS Protection": dns,
    "Apps Security": application,
    "App Security": application,
    "Application Control": application,
    "Data Control": application,
}
