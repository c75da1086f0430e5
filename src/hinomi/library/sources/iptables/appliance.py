"""Firewall lines that are not the Linux kernel's: pfSense and OPNsense, MikroTik, NETGEAR, Buffalo.

Source: pfSense documentation, "Raw Filter Log Format"; MikroTik, "Log"; NETGEAR and Buffalo, log pages.
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.library.sources.iptables.netfilter import TRAFFIC, judged, outcome
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId, StatusId

PF, MIKROTIK, ROUTER = ("Netgate", "pfSense"), ("MikroTik", "RouterOS"), ("", "Router")
DIRECTIONS = {"in": DirectionId.INBOUND, "out": DirectionId.OUTBOUND}
PF_ACTIONS = {"pass": DispositionId.ALLOWED, "block": DispositionId.DROPPED, "reject": DispositionId.REJECTED}
FILTERLOG = re.compile(
    r"(?:filterlog(?:\[\d+\])?: )?(?P<cells>\d*,\d*,[^,]*,[^,]*,[^,]+,[a-z-]+,"
    r"(?:pass|block|reject|nat|rdr|binat|scrub|\w+),(?:in|out|in/out),[46],.*)"
)
IPV4, IPV6 = 9, 9
"""Where the cells of the IP header begin."""
CHAIN = re.compile(
    r"(?:(?P<topics>[a-z]+(?:,[a-z!]+)+) )?(?P<prefix>.*?)(?<![\w-])(?P<chain>[\w-]+): "
    r"in:(?P<entered>\S+(?: \d\))?) out:(?P<left>\S+(?: \d\))?), (?P<rest>.*)"
)
FLOW = re.compile(r"(?P<source>\[?[0-9A-Fa-f:.]+\]?(?::\d+)?)->(?P<target>\[?[0-9A-Fa-f:.]+\]?(?::\d+)?)")
USER_LINE = re.compile(
    r"(?:[a-z,]+ )?user (?P<user>\S+) logged (?P<what>in|out)(?: from (?P<peer>\S+))?(?: via (?P<via>\S+))?"
)
FAILED_LOGIN = re.compile(r"(?:[a-z,]+ )?login failure for user (?P<user>\S*) from (?P<peer>\S+)(?: via (?P<via>\S+))?")
LEASE = re.compile(
    r"(?:[a-z,]+ )?(?P<server>\S+) (?P<verb>assigned|deassigned|offered) (?P<ip>[\d.]+) (?:to|from|for) "
    r"(?P<mac>[0-9A-F:]{17})(?: (?P<host>\S+))?",
    re.I,
)
BRACKETED = re.compile(
    r"\[(?P<what>[^\]]+)\] (?:from|to) (?:source:? |MAC address )?(?P<peer>[0-9A-Fa-f:.]+?)(?::(?P<port>\d+))?"
    r"(?:,? port (?P<port2>\d+))?"
    r"(?: to (?P<target>[0-9A-Fa-f:.]+))?(?:,|$)"
)
"""NETGEAR: ``[DoS Attack: SYN/ACK Scan] from source: 203.0.113.9, port 443, Thursday, …``"""
DENIED = re.compile(
    r"(?:FIREWALL:? )?(?P<protocol>TCP|UDP|ICMP)\S* (?:connection|packet)? ?"
    r"(?P<verb>denied|blocked|dropped|accepted|allowed) from (?P<source>\S+) to (?P<target>\S+)(?: \("
    r"(?P<interface>[^)]+)\))?",
    re.I,
)
"""Buffalo: ``FIREWALL TCP connection denied from 203.0.113.9:4000 to 192.0.2.1:22 (ppp0)``"""


def read(text: str, app: str | None, raw: str) -> Row | None:
    """An event of one of these, None for another line."""
    if found := FILTERLOG.match(text):
        return filterlog(found["cells"].split(","))
    if " in:" in text and (found := CHAIN.match(text)):
        return mikrotik(found)
    tagged = f"{app}: {text}" if app else text
    if app and " in:" not in text and text.startswith("in:") and (found := CHAIN.match(tagged)):
        return mikrotik(found)
    for pattern, reader in ((FAILED_LOGIN, signed_in), (USER_LINE, signed_in), (LEASE, lease), (DENIED, denied)):
        if found := pattern.match(text):
            return reader(found)
    return bracketed(found, text, raw) if (found := BRACKETED.match(text)) else None


def filterlog(cells: list[str]) -> Row:
    """pf's log: 8 cells of the rule, then those of IPv4 or IPv6, then those of the protocol."""
    rule, _, _, tracker, interface, _, action, way, version = cells[:9]
    numbered = (15, 16, 18, 19, 20) if version == "4" else (13, 12, 15, 16, 17)
    number, name, source, target, port = numbered
    at = dict(enumerate(cells))
    ported = at.get(name, "").lower() in ("tcp", "udp", "sctp") or at.get(number) in ("6", "17", "132")
    length = at.get(source - 1, "")
    side = "dst_endpoint" if way == "out" else "src_endpoint"
    disposition = PF_ACTIONS.get(action)
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC, product=PF),
        **addresses.protocol(at.get(number) if (at.get(number) or "").isdigit() else at.get(name)),
        **(outcome(disposition) if disposition else {}),
        "metadata.log_name": "filterlog",
        "metadata.event_code": rule or None,
        "firewall_rule.uid": tracker or rule or None,
        f"{side}.interface_name": interface,
        "connection_info.direction_id": int(DIRECTIONS[way]) if way in DIRECTIONS else None,
        "src_endpoint.ip": addresses.ip(at.get(source)),
        "dst_endpoint.ip": addresses.ip(at.get(target)),
        "src_endpoint.port": addresses.port(at.get(port)) if ported else None,
        "dst_endpoint.port": addresses.port(at.get(port + 1)) if ported else None,
        "traffic.bytes_out": int(length) if length.isdigit() and len(length) < 12 else None,
        "metadata.labels": None if at.get(target) else ["truncated"],
    }


