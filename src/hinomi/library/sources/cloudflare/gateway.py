"""A company's own traffic through Cloudflare (Gateway, Magic, sinkholes): who went where, and what was stopped.

Source: Cloudflare documentation, "Gateway DNS", "Gateway HTTP", "Gateway network", "Magic IDS detections",
"Network analytics", "Sinkhole HTTP logs", "Zero Trust network sessions".
"""

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import addresses, events, http
from hinomi.library.formats.jsonlines import integer, part, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cloudflare.fields import DNS_TYPES, Log, activity, country, endpoint, kept, moment, name
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId

SHA256_DIGITS = 64
DNS_TRAFFIC, OPEN, CLOSE, REFUSE, TRAFFIC = 6, 1, 2, 5, 6
CALLBACK = ("command and control", "botnet", "dga")
MALICIOUS = ("malware", "phishing", "spyware", "cryptomining", "spam", "security", "anonymizer", "tunnel", "typosquat")
NO_FILE_NAME = "<unknown file name>"
PRODUCT = "Gateway"


def category(names: list[str]) -> UtmCategory:
    """The study's category of a site that was blocked, by Cloudflare's categories."""
    said = " ".join(names).lower()
    if any(word in said for word in CALLBACK):
        return UtmCategory.CNC_CALLBACK
    return UtmCategory.MALICIOUS_SITE if any(word in said for word in MALICIOUS) else UtmCategory.URL_CATEGORY


def blocked_site(log: Log, raw: str, title: str, names: list[str], *details: str) -> Row:
    found = category(names)
    return events.verdict(
        title,
        names[0] if names else "policy",
        severity=SeverityId.LOW if found is UtmCategory.URL_CATEGORY else SeverityId.MEDIUM,
        disposition=DispositionId.BLOCKED,
        raw=raw,
        category=found,
        unmapped=kept(log, *details),
    )


def dns(log: Log, raw: str) -> Row:
    asked, kind = name(log), integer(log.get("QueryType"))
    decision = text(log.get("ResolverDecision")) or ""
    row = {
        **activity(ClassUid.DNS_ACTIVITY, DNS_TRAFFIC, log, PRODUCT),
        **endpoint("src_endpoint", log, "SrcIP", "SrcPort"),
        **endpoint("dst_endpoint", log, "DstIP", "DstPort"),
        "connection_info.protocol_name": text(log.get("Protocol")),
        "query.hostname": asked,
        "query.type": text(log.get("QueryTypeName")) or DNS_TYPES.get(kind or 0),
        "rcode_id": integer(log.get("RCode"), 65535),
        "answers": texts(log.get("ResolvedIPs")) or None,
        "firewall_rule.uid": text(log.get("PolicyID")),
        "firewall_rule.name": text(log.get("PolicyName")) or text(log.get("Policy")),
    }
    if not decision.startswith("blocked"):
        return {**row, **events.disposed(DispositionId.ALLOWED if decision.startswith("allowed") else None)}
    names = texts(log.get("MatchedCategoryNames")) or texts(log.get("QueryCategoryNames"))
    details = ("ResolverDecision", "MatchedCategoryNames", "MatchedCategoryIDs", "QueryCategoryNames", "Location")
    return row | blocked_site(log, raw, f"{names[0] if names else decision}: {asked}", names, *details)


def http_request(log: Log, raw: str) -> Row:
    method, url = text(log.get("HTTPMethod")), text(log.get("URL"))
    files = part(log.get("FileInfo")).get("files")
    first = part(files[0]) if isinstance(files, list) and files else {}
    file = text(log.get("BlockedFileName")) or text(first.get("name"))
    row = {
        **activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), log, PRODUCT),
        **http.url("https", text(log.get("HTTPHost")), url),
        **endpoint("src_endpoint", log, "SourceIP", "SourcePort"),
        **endpoint("dst_endpoint", log, "DestinationIP", "DestinationPort"),
        "dst_endpoint.hostname": text(log.get("HTTPHost")),
        "http_request.http_method": method,
        "http_request.user_agent": text(log.get("UserAgent")),
        "http_response.code": integer(log.get("HTTPStatusCode"), 999) or None,
        "url.categories": texts(log.get("CategoryNames")) or None,
        "app_name": text(log.get("ApplicationName")),
        "file.name": None if file == NO_FILE_NAME else file,
        "firewall_rule.uid": text(log.get("PolicyID")),
        "firewall_rule.name": text(log.get("PolicyName")),
    }
    if (text(log.get("Action")) or "").lower() != "block":
        return {**row, **events.disposed(DispositionId.ALLOWED)}
    reason, policy = text(log.get("BlockedFileReason")), text(log.get("PolicyName"))
    details = ("BlockedFileReason", "BlockedFileType", "DownloadedFileNames", "UploadedFileNames", "CategoryNames")
    if reason in (None, "unknown"):
        names = texts(log.get("CategoryNames"))
        title = f"{policy or (names[0] if names else 'policy')}: {text(log.get('HTTPHost')) or url}"
        return row | blocked_site(log, raw, title, names, *details)
    digest = text(log.get("BlockedFileHash"))
    return {
        **row,
        **events.verdict(
            f"{reason}: {file or url}",
            str(reason),
            severity=SeverityId.HIGH,
            disposition=DispositionId.BLOCKED,
            raw=raw,
            category=UtmCategory.MALWARE if "malware" in str(reason).lower() else None,
            unmapped=kept(log, *details),
        ),
        "file.size": integer(log.get("BlockedFileSize")),
        "file.hashes.sha256": digest if digest and len(digest) == SHA256_DIGITS else None,
    }


