"""Firepower's security events 430001 to 430005: ``Key: value, Key: value``.

Intrusion (430001), connection begun and ended (430002, 430003), file (430004), malware (430005). Without a number
(``SFIMS: Protocol: TCP, …``) the keys tell which it is.
Source: Cisco Secure Firewall Threat Defense Syslog Messages, "Security Event Syslog Messages".
"""

import re
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, times
from hinomi.library.formats.addresses import ip, port, present, protocol
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cisco_asa.places import who
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

KEY = re.compile(r"(?:^|,\s*)([A-Z][A-Za-z0-9_]*(?: [A-Z][A-Za-z]+)*): ?")
IDS = frozenset({"430001", "430002", "430003", "430004", "430005"})
NOBODY = frozenset({"", "No Authentication Required", "Not Found", "Unknown", "Invalid ID", "None", "-"})
NOTHING = frozenset({"", "Unknown", "Invalid ID", "None", "N/A"})
PRIORITIES = {
    "1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.LOW, "4": SeverityId.LOW,
    "High": SeverityId.HIGH, "Medium": SeverityId.MEDIUM, "Low": SeverityId.LOW,
}  # fmt: skip
RECORD_TYPES = {
    "a host address": "A", "ip6 address": "AAAA", "the canonical name for an alias": "CNAME", "mail exchange": "MX",
    "an authoritative name server": "NS", "text strings": "TXT", "a domain name pointer": "PTR",
    "marks the start of a zone of authority": "SOA", "server selection": "SRV",
}  # fmt: skip
RCODES = {
    "no error": 0, "format error": 1, "server failure": 2, "non-existent domain": 3, "not implemented": 4,
    "query refused": 5,
}  # fmt: skip
CNC = re.compile(r"\bc(?:n|&|and )?c\b|command and control|botnet|bots\b|malware communication", re.IGNORECASE)
RECONNAISSANCE = re.compile(r"\bscan|\bping\b|\bsweep\b|reconnaissance", re.IGNORECASE)
RANSOM = re.compile(r"ransom|filecoder|cryptolocker|wannacry|locky", re.IGNORECASE)
DETAILS = (
    "GID", "SID", "Revision", "Classification", "Priority", "Impact", "InlineResult", "IntrusionPolicy", "ACPolicy",
    "Client", "WebApplication", "HTTPReferer", "SHA_Disposition", "ThreatScore", "FileType", "FilePolicy",
    "URLCategory", "URLReputation", "Endpoint Profile", "AccessControlRuleReason",
)  # fmt: skip


def fields(text: str) -> dict[str, str]:
    """The pairs of an event; of equal keys the first counts."""
    found = list(KEY.finditer(text))
    ends = [*(following.start() for following in found[1:]), len(text)]
    said: dict[str, str] = {}
    for key, end in zip(found, ends, strict=True):
        said.setdefault(key[1], text[key.end() : end].strip())
    return said


def number(said: dict[str, str]) -> str:
    """Which event the pairs of a message without a number make."""
    if "FileName" in said or "FileSHA256" in said:
        return "430005" if "SHA_Disposition" in said else "430004"
    if "Message" in said:
        return "430001"
    return "430002" if said.get("ConnectType") == "Start" else "430003"


def event(code: str, text: str, raw: str, zone: ZoneInfo) -> Row:
    said = fields(text)
    row = {
        "src_endpoint.ip": ip(said.get("SrcIP")),
        "src_endpoint.port": port(said.get("SrcPort")),
        "src_endpoint.interface_name": present(said.get("IngressInterface"), NOTHING),
        "dst_endpoint.ip": ip(said.get("DstIP")),
        "dst_endpoint.port": port(said.get("DstPort")),
        "dst_endpoint.interface_name": present(said.get("EgressInterface"), NOTHING),
        "app_name": present(said.get("ApplicationProtocol"), NOTHING),
        "firewall_rule.name": present(said.get("AccessControlRuleName"), NOTHING),
        "start_time": times.iso(said.get("FirstPacketSecond"), zone),
        "metadata.correlation_uid": said.get("ConnectionID"),
        **protocol(said.get("Protocol")),
        **who(present(said.get("User"), NOBODY)),
        **web(said),
    }
    match code:
        case "430001":
            return row | intrusion(said, raw)
        case "430002" | "430003":
            return row | connection(code, said, raw)
        case _:
            return row | file(said, raw)


def web(said: dict[str, str]) -> Row:
    categories = present(said.get("URLCategory"), NOTHING)
    row: Row = http.url("http", None, said.get("URL") or said.get("URI")) if said.get("URL") or said.get("URI") else {}
    if not row and present(said.get("ReferencedHost"), NOTHING):
        row = {"url.hostname": said["ReferencedHost"]}
    return row | {
        "url.categories": [categories] if categories else None,
        "http_request.user_agent": present(said.get("UserAgent"), NOTHING),
        "http_response.code": integer(said.get("HTTPResponse"), 999),
    }


