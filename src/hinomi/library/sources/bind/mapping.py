"""Lines of BIND's named to OCSF DNS Activity: queries, answers, refusals, and what could not be resolved.

Behind a syslog header, or with named's own clock, category and level:
``12-Jan-2023 10:00:00.123 queries: info: client @0x7f0c 192.168.0.3#61568 (www.example.jp): query: …``
Source: BIND 9 Administrator Reference Manual, "logging" and "queries".
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import addresses, daemon, events, times
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

PRODUCT = ("ISC", "BIND")
QUERY, RESPONSE = 1, 2
RCODES = {
    "NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6, "YXRRSET": 7,
    "NXRRSET": 8, "NOTAUTH": 9, "NOTZONE": 10,
}  # fmt: skip
LEVELS = {"warning": SeverityId.LOW, "error": SeverityId.MEDIUM, "critical": SeverityId.HIGH}
CATEGORIES = (
    r"(?:client|cname|config|database|default|delegation-only|dispatch|dnssec|dnstap|edns-disabled|general|lame-servers|networ"
    r"k"
    r"|notify|nsid|queries|query-errors|rate-limit|resolver|responses|rpz|rpz-passthru|security|serve-stale|spill|trust-ancho"
    r"r"
    r"|unmatched|update|update-security|xfer-in|xfer-out|zoneload)"
)
HEAD = re.compile(
    r"(?:(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?) )?"
    rf"(?:(?P<category>{CATEGORIES}): )?(?:(?P<level>debug \d+|info|notice|warning|error|critical): )?(?P<text>.*)",
    re.DOTALL,
)
CLIENT = re.compile(
    r"client (?:@0x[0-9a-f]+ )?(?P<ip>[0-9A-Fa-f:.]+)(?:%\d+)?#(?P<port>\d+)(?:/key (?P<key>\S+))?(?: \("
    r"(?P<about>[^)]*)\))?: "
    r"(?:view (?P<view>\S+): )?(?P<text>.*)"
)
ASKED = re.compile(
    r"(?P<what>query|answer|response): (?P<name>\S+) (?P<class>\S+) (?P<type>\S+)(?: (?P<flags>[-+]\S*))?(?: \("
    r"(?P<server>[^)]+)\))?"
    r"(?: \[[^\]]*\])?(?: -> (?P<rcode>[A-Z]+))?"
)
FAILED = re.compile(r"query failed \((?P<why>[^)]*)\) for (?P<name>[^/\s]+)/(?P<class>[^/\s]+)/(?P<type>\S+)")
DENIED = re.compile(
    r"(?P<what>query|query \(cache\)|zone transfer|update|notify|recursion)[^']*'(?P<name>[^'/]+)(?:/"
    r"(?P<type>[^'/]+))?(?:/[^']+)?'.* denied"
)
POLICY = re.compile(
    r"(?:disabled )?rpz (?P<trigger>\S+) (?P<policy>\S+) (?:rewrite|[a-z ]+) (?P<name>[^/\s]+)(?:/"
    r"(?P<type>[^/\s]+)/\S+)? via (?P<via>\S+)"
)
LIMITED = re.compile(r"(?:would )?(?:rate )?limit (?P<verb>drop|slip|\w+).*?(?: for (?P<name>\S+) IN (?P<type>\S+))?")
RESOLVING = re.compile(
    r"(?P<why>.*?) ?resolving '?(?P<name>[^'/\s]+)(?:/(?P<type>[^'/\s:]+))?(?:/(?P<class>[^'/\s:]+))?'?"
    r"(?: \([^)]*\))?(?::? (?P<peer>[0-9A-Fa-f:.]+#\d+))?(?P<rest>.*)"
)
TRANSFER = re.compile(r"transfer of '(?P<name>[^'/]+)/[^']*' from (?P<peer>[0-9A-Fa-f:.]+#\d+): ")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; named's own times are in ``context.timezone``."""
    return daemon.normalize(payload, context, PRODUCT, partial(read, zone=context.timezone))


