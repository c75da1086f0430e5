"""THREAT logs: what the firewall judged, by subtype.

Categories are those of the survey report, section 4.5. Traffic that policy denies is no verdict. A URL log with
``alert`` is a page that was opened; it is a verdict only where its category is a malicious one.
"""

import re
from email.utils import getaddresses, parseaddr

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, threats
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.library.sources.paloalto_panos.columns import Record
from hinomi.library.sources.paloalto_panos.traffic import SEVERITIES, disposition, is_refused, severity
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid, DispositionId, SeverityId

THREAT = re.compile(r"(.*)\((\d+)\)$", re.DOTALL)
QUERY = re.compile(
    r"\(?(?:generic|[Pp]roxy|[Tt]unneling|[Pp]arked|[Gg]rayware|[Mm]alware|[Pp]hishing|C2|DGA)[\w ]*:([\w.-]+)"
)
MALICIOUS = frozenset(
    ("malware", "malware-sites", "phishing", "command-and-control", "ransomware", "grayware", "compromised-website")
)
"""URL categories of sites that harm; all others are a company's own choice."""
WILDFIRE = "wildfire"
"""The verdict of the sandbox; its threat is the type of the file, not the name of malware."""
INFECTIONS = ("virus", "ml-virus", "wildfire-virus", WILDFIRE)
FILES = ("file", "data")
PROBES = ("scan",)
ATTACKS = ("vulnerability", "flood", "packet", *PROBES)
BENIGN = "benign"
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?$")
LABEL = re.compile(r"\s*(?:From|To|Cc|Sub(?:ject)?): ?", re.IGNORECASE)
"""What PAN-OS puts before the addresses and the subject of a mail."""
SHA256 = re.compile(r"[0-9A-Fa-f]{64}$")
DNS_CATEGORIES = {
    "dns-malware": UtmCategory.MALICIOUS_SITE,
    "dns-phishing": UtmCategory.MALICIOUS_SITE,
    "dns-grayware": UtmCategory.MALICIOUS_SITE,
    "dns-parked": UtmCategory.URL_CATEGORY,
    "dns-proxy": UtmCategory.URL_CATEGORY,
    "dns-adtracking": UtmCategory.URL_CATEGORY,
    "dns-ddns": UtmCategory.URL_CATEGORY,
    "dns-new-domain": UtmCategory.URL_CATEGORY,
}
"""Threat categories of DNS signatures that are no command and control. Source: Advanced DNS Security, "Categories"."""
EVIDENCE = (
    *("from", "to", "vsys", "direction", "dstuser", "srcuser", "xff", "referer", "contenttype", "filetype", "cloud"),
    *("thr_category", "reportid", "device_name", "serial"),
)
UNSAID = ("", "N/A", "unknown", "any")


def threat(record: Record, raw: str) -> Row:
    """Any THREAT record; one of a subtype that is not known is a finding where its severity says so."""
    subtype = record.get("subtype", "").lower()
    name, uid = identified(record.get("threatid", ""))
    row = activity(*classified(record, subtype)) | request(record, subtype) | content(record, subtype)
    row["metadata.event_code"] = uid
    done = disposition(record)
    if not is_verdict(record, subtype):
        return row | disposed(DispositionId.ALLOWED if done is DispositionId.DETECTED else done)
    kind = record.get("category" if subtype == "url" else "thr_category", "")
    row |= verdict(
        titled(record, subtype, name, row),
        kind if kind not in UNSAID else subtype or "threat",
        severity=graded(record, subtype),
        raw=raw,
        disposition=done,
        category=judged(record, subtype, name),
        unmapped=threats.evidence(record, *EVIDENCE),
    )
    row["finding_info.analytic.uid"] = uid
    row["finding_info.analytic.name"] = name
    row["finding_info.analytic.type_id"] = int(AnalyticTypeId.VENDOR)
    if subtype in INFECTIONS and subtype != WILDFIRE:
        row["malware.name"] = name
    return row


def identified(text: str) -> tuple[str | None, str | None]:
    """``Name(30522)`` as name and number; URL logs have ``(9999)`` or ``9999(9999)``."""
    found = THREAT.match(text)
    name, uid = (found[1].strip(), found[2]) if found else (text.strip(), None)
    return (name if name and name != uid else None), uid


def is_verdict(record: Record, subtype: str) -> bool:
    refused = is_refused(record)
    if subtype == "url":
        return refused or is_malicious(record)
    if subtype in FILES:
        return refused
    if subtype == WILDFIRE:
        return refused or (record.get("category") != BENIGN and severity(record) > SeverityId.INFORMATIONAL)
    return True


def listed(record: Record) -> frozenset[str]:
    """All categories of a page."""
    words = f"{record.get('category', '')},{record.get('url_category_list', '')}".split(",")
    return frozenset(word.strip() for word in words)


def is_malicious(record: Record) -> bool:
    return not MALICIOUS.isdisjoint(listed(record))


