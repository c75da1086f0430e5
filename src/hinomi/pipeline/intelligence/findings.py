"""Hits as findings: at most one for an indicator, a machine and a day, with the number of events behind it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.schema import POLARS, conform, empty
from hinomi.pipeline.intelligence import words
from hinomi.pipeline.intelligence.index import Index
from hinomi.pipeline.intelligence.indicator import Kind
from hinomi.pipeline.intelligence.judging import Judgement, confidence, judge, machine
from hinomi.pipeline.intelligence.matching import Hit, matches

RULE = "intelligence"
"""What an analytic's id begins with; the feed's name follows."""
CREATE = 1  # activity of OCSF 2004
MOST_TELLING = (
    Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.URL, Kind.EMAIL, Kind.HOSTNAME, Kind.DOMAIN, Kind.IP, Kind.CIDR,
    Kind.FILE_NAME,
)  # fmt: skip
"""Of several indicators that an event has to do with, the first is told."""
NEEDED = (
    "tenant", "sensor", "time", "class_uid", "status_id", "action_id", "disposition_id", "email.from", "email.to",
    "src_endpoint.ip", "src_endpoint.hostname", "dst_endpoint.ip", "dst_endpoint.port", "device.ip", "device.hostname",
    "user.name", "raw_ref", "connection_info.direction_id",
)  # fmt: skip


@dataclass(frozen=True)
class Sighted:
    """The first event of an indicator, a machine and a day, and how many there were."""

    uid: str
    row: int
    hit: Hit
    judgement: Judgement
    machine: str
    day: datetime
    count: int
    feeds: int
    """How many feeds know the indicator."""


def sighted(index: Index, events: pl.DataFrame) -> list[Sighted]:
    """What is worth telling of these events, in their order."""
    hits = matches(index, events)
    if not hits:
        return []
    rows = sorted({hit.row for hit in hits})
    told = dict(zip(rows, events[rows].select(NEEDED).iter_rows(named=True), strict=True))
    by_row: dict[int, list[Hit]] = {}
    for hit in hits:
        by_row.setdefault(hit.row, []).append(hit)
    first: dict[str, Sighted] = {}
    for row, its in sorted(by_row.items(), key=lambda item: (told[item[0]]["time"], item[0])):
        one = best(its, told[row])
        if one is None:
            continue
        hit, judgement = one
        own = machine(judgement.way, told[row])
        uid = uid_of(told[row], hit, judgement, own)
        if uid in first:
            first[uid] = counted(first[uid], first[uid].count + 1)
        else:
            day = told[row]["time"].replace(hour=0, minute=0, second=0, microsecond=0)
            feeds = len({other.known.feed for other in its if other.known.indicator.value == hit.known.indicator.value})
            first[uid] = Sighted(uid, row, hit, judgement, own, day, 1, feeds)
    return sorted(first.values(), key=lambda one: one.row)


def counted(one: Sighted, count: int) -> Sighted:
    return Sighted(one.uid, one.row, one.hit, one.judgement, one.machine, one.day, count, one.feeds)


def best(hits: Sequence[Hit], event: Mapping[str, Any]) -> tuple[Hit, Judgement] | None:
    """The hit of an event that tells most: the gravest, of these the most exact, of these the surest."""
    judged = [(hit, judgement) for hit in hits if (judgement := judge(hit, event))]
    return min(judged, key=lambda one: rank(*one)) if judged else None


def rank(hit: Hit, judgement: Judgement) -> tuple[int, int, int, str]:
    said = hit.known.indicator
    return -int(judgement.severity), MOST_TELLING.index(said.kind), -confidence(said), hit.known.feed


def uid_of(event: Mapping[str, Any], hit: Hit, judgement: Judgement, own: str) -> str:
    """The same for the same indicator, machine and day, whichever feed tells it and whenever it is looked for."""
    said = hit.known.indicator
    ending = "stopped" if judgement.stopped else "reached"
    text = "\n".join((event["tenant"] or "", said.kind, said.value, own, f"{event['time']:%Y-%m-%d}", ending))
    return f"{RULE}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def as_rows(events: pl.DataFrame, seen: Sequence[Sighted], since: Mapping[str, datetime] | None = None) -> pl.DataFrame:
    """Findings in the lake's schema. ``since`` says of findings by uid when their story began before today."""
    if not seen:
        return empty()
    evidence = conform(events)[[one.row for one in seen]]
    told = [
        words.message(one, event, (since or {}).get(one.uid))
        for one, event in zip(seen, evidence.iter_rows(named=True), strict=True)
    ]
    titles, uids = [words.title(one) for one in seen], [one.uid for one in seen]
    said: dict[str, Any] = {
        "class_uid": [int(ClassUid.DETECTION_FINDING)] * len(seen),
        "activity_id": [CREATE] * len(seen),
        "severity_id": [int(one.judgement.severity) for one in seen],
        "is_alert": [True] * len(seen),
        "count": [one.count for one in seen],
        "message": told,
        "utm_category": [None] * len(seen),  # none of the study's
        "metadata.uid": uids,
        "raw_data": evidence.select(pl.coalesce("raw_data", "unmapped")).to_series(),
        "unmapped": [words.card(one) for one in seen],
        "malware.name": [None] * len(seen),
        "finding_info.uid": uids,
        "finding_info.title": titles,
        "finding_info.types": [[one.judgement.advice] for one in seen],
        "finding_info.analytic.uid": [f"{RULE}/{one.hit.known.feed}" for one in seen],
        "finding_info.analytic.name": titles,
        "finding_info.analytic.type_id": [int(AnalyticTypeId.RULE)] * len(seen),
        "finding_info.attacks.technique.uid": [list(one.judgement.techniques) for one in seen],
        "finding_info.related_events": [[uid] for uid in evidence["metadata.uid"]],
    }
    return conform(evidence.with_columns(pl.Series(name, values, dtype=POLARS[name]) for name, values in said.items()))
