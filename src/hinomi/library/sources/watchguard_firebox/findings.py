"""What the Firebox judged: told by the words of its messages, which the log catalog fixes.

Categories are those of the survey report, section 4.5. Denied packets are no verdicts; the alarms of default packet
handling, which sum them up, are.
"""

import re
from typing import NamedTuple

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import addresses, threats
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.watchguard_firebox.records import ADDRESS, Record
from hinomi.library.sources.watchguard_firebox.traffic import (
    classified,
    disposition,
    endpoints,
    ip,
    is_refused,
    requested,
)
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid, DispositionId, SeverityId

SEVERITIES = {
    "5": SeverityId.CRITICAL,
    "4": SeverityId.HIGH,
    "3": SeverityId.MEDIUM,
    "2": SeverityId.LOW,
    "1": SeverityId.INFORMATIONAL,
}
"""Of IPS signatures."""
LEVELS = {"high": SeverityId.HIGH, "medium": SeverityId.MEDIUM, "low": SeverityId.LOW}
MALICIOUS = re.compile(
    r"malicious|malware|phish|spyware|fraud|bot ?net|keylogger|compromised|suspicious (?:content|embedded)|hacking"
    r"|command.and.control|ransom",
    re.IGNORECASE,
)
ALARM = re.compile(
    r"(?P<attack>.*?(?:attack|DDOS|spoofing)\S*)(?: (?:against|detected|from|server|client)\b.*)?", re.IGNORECASE
)
AGAINST = re.compile(rf"\b(?:against(?: server)?|to) ({ADDRESS})(?=[\s.,]|$)")
PORT = re.compile(r"\bTraffic detected .* on port (\d+)")
MAC = re.compile(r"\bmac=([0-9A-Fa-f:]{17})")
FROM = re.compile(rf"\b(?:from(?: client)?|ip=|blocking host) ?({ADDRESS})(?=[\s.,]|$)")
DETAILS = re.compile(
    r"(Reason|Source IP|Source Port|Destination IP|Destination Port|Host|Path|MD5|Policy Name)(?: Address)?: "
    r"(.*?)(?= (?:Reason|Message|Task_UUID|(?:Source|Destination) (?:IP(?: Address)?|Port)|Proxy Type|Host|Path"
    r"|MD5|Policy Name):|'?$)"
)
EVIDENCE = (
    *("proxy_act", "signature_id", "signature_cat", "sig_vers", "md5", "task_uuid", "threat_level", "reputation"),
    *("rule_name", "cats", "dlp_sensor", "dlp_rule", "app_cat_name", "app_beh_name", "geo_src", "geo_dst", "serial"),
)


class Judgement(NamedTuple):
    title: str
    kind: str
    category: UtmCategory | None
    severity: SeverityId
    malware: str | None = None
    of_class: bool = False
    """Whether the verdict is of the class of its traffic, else it is a finding."""


def judgement(record: Record) -> Judgement | None:
    """The verdict in a message; None where it is none."""
    get, message = record.values.get, record.message
    folded = message.lower()
    where = get("dstname") or get("host") or get("sni") or get("dst") or ""
    if name := get("signature_name"):
        severity = SEVERITIES.get(get("severity", ""), SeverityId.MEDIUM)
        return Judgement(name, get("signature_cat") or "ips", threats.attack(name, get("signature_cat")), severity)
    if "virus found" in folded or get("virus"):
        name = get("virus") or "virus"
        return Judgement(name, "virus", threats.malware(name), SeverityId.HIGH, name)
    learnt = "intelligentav" in folded and not ("error" in folded or "error" in record.values)
    if learnt or "apt detected" in folded or "apt threat" in folded:
        level = LEVELS.get(get("threat_level", ""), SeverityId.HIGH)
        name = get("filename") or get("file") or get("path") or dict(DETAILS.findall(message)).get("Path", "")
        return Judgement(f"APT: {name}".rstrip(": "), get("threat_level") or "apt", UtmCategory.MALWARE, level)
    if "bad reputation" in folded:
        return Judgement(
            f"Bad reputation: {where}", "reputation", UtmCategory.MALICIOUS_SITE, SeverityId.MEDIUM, None, True
        )
    if "dnswatch" in folded:
        bad = "blackholed" in folded
        category = UtmCategory.MALICIOUS_SITE if bad else UtmCategory.URL_CATEGORY
        severity = SeverityId.MEDIUM if bad else SeverityId.LOW
        return Judgement(f"DNSWatch: {where}", "dnswatch", category, severity, None, True)
    if "request categories" in folded:
        return categorised(record, where)
    if "classified as" in folded and ("spam" in folded or "bulk" in folded) and "not spam" not in folded:
        kind = folded.partition("classified as ")[2]
        title = f"Spam: {get('sender') or get('from') or get('src') or ''}".rstrip(": ")
        return Judgement(title, kind, UtmCategory.SPAM, SeverityId.LOW, None, True)
    if "botnet" in folded:
        return Judgement(f"Botnet: {where}", "botnet", UtmCategory.CNC_CALLBACK, SeverityId.HIGH)
    if get("app_name") and is_refused(record) and ("application" in folded or "app match" in folded):
        kind = get("app_cat_name") or "application"
        return Judgement(record.values["app_name"], kind, UtmCategory.FORBIDDEN_APPLICATION, SeverityId.LOW, None, True)
    if "dlp violation" in folded and is_refused(record):
        return Judgement(get("dlp_rule") or "DLP", "dlp", None, SeverityId.MEDIUM, None, True)
    return alarm(record)


