"""Sessions that the firewall opened, closed and denied, and what packet filters saw."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from hinomi.library.formats import addresses
from hinomi.library.formats.accounts import user
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.juniper_srx.records import Record
from hinomi.ocsf.classes import ClassUid, DispositionId

ACTIVITIES = {"CREATE": 1, "CLOSE": 2, "DENY": 5}
REFUSE, TRAFFIC = 5, 6
DISPOSITIONS = {"CREATE": DispositionId.ALLOWED, "CLOSE": DispositionId.ALLOWED, "DENY": DispositionId.BLOCKED}
FILTERED = {"A": DispositionId.ALLOWED, "D": DispositionId.DROPPED, "R": DispositionId.REJECTED}
VARIANT = re.compile(r"_(?:LS|USF)$")
"""Logical systems and unified services write the same events under tags of their own."""


def said(record: Record, *names: str) -> str | None:
    """The first of some values that says something."""
    values = record.values
    for name in names:
        if name in values:
            return values[name]
    return None


@lru_cache(maxsize=1 << 14)
def ip(text: str | None) -> str | None:
    return addresses.ip(text)


@lru_cache(maxsize=256)
def protocol(text: str) -> Row:
    return addresses.protocol(text)


def endpoints(record: Record) -> Row:
    """Who spoke with whom, by which policy and application; what any message may carry."""
    row: Row = {
        "src_endpoint.ip": ip(said(record, "source-address", "client-ip")),
        "src_endpoint.port": addresses.port(said(record, "source-port")) or None,
        "src_endpoint.interface_name": said(
            record, "packet-incoming-interface", "source-interface-name", "interface-name", "interface"
        ),
        "dst_endpoint.ip": ip(said(record, "destination-address")),
        "dst_endpoint.port": addresses.port(said(record, "destination-port")) or None,
        "dst_endpoint.interface_name": said(record, "destination-interface-name"),
        "app_name": said(record, "nested-application", "application", "application-name", "service-name", "protocol"),
        "firewall_rule.name": said(record, "policy-name"),
        "metadata.correlation_uid": said(record, "session-id-32", "session-id"),
    }
    if named := said(record, "protocol-id", "protocol-name"):
        row.update(protocol(named))
    if "username" in record.values:
        row.update(user(record.values["username"]))
    return row


def flow(record: Record, time: datetime | None) -> Row:
    """``RT_FLOW_SESSION_*`` and ``APPTRACK_SESSION_*``; bytes out are those from the client."""
    word = VARIANT.sub("", record.tag).rpartition("_")[2]
    row = endpoints(record)
    row.update(judged(word))
    elapsed = integer(said(record, "elapsed-time"))
    row |= {
        "traffic.bytes_out": integer(said(record, "bytes-from-client")),
        "traffic.bytes_in": integer(said(record, "bytes-from-server")),
        "traffic.packets_out": integer(said(record, "packets-from-client")),
        "traffic.packets_in": integer(said(record, "packets-from-server")),
        "duration": elapsed * 1000 if elapsed is not None else None,
        "status_detail": said(record, "reason"),
    }
    if time and elapsed is not None:
        row |= {"start_time": began(time, elapsed), "end_time": time}
    return row


@lru_cache(maxsize=64)
def judged(word: str) -> Row:
    row = activity(ClassUid.NETWORK_ACTIVITY, ACTIVITIES.get(word, TRAFFIC))
    return row | disposed(DISPOSITIONS.get(word, DispositionId.ALLOWED))


def began(time: datetime, elapsed: int) -> datetime | None:
    try:
        return time - timedelta(seconds=elapsed)
    except OverflowError:
        return None


def filtered(record: Record, time: datetime | None) -> Row:
    """What a stateless filter logged: accepted, discarded or rejected."""
    done = FILTERED.get(record.values.get("action", ""), DispositionId.LOGGED)
    refused = done in (DispositionId.DROPPED, DispositionId.REJECTED)
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if refused else TRAFFIC) | endpoints(record)
    packets = integer(record.values.get("packets-from-client"))
    return row | disposed(done) | {"traffic.packets_out": packets, "time": time}
