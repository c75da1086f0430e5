"""Lines of the resolver Unbound: queries, replies, local zones and response policy zones.

    [12345:0] info: 192.168.0.3 www.example.jp. A IN
    [12345:0] info: 192.168.0.3 www.example.jp. A IN NOERROR 0.012345 0 54

Source: ``unbound.conf(5)`` (log-queries, log-replies, log-tag-queryreply, log-local-actions, rpz-log).
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.dnsmasq import RCODES
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

QUERY, RESPONSE = 1, 2
HEAD = re.compile(
    r"(?:\[(?P<epoch>\d{9,11}(?:\.\d+)?)\] )?(?:unbound(?:\[\d+:[0-9a-f]+\])?:? )?(?:\[\d+:[0-9a-f]+\] )?"
    r"(?P<level>info|notice|warning|error|debug|fatal error|query|reply): (?:(?:query|reply): )?(?P<text>.*)"
)
QUESTION = r"(?P<name>\S+?)\.? (?P<type>[A-Z0-9]+) (?P<class>IN|CH|HS|CLASS\d+)"
CLIENT = r"(?P<client>[0-9A-Fa-f]*[.:][0-9A-Fa-f:.]+)"
ASKED = re.compile(
    rf"{CLIENT}(?:@(?P<port>\d+))? {QUESTION}(?: (?P<rcode>[A-Z]+\d*) (?P<seconds>[\d.]+) (?P<cached>[01]) "
    rf"(?P<size>\d+))?$"
)
LOCAL = re.compile(
    rf"(?:(?P<rpz>rpz: applied (?:\[(?P<tag>[^\]]*)\] )?)?(?P<zone>\S+?)\.? )?(?P<action>[a-z][\w-]+) {CLIENT}@"
    rf"(?P<port>\d+) {QUESTION}"
)
LET = frozenset({"transparent", "typetransparent", "inform", "nodefault", "static", "redirect", "rpz-passthru"})
"""Local actions that refuse nobody; the others (deny, refuse, always_nxdomain, inform_deny, rpz-…) do."""


def read(text: str, raw: str, product: tuple[str, str]) -> Row | None:
    """A DNS event; None for another message. ``text`` is without ``[12345:0] info: ``, ``raw`` the line as received."""
    if found := ASKED.match(text):
        row = dns(found, product)
        if found["rcode"]:
            row |= {
                "activity_id": RESPONSE,
                "rcode_id": RCODES.get(found["rcode"]),
                "duration": int(float(found["seconds"]) * 1000),
                "traffic.bytes_in": int(found["size"]),
            }
        return row
    if found := LOCAL.match(text):
        return local(found, raw, product)
    return None


def local(found: re.Match[str], raw: str, product: tuple[str, str]) -> Row:
    """A name that this resolver answers by its own rules; a response policy zone is a verdict."""
    refused = found["action"] not in LET
    disposition = DispositionId.BLOCKED if refused else DispositionId.ALLOWED
    row = {**dns(found, product), "metadata.event_code": found["action"], "firewall_rule.name": found["zone"]}
    row |= events.disposed(disposition)
    if not found["rpz"] or not refused:
        return row
    kind = found["tag"] or found["action"]
    return row | events.verdict(
        f"RPZ {found['zone']}", kind, severity=SeverityId.MEDIUM, raw=raw, disposition=disposition
    )


def dns(found: re.Match[str], product: tuple[str, str]) -> Row:
    return {
        **events.activity(ClassUid.DNS_ACTIVITY, QUERY, product=product),
        "src_endpoint.ip": addresses.ip(found["client"]),
        "src_endpoint.port": addresses.port(found["port"]),
        "query.hostname": found["name"],
        "query.type": found["type"],
    }
