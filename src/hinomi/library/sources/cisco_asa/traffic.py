"""Connections that were built, torn down or denied, whatever the message's number."""

import re
from datetime import timedelta

from hinomi.library.formats.addresses import ip, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cisco_asa.places import TRAILING, Place, account, place, who
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId

OPEN, CLOSE, REFUSE, TRAFFIC = 1, 2, 5, 6
WELL_KNOWN = 1024
DIRECTIONS = {"inbound": DirectionId.INBOUND, "outbound": DirectionId.OUTBOUND}
AFTER = r"(?: ?\([^)]*\))*"
S, D = r"(?P<s>[^\s(]+)(?P<sx>" + AFTER + ")", r"(?P<d>[^\s(,]+)(?P<dx>" + AFTER + ")"

CONNECTION = re.compile(
    r"(?P<what>Built|Teardown) (?:(?P<direction>inbound|outbound) )?(?:\w+ +)*?(?:stub )?(?P<proto>[A-Z]+) "
    r"(?:state-bypass )?connection (?:(?P<id>\d+) )?for (?P<s>[^\s(]+)(?P<sx>.*?) to " + D
)
ICMP = re.compile(
    r"(?P<what>Built|Teardown) (?:(?P<direction>inbound|outbound) )?ICMP connection for "
    r"faddr (?P<s>\S+?)/(?P<sid>\d+)(?P<sx>\([^)]*\))? gaddr \S+ laddr (?P<d>\S+?)/(?P<did>\d+)"
)
ACCESS_LIST = re.compile(
    r"access-list (?P<rule>\S+) (?P<verb>\S+) (?P<proto>\S+) (?:for user '?(?P<user>[^']*?)'? )?"
    r"(?P<s>[^\s(]+)(?P<sx>" + AFTER + r") -> (?P<d>[^\s(]+)(?P<dx>" + AFTER + r")(?: hit-cnt (?P<count>\d+))?"
)
SOURCE_DESTINATION = re.compile(
    r"(?:(?P<proto>[\w-]+) )?(?:src|source) (?P<s>[^\s(]+)(?P<sx>" + AFTER + r") ?(?:dst|dest|destination) " + D
)
FROM_TO = re.compile(r"(?:\bfrom|\bfor|\bflow|with client) (?P<s>\(?[^\s(]*[\d.:/][^\s(]*)(?P<sx>.{0,80}?),? to " + D)
FROM = re.compile(
    r"(?:\bfrom|with client)(?: laddr)? (?P<s>[^\s(,]+)(?: on interface (?P<in>\S+))?(?: to (?P<d>[^\s:,]+))?"
)
LIST = re.compile(r'(?:access-group|by outbound list) "?(?P<rule>[^"\s\[]+)')
INTERFACE = re.compile(r"on interface (\S+)")
NAMED = re.compile(r"\b(TCP|UDP|ICMP|ICMPv6|IPv6-ICMP|GRE|ESP|SCTP|protocol (\d+))\b", re.IGNORECASE)
DURATION = re.compile(r"duration (\d+):(\d\d):(\d\d)(?: (?:forwarded )?bytes \d+)?(?: (?P<reason>[A-Z][^()]*))?")
DENIED = re.compile(r"\b(?:den(?:y|ied)|drop(?:ped|ping)?|discarded|rejected)\b", re.IGNORECASE)
PERMITTED = re.compile(r"\b(?:permitted|Built|Allowed)\b", re.IGNORECASE)


def find(text: str) -> Row | None:
    """The Network Activity that a message is about, None if it is about none."""
    if found := CONNECTION.match(text):
        return connection(text, found)
    if found := ICMP.match(text):
        return echo(found)
    if found := ACCESS_LIST.match(text):
        denied = found["verb"].lower().startswith("den")
        row = network(REFUSE if denied else TRAFFIC, DispositionId.BLOCKED if denied else DispositionId.ALLOWED)
        row |= ends(place(found["s"], found["sx"]), place(found["d"], found["dx"])) | protocol(found["proto"])
        row |= who(found["user"]) or account(found["sx"], found["dx"])
        count = int(found["count"]) if found["count"] else None
        return row | {"firewall_rule.name": found["rule"], "count": count}
    return passage(text)


