"""What an incident's page shows of its findings, brought in line with the latest telling."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from hinomi.incidents import models
from hinomi.incidents.models import Incident
from hinomi.ocsf.incident import Entry, Link, Story

FIELDS = ("time", "sensor", "kind", "title", "detail", "severity_id", "disposition_id", "nature")
OF_THE_TELLING = {"detail", "nature"}
"""What a line says only of a story: remarks, and what the equal findings are that it stands for."""
AT_ONCE = 500
"""Findings asked for in one query, below every database's limit of parameters."""
Key = tuple[str, str, str, str]
Value = TypeVar("Value")


def batches(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """As many at a time as one query may name."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def entries_of(tenant: str, findings: Iterable[str]) -> Iterator[QuerySet[models.Entry]]:
    """Entries of a company's findings, some hundreds in a query."""
    for part in batches(sorted(findings)):
        yield models.Entry.objects.filter(tenant_id=tenant, finding__in=part)


def bring_in_line(incident: Incident, story: Story) -> bool:
    """Let the incident show what a story shows that tells all of it; False where it does.

    Of equal findings the story shows a few and counts the rest: lines that it now counts leave, and reasons that it
    no longer gives.
    """
    told = {entry.finding: entry for entry in story.timeline}
    rows = list(incident.entries.all())
    gone = [row.pk for row in rows if row.finding not in told]
    changed = [row for row in rows if row.finding in told and rewrite(row, told[row.finding])]
    given = {key(link) for link in story.links}
    unsaid = [row.pk for row in incident.links.all() if (row.finding, row.other, row.kind, row.value) not in given]
    for part in batches(gone):
        models.Entry.objects.filter(pk__in=part).delete()
    models.Entry.objects.bulk_update(changed, FIELDS, batch_size=AT_ONCE // len(FIELDS))
    for part in batches(unsaid):
        models.Link.objects.filter(pk__in=part).delete()
    return bool(gone or changed or unsaid)


def rewrite(row: models.Entry, line: Entry, *, is_told: bool = True) -> bool:
    """Let a row say what the line says; False where it does already.

    A line of no story lacks what only the telling knows: for that alone a row is not rewritten.
    """
    known = {name: value for name, value in asdict(line).items() if name in FIELDS}
    values = known | {"time": utc(line.time), "nature": nature(line)}
    differing = {name for name, value in values.items() if getattr(row, name) != value}
    if not differing or (differing <= OF_THE_TELLING and not is_told):
        return False
    for name in differing:
        setattr(row, name, values[name])
    return True


def nature(line: Entry) -> dict[str, Any]:
    """As a database gives it back."""
    kept = asdict(line.nature) if line.nature else {}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


def add_entries(incident: Incident, entries: Iterable[Entry]) -> int:
    rows = {
        entry.finding: models.Entry(
            tenant_id=incident.tenant_id,
            incident=incident,
            time=utc(entry.time),
            finding=entry.finding,
            sensor=entry.sensor,
            kind=entry.kind,
            title=entry.title,
            detail=entry.detail,
            severity_id=entry.severity_id,
            disposition_id=entry.disposition_id,
            nature=nature(entry),
        )
        for entry in entries
    }
    models.Entry.objects.bulk_create(rows.values(), batch_size=AT_ONCE)
    return len(rows)


def add_links(incident: Incident, story: Story, *, whole: bool = True) -> int:
    """Of a story that tells a part only what joins findings that nothing joins yet."""
    known = set(incident.links.values_list("finding", "other", "kind", "value"))
    given = {key(link): link for link in story.links if key(link) not in known}
    if not whole:
        given = {one: given[one] for one in joining(known, given)}
    rows = [
        models.Link(incident=incident, finding=one[0], other=one[1], kind=one[2], value=one[3], reason=link.reason)
        for one, link in given.items()
    ]
    models.Link.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def joining(known: Iterable[Key], given: Iterable[Key]) -> list[Key]:
    """Those of the given links, in their order, that join what neither the known nor one before them joins."""
    above: dict[str, str] = {}

    def root(finding: str) -> str:
        while (over := above.get(finding, finding)) != finding:
            finding = over
        return finding

    def join(link: Key) -> bool:
        one, other = root(link[0]), root(link[1])
        above[other] = one
        return one != other

    for link in known:
        join(link)
    return [link for link in given if join(link)]


def key(link: Link) -> Key:
    """By which a link is there once; as much of its value as the column holds."""
    return link.finding, link.other, link.kind, link.value[:500]


def utc(time: datetime) -> datetime:
    """The river's naive UTC, as the desk keeps it."""
    return time.replace(tzinfo=UTC)
