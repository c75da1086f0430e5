"""AWS WAF's web ACL logs to OCSF HTTP Activity, an event a request.

A request that a rule blocked, challenged or counted is a detection, named after that rule; one that was let through
by the default action or by a rule that allows is ordinary traffic. ``timestamp`` is UTC (milliseconds, or ISO 8601
where a lake rewrote it). Source: AWS WAF Developer Guide, "Log fields for web ACL traffic".
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, attack_purpose, events, http, json_or_text, jsonlines, times
from hinomi.library.formats.jsonlines import Document, integer, part, text, texts
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId

PRODUCT = ("AWS", "AWS WAF")
UTC = ZoneInfo("UTC")
DEFAULT = "Default_Action"
REDACTED = "REDACTED"
ACTIONS = {
    "BLOCK": DispositionId.BLOCKED,
    "CAPTCHA": DispositionId.CAPTCHA,
    "CHALLENGE": DispositionId.CHALLENGE,
    "COUNT": DispositionId.DETECTED,
    "EXCLUDED_AS_COUNT": DispositionId.DETECTED,
}
"""What makes a request a detection; ALLOW is none."""
DETAILS = ("webaclId", "terminatingRuleId", "httpSourceName", "httpSourceId", "ja3Fingerprint", "ja4Fingerprint")
Log = Mapping[str, Any]


class Match(NamedTuple):
    """A rule that matched: its id, the group it is in, what was done, and what it was looking for."""

    rule: str
    group: str | None
    disposition: DispositionId
    conditions: tuple[str, ...]


def normalize(payload: bytes, context: Context) -> Normalized:
    """A request a line."""
    return jsonlines.normalize(payload, event)


def event(document: Document) -> Row | Reject:
    log = unwrapped(document.value)
    if "webaclId" not in log and not ("terminatingRuleId" in log and "httpRequest" in log):
        return document.reject(Reason.NOT_THIS_FORMAT, "AWS WAF のログではありません (no webaclId)")
    original = text(log.get("timestamp"))
    if not original:
        return document.reject(Reason.NO_TIME, "timestamp がありません (no timestamp)")
    time = moment(original)
    if not time:
        return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
    row = {**request(log), "time": time, "metadata.original_time": original}
    if log.get("action") == "ALLOW":
        row |= events.disposed(DispositionId.ALLOWED)
    found = sorted(matches(log), key=rank)
    return row | detection(log, found, document.text()) if found else row


def unwrapped(value: Log) -> Log:
    """The log out of what CloudWatch, Beats or Logstash put around it."""
    if "webaclId" in value:
        return value
    said = value.get("@message")
    inner = {"message": said} if isinstance(said, str) else value
    return part(said) or next(json_or_text.candidates(inner), value)


def moment(original: str) -> datetime | None:
    return times.epoch(original) if original.isdigit() else times.iso(original, UTC)


def request(log: Log) -> Row:
    asked = part(log.get("httpRequest"))
    headers = asked.get("headers")
    named = {
        (text(part(each).get("name")) or "").lower(): text(part(each).get("value"))
        for each in (headers if isinstance(headers, list) else [])
    }
    method, host = text(asked.get("httpMethod")), named.get("host") or text(asked.get("host"))
    target, query = text(asked.get("uri")), text(asked.get("args"))
    whole = f"{target}?{query}" if target and query and query != REDACTED else target
    client, country = text(asked.get("clientIp")), text(asked.get("country"))
    return {
        **events.activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), product=PRODUCT),
        **http.url(text(asked.get("scheme")) or "https", host, whole),
        "metadata.log_name": "web ACL",
        "metadata.correlation_uid": text(asked.get("requestId")),
        "src_endpoint.ip": addresses.ip(client),
        "src_endpoint.location.country": None if country == "-" else country,
        "dst_endpoint.hostname": http.hostname(host) if host else None,
        "http_request.http_method": method,
        "http_request.user_agent": named.get("user-agent"),
        "http_response.code": integer(log.get("responseCodeSent"), 999),
        "traffic.bytes_out": integer(log.get("requestBodySize")),
    }


def matches(log: Log) -> Iterator[Match]:
    """Every rule that matched, of the web ACL and of the rule groups in it; the one that ended the request first."""
    ended, groups = text(log.get("terminatingRuleId")), [part(group) for group in listed(log.get("ruleGroupList"))]
    action = ACTIONS.get((text(log.get("action")) or "").upper())
    if action and ended and ended != DEFAULT:
        inner = next((rule for group in groups if (rule := part(group.get("terminatingRule")))), {})
        conditions = looked_for(log.get("terminatingRuleMatchDetails")) + looked_for(inner.get("ruleMatchDetails"))
        uid = text(inner.get("ruleId"))
        yield Match(uid or ended, ended if uid else None, action, conditions)
    yield from counted(log.get("nonTerminatingMatchingRules"), None)
    for group in groups:
        name = text(group.get("ruleGroupId"))
        yield from counted(group.get("nonTerminatingMatchingRules"), name)
        yield from counted(group.get("excludedRules"), name)


def counted(rules: object, group: str | None) -> Iterator[Match]:
    for rule in map(part, listed(rules)):
        action = ACTIONS.get(text(rule.get("action")) or text(rule.get("exclusionType")) or "")
        if action is DispositionId.DETECTED and (uid := text(rule.get("ruleId"))):
            yield Match(uid, group, action, looked_for(rule.get("ruleMatchDetails")))


def looked_for(details: object) -> tuple[str, ...]:
    return tuple(found for detail in listed(details) if (found := text(part(detail).get("conditionType"))))


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def rank(match: Match) -> tuple[bool, bool]:
    """What ended the request first, then rules whose name tells a purpose."""
    return match.disposition is DispositionId.DETECTED, purpose(match) == attack_purpose.OTHER


@lru_cache(maxsize=4096)
def purpose(match: Match) -> str:
    return attack_purpose.of_words(match.rule, match.group or "", *match.conditions)


def detection(log: Log, found: list[Match], raw: str) -> Row:
    worst = found[0]
    labels = [name for label in listed(log.get("labels")) if (name := text(part(label).get("name")))]
    kind = purpose(worst)
    if kind == attack_purpose.OTHER:
        kind = attack_purpose.of_words(*labels)
    group = worst.group.rpartition("#")[2].removeprefix("AWS-") if worst.group else None
    if group and group.startswith("arn:"):  # …:regional/rulegroup/NAME/ID
        group = group.split("/")[-2] if group.count("/") > 1 else group
    kept = {
        "rules": [{"id": match.rule, "group": match.group, "did": match.disposition.name} for match in found],
        "labels": labels,
        "conditions": texts(list(worst.conditions)),
        **{name: log[name] for name in DETAILS if log.get(name) not in (None, "-")},
    }
    return {
        **events.verdict(
            f"{group}: {worst.rule}" if group and group != worst.rule else worst.rule,
            kind,
            severity=attack_purpose.severity(kind),
            disposition=worst.disposition,
            raw=raw,
            unmapped=orjson.dumps({name: value for name, value in kept.items() if value}).decode(),
        ),
        "metadata.event_code": worst.rule,
        "firewall_rule.uid": worst.rule,
        "firewall_rule.name": group or worst.rule,
    }
