"""Stories from the river become incidents: one for a story, never a second one for the same finding."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

from django.db import transaction
from django.db.models import Max

from hinomi.incidents import assessment, models
from hinomi.incidents.combining import joined
from hinomi.incidents.dividing import divided, is_apart
from hinomi.incidents.lines import add_entries, add_links, bring_in_line, entries_of, utc
from hinomi.incidents.merging import merge
from hinomi.incidents.models import Change, HowSoon, Incident, Reason, Status
from hinomi.incidents.parting import Span, is_of_time, part_ways
from hinomi.ocsf.incident import Story
from hinomi.tenants.models import Tenant
from hinomi.tenants.problems import UnknownTenant

STAY_CLOSED = (Reason.BENIGN, Reason.DEVICE_FAULT)
"""Decisions that cover further findings of the same gravity."""


@dataclass(frozen=True)
class Recorded:
    """How many incidents were made, and how many times something was added to one."""

    created: int
    updated: int


def record(stories: Iterable[Story], now: datetime, new: Span | None = None) -> Recorded:
    """Make or extend incidents; recording a story again changes nothing. ``now`` is timezone-aware.

    A story that holds a finding of an incident extends it. Incidents that one story meets become one,
    the older; the younger one's page leads there. Those that a person took apart stay apart. One of the
    time of what is ``new`` (first and last, naive UTC) that nobody has worked on and that is told as several becomes
    several: of others less may be known by now than when they were told as one. New findings
    open a closed incident again, unless it was closed as benign or as a device's fault and they are no
    graver than what was decided on.

    Raises:
        UnknownTenant: a story of a company that is not registered; the stories before it are recorded.
    """
    created = updated = 0
    told: dict[str, list[Story]] = {}
    for story in stories:
        told.setdefault(story.tenant, []).append(story)
    for story in chain.from_iterable(told.values()):
        with transaction.atomic():
            company = alone_with(story.tenant)
            if new and story is told[story.tenant][0]:
                part_ways(told[story.tenant], new, now)
            met = incidents_met(story)
            if not met:
                begin(company, story, now)
                created += 1
            else:
                updated += sum(extend(group, part, now, new) for group, part in divided(story, met))
    return Recorded(created, updated)


def alone_with(uid: str) -> Tenant:
    """The company, held until the transaction ends: of two recorders at once the second sees what the first made."""
    company = Tenant.objects.select_for_update(no_key=True).filter(pk=uid).first()
    if company is None:
        raise UnknownTenant(uid)
    return company


def incidents_met(story: Story) -> list[Incident]:
    """Incidents that hold a finding of this story, oldest first, locked.

    Or the one that this story once began and that a second reading of the logs has emptied since.
    """
    shown = entries_of(story.tenant, story.findings | story.members)
    uids = {uid for part in shown for uid in part.values_list("incident_id", flat=True).distinct()}
    rows = list(Incident.objects.select_for_update().filter(tenant_id=story.tenant, pk__in=uids or {story.uid}))
    while any(row.merged_into_id for row in rows):
        rows = [row.merged_into or row for row in rows]
    return sorted(rows, key=lambda incident: (incident.created, incident.first_seen, incident.uid))


def unrecorded(tenant: str, stories: Iterable[Story]) -> frozenset[str]:
    """Of a company's stories the uids of those that show a finding which no incident holds yet."""
    shown = {entry.finding: story.uid for story in stories for entry in story.timeline}
    held = {finding for part in entries_of(tenant, shown) for finding in part.values_list("finding", flat=True)}
    return frozenset(uid for finding, uid in shown.items() if finding not in held)


def active(since: datetime) -> Mapping[str, datetime]:
    """Companies with an open incident of which something was found since (aware), and when that was last."""
    rows = Incident.objects.filter(last_seen__gte=since, merged_into=None).exclude(status=Status.CLOSED)
    return dict(rows.order_by().values_list("tenant").annotate(Max("last_seen")))


def sights(tenants: Collection[str], since: datetime, until: datetime) -> dict[str, list[tuple[datetime, datetime]]]:
    """First and last sight of these companies' incidents that lie within this time; all times are naive UTC."""
    rows = Incident.objects.filter(
        tenant__in=tenants, merged_into=None, first_seen__gte=utc(since), last_seen__lte=utc(until)
    )
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for tenant, first, last in rows.order_by().values_list("tenant", "first_seen", "last_seen"):
        found.setdefault(tenant, []).append((naive(first), naive(last)))
    return found


