"""Cato's events feed and audit feed to OCSF, by ``event_type`` and ``event_sub_type``.

Firewalls → Network Activity, DNS Protection → DNS Activity, IPS, anti-malware and suspicious activity → Detection
Finding, sign-ins → Authentication, clients and sockets that connect → Tunnel Activity, the audit feed → API Activity;
others are Base Events. Source: Cato Networks, "Cato API - EventsFeed" and its field reference.
"""

from datetime import datetime

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import http, jsonfile, times
from hinomi.library.formats.addresses import ip, mac, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import Document, integer, port, text, texts
from hinomi.library.formats.rows import Row
from hinomi.library.sources.cato import security
from hinomi.library.sources.cato.security import Event
from hinomi.ocsf.classes import ClassUid, DirectionId, StatusId

WRAPPERS = ("records", "events", "value")
TIMES = ("time", "event_timestamp", "time_str", "event_time", "creation_date", "insertion_date")
DIRECTIONS = {"INBOUND": DirectionId.INBOUND, "OUTBOUND": DirectionId.OUTBOUND, "WANBOUND": DirectionId.LATERAL}
CHANGES = {"CREATED": 1, "ADDED": 1, "MODIFIED": 3, "UPDATED": 3, "CHANGED": 3, "DELETED": 4, "REMOVED": 4}
CONNECTED = ("connected", "reconnected", "passive connected", "recovered")
OPEN, CLOSE, OTHER, LOGON = 1, 2, 99, 1


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record an event. Times are epochs, or ISO 8601 with an offset; one without is in ``context.timezone``."""

    def row(document: Document) -> Row | Reject:
        inner = document.value.get("fieldsMap")
        said: Event = inner if isinstance(inner, dict) else document.value
        if not said.get("event_type") and not said.get("event_sub_type") and not said.get("change_type"):
            return document.reject(
                Reason.NOT_THIS_FORMAT, "Cato のイベントではありません (no event_type, no change_type)"
            )
        time, original = moment(said, context)
        if original is None:
            return document.reject(Reason.NO_TIME, "時刻がありません (no time)")
        if time is None:
            return document.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
        return event(said, document.text()) | {"time": time, "metadata.original_time": original}

    return jsonfile.normalize(payload, row, WRAPPERS)


def moment(said: Event, context: Context) -> tuple[datetime | None, str | None]:
    original = None
    for key in TIMES:
        value = text(said.get(key))
        original = original or value
        if value and (time := times.epoch(value) or times.iso(value, context.timezone)):
            return time, value
    return None, original


def event(said: Event, raw: str) -> Row:
    if "change_type" in said:
        return audit(said)
    kind, subtype = text(said.get("event_type")) or "", text(said.get("event_sub_type")) or ""
    row = common(said)
    if kind == "Security" or subtype in security.READERS:
        row |= security.event(said, subtype, raw)
    elif said.get("login_type") or said.get("authentication_type"):
        failed = (text(said.get("action")) or "").lower() in ("failed", "denied", "block", "failure")
        status = StatusId.FAILURE if failed else StatusId.SUCCESS
        row |= activity(ClassUid.AUTHENTICATION, LOGON) | {"status_id": int(status)}
    elif kind == "Connectivity":
        words = f"{subtype} {text(said.get('action')) or ''}".lower()
        down = "disconnect" in words or "down" in words
        row |= activity(ClassUid.TUNNEL_ACTIVITY, CLOSE if down else OPEN if words.startswith(CONNECTED) else OTHER)
    elif "dhcp" in subtype.lower():
        row |= activity(ClassUid.DHCP_ACTIVITY, OTHER if "lease" not in subtype.lower() else 5)
    else:
        row |= activity(ClassUid.BASE_EVENT, 0)
    shown = text(said.get("event_message")) or " ".join(
        part for part in (kind, subtype, text(said.get("action")), text(said.get("rule_name"))) if part
    )
    return row | {"message": shown, "metadata.log_name": " / ".join(filter(None, (kind, subtype)))}


def audit(said: Event) -> Row:
    """What an administrator changed in the management application."""
    change = (text(said.get("change_type")) or "").upper()
    what = " ".join(text(said.get(key)) or "" for key in ("module", "model_type", "model_name")).strip()
    return activity(ClassUid.API_ACTIVITY, CHANGES.get(change, OTHER)) | {
        "actor.user.name": text(said.get("admin")),
        "actor.user.uid": text(said.get("admin_id")),
        "metadata.log_name": "audit",
        "metadata.event_code": text(said.get("change_type")),
        "metadata.product.vendor_name": security.PRODUCT[0],
        "metadata.product.name": security.PRODUCT[1],
        "message": f"{change} {what}".strip(),
    }


def common(said: Event) -> Row:
    """Ends, user, site and rule: any event may have them."""
    method, whole = text(said.get("http_request_method")), text(said.get("full_path_url")) or text(said.get("url"))
    host = text(said.get("domain_name")) or text(said.get("tls_sni"))
    address = http.url("https", host, whole) if whole else {"url.hostname": host} if host else {}
    categories = [name for each in texts(said.get("categories")) for name in each.split(", ") if name]
    count = integer(said.get("event_count"))
    return {
        **disposed(security.ACTIONS.get((text(said.get("action")) or "").lower())),
        "metadata.product.vendor_name": security.PRODUCT[0],
        "metadata.product.name": security.PRODUCT[1],
        "metadata.event_code": text(said.get("event_sub_type")),
        "metadata.correlation_uid": text(said.get("flow_id")),
        "count": count if count and count > 1 else None,
        "src_endpoint.ip": ip(said.get("src_ip")),
        "src_endpoint.port": port(said.get("src_port")),
        "src_endpoint.mac": mac(said.get("host_mac")),
        "src_endpoint.hostname": first(said, "device_name", "configured_host_name", "host_name", "src_host_name"),
        "src_endpoint.location.country": first(said, "src_country_code", "src_country"),
        "dst_endpoint.ip": ip(said.get("dest_ip")),
        "dst_endpoint.port": port(said.get("dest_port")),
        "dst_endpoint.hostname": host,
        "dst_endpoint.location.country": first(said, "dest_country_code", "dest_country"),
        "connection_info.direction_id": direction(said),
        **(protocol(said["ip_protocol"]) if text(said.get("ip_protocol")) else {}),
        "traffic.bytes_out": integer(said.get("bytes_upload")) or integer(said.get("request_size")),
        "traffic.bytes_in": integer(said.get("bytes_download")) or integer(said.get("response_size")),
        "app_name": first(said, "application_name", "application", "cato_app"),
        "user.name": first(said, "user_name", "vpn_user_email", "ad_name"),
        "user.uid": first(said, "vpn_user_email", "user_id"),
        "firewall_rule.uid": text(said.get("rule_id")),
        "firewall_rule.name": first(said, "rule_name", "rule"),
        **address,
        "url.categories": categories or None,
        "http_request.http_method": method,
        "http_request.user_agent": text(said.get("user_agent")),
        "http_response.code": integer(said.get("http_response_code"), 999),
        "query.hostname": text(said.get("dns_query")),
        "query.type": text(said.get("dns_record_type")),
        "file.name": text(said.get("file_name")),
        "file.size": integer(said.get("file_size")),
        "file.hashes.sha256": hashed(said),
    }


def first(said: Event, *keys: str) -> str | None:
    return next((found for key in keys if (found := text(said.get(key)))), None)


def direction(said: Event) -> int | None:
    found = DIRECTIONS.get((text(said.get("traffic_direction")) or "").upper())
    return int(found) if found is not None else None


def hashed(said: Event) -> str | None:
    """The hash of a file where it is SHA-256."""
    found = text(said.get("file_hash"))
    return found if found and len(found) == 64 else None
