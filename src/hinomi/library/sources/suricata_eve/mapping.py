"""Suricata's EVE JSON to OCSF, by ``event_type``.

alert → Detection Finding (the sensor's verdict), flow and tls → Network Activity, dns, http, smtp, smb,
ssh, rdp, dhcp and fileinfo → their classes, everything else → Base Event. ``flow_id`` joins them as
``metadata.correlation_uid``. Source: Suricata documentation, "Eve JSON Format".
"""

from ipaddress import ip_address

import numpy as np
import orjson
import polars as pl

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import addresses, json_or_text, jsonline, jsonlines, times
from hinomi.library.formats.jsonlines import Document, integer, part, port, text, texts
from hinomi.library.formats.jsonscan import of_lines, scan, worth_compiling
from hinomi.library.formats.lines import Lines, split
from hinomi.library.formats.rows import Row
from hinomi.library.sources.suricata_eve import columns
from hinomi.library.sources.suricata_eve.protocols import ACTIVITIES, Eve, dns, http, server, smb, smtp, turned
from hinomi.ocsf.classes import RANSOMWARE, ActionId, ClassUid, DispositionId, SeverityId

SEVERITIES = {1: SeverityId.HIGH, 2: SeverityId.MEDIUM, 3: SeverityId.LOW}
"""Suricata's priorities; 4 and above are informational."""
STOPPED = frozenset({"blocked", "drop", "reject"})
DETAILS = ("tls", "ssh", "dns", "smb", "smtp", "email", "rdp", "files", "tx_id", "app_proto", "community_id")
"""Parts of an alert that have no column of their own."""


def normalize(payload: bytes, context: Context, *, compiled: bool | None = None) -> Normalized:
    """A record a line. Times carry their offset; one without is in ``context.timezone``.

    A record of a known type whose time cannot be read is given the time of receipt and says so: an alert is not
    lost over a clock. Where the compiled scanner is worth it (or ``compiled`` says so), the commonest records are
    read column by column; the events are the same.
    """

    def read(document: Document) -> Row | Reject:
        return event(document, context)

    lines = split(payload)
    if not (worth_compiling(len(lines)) if compiled is None else compiled):
        return jsonlines.normalize(payload, read)
    frames, others = by_columns(lines)
    documents = (jsonline.read(number, raw) for number, raw in lines.take(others))
    found = jsonlines.collect([*lines.rejects, *documents], read)
    events = pl.concat([found.events, *frames], how="diagonal", rechunk=True).sort("line")
    return Normalized(events, found.rejects, len(lines) + len(lines.rejects))


def by_columns(lines: Lines) -> tuple[list[pl.DataFrame], columns.Rows]:
    """The events of regular records, and the other lines (indices)."""
    frames, others, first = [], [np.zeros(0, dtype=np.int64)], 0
    for found in scan(of_lines(lines), columns.WANTED, compiled=True):
        regular = columns.regular(found)
        rows = np.flatnonzero(regular)
        frames.append(columns.events(found, rows, lines.numbers[first + rows]))
        others.append(first + np.flatnonzero(~regular))
        first += len(found)
    return frames, np.concatenate(others)


def event(document: Document, context: Context) -> Row | Reject:
    eve: Eve = document.value
    if "event_type" not in eve:
        eve = part(part(eve.get("suricata")).get("eve")) or next(json_or_text.candidates(eve), eve)
    original = text(eve.get("timestamp"))
    kind = event_type(eve)
    if not kind and not original:
        return document.reject(Reason.NOT_THIS_FORMAT, "Suricata の記録ではありません (no record of EVE)")
    time = times.iso(original, context.timezone)
    row = endpoints(eve)
    row["time"] = time or context.received
    row["metadata.original_time"] = original
    row["metadata.labels"] = None if time else [times.RECEIPT]
    row["metadata.log_name"] = kind
    if kind == "alert":
        row |= alert(eve)
        row["raw_data"] = document.text()
    elif kind in ACTIVITIES:
        row |= ACTIVITIES[kind](eve)
        if kind == "dns" and server(eve) == "src_endpoint":
            row |= turned(row)
    else:
        row |= {"class_uid": int(ClassUid.BASE_EVENT), "activity_id": 0, "message": message(eve, kind)}
    return row


def event_type(eve: Eve) -> str | None:
    """The record's type; where a relay has lost it, the part it carries tells."""
    return text(eve.get("event_type")) or next((kind for kind in ("alert", *ACTIVITIES) if kind in eve), None)


