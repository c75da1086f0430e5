"""Which findings people are asked to work on, and what the work is called. Every rule has its reason.

What a company's devices stopped by themselves (spam, blocked pages, attacks on a web server) is counted in
its report and is no incident: the scarce resource is the minutes of an expert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.correlate.sighting import Sighting

SCAM_WITHIN = timedelta(hours=24)
"""From a fake warning to the remote-control tool: the victim is on the phone."""

STAGES = {
    "mail_malware": "entry",
    "mail_phishing": "entry",
    "malicious_site": "entry",
    "usb_device": "entry",
    "process_behaviour": "execution",
    "suspicious_command": "execution",
    "unregistered_application": "execution",
    "defender_detection": "execution",
    "persistence": "execution",
    "malware": "tool",
    "intrusion": "spread",
    "gateway_takeover": "spread",
    "website_taken_over": "spread",
    "open_to_internet": "spread",
    "credential_theft": "spread",
    "lateral_movement": "spread",
    "protection_weakened": "spread",
    "cnc_callback": "call",
    "dns_tunnel": "call",
    "data_taken_out": "theft",
    "data_upload": "theft",
    "file_shared_outside": "theft",
    "ransomware": "impact",
}
"""Aspects as steps of an infection (survey report, section 4.5 (3))."""
CHAIN = 3
"""Steps that make a chain."""
FAKE = ("support_scam", "malicious_site")
ONE_ACT = timedelta(minutes=10)
TAKING = ("data_taken_out", "data_upload", "file_shared_outside")
GATHERING = ("usb_device", "unusual_sign_in")
"""What a person does who takes data out: works at odd hours, copies to a stick, packs, sends."""
OF_MACHINES = ("antivirus_off", "antivirus_old", "antivirus_no_scan", "edr_missing", "edr_stopped", "disk_full")
"""What the machines of a company lack is one matter, however many lack it; who mends it mends all."""
OF_WATCH = ("sensor_silent", "sensor_trouble", "sensor_clock", *OF_MACHINES)
"""What is wrong with the watch itself: no step of an attack, and joined with none."""
BLIND = ("sensor_silent", "antivirus_off", "edr_stopped")
"""Of these, what lets an attack go on unseen."""
ASKED = ("device_fault", "pc_fault", *OF_WATCH)
"""What is a question to somebody, and therefore work, however slight it looks."""
BY_GRAVITY = (
    "ransomware",
    "cnc_callback",
    "credential_theft",
    "lateral_movement",
    "gateway_takeover",
    "website_taken_over",
    "open_to_internet",
    "intrusion",
    "payment_fraud",
    "account_takeover",
    "data_taken_out",
    "file_shared_outside",
    "dns_tunnel",
    "malware",
    "mail_malware",
    "persistence",
    "suspicious_command",
    "protection_weakened",
    "remote_control_tool",
    "password_guessing",
    "defender_detection",
    "unregistered_application",
    "process_behaviour",
    "mail_phishing",
    "malicious_site",
    "usb_device",
)
"""What a story is called after, the first that it holds among its grave findings."""


@dataclass(frozen=True)
class Verdict:
    """Why a group is worked on: the advice card's key, and how bad it is."""

    kind: str
    severity: int


def judge(group: Sequence[Sighting]) -> Verdict | None:
    """The group as an incident, or None where nobody needs to do anything; ``group`` is in order of time."""
    worst = max(one.severity for one in group)
    if is_support_scam(group):
        return Verdict("support_scam", max(worst, SeverityId.HIGH))
    if is_insider(group):
        return Verdict("data_taken_out", max(worst, SeverityId.HIGH))
    reasons = [one for one in group if is_work(one)]
    if not reasons and not seen_by_two(group) and not is_noted_twice(group) and not is_seconded(group):
        return None
    if is_chain(group):
        return Verdict("malware_chain", SeverityId.CRITICAL)
    surely = [one for one in reasons if one.is_grave or not one.is_ours or one.aspect in ASKED]
    named = {one.aspect for one in surely or group} if surely or not reasons else most_noted(group)
    kind = next((key for key in BY_GRAVITY if key in named), min(named))
    return Verdict(kind, max((one.severity for one in reasons), default=worst))