def categorised(record: Record, where: str) -> Judgement | None:
    """WebBlocker: a page that it denied, or one of a malicious category."""
    cats = record.values.get("cats", "")
    bad = bool(MALICIOUS.search(cats))
    if not (bad or is_refused(record)):
        return None
    category = UtmCategory.MALICIOUS_SITE if bad else UtmCategory.URL_CATEGORY
    severity = SeverityId.MEDIUM if bad else SeverityId.LOW
    return Judgement(f"{cats or 'WebBlocker'}: {where}", cats or "webblocker", category, severity, None, True)


def alarm(record: Record) -> Judgement | None:
    """Default packet handling: floods, spoofing, source routes; scans are alarms that are not counted."""
    message = record.message
    if "disp" in record.values or not ("attack" in message or "DDOS" in message or message.startswith("IP spoofing")):
        return None
    found = ALARM.match(message)
    if record.id[:4] not in ("3000", "3001") or not found:
        return None
    name = found["attack"].rstrip(":")
    return Judgement(name, name, threats.attack(name), SeverityId.MEDIUM)


def judged(record: Record, found: Judgement, raw: str) -> Row:
    if found.of_class and "disp" in record.values:
        row = activity(*classified(record))
    else:
        row = activity(ClassUid.DETECTION_FINDING, 1)
    row |= endpoints(record) | requested(record)
    done = disposition(record)
    if "disp" not in record.values:
        row |= told(record)
        done = DispositionId.DROPPED if "dropped" in record.message else DispositionId.DETECTED
    elif done is DispositionId.CORRECTED and found.category is UtmCategory.SPAM:
        done = DispositionId.TAGGED
    row |= verdict(
        found.title,
        found.kind,
        severity=found.severity,
        raw=raw,
        disposition=done,
        category=found.category,
        unmapped=threats.evidence(record.values, *EVIDENCE),
    )
    if found.category in (UtmCategory.MALWARE, UtmCategory.RANSOMWARE) and "file.name" not in row:
        row |= fetched(record.values.get("path"))
    return row | {
        "message": record.message or None,
        "malware.name": found.malware,
        "finding_info.analytic.uid": record.values.get("signature_id"),
        "finding_info.analytic.name": record.values.get("signature_name") or found.title,
        "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR),
    }


def fetched(path: str | None) -> Row:
    """The file of a request."""
    name = (path or "").partition("?")[0].rpartition("/")[2]
    return {"file.name": name, "file.path": path} if name else {}


def told(record: Record) -> Row:
    """Addresses and names that a message without traffic columns says in words."""
    details = dict(DETAILS.findall(record.message))
    source, target = FROM.search(record.message), AGAINST.search(record.message)
    port, mac, host = PORT.search(record.message), MAC.search(record.message), details.get("Host")
    row: Row = {
        "src_endpoint.ip": ip(details.get("Source IP") or (source[1] if source else None)),
        "src_endpoint.port": integer(details.get("Source Port"), 65535),
        "dst_endpoint.ip": ip(details.get("Destination IP") or (target[1] if target else None)),
        "dst_endpoint.port": integer(details.get("Destination Port") or (port[1] if port else None), 65535),
        "dst_endpoint.hostname": None if ip(host) else host,
        "src_endpoint.mac": addresses.mac(mac[1]) if mac else None,
    }
    if path := details.get("Path"):
        row |= {"file.path": path, "file.name": path.rpartition("/")[2] or None}
    if policy := details.get("Policy Name"):
        row["firewall_rule.name"] = policy
    return {name: value for name, value in row.items() if value is not None}
