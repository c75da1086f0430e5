"""Packets that the Linux kernel logs: iptables, ip6tables, nftables, ufw, firewalld, OpenWrt, UniFi, consumer routers.

    [UFW BLOCK] IN=eth0 OUT= MAC=… SRC=203.0.113.5 DST=192.0.2.1 LEN=40 … DF PROTO=TCP SPT=4 DPT=22 WINDOW=… SYN URGP=0

What stands in front of ``IN=`` was chosen by whoever wrote the rule; its words say what became of the packet.
Source: iptables-extensions(8), target LOG; Linux, ``net/netfilter/nf_log_syslog.c``.
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId

REFUSE, TRAFFIC = 5, 6
PACKET = re.compile(r"(?P<prefix>.*?)(?P<pairs>\bIN=\S* .*)", re.DOTALL)
PAIR = re.compile(r"([A-Z][A-Za-z]*)=(\S*)")
INNER = re.compile(r"\[\s*(?:IN=\S* )?(?:OUT=\S* )?SRC=.*", re.DOTALL)
"""The packet that an ICMP error speaks of."""
UPTIME = re.compile(r"^\s*(?:kernel: )?\[ *\d+\.\d+\] ?")
ZONE_RULE = re.compile(r"\[?(?P<chain>[\w.-]+?)-(?P<rule>\d+|default)-(?P<verdict>[ADR])\]")
"""EdgeOS, VyOS, UniFi: chain, rule and its first letter."""
VERDICTS = {"A": DispositionId.ALLOWED, "D": DispositionId.DROPPED, "R": DispositionId.REJECTED}
WORD = r"(?<![A-Za-z])(?:{})(?![A-Za-z])"
REJECTED = re.compile(WORD.format("REJECT(?:ED)?"), re.IGNORECASE)
STOPPED = re.compile(
    WORD.format("DROP(?:PED)?|BLOCK(?:ED)?|DEN(?:Y|IED)|LIMIT|INVALID|REFUSED?|DISCARD(?:ED)?|BAN(?:NED)?"),
    re.IGNORECASE,
)
PASSED = re.compile(WORD.format("ACCEPT(?:ED)?|ALLOW(?:ED)?|PASS(?:ED)?|PERMIT(?:TED)?|AUDIT"), re.IGNORECASE)
HARDWARE = re.compile(r"(?:[0-9a-f]{2}:){6}((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):", re.IGNORECASE)
PRODUCT = ("Netfilter", "iptables")


def read(text: str, app: str | None) -> Row | None:
    """A packet; None where the text is none. ``app`` is what syslog took for a tag, and may be the rule's prefix."""
    found = PACKET.match(text)
    if not found or ("SRC=" not in found["pairs"] and "MAC=" not in found["pairs"]):
        return None
    pairs: dict[str, str] = {}
    for name, value in PAIR.findall(INNER.sub("", found["pairs"])):
        pairs.setdefault(name, value)
    tag = "" if app in (None, "kernel") else f"{app} "
    prefix = tag + UPTIME.sub("", found["prefix"])
    return packet(pairs) | judged(prefix.strip(" :"))


def packet(pairs: dict[str, str]) -> Row:
    entered, left, length = pairs.get("IN") or None, pairs.get("OUT") or None, pairs.get("LEN", "")
    hardware = HARDWARE.match(pairs.get("MAC", ""))
    direction = DirectionId.INBOUND if entered and not left else DirectionId.OUTBOUND if left and not entered else None
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, TRAFFIC, product=PRODUCT),
        **addresses.protocol(pairs.get("PROTO")),
        "metadata.log_name": "netfilter",
        "src_endpoint.ip": addresses.ip(pairs.get("SRC")),
        "src_endpoint.port": addresses.port(pairs.get("SPT")),
        "src_endpoint.mac": hardware[1].lower() if hardware else None,
        "src_endpoint.interface_name": entered,
        "dst_endpoint.ip": addresses.ip(pairs.get("DST")),
        "dst_endpoint.port": addresses.port(pairs.get("DPT")),
        "dst_endpoint.interface_name": left,
        "connection_info.direction_id": int(direction) if direction else None,
        "traffic.bytes_out": int(length) if length.isdigit() and len(length) < 12 else None,
        "traffic.packets_out": 1,
        "metadata.labels": None if pairs.get("DST") and pairs.get("PROTO") else ["truncated"],
    }


def judged(prefix: str) -> Row:
    """The rule's name and what it did, by the words of its prefix; nothing where they do not say."""
    if found := ZONE_RULE.search(prefix):
        rule: Row = {"firewall_rule.name": found["chain"], "firewall_rule.uid": found["rule"]}
        return rule | outcome(VERDICTS[found["verdict"]])
    rule = {"firewall_rule.name": prefix.strip("[]: ") or None}
    if REJECTED.search(prefix):
        return rule | outcome(DispositionId.REJECTED)
    if STOPPED.search(prefix):
        return rule | outcome(DispositionId.DROPPED)
    return rule | (outcome(DispositionId.ALLOWED) if PASSED.search(prefix) else {})


def outcome(disposition: DispositionId) -> Row:
    activity = TRAFFIC if disposition is DispositionId.ALLOWED else REFUSE
    return {"activity_id": activity, **events.disposed(disposition)}