def most_noted(group: Sequence[Sighting]) -> set[str]:
    """What most rules say it is, where nothing is sure: one of many signs may look like a call to a C&C server."""
    rules: dict[str, set[str]] = {}
    for one in group:
        if one.severity >= SeverityId.MEDIUM and not one.stopped:
            rules.setdefault(one.aspect, set()).add(one.rule)
    most = max(map(len, rules.values()), default=0)
    return {aspect for aspect, found in rules.items() if len(found) == most} or {one.aspect for one in group}


def is_work(one: Sighting) -> bool:
    """Reason enough for an incident by itself."""
    return one.is_grave or is_infected(one) or one.aspect in ASKED


def is_infected(one: Sighting) -> bool:
    """A call to a C&C server, stopped or not: something inside made it."""
    return one.aspect == "cnc_callback"


def is_support_scam(group: Sequence[Sighting]) -> bool:
    """A fake warning, then a remote-control tool on the same machine."""
    fakes = [one for one in group if one.aspect in FAKE]
    tools = [one for one in group if one.aspect == "remote_control_tool"]
    return any(timedelta(0) <= tool.time - fake.time <= SCAM_WITHIN for fake in fakes for tool in tools)


def is_insider(group: Sequence[Sighting]) -> bool:
    """Somebody of the company takes data out: two signs of it, and no attacker in sight."""
    signs = {one.aspect for one in group if one.aspect in TAKING + GATHERING and not one.stopped}
    attacked = {one.aspect for one in group if one.aspect in STAGES} - signs
    return len(signs) > 1 and bool(signs & set(TAKING)) and not attacked


def is_noted_twice(group: Sequence[Sighting]) -> bool:
    """Two rules of ours noted two things on one machine, or of one account: one may be chance, both seldom are.

    One is at least medium; the other, too, or so near in time that one act explains both.
    """
    noted = [one for one in group if one.is_ours and (one.is_endpoint or one.is_of_account) and not one.stopped]
    plain = [one for one in noted if one.severity >= SeverityId.MEDIUM]
    return len({one.rule for one in noted}) > 1 and any(
        one.rule != other.rule and one.event != other.event
        for one in plain
        for other in noted
        if other.severity >= SeverityId.MEDIUM or abs(other.time - one.time) <= ONE_ACT
    )


def is_seconded(group: Sequence[Sighting]) -> bool:
    """The EDR and a rule of ours, each at least medium, noted two acts within minutes, and neither the other's."""
    noted = [
        one for one in group if one.is_endpoint and one.severity >= SeverityId.MEDIUM and one.aspect in STAGES
        and not one.stopped
    ]  # fmt: skip
    ours, others = ([one for one in noted if one.is_ours is mine] for mine in (True, False))
    ruled = {one.event for one in group if one.is_ours}
    judged = {(one.event, one.row["finding_info.title"]) for one in others}
    return any(
        abs(one.time - other.time) <= ONE_ACT
        for other in others
        if other.event not in ruled
        for one in ours
        if (one.event, other.row["finding_info.title"]) not in judged
    )


def is_chain(group: Sequence[Sighting]) -> bool:
    """Several steps of an infection: something came in or called out, and something ran and was not stopped."""
    stages = {STAGES[one.aspect] for one in group if one.aspect in STAGES and one.severity >= SeverityId.MEDIUM}
    ran = any(one.is_endpoint and one.is_grave for one in group)
    return ran and len(stages) >= CHAIN and bool(stages & {"entry", "call"})


def seen_by_two(group: Sequence[Sighting]) -> bool:
    """EDR and another kind of sensor, each at least medium, about different things: more than chance.

    What the EDR cleaned up and the UTM blocked stays with them.
    """
    noted = [one for one in group if one.severity >= SeverityId.MEDIUM and not one.stopped]
    edr = {one.aspect for one in noted if one.kind == Kind.EDR}
    others = {one.aspect for one in noted if one.kind != Kind.EDR}
    return bool(edr and others - edr)
