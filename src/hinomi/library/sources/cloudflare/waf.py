"""Requests to a company's site through Cloudflare: what the firewall did, and the traffic itself.

Source: Cloudflare documentation, "Firewall events", "HTTP requests", "Security actions".
"""

from collections.abc import Mapping

from hinomi.library.formats import addresses, attack_purpose, events, http
from hinomi.library.formats.jsonlines import integer, part, port, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cloudflare.fields import Log, activity, country, kept, moment
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

VERDICTS: Mapping[str, DispositionId] = {
    "block": DispositionId.BLOCKED,
    "drop": DispositionId.BLOCKED,
    "ban": DispositionId.BLOCKED,
    "connectionclose": DispositionId.BLOCKED,
    "challenge": DispositionId.CAPTCHA,
    "challengefailed": DispositionId.CAPTCHA,
    "jschallenge": DispositionId.CHALLENGE,
    "jschallengefailed": DispositionId.CHALLENGE,
    "managedchallenge": DispositionId.CHALLENGE,
    "managedchallengefailed": DispositionId.CHALLENGE,
    "forceconnectionclose": DispositionId.BLOCKED,
    "log": DispositionId.DETECTED,
    "simulate": DispositionId.DETECTED,
}
"""Actions that make a request a detection; ``allow``, ``skip``, ``bypass`` and solved challenges are none."""
PASSED = ("allow", "skip", "bypass", "solved", "bypassed")


def action(log: Log) -> str:
    """What the firewall did, in one spelling; http_requests says it under other names."""
    said = text(log.get("Action")) or text(log.get("SecurityAction")) or text(log.get("WAFAction")) or ""
    return said.lower().replace("_", "")


def firewall_event(log: Log, raw: str) -> Row:
    path, query = text(log.get("ClientRequestPath")), (text(log.get("ClientRequestQuery")) or "").lstrip("?")
    row = request(log, f"{path}?{query}" if path and query else path)
    rule, source = text(log.get("RuleID")), text(log.get("Source"))
    said = text(log.get("Description")) or text(part(log.get("Metadata")).get("rule_name"))
    title = said or " ".join(word for word in (source, rule) if word) or "Cloudflare firewall"
    return judged(row, log, raw, rule, title, " ".join(filter(None, (said, source))))


def http_request(log: Log, raw: str) -> Row:
    start, end = (moment(log.get(name)) for name in ("EdgeStartTimestamp", "EdgeEndTimestamp"))
    row = {
        **request(log, text(log.get("ClientRequestURI")) or text(log.get("ClientRequestPath"))),
        "start_time": start,
        "end_time": end,
        "duration": round((end - start).total_seconds() * 1000) if start and end else None,
        "traffic.bytes_in": integer(log.get("EdgeResponseBytes")),
        "traffic.bytes_out": integer(log.get("ClientRequestBytes")),
        "dst_endpoint.ip": addresses.ip(log.get("OriginIP")),
    }
    rule = text(log.get("SecurityRuleID")) or text(log.get("WAFRuleID"))
    said = text(log.get("SecurityRuleDescription")) or text(log.get("WAFRuleMessage"))
    sources = " ".join(texts(log.get("SecuritySources")) or texts(log.get("FirewallMatchesSources")))
    return judged(row, log, raw, rule, said or f"{sources} {rule or ''}".strip() or "Cloudflare WAF", said or "")


def request(log: Log, target: str | None) -> Row:
    method, host = text(log.get("ClientRequestMethod")), text(log.get("ClientRequestHost"))
    scheme = text(log.get("ClientRequestScheme")) or ("http" if log.get("ClientSSLProtocol") == "none" else "https")
    return {
        **activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), log, "WAF"),
        **http.url(scheme, host, target),
        "src_endpoint.ip": addresses.ip(log.get("ClientIP")),
        "src_endpoint.port": port(log.get("ClientSrcPort")) or None,
        "src_endpoint.location.country": country(log.get("ClientCountry")),
        "dst_endpoint.hostname": http.hostname(host) if host else None,
        "http_request.http_method": method,
        "http_request.user_agent": text(log.get("ClientRequestUserAgent")),
        "http_response.code": integer(log.get("EdgeResponseStatus"), 999) or None,
    }


def judged(row: Row, log: Log, raw: str, rule: str | None, title: str, words: str) -> Row:
    """The request with what the firewall thought of it."""
    did = action(log)
    disposition = VERDICTS.get(did)
    if not disposition:
        return {**row, **events.disposed(DispositionId.ALLOWED if did.endswith(PASSED) else None)}
    purpose = attack_purpose.of_words(words)
    details = kept(
        log,
        *("Action", "Source", "Kind", "Metadata", "Ref", "ClientASN", "ClientIPClass", "MatchIndex", "SecurityAction"),
        *("SecurityActions", "SecurityRuleIDs", "SecuritySources", "WAFAttackScore", "BotScore", "EdgeColoCode"),
    )
    return {
        **row,
        **events.verdict(
            title,
            purpose,
            severity=attack_purpose.severity(purpose),
            disposition=disposition,
            raw=raw,
            unmapped=details,
        ),
        "metadata.event_code": rule,
        "firewall_rule.uid": rule,
        "firewall_rule.name": title,
    }


def counted_elsewhere(row: Row) -> Row:
    """A record about a request whose detection is another record's."""
    verdict = ("finding_info.title", "finding_info.types", "raw_data", "unmapped", "utm_category")
    kept = {name: value for name, value in row.items() if name not in verdict}
    return {**kept, "is_alert": False, "severity_id": int(SeverityId.INFORMATIONAL)}
