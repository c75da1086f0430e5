"""Answering and correcting. Each act writes a line of the audit trail; ``now`` is timezone-aware.

Survey report, section 5.2: companies answer, experts hear them and correct where needed.
"""

from datetime import datetime

from django.db import transaction

from hinomi.assess.models import Answer, Correction
from hinomi.assess.problems import AlreadyCorrected, ReasonNeeded
from hinomi.library.questionnaires.questionnaire import questionnaire as shelf
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed, Unchanged, UnknownTenant
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability


@transaction.atomic
def answer(
    user: User, tenant: Tenant, questionnaire: str, question: str, value: str, now: datetime, *, address: str = ""
) -> Answer:
    """Answer a question for a company, or answer it anew.

    Raises:
        UnknownTenant, NotAllowed: not this person's to do.
        UnknownItem, NoSuchAnswer: the shelf has no such questionnaire, question or answer.
        AlreadyCorrected: an expert has settled it.
    """
    company = held(user, tenant.uid, Ability.ANSWER, "answer.given")
    shelf(questionnaire).question(question).answer(value)
    if Correction.objects.filter(
        answer__tenant=company, answer__questionnaire=questionnaire, answer__question=question
    ).exists():
        raise AlreadyCorrected(question)
    row, _ = Answer.objects.update_or_create(
        tenant=company,
        questionnaire=questionnaire,
        question=question,
        defaults={"value": value, "answered_by": user, "answered_at": now},
    )
    record_audit(
        actor=user,
        action="answer.given",
        now=now,
        tenant=company.uid,
        subject=f"{questionnaire}/{question}",
        detail={"value": value},
        address=address,
    )
    return row


@transaction.atomic
def correct(user: User, answer: Answer, value: str, reason: str, now: datetime, *, address: str = "") -> Correction:
    """Correct a company's answer, saying why; what was there before is kept.

    Raises:
        UnknownTenant, NotAllowed: not this person's to do.
        NoSuchAnswer: the question has no such answer.
        ReasonNeeded: no reason is given.
        Unchanged: it says so already.
    """
    company = held(user, answer.tenant_id, Ability.CORRECT, "answer.corrected")
    row = Answer.objects.get(pk=answer.pk)
    shelf(row.questionnaire).question(row.question).answer(value)
    if not reason.strip():
        raise ReasonNeeded
    if row.value == value:
        raise Unchanged
    correction = Correction.objects.create(
        answer=row, before=row.value, after=value, reason=reason.strip(), by=user, at=now
    )
    row.value = value
    row.save()
    record_audit(
        actor=user,
        action="answer.corrected",
        now=now,
        tenant=company.uid,
        subject=f"{row.questionnaire}/{row.question}",
        detail={"before": correction.before, "after": value, "reason": correction.reason},
        address=address,
    )
    return correction


def held(user: User, uid: str, ability: Ability, act: str) -> Tenant:
    """The company, held until the transaction ends; only for one who may see it and do this."""
    company = Tenant.objects.select_for_update(no_key=True).filter(pk=uid, pk__in=tenants_for(user)).first()
    if company is None:
        raise UnknownTenant(uid)
    if not may(user, ability, company):
        raise NotAllowed(act)
    return company
