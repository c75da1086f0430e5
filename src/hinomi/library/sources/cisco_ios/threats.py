"""What the device itself holds to be an attack or a breach of its rules."""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.addresses import endpoint, ip, mac, protocol
from hinomi.library.formats.cisco import Message
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

SIGNATURE = re.compile(
    r"Sig:(?P<id>\d+) Subsig:(?P<sub>\d+) Sev:(?P<severity>\w+) (?P<name>.*?) ?\[(?P<s>\S+) ?-> ?(?P<d>\S+?)\]"
)
SNORT = re.compile(
    r"(?:\[(?P<did>Drop|Alert|Would Drop)\] )?\[\*\*\] \[(?P<id>[\d:]+)\] (?P<name>.*?) \[\*\*\]"
    r"(?: \[Classification: (?P<kind>[^\]]*)\])? \[Priority: (?P<severity>\d)\].*?\{(?P<proto>[^}]+)\} "
    r"(?P<s>\S+) -> (?P<d>\S+)"
)
USER = re.compile(r"\[user: (\S+?)\]")
ADDRESS = re.compile(r"\[Source: (?P<ip>[^\]]+)\]|\bhost (?P<host>[0-9A-Fa-f.:]+)")
HARDWARE = re.compile(r"\b([0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})\b")
INTERFACE = re.compile(r"\b(?:port|interface|on) ([A-Z][A-Za-z-]+\d[\w/.]*)")
SEVERITIES = {
    "100": SeverityId.HIGH, "75": SeverityId.MEDIUM, "50": SeverityId.LOW, "25": SeverityId.INFORMATIONAL,
    "5": SeverityId.HIGH, "4": SeverityId.HIGH, "3": SeverityId.MEDIUM, "2": SeverityId.LOW, "1": SeverityId.LOW,
}  # fmt: skip
PRIORITIES = {"1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.LOW, "4": SeverityId.LOW}
RECONNAISSANCE = re.compile(r"\bscan|\bsweep|\becho\b|\bping\b", re.IGNORECASE)
JUDGEMENTS = {
    "QUIET_MODE_ON": ("Login quiet mode", "brute force", None, SeverityId.MEDIUM),
    "ALERT_ON": ("Half-open sessions rise", "denial of service", UtmCategory.IPS, SeverityId.MEDIUM),
    "HOST_TCP_ALERT_ON": ("Half-open connections exceeded", "denial of service", UtmCategory.IPS, SeverityId.MEDIUM),
    "BLOCK_HOST": ("Host blocked", "denial of service", UtmCategory.IPS, SeverityId.MEDIUM),
    "PSECURE_VIOLATION": ("Port security violation", "port security", None, SeverityId.LOW),
    "PSECURE_VIOLATION_VLAN": ("Port security violation", "port security", None, SeverityId.LOW),
    "SECURITY_VIOLATION": ("Port access violation", "port security", None, SeverityId.LOW),
    "DHCP_SNOOPING_DENY": ("ARP inspection: not in DHCP binding", "ARP inspection", None, SeverityId.LOW),
    "ACL_DENY": ("ARP inspection: denied", "ARP inspection", None, SeverityId.LOW),
    "DHCP_SNOOPING_UNTRUSTED_PORT": ("DHCP server on untrusted port", "DHCP snooping", None, SeverityId.LOW),
    "DHCP_SNOOPING_MATCH_MAC_FAIL": ("DHCP address spoofed", "DHCP snooping", None, SeverityId.LOW),
}
"""Mnemonics by which a device judges: title, classification, category, severity."""
ARP = re.compile(r"\(\[(?P<smac>[0-9a-f.]+)/(?P<s>[\d.]+)/(?P<dmac>[0-9a-f.]+)/(?P<d>[\d.]+)/")


def find(message: Message, raw: str) -> Row | None:
    if found := SIGNATURE.search(message.text):
        number = f"{found['id']}.{found['sub']}"
        return signature(found, number, None, SEVERITIES.get(found["severity"], SeverityId.MEDIUM), raw)
    if "[**]" in message.text and (found := SNORT.search(message.text)):
        severity = PRIORITIES.get(found["severity"], SeverityId.MEDIUM)
        row = signature(found, found["id"], found["kind"], severity, raw) | protocol(found["proto"])
        if found["did"] == "Drop":
            row |= {"disposition_id": int(DispositionId.DROPPED), "action_id": 2}
        return row
    judged = JUDGEMENTS.get(message.mnemonic)
    return judgement(message, judged, raw) if judged else None


def signature(found: re.Match[str], number: str, kind: str | None, severity: SeverityId, raw: str) -> Row:
    (source, source_port), (target, target_port) = endpoint(found["s"]), endpoint(found["d"])
    name = found["name"]
    category = None if RECONNAISSANCE.search(name) else UtmCategory.IPS
    row = verdict(
        name, kind or "IPS", severity=severity, raw=raw, disposition=DispositionId.DETECTED, category=category
    )
    return activity(ClassUid.DETECTION_FINDING, 1) | row | {
        "finding_info.analytic.uid": number,
        "src_endpoint.ip": source,
        "src_endpoint.port": source_port,
        "dst_endpoint.ip": target,
        "dst_endpoint.port": target_port,
    }  # fmt: skip


def judgement(message: Message, judged: tuple[str, str, UtmCategory | None, SeverityId], raw: str) -> Row:
    title, kind, category, severity = judged
    text = message.text
    refused = message.mnemonic not in ("ALERT_ON", "HOST_TCP_ALERT_ON")
    disposition = DispositionId.BLOCKED if refused else DispositionId.DETECTED
    row = verdict(title, kind, severity=severity, raw=raw, disposition=disposition, category=category)
    address, hardware, interface, arp = (pattern.search(text) for pattern in (ADDRESS, HARDWARE, INTERFACE, ARP))
    user = USER.search(text)
    row |= {
        "user.name": user[1] if user else None,
        "src_endpoint.ip": ip(arp["s"]) if arp else ip(address["ip"] or address["host"]) if address else None,
        "dst_endpoint.ip": ip(arp["d"]) if arp else None,
        "src_endpoint.mac": mac(hardware[1].replace(".", "")) if hardware else None,
        "src_endpoint.interface_name": interface[1].rstrip(".,") if interface else None,
    }
    return activity(ClassUid.DETECTION_FINDING, 1) | row
