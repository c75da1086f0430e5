"""Values of Zeek's logs, whether JSON or TSV, and the columns that all of them share."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import addresses, events, times
from hinomi.library.formats.jsonlines import port, text, texts
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DirectionId, SeverityId

PRODUCT = ("Zeek", "Zeek")
Log = Mapping[str, Any]
UTC = ZoneInfo("UTC")
ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
WITHOUT_PORTS = frozenset({"icmp", "icmp6"})
"""Protocols where Zeek writes type and code in place of ports."""


def flat(log: Log) -> dict[str, Any]:
    """Names with dots, as Zeek writes them: some shippers nest records, others turn dots into underscores."""
    found: dict[str, Any] = {}
    for name, value in log.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": deep for inner, deep in value.items()}
        else:
            found[f"id.{name[3:]}" if name.startswith(("id_orig", "id_resp")) else name] = value
    return found


def truth(value: object) -> bool | None:
    """``T`` and ``F`` of TSV, ``true`` and ``false`` of JSON."""
    if isinstance(value, bool):
        return value
    return {"T": True, "F": False}.get(value) if isinstance(value, str) else None


def number(value: object, most: int = (1 << 63) - 1) -> int | None:
    """A count up to ``most``; some JSON writers make floats of them."""
    try:
        whole = int(float(value)) if isinstance(value, str | float) and not isinstance(value, bool) else value
    except (ValueError, OverflowError):
        return None
    return whole if type(whole) is int and 0 <= whole <= most else None


def seconds(value: object) -> float | None:
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < 1e9 else None


def milliseconds(value: object) -> int | None:
    found = seconds(value)
    return round(found * 1000) if found is not None else None


def moment(value: object) -> datetime | None:
    """``ts``: seconds since 1970 with a fraction, or ISO 8601."""
    return times.iso(value, UTC) or times.epoch(value)


def later(start: datetime | None, duration: object) -> datetime | None:
    found = seconds(duration)
    return start + timedelta(seconds=found) if start and found is not None else None


def listed(value: object) -> list[str]:
    """Elements of a set or vector; a text of TSV whose type was lost is split at commas."""
    if isinstance(value, str):
        return [part for part in value.split(",") if part and part != "(empty)"]
    return texts(value)


def first(*values: object) -> str | None:
    return next((found for value in values if (found := text(value))), None)


def activity(class_uid: ClassUid, activity_id: int, log: Log, severity: SeverityId = SeverityId.INFORMATIONAL) -> Row:
    """What all records share: the connection they belong to, its ends and its protocol."""
    protocol = text(log.get("proto"))
    ports = (None, None) if protocol in WITHOUT_PORTS else (port(log.get("id.orig_p")), port(log.get("id.resp_p")))
    return {
        **events.activity(class_uid, activity_id, product=PRODUCT, severity=severity),
        **(addresses.protocol(protocol) if protocol else {}),
        "metadata.correlation_uid": first(log.get("uid"), *texts(log.get("uids")), *texts(log.get("conn_uids"))),
        "src_endpoint.ip": addresses.ip(log.get("id.orig_h")),
        "src_endpoint.port": ports[0],
        "dst_endpoint.ip": addresses.ip(log.get("id.resp_h")),
        "dst_endpoint.port": ports[1],
        "connection_info.direction_id": direction(log),
    }


def direction(log: Log) -> int | None:
    ends = truth(log.get("local_orig")), truth(log.get("local_resp"))
    known = {
        (True, False): DirectionId.OUTBOUND,
        (False, True): DirectionId.INBOUND,
        (True, True): DirectionId.LATERAL,
    }.get(ends)  # type: ignore[arg-type]
    return int(known) if known else None


def unescaped(value: str) -> str:
    r"""``\x09`` and the like as the characters they are; bytes that are no text stay escaped."""
    if "\\x" not in value:
        return value
    try:
        return re.sub(r"(?:\\x[0-9a-fA-F]{2})+", lambda found: readable(found[0]), value)
    except UnicodeDecodeError:
        return value


def readable(escaped: str) -> str:
    try:
        return bytes.fromhex(escaped.replace("\\x", "")).decode("utf-8")
    except UnicodeDecodeError:
        return escaped
