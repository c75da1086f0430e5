"""What happens at Cloudflare itself: names resolved, people signed in, settings changed, mails judged.

Source: Cloudflare documentation, "DNS logs", "Audit logs", "Access requests", "Spectrum events",
"Email security alerts", "CASB findings", "Page Shield events".
"""

from hinomi.library.formats import addresses, events, http
from hinomi.library.formats.jsonlines import integer, part, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cloudflare.fields import DNS_TYPES, Log, activity, country, endpoint, kept, name
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

DNS_TRAFFIC, LOGON, SCAN, CREATE = 6, 1, 3, 1
VERBS = {
    1: ("create", "add", "issue"),
    2: ("read", "view"),
    3: ("update", "edit", "set", "change", "rotate", "roll"),
    4: ("delete", "remove", "revoke", "purge"),
}
"""API Activity's activities by what audit logs call them."""
OTHER = 99
SPECTRUM = {"connect": 1, "disconnect": 2, "clientfiltered": 5, "tlserror": 4, "resolveorigin": 4, "originerror": 4}
MAILS = {
    "MALICIOUS": (SeverityId.HIGH, "malicious"),
    "SUSPICIOUS": (SeverityId.MEDIUM, "suspicious"),
    "SPOOF": (SeverityId.MEDIUM, "spoof"),
    "SPAM": (SeverityId.LOW, "spam"),
    "BULK": (SeverityId.INFORMATIONAL, "bulk"),
}
SEVERITIES = {"critical": SeverityId.CRITICAL, "high": SeverityId.HIGH, "medium": SeverityId.MEDIUM}


def dns_query(log: Log, raw: str) -> Row:
    kind, code = integer(log.get("QueryType")), log.get("ResponseCode", log.get("ClientResponseCode"))
    return {
        **activity(ClassUid.DNS_ACTIVITY, DNS_TRAFFIC, log, "DNS"),
        "src_endpoint.ip": addresses.ip(log.get("SourceIP")),
        "dst_endpoint.ip": addresses.ip(log.get("UpstreamIP")),
        "query.hostname": name(log),
        "query.type": DNS_TYPES.get(kind or 0, f"TYPE{kind}" if kind else None),
        "rcode_id": integer(code, 65535),
    }


def audit(log: Log, raw: str) -> Row:
    """Somebody used the dashboard or the API; signing in is an Authentication."""
    did = text(log.get("ActionType")) or ""
    is_logon = "login" in did.lower()
    verb = next((uid for uid, words in VERBS.items() if any(word in did.lower() for word in words)), OTHER)
    ok = str(log.get("ActionResult")).lower() in ("true", "success")
    on = " ".join(filter(None, (text(log.get("ResourceType")), text(log.get("ResourceID")))))
    return {
        **activity(
            ClassUid.AUTHENTICATION if is_logon else ClassUid.API_ACTIVITY, LOGON if is_logon else verb, log, "Audit"
        ),
        "metadata.event_code": did or None,
        "message": f"{did} {on}".strip(),
        "status_id": int(StatusId.SUCCESS if ok else StatusId.FAILURE),
        "src_endpoint.ip": addresses.ip(log.get("ActorIP") or log.get("ActorIPAddress")),
        ("user.name" if is_logon else "actor.user.name"): text(log.get("ActorEmail")),
        ("user.uid" if is_logon else "actor.user.uid"): text(log.get("ActorID")),
    }


def access(log: Log, raw: str) -> Row:
    """Somebody was let into an application behind Access, or not."""
    allowed = log.get("Allowed") is True
    domain = text(log.get("AppDomain"))
    return {
        **activity(ClassUid.AUTHENTICATION, LOGON, log, "Access"),
        **events.disposed(DispositionId.ALLOWED if allowed else DispositionId.BLOCKED),
        "metadata.event_code": text(log.get("Action")),
        "status_id": int(StatusId.SUCCESS if allowed else StatusId.FAILURE),
        "severity_id": int(SeverityId.INFORMATIONAL if allowed else SeverityId.LOW),
        "src_endpoint.ip": addresses.ip(log.get("IPAddress")),
        "src_endpoint.location.country": country(log.get("Country")),
        "dst_endpoint.hostname": domain.partition("/")[0] if domain else None,
        "app_name": text(log.get("AppName")) or domain,
        "message": f"{text(log.get('Action')) or 'login'} {domain or ''}".strip(),
    }