def judged(record: Record, subtype: str, name: str | None) -> UtmCategory | None:
    """The study's category of a verdict; none for scans and for files that policy forbids."""
    group = record.get("thr_category", "").lower()
    if subtype in INFECTIONS:
        return threats.malware(name, group)
    if subtype == "spyware":
        if threats.is_ransomware(name, group):
            return UtmCategory.RANSOMWARE
        return DNS_CATEGORIES.get(group) or DNS_CATEGORIES.get(record.get("category", "")) or UtmCategory.CNC_CALLBACK
    if subtype == "url":
        return UtmCategory.MALICIOUS_SITE if is_malicious(record) else UtmCategory.URL_CATEGORY
    if subtype in PROBES or subtype in FILES:
        return None
    return threats.attack(name, group)


def graded(record: Record, subtype: str) -> SeverityId:
    """PAN-OS calls every URL informational; a malicious one, as FortiGuard has it, is more than that."""
    said = severity(record)
    if subtype == "url" and said == SeverityId.INFORMATIONAL:
        return SeverityId.MEDIUM if is_malicious(record) else SeverityId.LOW
    return said


def classified(record: Record, subtype: str) -> tuple[ClassUid, int]:
    """Class and activity: pages 4002, files that pass 4010, all else a finding."""
    if subtype == "url":
        return ClassUid.HTTP_ACTIVITY, http.activity_id(method(record))
    if subtype in FILES or (subtype == WILDFIRE and not is_verdict(record, subtype)):
        upload = record.get("direction", "").lower().startswith("client")
        return ClassUid.NETWORK_FILE_ACTIVITY, 1 if upload else 2
    return ClassUid.DETECTION_FINDING, 1


def method(record: Record) -> str | None:
    word = record.get("http_method", "").upper()
    return word if word not in ("", "UNKNOWN") else None


def request(record: Record, subtype: str) -> Row:
    """The page of a URL log, the name of a DNS signature, or the address a file came from."""
    said, app = record.get("misc", ""), record.get("app", "")
    if subtype == "spyware" and (app.startswith("dns") or record.get("dport") == "53"):
        found = QUERY.search(record.get("threatid", ""))
        return {"query.hostname": said or (found[1] if found else None)}
    host = said.partition("/")[0]
    if not said or not (subtype == "url" or ("/" in said and HOST.match(host))) or host in ("-", ""):
        return {}
    secure = record.get("dport") == "443" or app == "ssl" or ":443" in host
    categories = [word.strip() for word in record.get("url_category_list", "").split(",") if word.strip()]
    row: Row = http.absolute(said if "://" in said else f"{'https' if secure else 'http'}://{said}")
    row["dst_endpoint.hostname"] = row.get("url.hostname")
    row["http_request.http_method"] = method(record)
    row["http_request.user_agent"] = record.get("user_agent") or None
    if categories:
        row["url.categories"] = categories
    return row


def content(record: Record, subtype: str) -> Row:
    """The file and the mail a record is about; ``misc`` is the file's name or where it was fetched from."""
    row: Row = {}
    if subtype in INFECTIONS or subtype in FILES:
        path = record.get("misc", "").partition("?")[0]
        row = {"file.name": path.rpartition("/")[2] or None, "file.path": path or None}
        digest = record.get("filedigest", "")
        row["file.hashes.sha256"] = digest.lower() if SHA256.match(digest) else None
    if record.get("sender") or record.get("recipient"):
        row["email.from"] = parseaddr(LABEL.sub("", record.get("sender", "")))[1] or None
        people = getaddresses(LABEL.sub("", to) for to in record.get("recipient", "").split(";"))
        row["email.to"] = [to for _, to in people if to] or None
        row["email.subject"] = LABEL.sub("", record.get("subject", "")) or None
    return row


def titled(record: Record, subtype: str, name: str | None, row: Row) -> str:
    if subtype == "url":
        where = row.get("url.hostname") or record.get("misc") or record.get("dst")
        return f"{record.get('category') or 'url'}: {where}"
    if subtype in FILES or subtype == WILDFIRE:
        return row.get("file.name") or name or subtype
    return name or record.get("misc") or subtype or "threat"


def dns(record: Record, raw: str) -> Row:
    """Answers that DNS Security saw (Strata Logging Service)."""
    group = record.get("group", "").lower()
    row = activity(ClassUid.DNS_ACTIVITY, 2) | {
        "query.hostname": record.get("misc") or None,
        "query.type": record.get("query_type", "").upper() or None,
        "answers": [word for word in record.get("answers", "").split(",") if word] or None,
    }
    if group in (BENIGN, "", "unknown") and not is_refused(record):
        return row | disposed(disposition(record))
    name = record.get("threat_name") or f"{group}: {record.get('misc') or record.get('src')}"
    category = DNS_CATEGORIES.get(f"dns-{group}") or UtmCategory.CNC_CALLBACK
    done = disposition(record)
    return row | verdict(name, group or "dns", severity=SeverityId.MEDIUM, raw=raw, disposition=done, category=category)


def correlation(record: Record, raw: str) -> Row:
    """What the firewall concluded from several logs, which are counted themselves: so no category of its own."""
    name = record.get("object_name") or record.get("group") or "correlation"
    grade = SEVERITIES.get(record.get("severity", "").lower(), SeverityId.MEDIUM)
    row = activity(ClassUid.DETECTION_FINDING, 1)
    row |= verdict(name, record.get("group") or "correlation", severity=grade, raw=raw)
    row["finding_info.analytic.uid"] = record.get("object_id") or None
    row["message"] = record.get("evidence") or None
    return row
