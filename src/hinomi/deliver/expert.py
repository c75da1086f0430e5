"""Expert findings where desk and lake meet: what a month proposes, and what was pointed out to a company."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from hinomi.deliver import excluded
from hinomi.deliver.version import code_version
from hinomi.incidents.expert.operations import as_evidence
from hinomi.incidents.expert.queries import confirmed_for
from hinomi.lake.lake import Lake
from hinomi.ocsf.expert import Evidence, Proposal
from hinomi.study.expert_kinds import BY_KEY, ExpertKind
from hinomi.study.expert_proposals import proposals
from hinomi.study.months import TOKYO, Month
from hinomi.study.population import DEVICES, Enrolment, Study
from hinomi.tenants.models import Sensor, Tenant


@dataclass(frozen=True)
class PointedOut:
    """What an expert pointed out to a company; ``text`` is what it reads, ``decided`` is aware."""

    kind: ExpertKind
    month: Month
    text: str
    evidence: Evidence
    by: str
    decided: datetime


def pointed_out(tenant: Tenant, month: Month | None = None) -> tuple[PointedOut, ...]:
    """The latest month first, then by the kind's number; what an older version called otherwise is left out."""
    found = [
        PointedOut(
            kind=BY_KEY[row.kind],
            month=Month.parse(row.month),
            text=row.text,
            evidence=as_evidence(row.evidence),
            by=str(row.owner),
            decided=row.decided,
        )
        for row in confirmed_for(tenant, str(month) if month else None)
        if row.kind in BY_KEY
    ]
    return tuple(sorted(found, key=lambda one: (-one.month.year, -one.month.number, one.kind.number)))


def proposed(lake: Lake, tenants: Iterable[Tenant], month: Month, now: datetime) -> tuple[Proposal, ...]:
    """What the month's detections of these companies propose, in the study or not; ``now`` is aware."""
    known = list(tenants)
    uids = [tenant.uid for tenant in known]
    rows = Sensor.objects.filter(tenant__in=known, kind__in=DEVICES).order_by("tenant_id", "name")
    asked = Study(
        enrolments=tuple(Enrolment(row.tenant_id, row.name, row.kind, row.since, row.until, sector="") for row in rows),
        exclusions=excluded.exclusions(lake, uids, month.since(TOKYO), month.until(TOKYO), TOKYO),
        months=(month,),
        now=now.astimezone(UTC).replace(tzinfo=None),
        code_version=code_version(),
    )
    return proposals(lake, asked)
