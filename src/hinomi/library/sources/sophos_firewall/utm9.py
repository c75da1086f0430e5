"""Sophos UTM 9 (ASG): ``id="2001" severity="info" sys="SecureNet" sub="packetfilter" …`` behind a time and a program.

Programs that write no pairs (dhcpd, named, sshd) are read as any device's lines are.
"""

import re
from collections.abc import Callable

import orjson

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, sign_in
from hinomi.library.formats.addresses import ip, mac, port, protocol
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

Said = dict[str, str]

REFUSE, TRAFFIC, SCAN = 5, 6, 3
LEVELS = {
    "emerg": SeverityId.FATAL, "alert": SeverityId.CRITICAL, "crit": SeverityId.CRITICAL, "err": SeverityId.HIGH,
    "error": SeverityId.HIGH, "warn": SeverityId.MEDIUM, "warning": SeverityId.MEDIUM, "notice": SeverityId.LOW,
}  # fmt: skip
STOPPED = frozenset({"drop", "block", "reject", "deny", "blocked", "dropped"})
MALICIOUS = re.compile(r"phish|malware|spyware|malicious|botnet|exploit|criminal|suspicious", re.IGNORECASE)
RANSOM = re.compile(r"ransom|filecoder|cryptolocker|wannacry|locky", re.IGNORECASE)
RECONNAISSANCE = re.compile(r"\bping\b|\becho\b|\bscan|portscan|\btraceroute", re.IGNORECASE)
LEASE = re.compile(
    r"DHCP(?P<kind>DISCOVER|OFFER|REQUEST|DECLINE|ACK|NAK|RELEASE|INFORM)(?: on| for| of)? ?(?P<ip>\d[\d.]+)?"
    r"(?: \([\d.]+\))? ?(?:from|to)? ?(?P<mac>[0-9a-fA-F:]{17})?(?: \((?P<host>[^)]+)\))?"
)
LEASES = {
    "DISCOVER": 1, "OFFER": 2, "REQUEST": 3, "DECLINE": 4, "ACK": 5, "NAK": 6, "RELEASE": 7, "INFORM": 8,
}  # fmt: skip
DETAILS = ("name", "reason", "group", "profile", "filteraction", "categoryname", "reputation", "class", "priority",
           "extra", "queueid", "fwrule", "threatname")  # fmt: skip


def event(said: Said, text: str, app: str | None, host: str | None, raw: str) -> Row:
    reader = SUBSYSTEMS.get(said.get("sub", ""), plain) if "sys" in said else program
    row = common(said) | reader(said, text, raw) | {"metadata.log_name": said.get("sub") or app}
    row |= {"metadata.event_code": said.get("id"), "message": said.get("name") or said.get("message") or text[:1024]}
    if row["class_uid"] in (ClassUid.BASE_EVENT, ClassUid.AUTHENTICATION, ClassUid.DEVICE_CONFIG_STATE_CHANGE):
        row["device.hostname"] = host
    return row


def common(said: Said) -> Row:
    name = said.get("user") or said.get("username") or None
    return {
        "src_endpoint.ip": ip(said.get("srcip")),
        "src_endpoint.port": port(said.get("srcport")),
        "src_endpoint.mac": mac(said.get("srcmac")),
        "src_endpoint.interface_name": said.get("initf") or None,
        "dst_endpoint.ip": ip(said.get("dstip")),
        "dst_endpoint.port": port(said.get("dstport")),
        "dst_endpoint.interface_name": said.get("outitf") or None,
        "firewall_rule.uid": said.get("fwrule"),
        "app_name": said.get("application") or None,
        "user.name": name if name != "-" else None,
        "user.domain": said.get("ad_domain") or None,
        **(protocol(said["proto"]) if said.get("proto") else {}),
    }


def judged(
    said: Said, raw: str, title: str, category: UtmCategory | None, severity: SeverityId, disposition: DispositionId
) -> Row:
    details = orjson.dumps({key: said[key] for key in DETAILS if said.get(key)}).decode()
    kind = said.get("sub") or "utm"
    return verdict(
        title, kind, severity=severity, raw=raw, disposition=disposition, category=category, unmapped=details
    )


