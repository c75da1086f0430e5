"""Notables as rows of the lake: OCSF Detection Findings (class 2004) that stand for many events."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.notable import Notable
from hinomi.ocsf.schema import POLARS, conform

CREATE = 1  # activity of OCSF 2004
RELATED = 100


def as_findings(notables: Iterable[Notable]) -> pl.DataFrame:
    """One row a notable, in the lake's schema; of two that are the same finding the first stays."""
    rows = {row["metadata.uid"]: row for row in map(as_row, reversed(list(notables)))}
    told = sorted(rows.values(), key=lambda row: (row["time"], row["metadata.uid"]))
    names = dict.fromkeys(name for row in told for name in row)
    return conform(pl.DataFrame(told, schema={name: POLARS[name] for name in names}))


def as_row(notable: Notable) -> dict[str, Any]:
    uid = uid_of(notable)
    return {
        **notable.about,
        "tenant": notable.tenant,
        "sensor": notable.sensor,
        "source": notable.source,
        "time": notable.time,
        "start_time": notable.first,
        "end_time": notable.time,
        "class_uid": int(ClassUid.DETECTION_FINDING),
        "activity_id": CREATE,
        "severity_id": int(notable.severity),
        "is_alert": True,
        "count": notable.count,
        "message": notable.message,
        "metadata.uid": uid,
        "finding_info.uid": uid,
        "finding_info.title": notable.title,
        "finding_info.types": [notable.advice] if notable.advice else [],
        "finding_info.analytic.uid": notable.rule,
        "finding_info.analytic.name": notable.title,
        "finding_info.analytic.type_id": int(notable.kind),
        "finding_info.attacks.technique.uid": list(notable.techniques),
        "finding_info.related_events": list(notable.related[:RELATED]),
        "unmapped": orjson.dumps(dict(notable.numbers), default=str).decode() if notable.numbers else None,
    }


def uid_of(notable: Notable) -> str:
    """Deterministic: it follows from the tenant, the rule and the key."""
    text = "\n".join((notable.tenant, notable.rule, notable.key))
    return f"{notable.rule}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
