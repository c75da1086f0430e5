"""What Cloudflare's data sets share: the client, the managed device, and how a value that is absent is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.formats import addresses, events, times
from hinomi.library.formats.jsonlines import port, text
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid

PRODUCT = "Cloudflare"
Log = Mapping[str, Any]
UTC = ZoneInfo("UTC")
NO_ID = "00000000-0000-0000-0000-000000000000"
DNS_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
    35: "NAPTR", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 52: "TLSA", 64: "SVCB", 65: "HTTPS", 99: "SPF",
    252: "AXFR", 255: "ANY", 257: "CAA",
}  # fmt: skip
"""Source: IANA, Domain Name System (DNS) Parameters."""


def activity(class_uid: ClassUid, activity_id: int, log: Log, product: str) -> Row:
    """Columns of any record; the person and the machine are those of a device that runs Cloudflare's client."""
    uid = text(log.get("DeviceID"))
    return {
        **events.activity(class_uid, activity_id, product=(PRODUCT, product)),
        "metadata.correlation_uid": text(log.get("RayID")) or text(log.get("SessionID")) or text(log.get("RequestID")),
        "device.hostname": text(log.get("DeviceName")) or text(log.get("Hostname")),
        "device.uid": None if uid == NO_ID else uid,
        "device.ip": addresses.ip(log.get("SourceInternalIP")),
        "user.name": text(log.get("Email")) or text(log.get("UserEmail")),
        "user.uid": text(log.get("UserID")) or text(log.get("UserUID")),
    }


def endpoint(side: str, log: Log, address: str, number: str) -> Row:
    """Columns of an endpoint; a port of 0 is Cloudflare's word for none."""
    return {f"{side}.ip": addresses.ip(log.get(address)), f"{side}.port": port(log.get(number)) or None}


def moment(value: object) -> datetime | None:
    """Seconds or nanoseconds since 1970, as a number or as text, or RFC 3339; always UTC."""
    return times.iso(value, UTC) or times.epoch(value)


def name(log: Log) -> str | None:
    """The name that was asked for, without the root's dot."""
    asked = text(log.get("QueryName"))
    return asked.rstrip(".") or asked if asked else None


def country(value: object) -> str | None:
    """ISO 3166-1; ``xx`` and ``t1`` are Cloudflare's unknown and Tor."""
    code = (text(value) or "").upper()
    return code if len(code) == 2 and code != "XX" else None


def kept(log: Log, *names: str) -> str | None:
    """JSON text of some fields, those that are empty left out."""
    found = {name: log[name] for name in names if log.get(name) not in (None, "", [], {}, 0)}
    return orjson.dumps(found).decode() if found else None