def mikrotik(found: re.Match[str]) -> Row:
    """``prefix forward: in:ether1 out:bridge, src-mac …, proto TCP (SYN), 192.0.2.1:5->198.51.100.2:80, len 64``"""
    rest = found["rest"]
    flow, mac = FLOW.search(rest), re.search(r"src-mac ([0-9A-Fa-f:]{17})", rest)
    protocol, length = re.search(r"proto ([A-Za-z0-9-]+)", rest), re.search(r"\blen (\d{1,9})", rest)
    row = events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC, product=MIKROTIK)
    for name, side, interface in (("source", "src_endpoint", "entered"), ("target", "dst_endpoint", "left")):
        address, port = addresses.endpoint(flow[name]) if flow else (None, None)
        row |= {f"{side}.ip": address, f"{side}.port": port}
        row[f"{side}.interface_name"] = None if found[interface].startswith("(") else found[interface]
    row |= judged(found["prefix"].strip())
    return {
        **row,
        **addresses.protocol(protocol[1] if protocol else None),
        "metadata.log_name": found["chain"],
        "src_endpoint.mac": addresses.mac(mac[1]) if mac else None,
        "traffic.bytes_out": int(length[1]) if length else None,
    }


def signed_in(found: re.Match[str]) -> Row:
    said = found.groupdict()
    failed, peer = "what" not in said, said.get("peer")
    address = addresses.ip(peer)
    return {
        **events.activity(ClassUid.AUTHENTICATION, 2 if said.get("what") == "out" else 1, product=MIKROTIK),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "metadata.log_name": "account",
        "message": found.string,
        "user.name": said["user"] or None,
        "src_endpoint.ip": address,
        "src_endpoint.mac": None if address else addresses.mac(peer),
        "app_name": said.get("via"),
    }


def lease(found: re.Match[str]) -> Row:
    activity = {"assigned": 5, "deassigned": 7, "offered": 2}[found["verb"].lower()]
    return {
        **events.activity(ClassUid.DHCP_ACTIVITY, activity, product=MIKROTIK),
        "metadata.log_name": "dhcp",
        "message": found.string,
        "src_endpoint.ip": addresses.ip(found["ip"]),
        "src_endpoint.mac": addresses.mac(found["mac"]),
        "src_endpoint.hostname": found["host"],
    }


def denied(found: re.Match[str]) -> Row:
    row = events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC, product=("Buffalo", "AirStation"))
    for name, side in (("source", "src_endpoint"), ("target", "dst_endpoint")):
        address, port = addresses.endpoint(found[name].rstrip(","))
        row |= {f"{side}.ip": address, f"{side}.port": port}
    passed = found["verb"].lower() in ("accepted", "allowed")
    row |= outcome(DispositionId.ALLOWED if passed else DispositionId.DROPPED)
    row |= {"metadata.log_name": "firewall", "src_endpoint.interface_name": found["interface"]}
    return {**row, **addresses.protocol(found["protocol"])}


def bracketed(found: re.Match[str], text: str, raw: str) -> Row | None:
    """NETGEAR's words: attacks are its own verdicts, of which scans are not counted anywhere."""
    what, lower = found["what"], found["what"].lower()
    product, address = ("NETGEAR", "Router"), addresses.ip(found["peer"])
    peer: Row = {
        "metadata.log_name": what,
        "message": text,
        "src_endpoint.ip": address,
        "src_endpoint.port": addresses.port(found["port"] or found["port2"]),
    }
    if "attack" in lower:
        row = events.activity(ClassUid.DETECTION_FINDING, 1, product=product)
        title, _, kind = what.partition(":")
        blocked = DispositionId.BLOCKED
        return (
            row
            | peer
            | events.verdict(what, (kind or title).strip(), severity=SeverityId.LOW, raw=raw, disposition=blocked)
        )
    if "login" in lower:
        failed = "fail" in lower
        row = events.activity(ClassUid.AUTHENTICATION, 1, product=product)
        return row | peer | {"status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS)}
    if "access" in lower:
        target, port = addresses.endpoint(found["target"] or "")
        row = events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC, product=product)
        return row | peer | outcome(DispositionId.ALLOWED) | {"dst_endpoint.ip": target, "dst_endpoint.port": port}
    return None
