"""What a hit means: who turned to whom, was it stopped, how bad is it, and is it worth telling at all.

An Internet scanner that a feed names knocks at every gate every day: that is never told. So is a visit of such an
address to a server that is there for everybody. What is told is what came of a machine inside, and what got in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hinomi.ocsf.classes import ActionId, ClassUid, DirectionId, DispositionId, SeverityId, StatusId
from hinomi.pipeline.intelligence.indicator import Indicator, Kind, Purpose
from hinomi.pipeline.intelligence.matching import Hit

TRUSTED = 50
"""From this confidence on a feed is taken at its word."""
ASSUMED = 50
"""Where neither the feed nor the operator says how sure it is."""
STOPPED = {
    DispositionId.BLOCKED, DispositionId.QUARANTINED, DispositionId.DELETED, DispositionId.DROPPED,
    DispositionId.CORRECTED, DispositionId.RESET, DispositionId.REJECTED,
}  # fmt: skip
INNER_PORTS = frozenset({22, 23, 135, 139, 445, 1433, 1723, 3306, 3389, 5432, 5900, 5985, 5986, 10443})
"""Remote control, file shares, databases and VPN: who gets in here is inside."""


class Way(StrEnum):
    """How the event has to do with the indicator."""

    OUT = "out"
    IN = "in"
    MAIL = "mail"
    FILE = "file"


@dataclass(frozen=True)
class Judgement:
    """How a hit is told."""

    way: Way
    stopped: bool
    severity: SeverityId
    advice: str
    techniques: tuple[str, ...]


def judge(hit: Hit, event: Mapping[str, Any]) -> Judgement | None:
    """None where it is not worth telling."""
    way, stopped = way_of(hit, event), is_stopped(event)
    if way is Way.OUT and event["connection_info.direction_id"] == DirectionId.INBOUND:
        return None  # an address of the company's own that a feed names: whoever turns to it is no machine inside
    said = hit.known.indicator
    severity = severity_of(way, stopped, said, event)
    if severity is None:
        return None
    if said.severity is not None:
        severity = min(severity, SeverityId(said.severity))
    advice, techniques = advice_of(way, said)
    return Judgement(way, stopped, severity, advice, techniques)


def way_of(hit: Hit, event: Mapping[str, Any]) -> Way:
    if hit.column == "email.from" or (hit.column == "file.name" and event["class_uid"] == ClassUid.EMAIL_ACTIVITY):
        return Way.MAIL
    if hit.column in ("file.hashes.sha256", "file.name", "unmapped"):
        return Way.MAIL if event["email.from"] else Way.FILE
    return Way.IN if hit.column == "src_endpoint.ip" else Way.OUT


def is_stopped(event: Mapping[str, Any]) -> bool:
    return event["action_id"] == ActionId.DENIED or event["disposition_id"] in STOPPED


def severity_of(way: Way, stopped: bool, said: Indicator, event: Mapping[str, Any]) -> SeverityId | None:
    sure = confidence(said) >= TRUSTED
    if way is Way.IN:
        return severity_of_entry(stopped, sure, event)
    if way is Way.MAIL:
        return None if stopped else SeverityId.MEDIUM if sure else SeverityId.LOW
    if said.kind is Kind.FILE_NAME:  # another file may have the same name
        return None if stopped else SeverityId.MEDIUM if sure else SeverityId.LOW
    if said.purpose is Purpose.SCANNER:  # said of what it does to others; a machine that turns to it may have reasons
        return None if stopped else SeverityId.LOW
    if stopped:
        return SeverityId.MEDIUM if sure else SeverityId.LOW
    return SeverityId.HIGH if sure else SeverityId.MEDIUM if confidence(said) >= TRUSTED // 2 else SeverityId.LOW


def severity_of_entry(stopped: bool, sure: bool, event: Mapping[str, Any]) -> SeverityId | None:
    if stopped or event["status_id"] == StatusId.FAILURE:
        return None
    if event["class_uid"] == ClassUid.AUTHENTICATION:
        return SeverityId.HIGH if sure else SeverityId.MEDIUM
    if event["dst_endpoint.port"] in INNER_PORTS:
        return SeverityId.MEDIUM if sure else SeverityId.LOW
    return None


def confidence(said: Indicator) -> int:
    return ASSUMED if said.confidence is None else said.confidence


def advice_of(way: Way, said: Indicator) -> tuple[str, tuple[str, ...]]:
    """Key of the advice card, and ATT&CK techniques."""
    if way is Way.MAIL:
        return ("mail_malware" if said.purpose is Purpose.MALWARE else "mail_phishing"), ("T1566",)
    if way is Way.FILE:
        return "malware", ("T1204",)
    if way is Way.IN:
        return "open_to_internet", ("T1133",)
    if said.purpose is Purpose.C2:
        return "cnc_callback", ("T1071",)
    return "malicious_site", ("T1566.002",) if said.purpose is Purpose.PHISHING else ()


def machine(way: Way, event: Mapping[str, Any]) -> str:
    """The company's own end, as a name that stays the same from event to event."""
    inside = "dst_endpoint" if way is Way.IN else "src_endpoint"
    if way is Way.MAIL:
        return ", ".join(event["email.to"] or ()) or event["user.name"] or event["sensor"] or ""
    names = (f"{inside}.ip", "device.ip", "device.hostname", "src_endpoint.hostname", "user.name", "sensor")
    return next((str(event[name]) for name in names if event[name]), "")
