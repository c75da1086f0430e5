"""Fields that many logs of SFOS share, under the names of both of its formats (``sent_bytes``, ``bytes_sent``)."""

import re

import orjson

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http
from hinomi.library.formats.addresses import ip, mac, protocol
from hinomi.library.formats.events import verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import DispositionId, SeverityId

Said = dict[str, str]
REFUSED = frozenset({"denied", "drop", "dropped", "deny", "blocked", "reject"})
NAMES = {"-", "", "N/A"}
COUNTRIES = re.compile(r"[A-Z]{2,3}$")
PRIVATE_COUNTRY = "R1"
"""What SFOS calls the country of private addresses."""
DETAILS = (
    "device_name", "device_id", "device_serial_id", "log_component", "log_subtype", "policy_type", "category",
    "classification", "rule_priority", "platform", "target", "spamaction", "quarantine_reason", "reason", "eventtype",
    "eventid", "login_user", "process_user", "execution_path", "sha1sum", "filetype", "av_policy_name", "extra",
)  # fmt: skip


def value(said: Said, *keys: str) -> str | None:
    """The first of several fields that says something; ``-`` and ``N/A`` do not (syslog guide)."""
    for key in keys:
        text = said.get(key)
        if text and (text := text.strip()) not in NAMES:
            return text
    return None


def number(said: Said, *keys: str) -> int | None:
    for key in keys:
        if key in said and (found := integer(said[key])) is not None:
            return found
    return None


def refused(said: Said) -> bool:
    return said.get("log_subtype", "").lower() in REFUSED


def user(name: str | None) -> Row:
    if not name:
        return {}
    domain, _, rest = name.rpartition("\\")
    return {"user.name": rest or name, "user.domain": domain or None}


def country(code: str | None) -> str | None:
    return code if code and code != PRIVATE_COUNTRY and COUNTRIES.match(code) else None


def common(said: Said) -> Row:
    seconds = number(said, "duration")
    transport = value(said, "protocol")
    row = {
        "src_endpoint.ip": ip(value(said, "src_ip", "sourceip", "srcip")),
        "src_endpoint.port": number(said, "src_port"),
        "src_endpoint.mac": mac(value(said, "src_mac")) if value(said, "src_mac") != "00:00:00:00:00:00" else None,
        "src_endpoint.interface_name": value(said, "in_interface"),
        "src_endpoint.location.country": country(value(said, "src_country_code", "src_country")),
        "dst_endpoint.ip": ip(value(said, "dst_ip", "destinationip", "dstip", "localip")),
        "dst_endpoint.port": number(said, "dst_port"),
        "dst_endpoint.interface_name": value(said, "out_interface"),
        "dst_endpoint.location.country": country(value(said, "dst_country_code", "dst_country")),
        "traffic.bytes_out": number(said, "sent_bytes", "bytes_sent"),
        "traffic.bytes_in": number(said, "recv_bytes", "bytes_received"),
        "traffic.packets_out": number(said, "sent_pkts", "packets_sent"),
        "traffic.packets_in": number(said, "recv_pkts", "packets_received"),
        "duration": seconds * 1000 if seconds is not None else None,
        "app_name": value(said, "application", "application_name", "app_name"),
        "firewall_rule.uid": value(said, "fw_rule_id", "rule_id"),
        "firewall_rule.name": value(said, "fw_rule_name", "rule_name"),
        "metadata.correlation_uid": value(said, "connid", "con_id"),
        **(protocol(transport) if transport and transport != "0" else {}),
        **(user(value(said, "user_name", "user", "userid")) if said.get("log_type") != "System Health" else {}),
    }
    if row["src_endpoint.port"] == 0 and row["dst_endpoint.port"] == 0:  # logs of what has no ports say 0
        row |= {"src_endpoint.port": None, "dst_endpoint.port": None}
    return row


def web(said: Said) -> Row:
    whole, host = value(said, "url"), value(said, "domain", "domainname", "website")
    category = value(said, "category", "http_category", "site_category")
    located = (
        http.url("http", host, whole) if whole and ("/" in whole or host) else http.url("http", whole or host, None)
    )
    return located | {
        "url.categories": [category] if category else None,
        "http_request.user_agent": value(said, "user_agent", "http_user_agent"),
        "http_response.code": integer(said.get("status_code", said.get("http_status")), 999) or None,
        "file.name": value(said, "download_file_name", "upload_file_name", "file_name"),
    }


def mail(said: Said) -> Row:
    recipients = value(said, "to_email_address", "recipient", "to")
    return {
        "email.from": value(said, "from_email_address", "sender", "from"),
        "email.to": [name.strip() for name in re.split(r"[;,]", recipients) if name.strip()] if recipients else None,
        "email.subject": value(said, "email_subject", "subject"),
        "email.message_uid": value(said, "mailid", "message_id"),
        "file.name": value(said, "filename", "file_name"),
    }


def file(said: Said) -> Row:
    path = value(said, "file_path", "FTP_url") or value(said, "filename", "file_name")
    return {
        "file.path": path,
        "file.name": path.replace("\\", "/").rpartition("/")[2] if path else None,
        "file.size": number(said, "file_size", "filesize") or None,
        "file.hashes.sha256": value(said, "sha256sum", "sha256"),
    }


def judged(
    said: Said,
    raw: str,
    title: str,
    kind: str,
    *,
    category: UtmCategory | None,
    severity: SeverityId,
    disposition: DispositionId | None,
) -> Row:
    details = orjson.dumps({key: said[key] for key in DETAILS if said.get(key)}).decode()
    return verdict(
        title, kind, severity=severity, raw=raw, disposition=disposition, category=category, unmapped=details
    )
