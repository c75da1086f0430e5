"""Everything a rule's page says: its text, its advice, its samples, what it found, how it was run back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hinomi.console.rules.shelf import FoundAt, Listed, found
from hinomi.console.shell.advice import Advice, Slots, fill
from hinomi.console.shell.clock import naive
from hinomi.console.shell.text import visible
from hinomi.deliver.suppressed import Hidden, hidden
from hinomi.incidents import suppressing
from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.pipeline.retro import Job, Jobs, Kind, Progress
from hinomi.pipeline.retro.asking import latest_trial
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.queries import tenants_for

LARGEST = 256 * 1024
"""Bytes of a rule's file that are shown."""
SAMPLES = (("fires.json", True), ("quiet.json", False))
LATEST = 10


@dataclass(frozen=True)
class Sample:
    """An event of the shelf beside a rule: one on which it fires, or one on which it stays quiet."""

    text: str
    fires: bool


@dataclass(frozen=True)
class At:
    """Findings at a company, with the company's row; ``last`` is naive UTC."""

    tenant: Tenant
    found: FoundAt


@dataclass(frozen=True)
class Run:
    """A scan in which this rule takes part, and how far it is."""

    job: Job
    progress: Progress
    hits: int
    recorded: int


def rule(one: Listed, user: User, lake: Lake, jobs: Jobs, now: datetime) -> dict[str, Any]:
    """What the page shows to this person; ``now`` is aware."""
    card = one.card
    theirs = {tenant.uid: tenant for tenant in tenants_for(user)}
    places, since = found(lake, theirs, naive(now))
    path = Path(card.path)
    return {
        "source": source(path),
        "advice": advice(card.advice),
        "samples": list(samples(path)),
        "found": [At(theirs[at.tenant], at) for at in places.get(card.id, ()) if at.tenant in theirs],
        "since": since,
        "suppressed": suppressed(card.id, user, lake, list(theirs), naive(now)),
        "retros": list(retros(jobs, card.id))[-LATEST:][::-1],
        "trial": trial(jobs, card.id),
        "history": AuditEntry.objects.filter(subject=card.id[:200], action__startswith="rule.")[:LATEST],
    }


def source(path: Path) -> str:
    """The file as it is, with its acting characters written out; empty where it has gone."""
    try:
        with path.open("rb") as file:
            return visible(file.read(LARGEST).decode("utf-8", "replace"))
    except OSError:
        return ""


def advice(key: str) -> Advice | None:
    card = catalog.cards().get(key)
    return fill(card, Slots()) if card else None


def samples(path: Path) -> Iterator[Sample]:
    """Only our shelf keeps a folder a rule."""
    if path not in catalog.sigma_rules():
        return
    for name, fires in SAMPLES:
        if (sample := path.with_name(name)).exists():
            yield Sample(visible(sample.read_text(encoding="utf-8")), fires)


def suppressed(rule: str, user: User, lake: Lake, tenants: list[str], now: datetime) -> Hidden | None:
    """What suppressions hid of the rule in the last days; None where nobody stated one."""
    rows = suppressing.seen_by(user).filter(rule=rule)
    hid = hidden(lake, map(suppressing.as_value, rows), tenants, now).values()
    lasts = [one.last for one in hid if one.last]
    if not hid:
        return None
    return Hidden(sum(one.findings for one in hid), max(one.companies for one in hid), max(lasts, default=None))


def retros(jobs: Jobs, rule: str) -> Iterator[Run]:
    for job in jobs.all():
        if job.kind is Kind.RETRO and rule in job.rules:
            yield run(jobs, job, rule)


def trial(jobs: Jobs, rule: str) -> Run | None:
    """The last count, where the rule is on trial."""
    latest = latest_trial(jobs)
    return run(jobs, latest, rule) if latest and rule in latest.rules else None


def run(jobs: Jobs, job: Job, rule: str) -> Run:
    progress = jobs.progress(job)
    return Run(job, progress, progress.of_rule(rule), progress.recorded.get(rule, 0))