def intrusion(said: dict[str, str], raw: str) -> Row:
    title, kind = said.get("Message") or "intrusion", present(said.get("Classification"), NOTHING) or "intrusion"
    category = UtmCategory.IPS
    if CNC.search(f"{title} {kind}"):
        category = UtmCategory.CNC_CALLBACK
    result = said.get("InlineResult", "").lower()
    stopped = result in ("blocked", "dropped", "block", "drop", "rejected", "reset")
    return (
        activity(ClassUid.DETECTION_FINDING, 1)
        | verdict(
            title,
            kind,
            severity=PRIORITIES.get(said.get("Priority", ""), SeverityId.MEDIUM),
            raw=raw,
            disposition=DispositionId.BLOCKED if stopped else DispositionId.DETECTED,
            category=None if RECONNAISSANCE.search(title) and category is UtmCategory.IPS else category,
            unmapped=details(said),
        )
        | {"finding_info.analytic.uid": ":".join(filter(None, (said.get("GID"), said.get("SID")))) or None}
    )


def connection(code: str, said: dict[str, str], raw: str) -> Row:
    """A connection; one that Security Intelligence knows as bad is a detection."""
    action = said.get("AccessControlRuleAction", "")
    denied = action.startswith(("Block", "Interactive Block"))
    disposition = None
    if action:
        disposition = DispositionId.RESET if "reset" in action.lower() else DispositionId.BLOCKED
        disposition = disposition if denied else DispositionId.ALLOWED
    kind = 5 if denied else 1 if code == "430002" else 2
    record = present(said.get("DNSRecordType"), NOTHING)
    row = activity(ClassUid.NETWORK_ACTIVITY, kind) | disposed(disposition)
    row |= {
        "status_detail": said.get("AccessControlRuleReason"),
        "traffic.bytes_out": integer(said.get("InitiatorBytes")),
        "traffic.bytes_in": integer(said.get("ResponderBytes")),
        "traffic.packets_out": integer(said.get("InitiatorPackets")),
        "traffic.packets_in": integer(said.get("ResponderPackets")),
        "query.hostname": present(said.get("DNSQuery"), NOTHING),
        "query.type": RECORD_TYPES.get(record.lower(), record) if record else None,
        "rcode_id": RCODES.get(said.get("DNSResponseType", "").lower()),
    }
    seconds = integer(said.get("ConnectionDuration"))
    row["duration"] = seconds * 1000 if seconds is not None else None
    listed = next((name for key, name in said.items() if key.endswith("SICategory") and name not in NOTHING), None)
    if not listed or (code == "430002" and not denied):  # what goes on is told again at its end
        return row
    target = row["query.hostname"] or said.get("ReferencedHost") or said.get("URL") or said.get("DstIP") or "?"
    category = UtmCategory.CNC_CALLBACK if CNC.search(listed) else UtmCategory.MALICIOUS_SITE
    stopped = denied or "Block" in said.get("AccessControlRuleReason", "")
    return row | verdict(
        f"Security Intelligence {listed}: {target}",
        listed,
        severity=SeverityId.HIGH if category is UtmCategory.CNC_CALLBACK else SeverityId.MEDIUM,
        raw=raw,
        disposition=(disposition if denied else DispositionId.BLOCKED) if stopped else DispositionId.DETECTED,
        category=category,
        unmapped=details(said),
    )


def file(said: dict[str, str], raw: str) -> Row:
    """A file in transit; malware where the cloud or a policy says so."""
    action, judged = said.get("FileAction", ""), said.get("SHA_Disposition", "")
    threat = present(said.get("ThreatName"), NOTHING)
    row: Row = {
        "file.name": said.get("FileName") or None,
        "file.size": integer(said.get("FileSize")),
        "file.hashes.sha256": said.get("FileSHA256"),
        "malware.name": threat,
    }
    stopped = "Block" in action
    if judged in ("Malware", "Custom Detection") or threat or "Malware Block" in action:
        ransom = bool(threat and RANSOM.search(threat))
        return (
            row
            | activity(ClassUid.DETECTION_FINDING, 1)
            | verdict(
                threat or f"Malware: {said.get('FileName', '?')}",
                "malware",
                severity=SeverityId.HIGH,
                raw=raw,
                disposition=DispositionId.BLOCKED if stopped else DispositionId.DETECTED,
                category=UtmCategory.RANSOMWARE if ransom else UtmCategory.MALWARE,
                unmapped=details(said),
            )
        )
    kind = 1 if said.get("FileDirection") == "Upload" else 2
    row |= activity(ClassUid.NETWORK_FILE_ACTIVITY, kind)
    return row | disposed(DispositionId.BLOCKED if stopped else None)


def details(said: dict[str, str]) -> str:
    return orjson.dumps({name: said[name] for name in DETAILS if said.get(name)}).decode()
