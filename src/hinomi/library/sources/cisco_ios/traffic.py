"""Packets that an access list or the zone firewall logs, and sessions of the firewall's audit trail."""

import re

from hinomi.library.formats.addresses import endpoint, ip, mac, port, protocol
from hinomi.library.formats.cisco import Message
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId

OPEN, CLOSE, FAIL, REFUSE, TRAFFIC = 1, 2, 4, 5, 6
SIDE = r"(?P<{0}>[0-9A-Fa-f:.]+)(?:\((?P<{0}p>\d+)\))?"
HARDWARE = r"(?:(?P<mac>[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}) )?"
ACCESS_LIST = re.compile(
    r"\b(?:access-)?list (?P<rule>\S+) (?P<verb>den\w+|permit\w*) (?:(?P<proto>[\w.-]+) )?"
    + HARDWARE + SIDE.format("s")
    + r"(?: ?\((?P<in>[A-Za-z][\w/.-]*)(?: (?P<hw>[0-9A-Fa-f.]+))?\))?(?: \(\S+\))?"
    r"(?: ?(?P<from>[A-Za-z][\w/.-]*?)? ?-> " + SIDE.format("d") + r")?(?: \(\d+(?:/\d+)?\))?,? (?P<count>\d+) packets?"
)  # fmt: skip
NX_ACL = re.compile(r"\b(?:Src|Source) IP: (?P<s>[^,\s]+).*?\b(?:Dst|Destination) IP: (?P<d>[^,\s]+)")
FIELD = re.compile(r"(?P<key>[A-Z][A-Za-z -]*): ?(?P<value>[^,]*)")
AUDIT = re.compile(
    r"(?P<what>Start|Stop) (?P<proto>\S+) session: initiator \((?P<s>[^)\s]+)\)(?: sent (?P<out>\d+) bytes)? "
    r"-- responder \((?P<d>[^)\s]+)\)(?: sent (?P<in>\d+) bytes)?"
)
DROPPED = re.compile(
    r"Dropping (?P<proto>\S+) (?:pkt|packet|session)(?: from (?P<in>\S+))? (?P<s>[0-9A-Fa-f:.]+) (?:=> ?)?"
    r"(?P<d>[0-9A-Fa-f:.]+)(?:.*?(?:zone-pair|class:?|\(target:class\)-\() ?(?P<rule>[\w:-]+))?"
)
FROM_TO = re.compile(r"\bfrom (?P<s>[0-9A-Fa-f:.]+(?:\(\d+\))?) to (?P<d>[0-9A-Fa-f:.]+(?:\(\d+\))?)")
FAILING = ("TCP-BADAUTH", "TCP-INVALIDMD5")


def find(message: Message, raw: str) -> Row | None:
    text = message.text
    if found := ACCESS_LIST.search(text):
        return logged(found)
    if message.facility == "ACLLOG" and NX_ACL.search(text):
        return flow(text)
    if found := AUDIT.search(text):
        return session(found)
    if found := DROPPED.search(text):
        (source, source_port), (target, target_port) = endpoint(found["s"]), endpoint(found["d"])
        row = network(REFUSE, DispositionId.BLOCKED) | sides(source, source_port, target, target_port)
        row |= protocol(found["proto"].removesuffix("-tcp").removesuffix("-udp"))
        return row | {"src_endpoint.interface_name": found["in"], "firewall_rule.name": found["rule"]}
    if message.code in FAILING and (found := FROM_TO.search(text)):
        (source, source_port), (target, target_port) = (place(found[side]) for side in "sd")
        return network(FAIL, None) | sides(source, source_port, target, target_port) | protocol("tcp")
    return None


def logged(found: re.Match[str]) -> Row:
    """IPACCESSLOG in all its forms: with ports, without, with hardware addresses, of a single address."""
    denied = found["verb"].startswith("den")
    row = network(REFUSE if denied else TRAFFIC, DispositionId.BLOCKED if denied else DispositionId.ALLOWED)
    row |= sides(ip(found["s"]), port(found["sp"]), ip(found["d"]), port(found["dp"]))
    row |= protocol(found["proto"]) if found["proto"] not in (None, "0", "ipv6") else {}
    return row | {
        "firewall_rule.name": found["rule"],
        "src_endpoint.mac": mac(found["mac"] or (found["hw"] or "").replace(".", "")),
        "src_endpoint.interface_name": found["in"] or found["from"],
        "count": int(found["count"]),
        "traffic.packets_out": int(found["count"]),
    }


def flow(text: str) -> Row:
    """NX-OS says an access list's flow as ``Key: value, Key: value``."""
    said = {found["key"].strip(): found["value"].strip().strip('"') for found in FIELD.finditer(text)}
    denied = said.get("ACE Action", said.get("Action", "")).lower().startswith("den")
    name, _, number = said.get("Protocol", "").partition('"(')
    hits = said.get("Hit-count", said.get("Hit-Count", ""))
    row = network(REFUSE if denied else TRAFFIC, DispositionId.BLOCKED if denied else DispositionId.ALLOWED)
    row |= sides(
        ip(said.get("Src IP", said.get("Source IP"))),
        port(said.get("Src Port", said.get("Source Port"))),
        ip(said.get("Dst IP", said.get("Destination IP"))),
        port(said.get("Dst Port", said.get("Destination Port"))),
    )
    return row | protocol(number.strip(")") or name) | {
        "firewall_rule.name": said.get("ACL Name"),
        "src_endpoint.interface_name": said.get("Src Intf", said.get("Source Interface")),
        "count": int(hits) if hits.isdigit() else None,
    }  # fmt: skip


def session(found: re.Match[str]) -> Row:
    (source, source_port), (target, target_port) = endpoint(found["s"]), endpoint(found["d"])
    ended = found["what"] == "Stop"
    row = network(CLOSE if ended else OPEN, DispositionId.ALLOWED) | sides(source, source_port, target, target_port)
    named = protocol(found["proto"])
    if named["connection_info.protocol_num"] is None:
        named = {"app_name": found["proto"]}
    sent, received = found["out"], found["in"]
    return row | named | {
        "traffic.bytes_out": int(sent) if sent else None,
        "traffic.bytes_in": int(received) if received else None,
    }  # fmt: skip


def place(text: str) -> tuple[str | None, int | None]:
    """``192.0.2.1(80)`` or ``192.0.2.1:80``."""
    address, bracket, number = text.partition("(")
    return (ip(address), port(number.strip(")"))) if bracket else endpoint(text)


def network(kind: int, disposition: DispositionId | None) -> Row:
    return activity(ClassUid.NETWORK_ACTIVITY, kind) | disposed(disposition)


def sides(source: str | None, source_port: int | None, target: str | None, target_port: int | None) -> Row:
    return {
        "src_endpoint.ip": source,
        "src_endpoint.port": source_port,
        "dst_endpoint.ip": target,
        "dst_endpoint.port": target_port,
    }
