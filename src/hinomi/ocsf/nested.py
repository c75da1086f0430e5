"""Flat rows of the lake to nested OCSF objects, with captions and the constants that follow from the ids."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hinomi.ocsf import vocabulary
from hinomi.ocsf.classes import ClassUid

EPOCH = datetime(1970, 1, 1)
CAPTIONED = ("action_id", "disposition_id", "severity_id", "status_id", "rcode_id", "logon_type_id")
EVIDENCE = (
    "src_endpoint",
    "dst_endpoint",
    "actor",
    "process",
    "file",
    "url",
    "query",
    "email",
    "module",
    "user",
)
"""Top-level objects that OCSF 2004 wants inside ``evidences[]`` (``email`` and ``module`` included)."""


def epoch_ms(moment: datetime) -> int:
    """OCSF ``timestamp_t``: whole milliseconds since the epoch, cut and not rounded; ``moment`` is naive UTC."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def put(target: dict[str, Any], path: str, value: Any) -> None:
    *parents, leaf = path.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[leaf] = value


def reshape(event: dict[str, Any]) -> None:
    """Put first elements that the lake keeps flat back into the arrays of the standard."""
    if (file := event.get("file")) and (hashes := file.pop("hashes", None)):
        file["hashes"] = [{"algorithm_id": 3, "algorithm": "SHA-256", "value": hashes["sha256"]}]
    if malware := event.pop("malware", None):
        event["malware"] = [malware]
    if answers := event.pop("answers", None):
        event["answers"] = [{"rdata": answer} for answer in answers]
    finding = event.get("finding_info")
    if finding:
        if attacks := finding.pop("attacks", None):
            finding["attacks"] = [{"technique": {"uid": uid}} for uid in attacks["technique"]["uid"]]
        if related := finding.pop("related_events", None):
            finding["related_events"] = [{"uid": uid} for uid in related]


def to_object(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the lake as a nested OCSF object; times become milliseconds since the epoch.

    Tenant and sensor become ``metadata.tenant_uid`` and ``metadata.reporter.uid``; what OCSF has no
    place for (``utm_category``, ``raw_ref``, the source's name) goes to ``unmapped``.
    """
    event: dict[str, Any] = {}
    unmapped: dict[str, Any] = json.loads(row["unmapped"]) if row.get("unmapped") else {}
    for name, value in row.items():
        if value is None or value == [] or name == "unmapped":
            continue
        if name in ("utm_category", "raw_ref", "source", "line"):
            unmapped[name] = value
        elif name == "tenant":
            put(event, "metadata.tenant_uid", value)
        elif name == "sensor":
            put(event, "metadata.reporter.uid", value)
        elif isinstance(value, datetime):
            put(event, name, epoch_ms(value))
        else:
            put(event, name, value)
    add_constants(event)
    reshape(event)
    if event["class_uid"] == ClassUid.DETECTION_FINDING:
        evidence = {name: event.pop(name) for name in EVIDENCE if name in event}
        if evidence:
            event["evidences"] = [evidence]
    if unmapped:
        event["unmapped"] = unmapped
    return event


def add_constants(event: dict[str, Any]) -> None:
    """Add what follows from the ids: category, type, captions, schema version."""
    class_uid = event.setdefault("class_uid", int(ClassUid.BASE_EVENT))
    activity_id = event.setdefault("activity_id", 0)
    event["class_name"] = vocabulary.class_caption(class_uid)
    event["category_uid"] = vocabulary.category_uid(class_uid)
    event["category_name"] = vocabulary.category_caption(class_uid)
    event["activity_name"] = vocabulary.activity_caption(class_uid, activity_id)
    event["type_uid"] = class_uid * 100 + activity_id
    event["type_name"] = f"{event['class_name']}: {event['activity_name']}"
    for attribute in CAPTIONED:
        if attribute in event:
            event[attribute.removesuffix("_id")] = vocabulary.enum_caption(attribute, event[attribute])
    put(event, "metadata.version", vocabulary.version())


def to_objects(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.iter_rows(named=True):
        yield to_object(row)
