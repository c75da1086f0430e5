"""Setting findings aside from the counts: what the fault rules propose, what people confirm, revoke and state.

``now`` is aware. An exclusion covers one signature of one sensor between two times; it never reaches into the future.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max, QuerySet

from hinomi.incidents.models import ExclusionDecision
from hinomi.incidents.problems import BadExclusion
from hinomi.ocsf.incident import Exclusion
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability

STATED = "stated"
"""``rule`` of an exclusion that a person states."""
LONGEST = 500


def standing(proposed: Iterable[Exclusion], tenants: Iterable[str]) -> tuple[Exclusion, ...]:
    """Of the rules' exclusions those that nobody revoked, with their owners, and those that people stated."""
    decisions = list(ExclusionDecision.objects.filter(tenant__in=list(tenants)).select_related("owner"))
    kept = (decided(one, decisions) for one in proposed)
    stated = (as_value(row) for row in stated_last(decisions) if row.stands)
    return tuple(sorted([*filter(None, kept), *stated], key=lambda one: (one.tenant, one.since, one.signature)))


def decided(proposed: Exclusion, decisions: Iterable[ExclusionDecision]) -> Exclusion | None:
    """The proposal with the owner that the latest decision gave it; None where it was revoked."""
    latest = about(proposed, decisions)
    if latest is None:
        return proposed
    return replace(proposed, owner=str(latest.owner)) if latest.stands else None


def stated_last(decisions: Iterable[ExclusionDecision]) -> list[ExclusionDecision]:
    """Exclusions that people stated, each by the latest decision about it."""
    rows = [row for row in decisions if row.rule == STATED]
    return [row for row in rows if about(as_value(row), rows) == row]


def about(proposed: Exclusion, decisions: Iterable[ExclusionDecision]) -> ExclusionDecision | None:
    """The latest decision about a proposal.

    A rule may see the same fault a day longer when it looks again: a decision is about what it overlaps.
    """
    mine = [
        row
        for row in decisions
        if (row.tenant_id, row.sensor, row.rule, row.signature)
        == (proposed.tenant, proposed.sensor, proposed.rule, proposed.signature)
        and naive(row.since) < proposed.until
        and naive(row.until) > proposed.since
    ]
    return max(mine, key=lambda row: (row.decided, row.pk), default=None)


@transaction.atomic
def decide(
    user: User, exclusion: Exclusion, *, stands: bool, reason: str, now: datetime, address: str = ""
) -> ExclusionDecision:
    """Confirm or revoke what a rule proposes, or state an exclusion of one's own (``rule`` is :data:`STATED`).

    Raises:
        NotAllowed: not this person's to do, or not for this company.
        BadExclusion: what was decided cannot be; the message says why.
    """
    tenant = tenants_for(user).filter(pk=exclusion.tenant).first()
    if tenant is None or not may(user, Ability.WORK, tenant):
        raise NotAllowed("exclusion.decide")
    if not reason.strip() or len(reason) > LONGEST:
        raise BadExclusion(f"理由を {LONGEST} 文字までで書いてください (a reason is needed)")
    if not exclusion.since < exclusion.until <= naive(now):
        raise BadExclusion("期間は、いまより前で、始まりが終わりより前でなければなりません (no such period)")
    return written(user, tenant, exclusion, stands=stands, reason=reason.strip(), now=now, address=address)


def written(
    user: User, tenant: Tenant, exclusion: Exclusion, *, stands: bool, reason: str, now: datetime, address: str
) -> ExclusionDecision:
    row = ExclusionDecision.objects.create(
        tenant=tenant,
        sensor=exclusion.sensor,
        rule=exclusion.rule,
        signature=exclusion.signature,
        since=exclusion.since.replace(tzinfo=UTC),
        until=exclusion.until.replace(tzinfo=UTC),
        count=exclusion.count,
        stands=stands,
        reason=reason,
        owner=user,
        decided=now,
    )
    record_audit(
        actor=user,
        action="exclusion.confirmed" if stands else "exclusion.revoked",
        now=now,
        tenant=tenant.uid,
        subject=exclusion.signature,
        detail={"sensor": exclusion.sensor, "rule": exclusion.rule, "count": exclusion.count, "reason": reason},
        address=address,
    )
    return row


def latest_decision() -> int:
    """Grows with every decision: what was counted before it may be out of date."""
    return ExclusionDecision.objects.aggregate(latest=Max("pk"))["latest"] or 0


def seen_by(user: User | AnonymousUser) -> QuerySet[ExclusionDecision]:
    """Decisions about companies that this person may see, latest first."""
    return ExclusionDecision.objects.filter(tenant__in=tenants_for(user)).select_related("tenant", "owner")


def as_value(row: ExclusionDecision) -> Exclusion:
    return Exclusion(
        tenant=row.tenant_id,
        sensor=row.sensor,
        rule=row.rule,
        signature=row.signature,
        since=naive(row.since),
        until=naive(row.until),
        count=row.count,
        reason=row.reason,
        owner=str(row.owner),
    )


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