def spectrum(log: Log, raw: str) -> Row:
    did = (text(log.get("Event")) or "").lower()
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, SPECTRUM.get(did, OTHER), log, "Spectrum"),
        **endpoint("src_endpoint", log, "ClientIP", "ClientPort"),
        **endpoint("dst_endpoint", log, "OriginIP", "OriginPort"),
        **addresses.protocol(text(log.get("ClientProto"))),
        **events.disposed(DispositionId.BLOCKED if log.get("IpFirewall") is True else None),
        "src_endpoint.location.country": country(log.get("ClientCountry")),
        "dst_endpoint.hostname": text(log.get("ClientTlsClientHelloServerName")),
        "traffic.bytes_out": integer(log.get("ClientBytes")),
        "traffic.bytes_in": integer(log.get("OriginBytes")),
        "metadata.correlation_uid": text(log.get("Application")),
    }


def mail(log: Log, raw: str) -> Row:
    verdict = MAILS.get((text(log.get("FinalDisposition")) or "").upper())
    attachments = log.get("Attachments")
    first = part(attachments[0]) if isinstance(attachments, list) and attachments else {}
    subject = text(log.get("Subject"))
    row = {
        **activity(ClassUid.EMAIL_ACTIVITY, SCAN, log, "Email Security"),
        "src_endpoint.ip": addresses.ip(log.get("SMTPHeloServerIP")),
        "src_endpoint.hostname": text(log.get("SMTPHeloServerName")),
        "email.from": text(log.get("From")) or text(log.get("SMTPEnvelopeFrom")),
        "email.to": texts(log.get("To")) or texts(log.get("SMTPEnvelopeTo")) or None,
        "email.subject": subject,
        "email.message_uid": text(log.get("MessageID")),
        "file.name": text(first.get("Name")),
        "file.hashes.sha256": text(first.get("Sha256")),
    }
    if not verdict:
        return row
    return {
        **row,
        **events.verdict(
            f"{verdict[1]}: {subject or text(log.get('AlertID')) or '?'}",
            verdict[1],
            severity=verdict[0],
            disposition=DispositionId.DETECTED,
            raw=raw,
            unmapped=kept(log, "AlertID", "AlertReasons", "ThreatCategories", "Links", "MessageDeliveryMode", "Origin"),
        ),
        "finding_info.uid": text(log.get("AlertID")),
    }


def finding(log: Log, raw: str) -> Row:
    """A setting of a connected service that is not as it should be."""
    title = text(log.get("FindingTypeDisplayName")) or "CASB finding"
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, log, "CASB"),
        **events.verdict(
            title,
            "CASB",
            severity=SEVERITIES.get((text(log.get("FindingTypeSeverity")) or "").lower(), SeverityId.LOW),
            disposition=DispositionId.DETECTED,
            raw=raw,
            unmapped=kept(log, "AssetDisplayName", "AssetExternalID", "AssetLink", "IntegrationDisplayName"),
        ),
        "metadata.event_code": text(log.get("FindingTypeID")),
        "user.name": text(part(log.get("AssetMetadata")).get("Email")),
    }


def page(log: Log, raw: str) -> Row:
    """A visitor's browser met a script or connection that the page's policy speaks of."""
    return {
        **activity(ClassUid.HTTP_ACTIVITY, 0, log, "Page Shield"),
        **http.url("https", text(log.get("URLHost")), text(log.get("URL"))),
        "message": " ".join(
            filter(None, (text(log.get("Action")), text(log.get("CSPDirective")), text(log.get("PageURL"))))
        ),
    }


def other(log: Log, raw: str) -> Row:
    """A record that has no class: what it is, and whose."""
    named = ("PostureCheckName", "Type", "Phase", "ScriptName", "Outcome", "Toggled", "PostureEvaluatedResult")
    return {
        **activity(ClassUid.BASE_EVENT, 0, log, "Logpush"),
        "message": " ".join(f"{name}={log[name]}" for name in named if log.get(name) not in (None, "")) or None,
        "src_endpoint.location.country": country(log.get("ClientIPCountry")),
        "device.os.name": text(log.get("DeviceType")),
    }
