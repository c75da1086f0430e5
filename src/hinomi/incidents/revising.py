"""Logs that were read again: incidents say what their findings mean today, and nothing that people did is lost."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, Q

from hinomi.incidents import models
from hinomi.incidents.dividing import is_apart, is_untouched
from hinomi.incidents.lines import AT_ONCE, FIELDS, entries_of, rewrite
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.recording import alone_with, assess, fitted, note
from hinomi.ocsf.incident import Entry, Story


def held(tenant: str, blocks: Collection[str]) -> set[str]:
    """Findings of these blocks (their uids begin with the block) that are on a timeline of the company."""
    findings = models.Entry.objects.filter(tenant_id=tenant).values_list("finding", flat=True)
    return {finding for finding in findings.iterator() if finding.partition(":")[0] in blocks}


def revise(
    tenant: str, findings: Iterable[str], found: Mapping[str, Entry], stories: Iterable[Story], now: datetime
) -> int:
    """Bring the timelines that hold these findings in line with what was found now; returns how many changed.

    What is no longer in ``found`` leaves its timeline; what is told differently is told so. An incident of which
    nothing is left is closed as benign if nobody had touched it, else it stays for the person who has. Gravity
    never falls by itself. ``stories`` are the company's of that time; ``now`` is aware.
    """
    told = {entry.finding: story for story in stories for entry in story.timeline}
    lines = dict(found) | {entry.finding: entry for story in told.values() for entry in story.timeline}
    with transaction.atomic():
        alone_with(tenant)
        rows = rows_by_incident(tenant, sorted(findings))
        incidents = Incident.objects.select_for_update().filter(pk__in=rows).order_by("uid")
        return sum(revise_one(incident, rows[incident.pk], found, lines, told, now) for incident in incidents)


def rows_by_incident(tenant: str, findings: list[str]) -> dict[str, list[models.Entry]]:
    rows: dict[str, list[models.Entry]] = {}
    for part in entries_of(tenant, findings):
        for row in part:
            rows.setdefault(row.incident_id, []).append(row)
    return rows


def revise_one(
    incident: Incident,
    rows: list[models.Entry],
    found: Mapping[str, Entry],
    lines: Mapping[str, Entry],
    told: Mapping[str, Story],
    now: datetime,
) -> bool:
    count = incident.entries.count()
    gone = [row for row in rows if row.finding not in found]
    kept = [row for row in rows if row.finding in found]
    changed = [row for row in kept if rewrite(row, lines[row.finding], is_told=row.finding in told)]
    stories = {story.uid: story for row in kept if (story := told.get(row.finding))}
    story = next(iter(stories.values())) if len(stories) == 1 and not is_apart(incident) else None
    renamed = retell(incident, story, now) if story else False
    if not (gone or changed or renamed):
        return False
    lost = [row.finding for row in gone]
    models.Entry.objects.filter(pk__in=[row.pk for row in gone]).delete()
    models.Entry.objects.bulk_update(changed, FIELDS, batch_size=AT_ONCE // len(FIELDS))
    incident.links.filter(Q(finding__in=lost) | Q(other__in=lost)).delete()
    if story:
        held_now = set(incident.entries.values_list("finding", flat=True))
        assess(incident, story, now, whole=held_now <= story.findings | story.members)
    if gone or changed:
        parts = [(len(gone), "件の検知がなくなり"), (len(changed), "件の内容が変わり")]
        why = f"ログを読み直した結果、{'、'.join(f'{number}{said}' for number, said in parts if number)}ました。"
        note(incident, "reread", str(count), str(count - len(gone)), why, now)
    span = incident.entries.aggregate(first=Min("time"), last=Max("time"))
    incident.first_seen = span["first"] or incident.first_seen
    incident.last_seen = span["last"] or incident.last_seen
    if span["first"] is None and is_untouched(incident):
        note(
            incident,
            "status",
            incident.status,
            Status.CLOSED.value,
            "読み直した結果、検知が1件も残りませんでした。",
            now,
        )
        incident.status, incident.reason = Status.CLOSED.value, Reason.BENIGN.value
    incident.updated = now
    incident.save()
    return True


def retell(incident: Incident, story: Story, now: datetime) -> bool:
    """Let the one story that tells this incident name it."""
    values = {
        "title": fitted(story.title),
        "kind": story.kind,
        "severity_id": max(story.severity_id, incident.severity_id),
    }
    about = {
        "host": story.host or "",
        "address": story.address or "",
        "user_name": story.user or "",
        "what": fitted(story.what),
    }
    renamed = {name for name, value in values.items() if getattr(incident, name) != value}
    for name in sorted(renamed):
        note(incident, name, str(getattr(incident, name)), str(values[name]), "ログを読み直しました。", now)
    moved = {name for name, value in about.items() if value and getattr(incident, name) != value}
    for name in renamed | moved:
        setattr(incident, name, (values | about)[name])
    return bool(renamed | moved)