def begin(company: Tenant, story: Story, now: datetime) -> None:
    incident = Incident(
        uid=story.uid,
        tenant=company,
        title=fitted(story.title),
        kind=story.kind,
        severity_id=story.severity_id,
        host=story.host or "",
        address=story.address or "",
        user_name=story.user or "",
        what=fitted(story.what),
        first_seen=utc(story.first_seen),
        last_seen=utc(story.last_seen),
        created=now,
        updated=now,
    )
    assessment.keep(incident, assessment.of_story(story))
    incident.save(force_insert=True)
    add_entries(incident, story.timeline)
    add_links(incident, story)


def extend(met: Sequence[Incident], story: Story, now: datetime, new: Span | None) -> bool:
    """Add what is new to the oldest of the incidents; False where nothing is."""
    incident, *others = met
    for other in others:
        merge(other, into=incident, now=now)
    held = set(incident.entries.values_list("finding", flat=True))
    fresh = [entry for entry in story.timeline if entry.finding not in held]
    if not (others or fresh or new is None or is_of_time(incident, new)):
        return look(incident, story, now)
    whole = held <= story.findings | story.members
    apart = is_apart(incident)
    added = add_entries(incident, fresh)
    linked = add_links(incident, story, whole=whole)
    graver = story.severity_id > incident.severity_id
    retold = retell(incident, story, now) if graver or whole else False
    if whole or fresh:
        retold = assess(incident, story, now, whole=whole) or retold
    if whole and not apart:
        retold = bring_in_line(incident, story) or retold
    if added:
        note(incident, "findings", str(len(held)), str(len(held) + added), f"新しい検知が{added}件加わりました。", now)
        reopen(incident, graver, was_empty=not held, now=now)
    if not (others or added or linked or retold):
        return False
    incident.first_seen = min(incident.first_seen, utc(story.first_seen))
    incident.last_seen = max(incident.last_seen, utc(story.last_seen))
    known = (incident.host, incident.address, incident.user_name)
    told = (story.host or "", story.address or "", story.user or "")
    pairs = zip(told, known, strict=True) if whole and not apart else zip(known, told, strict=True)
    incident.host, incident.address, incident.user_name = (one or other for one, other in pairs)
    incident.what = incident.what or fitted(story.what)
    incident.updated = now
    incident.save()
    return True


def look(incident: Incident, story: Story, now: datetime) -> bool:
    """Of an incident of another time than what is new only what the lake holds around it is told anew."""
    known = assessment.of_incident(incident)
    if not assessment.keep(incident, replace(known, lookback=story.lookback or known.lookback)):
        return False
    incident.updated = now
    incident.save()
    return True


def retell(incident: Incident, story: Story, now: datetime) -> bool:
    """Let a graver or fuller telling name the incident; gravity never falls by itself."""
    values = {
        "title": fitted(story.title),
        "kind": story.kind,
        "severity_id": max(story.severity_id, incident.severity_id),
    }
    changed = {field: value for field, value in values.items() if getattr(incident, field) != value}
    for field, value in changed.items():
        note(incident, field, str(getattr(incident, field)), str(value), "新しい検知により見立てが変わりました。", now)
        setattr(incident, field, value)
    if story.what:
        incident.what = fitted(story.what)
    return bool(changed)


def assess(incident: Incident, story: Story, now: datetime, *, whole: bool) -> bool:
    """Keep what the story says of depth, spread and priority: beside what is kept, or in its place if it tells all."""
    told, known = assessment.of_story(story), assessment.of_incident(incident)
    before = HowSoon(incident.urgency)
    looked = replace(told, lookback=told.lookback or known.lookback)
    if not assessment.keep(incident, looked if whole else joined(known, told)):
        return False
    after = HowSoon(incident.urgency)
    if after != before:
        note(incident, "urgency", before.code, after.code, "新しい検知により見立てが変わりました。", now)
    return True


def reopen(incident: Incident, graver: bool, *, was_empty: bool, now: datetime) -> None:
    if incident.is_open or (incident.reason in STAY_CLOSED and not graver and not was_empty):
        return
    why = "完了後に、より重大な検知が加わりました。" if graver else "完了後に新しい検知が加わりました。"
    note(incident, "status", incident.status, Status.NEW.value, why, now)
    incident.status, incident.reason = Status.NEW.value, ""


def note(incident: Incident, field: str, before: str, after: str, why: str, now: datetime) -> None:
    Change.objects.create(incident=incident, at=now, field=field, before=before, after=after, why=why)


def fitted(text: str) -> str:
    """As much of a text as its column holds."""
    return text[: models.TITLE_LENGTH]


def naive(time: datetime) -> datetime:
    """The desk's time, as the river keeps it."""
    return time.astimezone(UTC).replace(tzinfo=None)
