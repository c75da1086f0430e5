"""SFOS ``log_type="Event"``: sign-ins, settings, tunnels, leases; and logs of no other kind."""

import re

from hinomi.library.formats import sign_in
from hinomi.library.formats.addresses import ip, mac
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

Said = dict[str, str]

OF_THE_DEVICE = frozenset({ClassUid.BASE_EVENT, ClassUid.AUTHENTICATION, ClassUid.DEVICE_CONFIG_STATE_CHANGE})
OPEN, CLOSE, OTHER = 1, 2, 99
LEASES = {"renew": 5, "new": 5, "successful": 5, "release": 7, "expire": 9}
TUNNELS = {
    "established": OPEN, "connected": OPEN, "successful": OPEN, "terminated": CLOSE, "disconnected": CLOSE,
    "expire": CLOSE, "deny session": CLOSE,
}  # fmt: skip
TUNNEL_COMPONENTS = frozenset({"IPSec", "IPsec", "SSL VPN", "L2TP", "PPTP", "RED", "SSL VPN Client", "IPSec Client"})
LEVELS = {
    "emergency": SeverityId.FATAL, "alert": SeverityId.CRITICAL, "critical": SeverityId.CRITICAL,
    "error": SeverityId.HIGH, "warning": SeverityId.MEDIUM, "notice": SeverityId.LOW,
}  # fmt: skip
LOGIN = re.compile(r"\blog(?:ged)?[ -]?(?:in|on)\b|\bauthenticat", re.IGNORECASE)
OUT = re.compile(r"\blogged out\b|\blog ?out\b", re.IGNORECASE)
GONE = frozenset({"", "-", "N/A"})


def plain(said: Said, _: str = "") -> Row:
    """A Base Event: health, wireless, heartbeat, updates."""
    level = (said.get("priority") or said.get("severity") or "").lower()
    row = activity(ClassUid.BASE_EVENT, 0, severity=LEVELS.get(level, SeverityId.INFORMATIONAL))
    shown = said.get("message") or " ".join(
        part for part in (said.get("log_type"), said.get("log_component"), said.get("log_subtype")) if part
    )
    return row | {"message": shown or None}


def event(said: Said, raw: str) -> Row:
    component, subtype = said.get("log_component", ""), said.get("log_subtype", "")
    status, text = said.get("status", "").lower(), said.get("message", "")
    if subtype == "Authentication" or (subtype == "Admin" and LOGIN.search(text)) or OUT.search(text):
        return authentication(said, status, text)
    if subtype == "Admin":
        return activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1) | {"message": text or None}
    if component == "DHCP Server":
        return lease(said, status)
    if component in TUNNEL_COMPONENTS:
        row = activity(ClassUid.TUNNEL_ACTIVITY, TUNNELS.get(status, OTHER)) | {"message": text or None}
        return row | {
            "src_endpoint.ip": ip(said.get("remote_ip") or said.get("remoteinterfaceip") or said.get("ipaddress")),
            "dst_endpoint.ip": ip(said.get("localinterfaceip")),
            "src_endpoint.hostname": said.get("branch_name") or None,
            "status_id": int(StatusId.FAILURE) if status == "failed" else None,
            "traffic.bytes_out": integer(said.get("sent_bytes")),
            "traffic.bytes_in": integer(said.get("recv_bytes")),
            "duration": integer(said.get("duration")),
        }
    return plain(said)


def authentication(said: Said, status: str, text: str) -> Row:
    out = OUT.search(text)
    row = activity(ClassUid.AUTHENTICATION, sign_in.LOGOFF if out else sign_in.LOGON)
    failed = status == "failed" or (not status and sign_in.BAD.search(text))
    reason = said.get("reason", "")
    return row | {
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": reason if reason not in GONE else None,
        "message": text or None,
    }


def lease(said: Said, status: str) -> Row:
    """The client of a lease: in one format ``ipaddress``, in the other ``reported_ip``."""
    name = said.get("client_host_name") or said.get("reported_host") or ""
    return activity(ClassUid.DHCP_ACTIVITY, LEASES.get(status, OTHER)) | {
        "src_endpoint.ip": ip(said.get("ipaddress") or said.get("reported_ip")),
        "src_endpoint.mac": mac(said.get("client_physical_address") or said.get("src_mac")),
        "src_endpoint.hostname": name if name not in GONE else None,
        "message": said.get("message") or None,
    }


def device(said: Said, host: str | None) -> Row:
    """The firewall itself: its name in the header, else that in the log, which often is but the model's."""
    name = said.get("device_name", "")
    return {
        "device.hostname": host or (name if name not in (*GONE, "SFW") else None),
        "device.uid": said.get("device_id") or said.get("device_serial_id"),
    }