def message(eve: Eve, kind: str | None) -> str:
    """A few words; a ``stats`` record of 50 KB stays where it is, in the landing zone."""
    said = part(eve.get(kind)).get("event") if kind == "anomaly" else None
    return " ".join(word for word in ("Suricata", kind, text(said)) if word)


def endpoints(eve: Eve) -> Row:
    """What all types share: addresses, protocol, interface and the flow they belong to.

    The hardware address of a packet from outside is the router's, not the sender's.
    """
    ether = part(eve.get("ether"))
    sender = text(ether.get("src_mac")) or next(iter(texts(ether.get("src_macs"))), None)
    source = addresses.ip(eve.get("src_ip"))
    return {
        **addresses.protocol(text(eve.get("proto"))),
        "severity_id": int(SeverityId.INFORMATIONAL),
        "is_alert": False,
        "metadata.product.name": "Suricata",
        "metadata.product.vendor_name": "OISF",
        "metadata.correlation_uid": text(eve.get("flow_id")),
        "src_endpoint.ip": source,
        "src_endpoint.mac": addresses.mac(sender) if source and ip_address(source).is_private else None,
        "src_endpoint.port": port(eve.get("src_port")),
        "src_endpoint.interface_name": text(eve.get("in_iface")),
        "dst_endpoint.ip": addresses.ip(eve.get("dest_ip")),
        "dst_endpoint.port": port(eve.get("dest_port")),
        "app_name": text(eve.get("app_proto")),
    }


def alert(eve: Eve) -> Row:
    """A signature that matched: what, how severe, whether it was let through, and the request around it."""
    found, flow, file = part(eve.get("alert")), part(eve.get("flow")), part(eve.get("fileinfo"))
    metadata = part(found.get("metadata"))
    title = text(found.get("signature")) or f"SID {text(found.get('signature_id')) or '?'}"
    blocked = found.get("action") in STOPPED or part(eve.get("verdict")).get("action") in STOPPED
    families = texts(metadata.get("malware_family"))
    row = {
        **around(eve),
        "class_uid": int(ClassUid.DETECTION_FINDING),
        "activity_id": 1,
        "is_alert": True,
        "severity_id": int(SEVERITIES.get(integer(found.get("severity")) or 0, SeverityId.INFORMATIONAL)),
        "action_id": int(ActionId.DENIED if blocked else ActionId.ALLOWED),
        "disposition_id": int(DispositionId.BLOCKED if blocked else DispositionId.DETECTED),
        "metadata.event_code": text(found.get("signature_id")),
        "finding_info.title": title,
        "finding_info.types": [text(found.get("category")) or "unclassified"],
        "finding_info.attacks.technique.uid": texts(metadata.get("mitre_technique_id")) or None,
        "malware.name": families[0] if families else None,
        "traffic.bytes_out": integer(flow.get("bytes_toserver")),
        "traffic.bytes_in": integer(flow.get("bytes_toclient")),
        "unmapped": details(eve, found),
    }
    if name := text(part(eve.get("tls")).get("sni")):
        row[f"{server(eve)}.hostname"] = name
    if name := text(file.get("filename")):
        row |= {"file.path": name, "file.name": name.rpartition("/")[2], "file.hashes.sha256": text(file.get("sha256"))}
    if "ransom" in f"{title} {' '.join(families)}".lower():
        row["malware.classification_ids"] = [RANSOMWARE]
    return row


def around(eve: Eve) -> Row:
    """What the traffic that set off an alert was: a request, a name, a mail, a session."""
    found = http(eve)
    for name, read in PARTS.items():
        if part(eve.get(name)) or (name == "smtp" and part(eve.get("email"))):
            found |= {column: value for column, value in read(version_2(eve, name)).items() if column.startswith(KEPT)}
    return found


def version_2(eve: Eve, name: str) -> Eve:
    """Of an alert's DNS, versions before 3 call the questions ``query``."""
    said = part(eve.get(name))
    asked = said.get("query")
    return {**eve, name: {**said, "queries": asked}} if name == "dns" and isinstance(asked, list) else eve


PARTS = {"dns": dns, "smtp": smtp, "smb": smb}
KEPT = ("query.", "answers", "rcode_id", "email.", "user.", "file.")


def details(eve: Eve, found: Eve) -> str:
    kept = {name: eve[name] for name in DETAILS if name in eve}
    rule = {name: found[name] for name in ("gid", "rev", "metadata") if name in found}
    return orjson.dumps({**kept, "rule": rule}).decode()
