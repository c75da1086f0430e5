"""Connections: packet filters, and what proxies say of requests, names, mail and files."""

import re
from functools import lru_cache

from hinomi.library.formats import addresses, http
from hinomi.library.formats.accounts import user
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.sources.watchguard_firebox.records import Record
from hinomi.ocsf.classes import ClassUid, DispositionId

OPEN, CLOSE, REFUSE, TRAFFIC = 1, 2, 5, 6
QUERY, SEND, RECEIVE, SCAN, UPLOAD, DOWNLOAD = 1, 1, 2, 3, 1, 2
VERBS = {
    "ProxyAllow": DispositionId.ALLOWED,
    "ProxyAvScan": DispositionId.ALLOWED,
    "ProxyInspect": DispositionId.ALLOWED,
    "ProxyDeny": DispositionId.BLOCKED,
    "ProxyBlock": DispositionId.BLOCKED,
    "ProxyDrop": DispositionId.DROPPED,
    "ProxyStrip": DispositionId.DELETED,
    "ProxyLock": DispositionId.QUARANTINED,
    "ProxyQuarantine": DispositionId.QUARANTINED,
    "ProxyReplace": DispositionId.CORRECTED,
    "ProxyTag": DispositionId.TAGGED,
}
"""What a proxy did with a part of the traffic, told before its message; outweighs ``Allow`` and ``Deny``,
unless it let pass what is denied."""
BY_DISP = {
    "Allow": DispositionId.ALLOWED,
    "Deny": DispositionId.BLOCKED,
    "Drop": DispositionId.DROPPED,
    "Block": DispositionId.BLOCKED,
    "Reset": DispositionId.RESET,
}
PORTLESS = ("icmp", "icmpv6", "ipv6-icmp")
SECONDS = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?")
HTTP, SMTP, FTP, DNS, POP3, IMAP, HTTPS = "1AFF", "1BFF", "1CFF", "1DFF", "21FF", "22FF", "2CFF"
MAIL = (SMTP, POP3, IMAP)


@lru_cache(maxsize=1 << 14)
def ip(text: str | None) -> str | None:
    return addresses.ip(text)


def person(text: str | None) -> Row:
    """``taro@Firebox-DB`` is an account of an authentication server; ``taro@example.com`` is a name as it is."""
    name, divided, server = (text or "").strip().rpartition("@")
    if divided and "." not in server and "\\" not in name:
        return {"user.name": name or None, "user.domain": server or None}
    return user(text)


def proxy(record: Record) -> str:
    """Which proxy speaks: the first half of the message id, or, for the firewall speaking for one, its protocol."""
    family = record.id[:4]
    if family == "3000" and "proxy_act" in record.values:
        word = record.message.partition(": ")[2] or record.message
        return {"HTTP": HTTP, "SMTP": SMTP, "FTP": FTP, "DNS": DNS, "POP3": POP3, "IMAP": IMAP, "HTTPS": HTTPS}.get(
            word.partition(" ")[0], family
        )
    return family


def disposition(record: Record) -> DispositionId | None:
    verb, disp = VERBS.get(record.message.partition(":")[0]), BY_DISP.get(record.values.get("disp", ""))
    return disp if verb in (None, DispositionId.ALLOWED) else verb


def is_refused(record: Record) -> bool:
    return record.values.get("disp", "Allow") != "Allow" or disposition(record) in (
        DispositionId.BLOCKED,
        DispositionId.DROPPED,
    )


def endpoints(record: Record) -> Row:
    get = record.values.get
    proto = get("proto")
    ports = proto not in PORTLESS
    row: Row = {
        "src_endpoint.ip": ip(get("src")),
        "src_endpoint.port": addresses.port(get("srcPort")) or None if ports else None,
        "src_endpoint.interface_name": get("in_if"),
        "src_endpoint.location.country": get("geo_src"),
        "dst_endpoint.ip": ip(get("dst")),
        "dst_endpoint.port": addresses.port(get("dstPort")) or None if ports else None,
        "dst_endpoint.interface_name": get("out_if"),
        "dst_endpoint.location.country": get("geo_dst"),
        "app_name": get("app_name"),
        "firewall_rule.name": get("policy"),
    }
    if proto:
        row |= addresses.protocol(proto)
    return row | person(get("src_user") or get("authenticated_user"))


def requested(record: Record) -> Row:
    """What a proxy knows of the request: page, name, mail, file."""
    get = record.values.get
    host, path = get("dstname") or get("sni") or get("host"), get("arg") or get("path")
    secure = proxy(record) == HTTPS or get("dstPort") == "443"
    row: Row = {}
    if host or path:
        row |= http.url("https" if secure else "http", host, path or ("/" if proxy(record) == HTTP else None))
        row["dst_endpoint.hostname"] = None if ip(host) else host
    if method := get("op") or get("method"):
        row["http_request.http_method"] = method
    if cats := get("cats"):
        row["url.categories"] = [cat.strip() for cat in cats.split(",") if cat.strip()]
    if question := get("question"):
        row["query.hostname"] = question
    if kind := get("query_type"):
        row["query.type"] = kind
    sender, recipients = get("sender") or get("from"), get("recipients") or get("to")
    if proxy(record) in MAIL:
        row["email.from"] = sender.strip("<>") if sender else None
        row["email.to"] = (
            [to.strip(" <>") for to in re.split(r"[;,]", recipients) if to.strip()] if recipients else None
        )
        if "src_user" not in record.values and get("user"):
            row |= person(get("user"))
    name = get("filename") or get("file_name") or get("file") or get("attachment")
    if name:
        row |= {"file.name": name.rpartition("/")[2] or None, "file.path": name}
    return row


def volume(record: Record) -> Row:
    get = record.values.get
    spent = SECONDS.match(get("duration") or get("elapsed_time") or "")
    return {
        "traffic.bytes_out": integer(get("sent_bytes")),
        "traffic.bytes_in": integer(get("rcvd_bytes")),
        "traffic.packets_out": integer(get("sent_pkts")),
        "traffic.packets_in": integer(get("rcvd_pkts")),
        "duration": int(spent[1]) * 1000 + int((spent[2] or "0").ljust(3, "0")) if spent else None,
    }


def classified(record: Record) -> tuple[ClassUid, int]:
    """The class of a proxy's or a filter's message, and what was done."""
    family, get = proxy(record), record.values.get
    if family == HTTP or (family == HTTPS and get("cats") is not None):
        return ClassUid.HTTP_ACTIVITY, http.activity_id(get("op") or get("method"))
    if family == DNS:
        return ClassUid.DNS_ACTIVITY, QUERY
    if family in MAIL:
        requested = record.message.lower().endswith("request")
        return ClassUid.EMAIL_ACTIVITY, SCAN if not requested else SEND if family == SMTP else RECEIVE
    if family == FTP and (get("type") in ("upload", "download") or " match" in record.message):
        upload = get("type") == "upload" or "upload" in record.message
        return ClassUid.NETWORK_FILE_ACTIVITY, UPLOAD if upload else DOWNLOAD
    if is_refused(record):
        return ClassUid.NETWORK_ACTIVITY, REFUSE
    ended = "duration" in record.values or "elapsed_time" in record.values
    began = record.id in ("3000-0148", "3000-0149")
    return ClassUid.NETWORK_ACTIVITY, CLOSE if ended else OPEN if began else TRAFFIC


def connection(record: Record) -> Row:
    row = activity(*classified(record)) | endpoints(record) | requested(record) | volume(record)
    row |= disposed(disposition(record))
    return row | {"message": record.message or None}
