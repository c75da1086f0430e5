"""Confirming and dismissing what was proposed; ``now`` is aware."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from hinomi.incidents.expert.models import ExpertDecision, Ruling
from hinomi.incidents.expert.problems import BadRuling
from hinomi.ocsf.expert import Evidence, Example, Proposal
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability

LONGEST = 1000


@transaction.atomic
def decide(
    user: User,
    proposals: Sequence[Proposal],
    ruling: Ruling,
    *,
    reason: str,
    text: str,
    now: datetime,
    address: str = "",
) -> list[ExpertDecision]:
    """One decision for every proposal, all or none: what is confirmed tells each company ``text``.

    Raises:
        NotAllowed: not this person's to do, or not for one of these companies.
        BadRuling: nothing chosen, a text for the company or a reason is missing, or too long.
    """
    companies = {
        row.uid: row for row in tenants_for(user, Ability.WORK).filter(pk__in={one.tenant for one in proposals})
    }
    if not may(user, Ability.WORK) or any(one.tenant not in companies for one in proposals):
        raise NotAllowed("expert.decide")
    check(proposals, ruling, reason.strip(), text.strip())
    return [written(user, companies[one.tenant], one, ruling, reason, text, now, address) for one in proposals]


def check(proposals: Sequence[Proposal], ruling: Ruling, reason: str, text: str) -> None:
    """Raises :class:`BadRuling`."""
    if not proposals:
        raise BadRuling("企業を1社以上選んでください (choose at least one company).")
    if ruling is Ruling.CONFIRMED and not text:
        raise BadRuling("企業に伝える文を書いてください (write what the company is to read).")
    if ruling is Ruling.DISMISSED and not reason:
        raise BadRuling("指摘しない理由を書いてください (a reason is needed).")
    if max(len(reason), len(text)) > LONGEST:
        raise BadRuling(f"文と理由は {LONGEST} 文字までです (too long).")


def written(
    user: User,
    tenant: Tenant,
    proposal: Proposal,
    ruling: Ruling,
    reason: str,
    text: str,
    now: datetime,
    address: str,
) -> ExpertDecision:
    row = ExpertDecision.objects.create(
        tenant=tenant,
        month=proposal.month,
        kind=proposal.kind,
        ruling=ruling,
        reason=reason.strip(),
        text=text.strip() if ruling is Ruling.CONFIRMED else "",
        evidence=as_json(proposal.evidence),
        owner=user,
        decided=now,
    )
    record_audit(
        actor=user,
        action=f"expert.{ruling.value}",
        now=now,
        tenant=tenant.uid,
        subject=f"{proposal.month} {proposal.kind}",
        # Without the reason: it is given for several companies, and each reads this.
        detail={"text": row.text, "hits": proposal.evidence.hits},
        address=address,
    )
    return row


def as_json(evidence: Evidence) -> dict[str, Any]:
    return asdict(evidence) | {"first": evidence.first.isoformat(), "last": evidence.last.isoformat()}


def as_evidence(stored: dict[str, Any]) -> Evidence:
    """What :func:`as_json` wrote."""
    return Evidence(
        hits=stored["hits"],
        sensors=tuple(stored["sensors"]),
        uids=tuple(stored["uids"]),
        machines=tuple(stored["machines"]),
        examples=tuple(Example(**one) for one in stored["examples"]),
        first=datetime.fromisoformat(stored["first"]),
        last=datetime.fromisoformat(stored["last"]),
    )
