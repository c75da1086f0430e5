"""Who spoke with whom, by which rule; connections and packets of the firewall."""

import re
from functools import lru_cache

from hinomi.library.formats import addresses, http, times
from hinomi.library.formats.accounts import user
from hinomi.library.formats.events import ACTIONS, activity, disposed
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.checkpoint.records import Record
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId

DISPOSITIONS = {
    DispositionId.ALLOWED: "accept allow bypass encrypt decrypt inline trust https authcrypt authorize",
    DispositionId.BLOCKED: "block prevent ask deny",
    DispositionId.DROPPED: "drop",
    DispositionId.REJECTED: "reject",
    DispositionId.DETECTED: "detect",
    DispositionId.LOGGED: "monitor inform log redirect",
    DispositionId.QUARANTINED: "quarantine",
    DispositionId.CORRECTED: "extract replace",
}
"""Source: Check Point, sk144192, field ``action``; the first word decides ("Ask User")."""
BY_ACTION = {word: uid for uid, words in DISPOSITIONS.items() for word in words.split()}
OPEN, REFUSE, TRAFFIC = 1, 5, 6
ACCOUNT = re.compile(r"\(([^()\s]+)\)\s*$")
"""``YAMADA Taro (t.yamada)``: the account is in brackets."""
PACKET = re.compile(r"<([^,>]+),(\d+),([^,>]+),(\d+),(\d+)[;>]")
ELAPSED = re.compile(r"(?:(\d+):)?(\d+):(\d\d)$")


@lru_cache(maxsize=1 << 14)
def ip(text: str | None) -> str | None:
    return addresses.ip(text)


@lru_cache(maxsize=256)
def protocol(text: str) -> Row:
    return addresses.protocol(text)


def disposition(record: Record) -> DispositionId | None:
    return BY_ACTION.get(record.get("action", "").lower().partition(" ")[0])


def is_refused(record: Record) -> bool:
    return ACTIONS.get(disposition(record) or DispositionId.UNKNOWN) is ActionId.DENIED


def person(text: str | None) -> Row:
    """A user; of ``Name (account)`` the account."""
    said = (text or "").strip()
    found = ACCOUNT.search(said)
    return user(found[1] if found else said)


def machine(text: str | None) -> str | None:
    """``pc-1@example.local`` is the machine ``pc-1``; an address is no name."""
    name = (text or "").strip().partition("@")[0]
    return name if name and not ip(name) else None


def endpoints(record: Record) -> Row:
    get = record.get
    inbound = get("ifdir") != "outbound"
    src, dst, sport, service = get("src"), get("dst"), get("s_port"), get("service")
    proto = get("proto")
    if "src" not in record and (packet := PACKET.search(get("packets", ""))):
        src, sport, dst, service, proto = packet.groups()
    row: Row = {
        "src_endpoint.ip": ip(src),
        "src_endpoint.port": addresses.port(sport) or None,
        "src_endpoint.hostname": machine(get("src_machine_name") or get("machine_name")),
        "src_endpoint.mac": addresses.mac(get("mac_source_address")),
        "src_endpoint.location.country": get("src_country"),
        "dst_endpoint.ip": ip(dst),
        "dst_endpoint.port": addresses.port(service) or None,
        "dst_endpoint.hostname": machine(get("dst_machine_name")),
        "dst_endpoint.location.country": get("dst_country"),
        f"{'src' if inbound else 'dst'}_endpoint.interface_name": get("ifname"),
        "app_name": get("appi_name") or get("service_id"),
        "firewall_rule.name": get("rule_name") or get("malware_rule_name"),
        "firewall_rule.uid": get("rule_uid") or get("malware_rule_id") or get("rule"),
        "metadata.correlation_uid": get("loguid"),
    }
    if proto:
        row.update(protocol(proto))
    row.update(person(get("src_user_name") or get("user") or get("user_name")))
    return row


def page(record: Record) -> Row:
    """The URL of a record, and who asked for it how."""
    resource, host = record.get("resource"), record.get("http_host") or record.get("tls_server_host_name")
    secure = record.get("service") == "443"
    where = http.absolute(resource) if resource and "://" in resource else {}
    if not where and (resource or host):
        where = http.url("https" if secure else "http", host or None, resource)
    listed = record.get("matched_category") or record.get("app_category") or record.get("categories")
    row: Row = {
        **where,
        "http_request.http_method": record.get("method"),
        "http_request.user_agent": record.get("user_agent"),
        "http_response.code": integer(record.get("http_status"), 999),
        "url.categories": [part.strip() for part in listed.split(",") if part.strip()] if listed else None,
    }
    if name := where.get("url.hostname") or host or record.get("sni"):
        row["dst_endpoint.hostname"] = name
    return row


def connection(record: Record) -> Row:
    """A connection that was let through or not, or the account of one."""
    counted = integer(record.get("sent_bytes") or record.get("client_inbound_bytes") or record.get("bytes"))
    passed = TRAFFIC if counted is not None and "elapsed" in record else OPEN
    elapsed = seconds(record.get("elapsed"))
    packets = integer(record.get("packet_amount"))
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if is_refused(record) else passed)
    row.update(endpoints(record))
    row.update(disposed(disposition(record)))
    row |= {
        "traffic.bytes_out": integer(record.get("sent_bytes") or record.get("client_inbound_bytes")),
        "traffic.bytes_in": integer(record.get("received_bytes") or record.get("client_outbound_bytes")),
        "traffic.packets_out": integer(record.get("client_inbound_packets")),
        "traffic.packets_in": integer(record.get("client_outbound_packets")),
        "start_time": times.epoch(record.get("start_time")),
        "duration": elapsed * 1000 if elapsed is not None else None,
        "count": packets if packets and packets > 1 else None,
        "status_detail": record.get("drop_reason")
        or record.get("tcp_packet_out_of_state")
        or record.get("action_reason")
        or record.get("message_info")
        or record.get("reason"),
    }
    asked = http.absolute(record["resource"]).get("url.hostname") if "://" in record.get("resource", "") else None
    if name := record.get("sni") or record.get("tls_server_host_name") or asked:
        row["dst_endpoint.hostname"] = name
    return row


def seconds(text: str | None) -> int | None:
    """``90`` or ``0:01:30``."""
    found = ELAPSED.match(text or "")
    if found:
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return integer(text, 10**9)
