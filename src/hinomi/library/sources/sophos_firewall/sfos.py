"""Sophos Firewall (SFOS) by ``log_type``; the device and central reporting formats are told by their names alone."""

from collections.abc import Callable

from hinomi.library.formats.rows import Row
from hinomi.library.sources.sophos_firewall import contents, system, traffic
from hinomi.library.sources.sophos_firewall.fields import Said, common, value

LOGS: dict[str, Callable[[Said, str], Row]] = {
    "firewall": traffic.firewall,
    "idp": traffic.intrusion,
    "ips": traffic.intrusion,
    "anti-virus": contents.antivirus,
    "atp": traffic.threat,
    "eatp": traffic.threat,
    "content filtering": traffic.content,
    "web filter": traffic.content,
    "application filter": traffic.content,
    "ssl": traffic.content,
    "anti-spam": contents.spam,
    "sandbox": contents.sandbox,
    "zero-day protection": contents.sandbox,
    "waf": traffic.application_firewall,
    "event": system.event,
}


def event(said: Said, host: str | None, raw: str) -> Row:
    kind = said.get("log_type", "")
    reader = LOGS.get(kind.lower())
    row = common(said) | (reader(said, raw) if reader else system.plain(said))
    row |= {
        "metadata.event_code": said.get("log_id"),
        "metadata.log_name": " / ".join(filter(None, (kind, said.get("log_component"), said.get("log_subtype"))))
        or None,
    }
    row.setdefault("message", value(said, "message", "reason"))
    if row["class_uid"] in system.OF_THE_DEVICE and not row["is_alert"]:
        row |= system.device(said, host)
    return row