def finding(row: Row) -> Row:
    return row | {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}


def stopped(said: Said) -> DispositionId:
    return DispositionId.BLOCKED if said.get("action", "").lower() in STOPPED else DispositionId.DETECTED


def packets(said: Said, text: str, raw: str) -> Row:
    name, action = said.get("name", ""), said.get("action", "").lower()
    denied = action in STOPPED
    row = activity(ClassUid.NETWORK_ACTIVITY, REFUSE if denied else TRAFFIC)
    row |= disposed(DispositionId.BLOCKED if denied else DispositionId.ALLOWED if action == "accept" else None)
    if "(ATP)" in name:
        title = said.get("threatname") or name
        found = judged(said, raw, title, UtmCategory.CNC_CALLBACK, SeverityId.HIGH, stopped(said))
        return finding(row | found)
    return row


def intrusion(said: Said, text: str, raw: str) -> Row:
    """Signatures, floods and port scans."""
    name = said.get("reason") or said.get("name") or "IPS"
    scan = RECONNAISSANCE.search(f"{name} {said.get('name', '')}")
    severity = {"1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.LOW}.get(said.get("priority", ""))
    chosen = severity or (SeverityId.LOW if scan else SeverityId.MEDIUM)
    found = judged(said, raw, name, None if scan else UtmCategory.IPS, chosen, stopped(said))
    row = finding(activity(ClassUid.DETECTION_FINDING, 1) | found)
    return row | {"finding_info.analytic.uid": said.get("sid")}


def threat(said: Said, text: str, raw: str) -> Row:
    title = said.get("threatname") or said.get("name") or "ATP"
    row = activity(ClassUid.DETECTION_FINDING, 1) | http.url("http", said.get("host") or None, said.get("url") or None)
    return finding(row | judged(said, raw, title, UtmCategory.CNC_CALLBACK, SeverityId.HIGH, stopped(said)))


def pages(said: Said, text: str, raw: str) -> Row:
    if "url" not in said:
        return plain(said, text, raw)
    categories = [name for name in dict.fromkeys(said.get("categoryname", "").split(",")) if name]
    denied = said.get("action", "").lower() in STOPPED
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(said.get("method"))) | http.url("http", None, said["url"])
    row |= disposed(DispositionId.BLOCKED if denied else DispositionId.ALLOWED)
    row |= {
        "url.categories": categories or None,
        "http_request.http_method": said.get("method"),
        "http_request.user_agent": said.get("ua") or None,
        "http_response.code": integer(said.get("statuscode"), 999),
        "traffic.bytes_in": integer(said.get("size")),
        "file.name": said.get("filename") or None,
    }
    name, reason = said.get("name", ""), said.get("reason", "")
    site = " ".join(filter(None, (said.get("categoryname"), row.get("url.hostname"))))
    if "virus" in name or reason == "av" or said.get("virus"):
        virus = said.get("virus") or said.get("threatname") or name
        category = UtmCategory.RANSOMWARE if RANSOM.search(virus) else UtmCategory.MALWARE
        return finding(row | judged(said, raw, virus, category, SeverityId.HIGH, stopped(said))) | {
            "malware.name": virus
        }
    bad = MALICIOUS.search(f"{said.get('categoryname', '')} {said.get('reputation', '')} {reason}")
    if not denied and not (bad and said.get("action") == "warn"):
        return row
    if reason not in ("category", "reputation", "blacklist", "extension", "mime", "") and not bad:
        return row  # refused for how it was asked, not for what it is: range, auth, size
    category = UtmCategory.MALICIOUS_SITE if bad else UtmCategory.URL_CATEGORY
    severity = SeverityId.MEDIUM if bad else SeverityId.LOW
    return row | judged(said, raw, site or name, category, severity, stopped(said))


