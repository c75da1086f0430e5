"""What the ASA itself holds to be an attack: put over the columns of the traffic it is about."""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.events import verdict
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cisco_asa.places import place, who
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

SIGNATURE = re.compile(r"IDS:(?P<number>\d+) (?P<name>.*?) from ")
RECONNAISSANCE = re.compile(r"\becho\b|\bscan|\bping\b", re.IGNORECASE)
SPOOFED = re.compile(r"Deny (?:IP due to )?(?P<name>IP spoof|Land Attack|IP teardrop fragment|\S+ connection spoof)\b")
BOTNET = re.compile(
    r"Dynamic Filter (?P<what>permitted|monitored|dropped|denied) (?:black ?listed|grey ?listed) .*?"
    r"resolved from (?:dynamic|local) list: (?P<name>[^\s,]+)(?:.*?threat-level: (?P<level>[\w-]+))?"
    r"(?:.*?category: (?P<kind>[^,]+))?"
)
RATE = re.compile(r"\[\s*(?P<object>.*?)(?:#012)?\s*\] drop rate-\d exceeded.*?total count is (?P<total>\d+)")
HOST = re.compile(
    r"(?:Host|Subnet) (?P<ip>\S+) is (?P<what>attacking|targeted)|adds host (?P<shunned>\S+) to shun list"
)
SHUNNED = re.compile(r"Shunned packet: (?P<s>\S+)")
HALF_OPEN = re.compile(r"TCP Intercept SYN flood|TCP half-open attack|Embryonic limit .*exceeded", re.IGNORECASE)
LOCKED = re.compile(r"User '?(?P<user>\S+?)'? locked out on exceeding '?(?P<count>\d+)'?")
MODULE = re.compile(r"IPS requested to (?:drop|reset)")
BLOCKED_PAGE = re.compile(r"Access denied URL")
JUDGING = re.compile(
    r"Dynamic Filter|IDS:|spoof|Land Attack|teardrop|drop rate-|attacking|targeted|shun|[Ff]lood|half-open|Embryonic"
    r"|IPS requested|locked out|Access denied URL"
)
"""Words without which a message is no judgement; nearly all are without."""
ATTACKS = ("scan", "syn att", "dos att", "icmp att")
LEVELS = {
    "very-high": SeverityId.CRITICAL,
    "high": SeverityId.HIGH,
    "moderate": SeverityId.MEDIUM,
    "low": SeverityId.LOW,
    "very-low": SeverityId.LOW,
}


def find(text: str, raw: str) -> Row | None:
    """Columns of the ASA's judgement, without the traffic's; None where it makes none."""
    if not JUDGING.search(text):
        return None
    blocked, detected = DispositionId.BLOCKED, DispositionId.DETECTED
    if found := BOTNET.search(text):
        severity = LEVELS.get(found["level"] or "", SeverityId.HIGH)
        disposition = blocked if found["what"] in ("dropped", "denied") else detected
        title, kind = f"Dynamic Filter: {found['name']}", (found["kind"] or "botnet").strip()
        row = verdict(
            title, kind, severity=severity, raw=raw, disposition=disposition, category=UtmCategory.CNC_CALLBACK
        )
        return finding(row)
    if found := SIGNATURE.match(text):
        category = None if RECONNAISSANCE.search(found["name"]) else UtmCategory.IPS
        row = verdict(
            found["name"],
            f"IDS:{found['number']}",
            severity=SeverityId.LOW,
            raw=raw,
            disposition=detected,
            category=category,
        )
        return finding(row)
    if found := SPOOFED.match(text):
        title = found["name"]
        severity = SeverityId.LOW if "spoof" in title else SeverityId.MEDIUM
        row = verdict(title, "spoofing", severity=severity, raw=raw, disposition=blocked, category=UtmCategory.IPS)
        return finding(row)
    if found := RATE.search(text):
        attack = found["object"].lower().startswith(ATTACKS)
        severity = SeverityId.MEDIUM if attack else SeverityId.LOW
        row = verdict(
            f"Drop rate exceeded: {found['object']}",
            "threat-detection",
            severity=severity,
            raw=raw,
            disposition=detected,
        )
        source = place(found["object"])
        return finding(row) | {"src_endpoint.ip": source.ip}
    if found := HOST.search(text):
        address = place(found["ip"] or found["shunned"] or "").ip
        title = f"Host {found['what'] or 'shunned'}"
        row = verdict(title, "threat-detection", severity=SeverityId.MEDIUM, raw=raw, disposition=detected)
        side = "dst_endpoint.ip" if found["what"] == "targeted" else "src_endpoint.ip"
        return finding(row) | {side: address}
    if HALF_OPEN.search(text):
        return finding(
            verdict(
                "SYN flood",
                "threat-detection",
                severity=SeverityId.MEDIUM,
                raw=raw,
                disposition=detected,
                category=UtmCategory.IPS,
            )
        )
    if MODULE.search(text):
        return finding(
            verdict(
                "IPS module drop",
                "IPS",
                severity=SeverityId.MEDIUM,
                raw=raw,
                disposition=blocked,
                category=UtmCategory.IPS,
            )
        )
    if found := LOCKED.match(text):
        row = verdict("User locked out", "brute force", severity=SeverityId.MEDIUM, raw=raw, disposition=blocked)
        return finding(row) | who(found["user"]) | {"count": int(found["count"])}
    if BLOCKED_PAGE.match(text):
        return verdict(
            "Access denied URL",
            "URL filter",
            severity=SeverityId.LOW,
            raw=raw,
            disposition=blocked,
            category=UtmCategory.URL_CATEGORY,
        )
    return None


def finding(row: Row) -> Row:
    return row | {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}