def network(log: Log, raw: str) -> Row:
    refused = (text(log.get("Action")) or "").lower().startswith("block")
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, REFUSE if refused else TRAFFIC, log, PRODUCT),
        **endpoint("src_endpoint", log, "SourceIP", "SourcePort"),
        **endpoint("dst_endpoint", log, "DestinationIP", "DestinationPort"),
        **addresses.protocol(text(log.get("Transport"))),
        **events.disposed(DispositionId.BLOCKED if refused else DispositionId.ALLOWED),
        "dst_endpoint.hostname": text(log.get("SNI")),
        "firewall_rule.uid": text(log.get("PolicyID")),
        "firewall_rule.name": text(log.get("PolicyName")),
    }


def session(log: Log, raw: str) -> Row:
    start, end = (moment(log.get(field)) for field in ("SessionStartTime", "SessionEndTime"))
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, CLOSE, log, PRODUCT),
        **endpoint("src_endpoint", log, "SourceIP", "SourcePort"),
        **endpoint("dst_endpoint", log, "OriginIP", "OriginPort"),
        **addresses.protocol(text(log.get("Protocol"))),
        "start_time": start,
        "end_time": end,
        "traffic.bytes_out": integer(log.get("BytesSent")),
        "traffic.bytes_in": integer(log.get("BytesReceived")),
        "status_detail": text(log.get("ConnectionCloseReason")),
    }


def intrusion(log: Log, raw: str) -> Row:
    blocked = log.get("Action") == "block"
    title = text(log.get("SignatureMessage")) or f"SID {text(log.get('SignatureID')) or '?'}"
    return {
        **activity(ClassUid.DETECTION_FINDING, 1, log, "Magic IDS"),
        **endpoint("src_endpoint", log, "SourceIP", "SourcePort"),
        **endpoint("dst_endpoint", log, "DestinationIP", "DestinationPort"),
        **addresses.protocol(text(log.get("Protocol"))),
        **events.verdict(
            title,
            "intrusion detection",
            severity=SeverityId.MEDIUM,
            disposition=DispositionId.BLOCKED if blocked else DispositionId.DETECTED,
            raw=raw,
            category=UtmCategory.IPS,
            unmapped=kept(log, "SignatureRevision", "ColoCode"),
        ),
        "metadata.event_code": text(log.get("SignatureID")),
    }


def packet(log: Log, raw: str) -> Row:
    """A sampled packet; one that belongs to an attack is a detection, as many as it stands for."""
    dropped = (text(log.get("Verdict")) or text(log.get("Outcome")) or "").lower() == "drop"
    row = {
        **activity(ClassUid.NETWORK_ACTIVITY, REFUSE if dropped else TRAFFIC, log, "Network Analytics"),
        **endpoint("src_endpoint", log, "IPSourceAddress", "SourcePort"),
        **endpoint("dst_endpoint", log, "IPDestinationAddress", "DestinationPort"),
        **addresses.protocol(text(log.get("IPProtocol"))),
        "src_endpoint.location.country": country(log.get("SourceCountry")),
        "dst_endpoint.location.country": country(log.get("DestinationCountry")),
        "traffic.bytes_out": integer(log.get("IPTotalLength")),
        "action_id": int(ActionId.DENIED if dropped else ActionId.ALLOWED),
        "disposition_id": int(DispositionId.DROPPED if dropped else DispositionId.ALLOWED),
        "firewall_rule.uid": text(log.get("RuleID")),
        "firewall_rule.name": text(log.get("RuleName")),
    }
    attack = text(log.get("AttackID"))
    if not attack or not dropped:
        return row
    vector = text(log.get("AttackVector")) or text(log.get("MitigationReason")) or "DDoS"
    return {
        **row,
        **events.verdict(
            f"DDoS: {vector}",
            "DDoS",
            severity=SeverityId.MEDIUM,
            disposition=DispositionId.DROPPED,
            raw=raw,
            unmapped=kept(
                log, "AttackID", "AttackCampaignID", "MitigationSystem", "MitigationReason", "SampleInterval"
            ),
        ),
        "finding_info.uid": attack,
    }


def sinkhole(log: Log, raw: str) -> Row:
    """A machine that called a server which malware used and which Cloudflare now holds."""
    method, host = text(log.get("Method")), text(log.get("Host"))
    return {
        **activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), log, "Sinkhole"),
        **http.url("http", host, text(log.get("URL")) or text(log.get("URI"))),
        "src_endpoint.ip": addresses.ip(log.get("SrcAddr")),
        "dst_endpoint.ip": addresses.ip(log.get("DestAddr")),
        "dst_endpoint.hostname": host,
        "http_request.http_method": method,
        "http_request.user_agent": text(log.get("UserAgent")),
        **events.verdict(
            f"Sinkhole: {host or '?'}",
            "sinkhole",
            severity=SeverityId.HIGH,
            disposition=DispositionId.DETECTED,
            raw=raw,
            category=UtmCategory.CNC_CALLBACK,
            unmapped=kept(log, "SinkholeID", "BodyLength"),
        ),
    }