def passage(text: str) -> Row | None:
    """``… src A dst B``, ``… from A to B``, ``… from A on interface X``."""
    found = SOURCE_DESTINATION.search(text) or FROM_TO.search(text)
    if found:
        source, target = place(found["s"], found["sx"]), place(found["d"], found["dx"])
        users = account(found["sx"], found["dx"])
    elif found := FROM.search(text):
        source, target = place(found["s"]), place(found["d"] or "")
        users = {}
    denied = bool(DENIED.search(text)) or text.startswith("No matching connection")
    if not found or not (source.ip or target.ip or (denied and source.hostname and target.hostname)):
        return None
    if text.startswith(("SSL session", "Teardown")):
        kind, disposition = CLOSE, None
    elif text.startswith("Starting SSL"):
        kind, disposition = OPEN, None
    else:
        kind = REFUSE if denied else TRAFFIC
        allowed = DispositionId.ALLOWED if PERMITTED.search(text) else None
        disposition = DispositionId.BLOCKED if denied else allowed
    row = (
        network(kind, disposition) | ends(source, target) | users | named_protocol(text, found.groupdict().get("proto"))
    )
    rule, interface = LIST.search(text), INTERFACE.search(text)
    if rule:
        row["firewall_rule.name"] = rule["rule"]
    if interface and not source.interface:
        row["src_endpoint.interface_name"] = interface[1].rstrip(".,")
    return row


def connection(text: str, found: re.Match[str]) -> Row:
    """The initiator is the source: the second place of an outbound connection, by the ports where it is not said."""
    first, second = place(found["s"], found["sx"]), place(found["d"], found["dx"])
    outbound = found["direction"] == "outbound"
    answering = (first.port or WELL_KNOWN) < WELL_KNOWN <= (second.port or 0)
    if outbound or (found["what"] == "Teardown" and answering):
        first, second = second, first
    built = found["what"] == "Built"
    row = network(OPEN if built else CLOSE, DispositionId.ALLOWED if built else None) | ends(first, second)
    row |= protocol(found["proto"]) | account(found["sx"], found["dx"], text[found.end() :])
    if "user.name" not in row and (last := TRAILING.search(text)):
        row |= who(last[1])
    if found["direction"]:
        row["connection_info.direction_id"] = int(DIRECTIONS[found["direction"]])
    return row | {"metadata.correlation_uid": found["id"], **lasted(text)}


def echo(found: re.Match[str]) -> Row:
    """ICMP; where the direction is not said, the side with the echo's identifier asked."""
    far, near = place(found["s"]), place(found["d"])
    outbound = found["direction"] == "outbound" if found["direction"] else found["sid"] == "0" != found["did"]
    source, target = (near, far) if outbound else (far, near)
    built = found["what"] == "Built"
    row = network(OPEN if built else CLOSE, DispositionId.ALLOWED if built else None) | ends(source, target)
    row |= protocol("icmp") | account(found["sx"] or "", found.string[found.end() :])
    if "user.name" not in row and (last := TRAILING.search(found.string)):
        row |= who(last[1])
    if found["direction"]:
        row["connection_info.direction_id"] = int(DIRECTIONS[found["direction"]])
    return row


def network(kind: int, disposition: DispositionId | None) -> Row:
    return activity(ClassUid.NETWORK_ACTIVITY, kind) | disposed(disposition)


def ends(source: Place, target: Place) -> Row:
    return source.columns("src_endpoint") | target.columns("dst_endpoint")


def named_protocol(text: str, said: str | None) -> Row:
    """The protocol before ``src``, else the first that the message names."""
    if said and said.lower() not in ("inbound", "protocol", "packet"):
        return protocol(said)
    found = NAMED.search(text)
    return protocol(found[2] or found[1]) if found else {}


def lasted(text: str) -> Row:
    found = DURATION.search(text)
    if not found:
        return {}
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    reason = (found["reason"] or "").strip() or None
    return {"duration": int(length.total_seconds() * 1000), "status_detail": reason}


def address(text: str | None) -> str | None:
    return ip((text or "").strip("<>(),"))
