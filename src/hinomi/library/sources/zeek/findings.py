"""Zeek's own judgements: notices, matches of intelligence and of signatures.

Source: Zeek documentation, "Notice Framework", "Intelligence Framework", "Signature Framework".
"""

import re

import orjson

from hinomi.library.formats import addresses, events
from hinomi.library.formats.jsonlines import port, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.zeek.fields import PRODUCT, Log, activity, first, listed, truth
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CREATE = 1
OPERATION = ("CaptureLoss::", "PacketFilter::", "Cluster::", "Broker::", "Reporter::", "Telemetry::", "Notice::Tally")
"""Notices about the sensor itself."""
GRAVE = re.compile(
    r"(?<![a-z])(?:c2|cnc|cve)|malware|trojan|backdoor|exploit|heartbleed|ransom|cobalt|beacon|botnet|intel::", re.I
)
SLIGHT = re.compile(r"scan|invalid_server_cert|certificate|weak|old_version|vulnerable_version|software::|weird", re.I)
KEPT = ("sub", "actions", "fuid", "file_mime_type", "file_desc", "peer_descr", "n", "sig_count", "host_count")


def severity(note: str) -> SeverityId:
    """How grave a notice is by its name: Zeek itself does not say."""
    if GRAVE.search(note):
        return SeverityId.HIGH
    return SeverityId.LOW if SLIGHT.search(note) else SeverityId.MEDIUM


def ends(log: Log, row: Row, source: tuple[str, str], target: tuple[str, str]) -> Row:
    """Ends that a record names outside of a connection."""
    return {
        "src_endpoint.ip": row["src_endpoint.ip"] or addresses.ip(log.get(source[0])),
        "src_endpoint.port": row["src_endpoint.port"] or port(log.get(source[1])),
        "dst_endpoint.ip": row["dst_endpoint.ip"] or addresses.ip(log.get(target[0])),
        "dst_endpoint.port": row["dst_endpoint.port"] or port(log.get(target[1])),
    }


def notice(log: Log, raw: str) -> Row:
    """A notice; one about the sensor itself is no detection."""
    note = text(log.get("note")) or "Notice"
    message = text(log.get("msg"))
    if note.startswith(OPERATION):
        return {
            **events.activity(ClassUid.BASE_EVENT, 0, product=PRODUCT, severity=SeverityId.LOW),
            "metadata.event_code": note,
            "message": message,
        }
    row = activity(ClassUid.DETECTION_FINDING, CREATE, log)
    stopped = truth(log.get("dropped")) is True or "Notice::ACTION_DROP" in listed(log.get("actions"))
    return {
        **row,
        **ends(log, row, ("src", ""), ("dst", "p")),
        **events.verdict(
            note,
            note,
            severity=severity(note),
            disposition=DispositionId.DROPPED if stopped else DispositionId.DETECTED,
            raw=raw,
            unmapped=kept(log),
        ),
        "metadata.event_code": note,
        "message": message,
    }


def intel(log: Log, raw: str) -> Row:
    """An address, name, URL or hash that a list the company uses calls bad was seen."""
    indicator, kind = text(log.get("seen.indicator")) or "?", text(log.get("seen.indicator_type")) or "Intel"
    row = activity(ClassUid.DETECTION_FINDING, CREATE, log)
    details = {
        "where": log.get("seen.where"),
        "sources": listed(log.get("sources")),
        "matched": listed(log.get("matched")),
    }
    return {
        **row,
        **events.verdict(
            f"Intel: {indicator}",
            kind,
            severity=SeverityId.HIGH,
            disposition=DispositionId.DETECTED,
            raw=raw,
            unmapped=orjson.dumps({name: value for name, value in details.items() if value}).decode(),
        ),
        "query.hostname": indicator if kind == "Intel::DOMAIN" else None,
        "url.url_string": indicator if kind == "Intel::URL" else None,
        "file.name": text(log.get("file_desc")) if kind in ("Intel::FILE_HASH", "Intel::FILE_NAME") else None,
        "message": first(log.get("seen.where")),
    }


def signature(log: Log, raw: str) -> Row:
    uid = text(log.get("sig_id")) or "?"
    row = activity(ClassUid.DETECTION_FINDING, CREATE, log)
    return {
        **row,
        **ends(log, row, ("src_addr", "src_port"), ("dst_addr", "dst_port")),
        **events.verdict(
            uid,
            text(log.get("note")) or "Signatures",
            severity=SeverityId.MEDIUM,
            disposition=DispositionId.DETECTED,
            raw=raw,
            unmapped=kept(log),
        ),
        "metadata.event_code": uid,
        "message": first(log.get("event_msg"), log.get("sub_msg")),
    }


def kept(log: Log) -> str | None:
    found = {name: log[name] for name in KEPT if log.get(name) not in (None, "", [])}
    return orjson.dumps(found).decode() if found else None


FINDINGS = {"notice": notice, "notice_alarm": notice, "intel": intel, "signatures": signature}
