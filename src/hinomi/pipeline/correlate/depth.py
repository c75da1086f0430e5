"""How deep an attack got: the stages of a story, by what its findings are and by their ATT&CK techniques."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from hinomi.ocsf.course import Stage, StageName
from hinomi.pipeline.correlate.sighting import Sighting

OF_ASPECT: Final = {
    "mail_malware": StageName.DELIVERY,
    "mail_phishing": StageName.DELIVERY,
    "malicious_site": StageName.DELIVERY,
    "web_attack": StageName.DELIVERY,
    "open_to_internet": StageName.DELIVERY,
    "payment_fraud": StageName.DELIVERY,
    "usb_device": StageName.DELIVERY,
    "process_behaviour": StageName.EXECUTION,
    "suspicious_command": StageName.EXECUTION,
    "unregistered_application": StageName.EXECUTION,
    "defender_detection": StageName.EXECUTION,
    "persistence": StageName.EXECUTION,
    "protection_weakened": StageName.EXECUTION,
    "malware": StageName.EXECUTION,
    "intrusion": StageName.EXECUTION,
    "gateway_takeover": StageName.EXECUTION,
    "website_taken_over": StageName.EXECUTION,
    "cnc_callback": StageName.CALL,
    "regular_calls": StageName.CALL,
    "dns_tunnel": StageName.CALL,
    "remote_control_tool": StageName.TOOL,
    "credential_theft": StageName.CREDENTIAL,
    "account_takeover": StageName.CREDENTIAL,
    "unusual_sign_in": StageName.CREDENTIAL,
    "password_guessing": StageName.CREDENTIAL,
    "lateral_movement": StageName.SPREAD,
    "inside_scan": StageName.SPREAD,
    "data_taken_out": StageName.EXFILTRATION,
    "data_upload": StageName.EXFILTRATION,
    "file_shared_outside": StageName.EXFILTRATION,
    "ransomware": StageName.IMPACT,
}
"""Aspects as stages; an aspect that says less than a technique gives way to it (:data:`VAGUE`)."""
VAGUE: Final = (
    *("intrusion", "gateway_takeover", "website_taken_over", "open_to_internet", "file_shared_outside"),
    *("malware", "process_behaviour", "suspicious_command", "data_taken_out"),
)
TECHNIQUES: Final = {
    StageName.DELIVERY: ("T1189", "T1190", "T1133", "T1566", "T1091", "T1195", "T1200"),
    StageName.CALL: ("T1071", "T1090", "T1095", "T1102", "T1568", "T1571", "T1572", "T1573", "T1219"),
    StageName.TOOL: ("T1105", "T1570", "T1588", "T1608"),
    StageName.CREDENTIAL: (
        *("T1003", "T1056", "T1110", "T1187", "T1212", "T1528", "T1539", "T1552", "T1555", "T1556", "T1557"),
        *("T1558", "T1649"),
    ),
    StageName.SPREAD: ("T1021", "T1210", "T1534", "T1550", "T1563", "T1072"),
    StageName.COLLECTION: (
        *("T1005", "T1039", "T1025", "T1074", "T1113", "T1114", "T1115", "T1119", "T1123", "T1125", "T1185"),
        *("T1213", "T1530", "T1560"),
    ),
    StageName.EXFILTRATION: ("T1011", "T1020", "T1029", "T1030", "T1041", "T1048", "T1052", "T1537", "T1567"),
    StageName.IMPACT: ("T1485", "T1486", "T1489", "T1490", "T1491", "T1496", "T1499", "T1561", "T1565", "T1657"),
}
"""ATT&CK Enterprise techniques by the tactic that says most of how far an attack got; others say only that it ran."""
OF_TECHNIQUE: Final = {technique: stage for stage, techniques in TECHNIQUES.items() for technique in techniques}
ORDER: Final = tuple(StageName)
NOTIFIED: Final = "68478acc-81f1-48a1-a8af-8867bd1c0d0a"
PAID: Final = "0e6a4a5e-3f1b-4b7a-9c52-7a1f0d3b9c64"
"""Ids of the shelf's rules push_notification_site and prepaid_payment_site."""
OF_SCAM: Final = {
    "malicious_site": StageName.FAKE_PAGE,
    "support_scam": StageName.FAKE_PAGE,
    "remote_control_tool": StageName.REMOTE_CONTROL,
    "unregistered_application": StageName.REMOTE_CONTROL,
    "forbidden_application": StageName.REMOTE_CONTROL,
}


def stages(group: Sequence[Sighting], kind: str, crossed: Iterable[Sighting] = ()) -> tuple[Stage, ...]:
    """The stages that a story of a kind reached, in the order of an attack; ``group`` is in order of time.

    ``crossed`` are the first signs on machines that the attack went over to by a logon.
    """
    held: dict[StageName, list[Sighting]] = defaultdict(list)
    ran: set[str] = set()
    for one in group:
        name = OWN[kind](one) if kind in OWN else stage(one, ran=bool(ran & set(names(one))))
        if name is not None:
            held[name].append(one)
            if name not in (StageName.DELIVERY, StageName.TOOL):
                ran.update(names(one))
    known = {one.uid for one in held[StageName.SPREAD]}
    held[StageName.SPREAD] += [one for one in crossed if one.uid not in known]
    held[StageName.SPREAD].sort(key=lambda one: (one.time, one.uid))
    return tuple(
        Stage(
            name=name,
            first=held[name][0].time,
            last=held[name][-1].time,
            stopped=all(one.stopped for one in held[name]),
            findings=tuple(one.uid for one in held[name]),
        )
        for name in ORDER
        if held[name]
    )


def names(one: Sighting) -> list[str]:
    """Of the machine that it is about."""
    return [name.lower() for name in (one.host, one.address) if name]


def stage(one: Sighting, *, ran: bool) -> StageName | None:
    """``ran``: something ran on the machine before. Malware that the gate sees then is a tool, else the way in."""
    if one.aspect == "malware" and not one.is_endpoint and not one.techniques:
        return StageName.TOOL if ran else StageName.DELIVERY
    if one.aspect in VAGUE:
        reached = [OF_TECHNIQUE[technique] for technique in one.techniques if technique in OF_TECHNIQUE]
        if reached:
            return max(reached, key=ORDER.index)
    return OF_ASPECT.get(one.aspect)


def of_scam(one: Sighting) -> StageName | None:
    if one.rule == NOTIFIED:
        return StageName.NOTIFICATION
    return StageName.PAYMENT if one.rule == PAID else OF_SCAM.get(one.aspect)


def of_insider(one: Sighting) -> StageName | None:
    """A stick that somebody of the company puts in is no way in."""
    return StageName.COLLECTION if one.aspect == "usb_device" else stage(one, ran=True)


OWN: Final = {"support_scam": of_scam, "data_taken_out": of_insider}
"""Kinds of stories with stages of their own."""


def deepest(reached: Sequence[Stage]) -> Stage | None:
    """The furthest stage that no device stopped; of none the furthest that was tried."""
    passed = [one for one in reached if not one.stopped]
    return next(reversed(passed or reached), None)
