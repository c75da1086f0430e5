"""A story that holds findings of incidents a person has taken apart: each incident gets its part of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from hinomi.incidents import models
from hinomi.incidents.assessment import of_story
from hinomi.incidents.combining import Share, part
from hinomi.incidents.models import Incident, Separation, Status
from hinomi.ocsf.incident import Entry, Story

Pair = frozenset[str]


@dataclass
class Cluster:
    """Findings that stay together, and the incidents (by their place among those met) that hold some of them."""

    findings: set[str]
    incidents: set[int]


def divided(story: Story, met: Sequence[Incident]) -> list[tuple[list[Incident], Story]]:
    """The story for each group of incidents that may be one, oldest first; whole where nothing keeps them apart.

    ``met`` are oldest first. A finding that is new goes with the one it is linked to most tellingly (the links of a
    story come in that order), one without any link with the nearest in time.
    """
    apart = separations(met)
    if not apart:
        return [(list(met), story)]
    clusters = clustered(story, met, apart)
    shown = [cluster for cluster in clusters if not story.findings.isdisjoint(cluster.findings)]
    whole = frozenset().union(*(cluster.findings for cluster in clusters))
    pieces = []
    for cluster in shown:
        mine = frozenset(cluster.findings)
        group = [met[place] for place in sorted(cluster.incidents)]
        pieces.append((group, piece(story, Share(mine, whole - mine), named_by=group[0])))
    return pieces


def separations(met: Sequence[Incident]) -> set[Pair]:
    rows = Separation.objects.filter(one__in=met, other__in=met).values_list("one_id", "other_id")
    return {frozenset(pair) for pair in rows}


def is_apart(incident: Incident) -> bool:
    """Whether a person decided that something else is a different event."""
    return Separation.objects.filter(Q(one=incident) | Q(other=incident)).exists()


def is_untouched(incident: Incident) -> bool:
    """Whether no person has done anything with it."""
    return (
        incident.status == Status.NEW
        and incident.assignee_id is None
        and not incident.notes.exists()
        and not incident.changes.exclude(who=None).exists()
    )


def clustered(story: Story, met: Sequence[Incident], apart: set[Pair]) -> list[Cluster]:
    """All findings of the story's timeline and of the incidents, in clusters that each hold an incident."""
    clusters = [Cluster(set(), {place}) for place in range(len(met))]
    place_of = {incident.pk: place for place, incident in enumerate(met)}
    for finding, incident in models.Entry.objects.filter(incident__in=met).values_list("finding", "incident_id"):
        clusters[place_of[incident]].findings.add(finding)
    where = {finding: cluster for cluster in clusters for finding in cluster.findings}
    where |= {uid: Cluster({uid}, set()) for uid in story.findings if uid not in where}

    def may_join(one: Cluster, other: Cluster) -> bool:
        return one is not other and not any(
            frozenset((met[here].pk, met[there].pk)) in apart for here in one.incidents for there in other.incidents
        )

    def join(one: Cluster, other: Cluster) -> None:
        one.findings |= other.findings
        one.incidents |= other.incidents
        where.update(dict.fromkeys(other.findings, one))

    for link in story.links:
        one, other = where.get(link.finding), where.get(link.other)
        if one and other and may_join(one, other):
            join(one, other)
    held: list[Cluster] = []
    for place in range(len(met)):  # a story is one event: what nothing keeps apart is one, linked here or not
        cluster = next(each for each in (*where.values(), *clusters) if place in each.incidents)
        known = next((each for each in held if each is cluster or may_join(each, cluster)), None)
        if known is None:
            held.append(cluster)
        elif known is not cluster:
            join(known, cluster)
    loose = {id(cluster): cluster for cluster in where.values() if not cluster.incidents}
    for known, cluster in [(nearest(cluster, held, story.timeline), cluster) for cluster in loose.values()]:
        join(known, cluster)
    return held


def nearest(loose: Cluster, held: Sequence[Cluster], timeline: Iterable[Entry]) -> Cluster:
    """The cluster that has the line nearest in time; the first where none has a line."""
    timeline = tuple(timeline)
    times = [entry.time for entry in timeline if entry.finding in loose.findings]

    def distance(cluster: Cluster) -> float:
        others = (entry.time for entry in timeline if entry.finding in cluster.findings)
        return min((seconds(one, other) for other in others for one in times), default=float("inf"))

    return min(held, key=distance)


def seconds(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds())


def piece(story: Story, share: Share, named_by: Incident) -> Story:
    """One incident's part; it keeps the incident's name, for the story's is that of the whole."""
    timeline = tuple(entry for entry in story.timeline if entry.finding in share.mine)
    first, last = min(entry.time for entry in timeline), max(entry.time for entry in timeline)
    left = part(of_story(story), share, (first, last))
    return replace(
        story,
        title=named_by.title,
        kind=named_by.kind,
        severity_id=min(story.severity_id, max(entry.severity_id for entry in timeline)),
        host=None,
        address=None,
        user=None,
        what="",
        first_seen=first,
        last_seen=last,
        timeline=timeline,
        links=tuple(link for link in story.links if {link.finding, link.other} <= share.mine),
        members=share.mine,
        courses=left.courses,
        stages=left.stages,
        spread=left.spread,
    )