def read(said: Told, *, zone: ZoneInfo) -> Row | None:
    head = next(
        (found for text in (said.line.text, said.text) if (found := HEAD.match(text)) and found.start("text")), None
    )
    text = head["text"] if head else said.text
    row = known(text, said.line.whole)
    if not head:
        return row
    if row is None:
        row = daemon.unknown(said._replace(text=text), PRODUCT)
        row["severity_id"] = int(LEVELS.get(head["level"], SeverityId.INFORMATIONAL))
    row["metadata.log_name"] = head["category"] or row["metadata.log_name"]
    if head["time"]:
        row |= {"time": moment(head["time"], zone), "metadata.original_time": head["time"]}
    return row


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    return times.local(text, "%d-%b-%Y %H:%M:%S.%f" if "." in text else "%d-%b-%Y %H:%M:%S", zone)


def known(text: str, raw: str) -> Row | None:
    if found := CLIENT.match(text):
        return asked(found, raw)
    if found := TRANSFER.match(text):
        row = {
            **events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
            "query.hostname": found["name"],
            "message": text,
        }
        return {**row, "metadata.log_name": "xfer-in", **server(found["peer"])}
    if "resolving" in text and (found := RESOLVING.match(text)):
        return resolving(found, text)
    return None


def asked(client: re.Match[str], raw: str) -> Row:
    """What a client asked, was answered, or was refused."""
    text = client["text"]
    row: Row = {
        **events.activity(ClassUid.DNS_ACTIVITY, QUERY, product=PRODUCT),
        "src_endpoint.ip": addresses.ip(client["ip"]),
        "src_endpoint.port": addresses.port(client["port"]),
        "query.hostname": client["about"] or None,
        "user.name": client["key"],
        "metadata.log_name": "named",
    }
    if found := ASKED.match(text):
        answered = found["what"] != "query"
        row |= question(found) | {"activity_id": RESPONSE if answered else QUERY, "metadata.log_name": "queries"}
        return {
            **row,
            "rcode_id": RCODES.get(found["rcode"] or ""),
            **(server(found["server"]) if found["server"] else {}),
        }
    row |= {"message": text, "activity_id": RESPONSE}
    if found := FAILED.match(text):
        return {**row, **question(found), **failure(found["why"]), "rcode_id": RCODES.get(found["why"])}
    if found := DENIED.match(text):
        refused = {**failure("denied"), **events.disposed(DispositionId.BLOCKED), "rcode_id": RCODES["REFUSED"]}
        return {**row, **question(found), **refused, "metadata.log_name": "security"}
    if found := POLICY.match(text):
        return rewritten(row | question(found), found, raw)
    if "limit" in text and (found := LIMITED.match(text)):
        return {**row, **events.disposed(DispositionId.DROPPED), "metadata.log_name": "rate-limit"}
    return row


def question(found: re.Match[str]) -> Row:
    said = found.groupdict()
    return {"query.hostname": said["name"], "query.type": said.get("type")}


def rewritten(row: Row, found: re.Match[str], raw: str) -> Row:
    """A name that a response policy zone holds for bad; PASSTHRU and disabled zones let it through."""
    passed = found["policy"] == "PASSTHRU" or found[0].startswith("disabled")
    disposition = DispositionId.ALLOWED if passed else DispositionId.BLOCKED
    row |= {**events.disposed(disposition), "firewall_rule.name": found["via"], "metadata.log_name": "rpz"}
    row["metadata.event_code"] = f"{found['trigger']} {found['policy']}"
    if passed:
        return row
    return row | events.verdict(
        f"RPZ {found['via']}", found["policy"], severity=SeverityId.MEDIUM, raw=raw, disposition=disposition
    )


def resolving(found: re.Match[str], text: str) -> Row:
    """What other servers did not answer."""
    failed = not found["why"].startswith("success")
    row = {**events.activity(ClassUid.DNS_ACTIVITY, RESPONSE, product=PRODUCT), **question(found), "message": text}
    row |= {"metadata.log_name": "resolver", **(server(found["peer"]) if found["peer"] else {})}
    return row | (failure(found["why"]) if failed else {"status_id": int(StatusId.SUCCESS)})


def failure(why: str) -> Row:
    return {"status_id": int(StatusId.FAILURE), "status_detail": why.strip() or None}


def server(text: str) -> Row:
    address, port = addresses.endpoint(text, "#")
    return {"dst_endpoint.ip": address, "dst_endpoint.port": port}
