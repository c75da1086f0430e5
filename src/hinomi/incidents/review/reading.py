"""What each incident is, read anew where something was done to it. Asked often: what did not change costs one query."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from hinomi.incidents import assessment
from hinomi.incidents.lines import batches
from hinomi.incidents.models import Entry, Incident
from hinomi.incidents.review.likeness import Likeness, Line, Whose, classes, likeness
from hinomi.incidents.review.models import Reading
from hinomi.ocsf.incident import Nature
from hinomi.tenants.models import Machine
from hinomi.tenants.operations import folded

Roles = dict[str, dict[str, str]]
"""By company and folded name of a machine."""


@dataclass(frozen=True)
class Read:
    """An incident as it is now, and whether it is more, or something else, than when it was last read."""

    incident: Incident
    likeness: Likeness
    findings: int
    has_grown: bool


def unread() -> list[str]:
    """Incidents that something was done to since they were read."""
    rows = Incident.objects.filter(merged_into=None).exclude(Q(reading__read=F("updated")))
    return list(rows.order_by("uid").values_list("pk", flat=True))


def read(incidents: Collection[Incident]) -> Iterator[Read]:
    """Read these anew and keep what they are; the caller holds their rows."""
    rows = list(incidents)
    known = {row.incident_id: row for row in Reading.objects.filter(incident__in=rows)}
    lines = lines_of(rows)
    roles = roles_of({row.tenant_id for row in rows})
    for row in rows:
        mine = lines.get(row.pk, [])
        found = of_incident(row, mine, roles.get(row.tenant_id, {}))
        count = sum(line.nature.count if line.nature else 1 for line in mine)
        before = known.get(row.pk)
        has_grown = before is None or count > before.findings or found.state != before.likeness.state
        Reading.objects.update_or_create(
            incident=row,
            defaults={
                "key": found.key,
                "kind": found.kind,
                "severity_id": found.severity_id,
                "facets": found.to_json(),
                "findings": count,
                "read": row.updated,
            },
        )
        yield Read(row, found, count, has_grown)


def of_incident(incident: Incident, lines: Iterable[Line], roles: dict[str, str]) -> Likeness:
    known = assessment.of_incident(incident)
    host, address = folded(incident.host), folded(incident.address)
    machines = {folded(name) for name in known.spread.machines} if known.spread else set()
    machines |= {host or address} - {""}
    return likeness(
        incident.kind,
        incident.severity_id,
        incident.what,
        list(lines),
        classes(machines, roles, {host: address}),
        [stage.name.value for stage in known.stages if not stage.stopped],
        Whose(incident.host, incident.address, incident.user_name),
    )


def lines_of(incidents: Iterable[Incident]) -> dict[str, list[Line]]:
    """Findings of each; of those shown beside a story only where nothing else is known of it."""
    found: dict[str, list[Line]] = {}
    for part in batches([row.pk for row in incidents]):
        rows = Entry.objects.filter(incident__in=part).order_by("time", "finding")
        for incident, said, nature, sensor in rows.values_list("incident_id", "title", "nature", "sensor"):
            found.setdefault(incident, []).append(Line(said, as_nature(nature) if nature else None, sensor))
    return {incident: [line for line in lines if line.nature] or lines for incident, lines in found.items()}


def as_nature(kept: dict[str, object]) -> Nature:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Nature(**values)  # type: ignore[arg-type]


def roles_of(tenants: Iterable[str]) -> Roles:
    found: Roles = {}
    for tenant, name, role in Machine.objects.filter(tenant__in=tenants).values_list("tenant_id", "name", "role"):
        found.setdefault(tenant, {})[name] = role
    return found
