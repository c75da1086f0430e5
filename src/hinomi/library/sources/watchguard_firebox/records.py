"""Firebox messages in their native form and in LEEF under the same names.

    FVE6035FD3AE3 (2023-01-15T03:00:00) firewall[10]: msg_id="3000-0148" Allow 1-Trusted 0-External 52 tcp 20 127
        10.0.1.2 203.0.113.9 62443 80 offset 8 S 832026162 win 8192 app_name="…" (HTTP-00)
    LEEF:1.0|WatchGuard|XTM|12.10|30000148|serial=…<tab>policy=HTTP-00<tab>disp=Allow<tab>src=10.0.1.2 …

The time in brackets is UTC, that of the header is local. Serial number and time are options of the device.
Source: WatchGuard, "Fireware Log Catalog" and "Configure Syslog Server Settings".
"""

import re
from typing import NamedTuple

from hinomi.library.formats import leef
from hinomi.library.formats.textlines import Line

MESSAGE = re.compile(r'(?:(?P<process>[\w.-]+)(?:\[\d+\])?: )?msg_id="(?P<id>[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4})" ?')
TIME = re.compile(r"\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\) ")
ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)"
TRAFFIC = re.compile(
    r"(?P<disp>Allow|Deny|Drop|Block|Reset) (?P<interfaces>.{1,128}?) (?:(?P<length>\d+) )?"
    r"(?P<proto>tcp|udp|icmp|icmpv6|ipv6-icmp|igmp|gre|esp|ah|ospf|ospfigp|sctp|pim|vrrp|ip|\d{1,3}) "
    rf"(?:\d+ \d+ )?(?P<src>{ADDRESS}) (?P<dst>{ADDRESS})(?: (?P<srcPort>\d+) (?P<dstPort>\d+)(?= |$))?"
)
PAIR = re.compile(r'([\w-]+)="([^"\\]*+(?:\\.[^"\\]*+)*+)"')
ALARM = re.compile(r"3000-?01[5-7]|020B", re.IGNORECASE)
"""Alarms end with the policy or the notification they come from, as traffic does."""
POLICY = re.compile(r" ?\(([^()]*)\)$")
WORDS = re.compile(r"(?:win \d+|offset \d+ \S+ \d+)\s*")
"""Of a TCP header; what stands after it, without quotes, says why a packet was dropped."""
ALIASES = {"src_port": "srcPort", "dst_port": "dstPort", "src_ip": "src", "dst_ip": "dst", "cat_name": "app_cat_name"}


class Record(NamedTuple):
    """``id`` is written ``3000-0148``; ``values`` are the named fields; ``message`` the words beside them."""

    id: str
    process: str | None
    values: dict[str, str]
    message: str
    time: str | None
    version: str | None
    cut: bool


def read(line: Line) -> Record | None:
    """The message of a line; None where it is no Firebox's."""
    whole = line.whole
    if found := MESSAGE.search(whole):
        return native(whole, found)
    message = leef.parse(line.text)
    if message is None or "watchguard" not in message.vendor.lower():
        return None
    values = {ALIASES.get(name, name): said for name, said in message.attributes.items() if said}
    known = message.event.replace("-", "")
    code = f"{known[:4]}-{known[4:]}" if len(known) == 8 else message.event
    return Record(code, None, values, values.get("msg", ""), values.get("devTime"), message.version, cut=False)


def native(whole: str, found: re.Match[str]) -> Record:
    rest = whole[found.end() :].strip()
    times = TIME.findall(whole[: found.start()])
    values: dict[str, str] = {}
    said = TRAFFIC.match(rest)
    policy = POLICY.search(rest) if said or ALARM.match(found["id"]) else None
    if policy:
        rest = rest[: policy.start()]
        values["policy"] = policy[1].strip()
    words = rest
    if said:
        values |= {name: value for name, value in said.groupdict().items() if value is not None}
        values["in_if"], _, values["out_if"] = values.pop("interfaces").partition(" ")
        words = rest[said.end() :]
    for name, value in PAIR.findall(words):
        if value:
            values.setdefault(ALIASES.get(name, name), value)
    message = values.get("msg") or WORDS.sub("", PAIR.sub("", words)).strip() if said else words
    if message == "blocked sites" and policy:  # the list that it stands on, not a policy
        message += f" ({values.pop('policy')})"
    cut = rest.count('"') % 2 == 1
    return Record(found["id"].upper(), found["process"], values, message, times[-1] if times else None, None, cut)
