"""Lines of dnsmasq's resolver (``--log-queries``) and of what is built on it (Pi-hole, OpenWrt, routers).

A query names its client; a reply does not, unless ``--log-queries=extra`` numbers both.
Source: dnsmasq manual page, ``src/cache.c`` (``log_query``).
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

QUERY, RESPONSE, TRAFFIC = 1, 2, 6
EXTRA = re.compile(r"(?P<serial>\d+) (?P<client>[0-9A-Fa-f:.]+)/(?P<port>\d+) ")
ASKED = re.compile(
    r"(?:dnssec-)?(?:query|auth|dnssec)(?:\[(?P<type>[^\]]+)\])? (?P<name>\S+) (?P<way>from|to) (?P<peer>\S+)$"
)
SENT_ON = re.compile(r"forwarded (?P<name>\S+) to (?P<peer>\S+)$")
ANSWERED = re.compile(
    r"(?P<origin>reply|cached(?:-stale)?|config|DHCP|validation|rate limited|special domain|"
    r"(?:exactly |regex |gravity |CNAME )?(?:blocked|blacklisted|denied|blocked \S+)|/\S+|\S+\.hosts) "
    r"(?P<name>\S+) is (?P<data>.+)$"
)
REBIND = re.compile(r"possible DNS-rebind attack detected: (?P<name>\S+)")
RCODES = {"NOERROR": 0, "NODATA": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
BLOCKED = re.compile(r"blocked|blacklisted|denied")


def read(text: str, raw: str, product: tuple[str, str]) -> Row | None:
    """A DNS event; None for a line that is none. ``raw`` is the line as received."""
    extra = EXTRA.match(text)
    message = text[extra.end() :] if extra else text
    row = known(message, raw, product)
    if row is not None and extra:
        row |= {"metadata.correlation_uid": extra["serial"], "src_endpoint.ip": addresses.ip(extra["client"])}
        row["src_endpoint.port"] = addresses.port(extra["port"])
    return row


def known(text: str, raw: str, product: tuple[str, str]) -> Row | None:
    if found := ASKED.match(text):
        side = "src_endpoint" if found["way"] == "from" else "dst_endpoint"
        address, port = addresses.endpoint(found["peer"], "#")
        activity = QUERY if found["way"] == "from" else TRAFFIC
        row = {
            **dns(activity, found["name"], text.partition("[")[0].partition(" ")[0], product),
            "query.type": found["type"],
        }
        return {**row, f"{side}.ip": address, f"{side}.port": port}
    if found := SENT_ON.match(text):
        address, port = addresses.endpoint(found["peer"], "#")
        return {
            **dns(TRAFFIC, found["name"], "forwarded", product),
            "dst_endpoint.ip": address,
            "dst_endpoint.port": port,
        }
    if found := ANSWERED.match(text):
        return answer(found, product)
    if found := REBIND.match(text):
        row = dns(RESPONSE, found["name"], "rebind", product)
        return row | events.verdict(
            "DNS rebind attack", "rebind", severity=SeverityId.MEDIUM, raw=raw, disposition=DispositionId.BLOCKED
        )
    return None


def answer(found: re.Match[str], product: tuple[str, str]) -> Row:
    origin, data = found["origin"], found["data"]
    rcode = RCODES.get(data.removesuffix("-IPv4").removesuffix("-IPv6"))
    row = dns(RESPONSE, found["name"], origin, product)
    row |= {"rcode_id": 0 if rcode is None else rcode, "answers": None if rcode is not None else [data.strip("<>")]}
    if found["name"] == "error":
        row["query.hostname"] = None
    return row | (events.disposed(DispositionId.BLOCKED) if BLOCKED.search(origin) else {})


def dns(activity: int, name: str, log_name: str, product: tuple[str, str]) -> Row:
    row = events.activity(ClassUid.DNS_ACTIVITY, activity, product=product)
    return {**row, "metadata.log_name": log_name, "query.hostname": name}