def mail(said: Said, text: str, raw: str) -> Row:
    recipients = said.get("to", "")
    row = activity(ClassUid.EMAIL_ACTIVITY, SCAN) | {
        "email.from": said.get("from") or None,
        "email.to": [recipients] if recipients else None,
        "email.subject": said.get("subject") or None,
        "email.message_uid": said.get("queueid") or None,
    }
    words = f"{said.get('name', '')} {said.get('reason', '')} {said.get('extra', '')}".lower()
    if not re.search(r"reject|quarantin|blackhol|drop|block", words):
        return row | disposed(DispositionId.ALLOWED)
    disposition = DispositionId.QUARANTINED if "quarantin" in words else DispositionId.REJECTED
    title = said.get("extra") or said.get("reason") or said.get("name") or "mail"
    if re.search(r"\bav\b|virus|malware", words):
        return row | judged(said, raw, title, UtmCategory.MALWARE, SeverityId.HIGH, disposition)
    if re.search(r"\bas\b|spam|rbl|bulk|blacklist|spf|greylist", words):
        return row | judged(said, raw, title, UtmCategory.SPAM, SeverityId.LOW, disposition)
    return row | disposed(disposition)


def application_firewall(said: Said, text: str, raw: str) -> Row:
    host = said.get("server") or said.get("host")
    row = activity(ClassUid.HTTP_ACTIVITY, http.activity_id(said.get("method"))) | http.url(
        "http", host, said.get("url")
    )
    row |= {"dst_endpoint.ip": ip(said.get("localip")), "http_response.code": integer(said.get("statuscode"), 999)}
    reason = said.get("reason", "-")
    if reason in ("-", ""):
        return row
    category = UtmCategory.MALWARE if reason == "av" else UtmCategory.IPS
    title = said.get("extra") if said.get("extra") not in (None, "", "-") else reason
    return row | judged(said, raw, title or reason, category, SeverityId.MEDIUM, DispositionId.BLOCKED)


def authentication(said: Said, text: str, raw: str) -> Row:
    name = said.get("name", "")
    good = re.search(r"success", name, re.IGNORECASE)
    if not good and not re.search(r"fail|denied", name, re.IGNORECASE):
        return plain(said, text, raw)
    row = activity(ClassUid.AUTHENTICATION, 1) | sign_in.sign_in(None, bool(good))
    kept = {column: row[column] for column in ("class_uid", "activity_id", "status_id", "severity_id", "is_alert")}
    return kept | {"status_detail": said.get("reason") or None, "app_name": said.get("caller") or None}


def tunnel(said: Said, text: str, raw: str) -> Row:
    words = f"{said.get('event', '')} {said.get('name', '')}".lower()
    kind = 1 if "started" in words or "established" in words else 2 if "terminated" in words else 99
    row = activity(ClassUid.TUNNEL_ACTIVITY, kind)
    return row | {"dst_endpoint.ip": ip(said.get("virtual_ip") or said.get("dstip"))}


def settings(said: Said, text: str, raw: str) -> Row:
    row = activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)
    return row | {"src_endpoint.ip": ip(said.get("srcip") or said.get("client"))}


def plain(said: Said, text: str, raw: str) -> Row:
    return activity(ClassUid.BASE_EVENT, 0, severity=LEVELS.get(said.get("severity", ""), SeverityId.INFORMATIONAL))


def program(said: Said, text: str, raw: str) -> Row:
    if found := LEASE.search(text):
        return activity(ClassUid.DHCP_ACTIVITY, LEASES[found["kind"]]) | {
            "src_endpoint.ip": ip(found["ip"]),
            "src_endpoint.mac": mac(found["mac"]),
            "src_endpoint.hostname": found["host"],
        }
    return activity(ClassUid.BASE_EVENT, 0) | (sign_in.find(text) or {})


SUBSYSTEMS: dict[str, Callable[[Said, str, str], Row]] = {
    "packetfilter": packets,
    "ips": intrusion,
    "portscan": intrusion,
    "atp": threat,
    "afc": packets,
    "http": pages,
    "smtp": mail,
    "pop3": mail,
    "waf": application_firewall,
    "reverseproxy": application_firewall,
    "auth": authentication,
    "vpn": tunnel,
    "confd": settings,
}
