"""An incident whose findings turn out to be several stories: what came late said whose an address was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from hinomi.incidents.dividing import is_apart, is_untouched
from hinomi.incidents.lines import entries_of, utc
from hinomi.incidents.models import Change, Incident
from hinomi.ocsf.incident import Story

Span = tuple[datetime, datetime]
"""First and last time, naive UTC."""
NEAR = timedelta(days=1)
"""A lease says so long before and after whose an address was."""
WHY = "あとから届いた記録で別の出来事とわかったため、{}件の検知を分けました。"


def part_ways(stories: Sequence[Story], new: Span, now: datetime) -> None:
    """Take out of incidents what is a story by itself now; it is to be recorded after that. ``now`` is aware.

    Of the time of what is ``new`` (first and last, naive UTC): there all is known again that was known before.
    ``stories`` are all that one company's findings of some time make. An incident is left alone that somebody has
    worked on, or of which a finding is in none of them, or in two.
    """
    of = owners(stories)
    held: dict[str, set[str]] = defaultdict(set)
    for rows in entries_of(stories[0].tenant, of) if stories else ():
        for incident, finding in rows.values_list("incident_id", "finding"):
            held[incident].add(finding)
    several = [uid for uid, findings in held.items() if len({of[finding] for finding in findings}) > 1]
    for row in Incident.objects.select_for_update().filter(pk__in=several).order_by("uid"):
        lines = set(row.entries.values_list("finding", flat=True))
        if not is_of_time(row, new):
            continue
        if lines <= held[row.pk] and None not in {of[line] for line in lines} and is_untouched(row):
            part(row, {line: stories[place] for line in lines if (place := of[line]) is not None}, now)


def is_of_time(incident: Incident, new: Span) -> bool:
    """What says whose an address was lies so near that it is among what is known around the new."""
    first, last = new
    return utc(first) - NEAR <= incident.last_seen and incident.first_seen <= utc(last) + NEAR


def owners(stories: Sequence[Story]) -> dict[str, int | None]:
    """Findings, and the place of the story each belongs to; None where two claim it."""
    found: dict[str, int | None] = {}
    for place, story in enumerate(stories):
        for finding in story.members or story.findings:
            found[finding] = None if finding in found else place
    for place, story in enumerate(stories):
        for finding in story.findings:
            found.setdefault(finding, place)
    return found


def part(incident: Incident, of: Mapping[str, Story], now: datetime) -> None:
    """Leave the incident the story that it is called after, else the first; the lines of the others leave it."""
    if is_apart(incident):
        return
    stories = sorted({story.uid: story for story in of.values()}.values(), key=lambda one: (one.first_seen, one.uid))
    own = next((story for story in stories if story.uid == incident.pk), stories[0])
    for other in stories:
        if other.uid == own.uid:
            continue
        gone = [line for line, story in of.items() if story.uid == other.uid]
        incident.entries.filter(finding__in=gone).delete()
        incident.links.filter(Q(finding__in=gone) | Q(other__in=gone)).delete()
        Incident.objects.filter(pk=other.uid, merged_into=incident).update(merged_into=None, updated=now)
        Change.objects.create(
            incident=incident, at=now, field="split", before=incident.pk, after=other.uid, why=WHY.format(len(gone))
        )
    incident.first_seen, incident.last_seen = utc(own.first_seen), utc(own.last_seen)
    incident.severity_id, incident.what, incident.updated = own.severity_id, "", now
    incident.save()
