"""A month's expert findings as they are decided: one cluster a kind, a line a company."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from hinomi.incidents.expert.models import ExpertDecision
from hinomi.incidents.expert.operations import as_evidence
from hinomi.incidents.expert.queries import Key
from hinomi.ocsf.expert import Evidence, Proposal
from hinomi.study.expert_kinds import KINDS, ExpertKind
from hinomi.study.months import Month
from hinomi.tenants.models import Tenant


@dataclass(frozen=True)
class Line:
    """One company; ``decision`` None: nobody decided yet. ``grown``: more was found since."""

    tenant: Tenant
    evidence: Evidence
    decision: ExpertDecision | None
    grown: int = 0
    in_study: bool = True


@dataclass(frozen=True)
class Cluster:
    kind: ExpertKind
    waiting: tuple[Line, ...]
    confirmed: tuple[Line, ...]
    dismissed: tuple[Line, ...]

    @property
    def decided(self) -> tuple[Line, ...]:
        return (*self.confirmed, *self.dismissed)

    @property
    def proposed(self) -> int:
        return len(self.waiting) + len(self.decided)


def clusters(
    month: Month,
    tenants: Iterable[Tenant],
    proposals: Iterable[Proposal],
    decisions: Mapping[Key, ExpertDecision],
    studied: Container[str],
) -> list[Cluster]:
    """Every kind in the report's order, also those of which nothing was seen."""
    found = {(one.tenant, one.kind): one for one in proposals}
    lines: dict[str, list[Line]] = {kind.key: [] for kind in KINDS}
    for tenant in tenants:
        for kind in KINDS:
            proposal = found.get((tenant.uid, kind.key))
            decision = decisions.get((tenant.uid, str(month), kind.key))
            if proposal or decision:
                one = line(tenant, proposal, decision)
                lines[kind.key].append(replace(one, in_study=tenant.uid in studied))
    return [
        Cluster(
            kind,
            tuple(one for one in lines[kind.key] if one.decision is None),
            tuple(one for one in lines[kind.key] if one.decision and one.decision.is_confirmed),
            tuple(one for one in lines[kind.key] if one.decision and not one.decision.is_confirmed),
        )
        for kind in KINDS
    ]


def line(tenant: Tenant, proposal: Proposal | None, decision: ExpertDecision | None) -> Line:
    """With the evidence that was decided over; what is not proposed any more stays as it was decided."""
    if decision is None:
        assert proposal
        return Line(tenant, proposal.evidence, None)
    evidence = as_evidence(decision.evidence)
    return Line(tenant, evidence, decision, max(proposal.evidence.hits - evidence.hits, 0) if proposal else 0)
