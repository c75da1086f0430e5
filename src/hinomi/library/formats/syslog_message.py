"""What a line of any device says, where no source knows the device: sign-ins, firewall lines, settings.

    textlines.normalize(payload, context, lambda line: message(line, product))
    message(line, product, (own_rule, *RULES))       # a device that has words of its own

A line becomes a Base Event with its text, or by one of a few rules Authentication (:mod:`sign_in`), Network
Activity (netfilter's ``IN= OUT= SRC= DST=``, :mod:`filterlog`, an arrow between addresses, or ``from … to …`` beside
a word of denial) or Device Config State Change. The sender is the device of what happens on it, not of what passes
through it.
Source: iptables-extensions(8), target LOG; vendors' manuals.
"""

import re
from collections.abc import Callable

from hinomi.library.formats import filterlog, sign_in
from hinomi.library.formats.addresses import endpoint, ip, mac, port, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

LEVELS = (6, 5, 5, 4, 3, 2, 1, 1)
"""OCSF severities of syslog's levels, emergency to debug."""
REFUSE, TRAFFIC = 5, 6
OWN = (ClassUid.BASE_EVENT, ClassUid.AUTHENTICATION, ClassUid.DEVICE_CONFIG_STATE_CHANGE)
"""Classes of what happens on the sender itself."""
Rule = Callable[[str], Row | None]
PLACE = r"(?P<{0}>\[?(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)\]?(?:[:.#/]\d{{1,5}})?)(?![\d.])"

NETFILTER = re.compile(r"\bIN=\S* .*\bSRC=\S+ .*\bDST=")
ARROW = re.compile(PLACE.format("src") + r"\s*(?:->|=>|→|>)\s*" + PLACE.format("dst"))
FROM_TO = re.compile(r"\bfrom:? " + PLACE.format("src") + r",? to:? " + PLACE.format("dst"))
DENIAL = re.compile(r"(?<![A-Za-z])(?:drop\w*|den(?:y|ied)|block\w*|reject\w*|discard\w*|refus\w*)(?![A-Za-z])", re.I)
PASSAGE = re.compile(r"(?<![A-Za-z])(?:accept\w*|allow\w*|permit\w*|pass\w*)(?![A-Za-z])", re.I)
CHAIN = re.compile(r"-([ADR])\]\s*$")
PROTOCOL = re.compile(r"\b(?:tcp|udp|icmpv?6?|ipv6-icmp|gre|esp)\b", re.I)
SAVED = re.compile(
    r"\b(?:config(?:uration)?|settings?)\b.{0,40}\b(?:saved?|written|changed|modified|updated|committed|applied)\b"
    r"|\b(?:saved?|wrote|changed|modified|committed)\b.{0,20}\b(?:config(?:uration)?|settings?)\b"
    r"|設定(?:を|が)?(?:保存|変更|書き込)",
    re.IGNORECASE,
)
LINK = re.compile(r"\b(?:link|interface|port|line protocol)\b.{0,60}?\b(?P<state>up|down)\b", re.IGNORECASE)


def message(line: Line, product: tuple[str, str] | None = None, rules: tuple[Rule, ...] | None = None) -> Row:
    """The event of a line by the first rule that knows its text; ``product`` is vendor and product."""
    row = next((found for rule in rules or RULES if (found := rule(line.text))), None) or plain(line)
    row = activity(ClassUid.BASE_EVENT, 0, product=product) | row
    row["message"] = line.text or line.whole.strip()
    row["metadata.log_name"] = line.header.app
    if row["class_uid"] in OWN:
        row |= sender(line.header.host)
    return row


def sender(host: str | None) -> Row:
    """Columns of the device that a line comes from and speaks of."""
    address = ip(host)
    return {"device.ip": address} if address else {"device.hostname": host}


def plain(line: Line) -> Row:
    level = LEVELS[line.header.priority % 8] if line.header.priority is not None else int(SeverityId.INFORMATIONAL)
    return {"severity_id": level}


def netfilter(text: str) -> Row | None:
    found = NETFILTER.search(text)
    if not found:
        return None
    said = parse(text[found.start() :]).values
    prefix = text[: found.start()]
    hardware = said.get("MAC", "").split(":")
    return {
        **judged(prefix, CHAIN.search(prefix)),
        "src_endpoint.ip": ip(said.get("SRC")),
        "src_endpoint.port": port(said.get("SPT")),
        "src_endpoint.mac": mac(":".join(hardware[6:12])) if len(hardware) >= 12 else None,
        "src_endpoint.interface_name": said.get("IN") or None,
        "dst_endpoint.ip": ip(said.get("DST")),
        "dst_endpoint.port": port(said.get("DPT")),
        "dst_endpoint.interface_name": said.get("OUT") or None,
        **protocol(said.get("PROTO")),
    }


def passage(text: str) -> Row | None:
    """An arrow between two addresses; ``from … to …`` only beside a word of denial or permission."""
    found = ARROW.search(text)
    if not found and (DENIAL.search(text) or PASSAGE.search(text)):
        found = FROM_TO.search(text)
    if not found:
        return None
    (source, source_port), (target, target_port) = endpoint(found["src"], "."), endpoint(found["dst"], ".")
    if not (source and target):
        return None
    named = PROTOCOL.search(text)
    return {
        **judged(text, None),
        "src_endpoint.ip": source,
        "src_endpoint.port": source_port,
        "dst_endpoint.ip": target,
        "dst_endpoint.port": target_port,
        **protocol(named[0] if named else None),
    }


def judged(text: str, chain: re.Match[str] | None) -> Row:
    """Activity and action of a firewall's line by its words; ``chain`` is how Vyatta and UniFi end a rule's name."""
    verdict = chain[1] if chain else None
    denied = verdict in ("D", "R") if chain else bool(DENIAL.search(text))
    allowed = verdict == "A" if chain else bool(PASSAGE.search(text))
    disposition = DispositionId.BLOCKED if denied else DispositionId.ALLOWED if allowed else None
    return {
        "class_uid": int(ClassUid.NETWORK_ACTIVITY),
        "activity_id": REFUSE if denied else TRAFFIC,
        **disposed(disposition),
    }


def configuration(text: str) -> Row | None:
    if not SAVED.search(text) or sign_in.BAD.search(text):
        return None
    return {
        "class_uid": int(ClassUid.DEVICE_CONFIG_STATE_CHANGE),
        "activity_id": 1,
        "user.name": sign_in.user(text),
        "src_endpoint.ip": sign_in.address(text),
    }


def link(text: str) -> Row | None:
    """A link that went up or down stays a Base Event, with a status."""
    found = LINK.search(text)
    if not found:
        return None
    up = found["state"].lower() == "up"
    return {
        "severity_id": int(SeverityId.INFORMATIONAL if up else SeverityId.LOW),
        "status_id": int(StatusId.SUCCESS if up else StatusId.FAILURE),
        "status_detail": f"link {found['state'].lower()}",
    }


RULES: tuple[Rule, ...] = (netfilter, filterlog.packet, passage, sign_in.find, configuration, link)
